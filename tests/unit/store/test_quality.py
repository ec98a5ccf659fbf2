"""What may take the place of a good copy, and what may not."""

from typing import Any

import pytest

from pipeline.documents import Article
from pipeline.store.quality import LITTLE, SUBSTANTIAL, refusal

SUBJECTS = ("harbour board", "school district", "water company", "fire service", "museum", "hospital", "university")
PLACES = ("Ashby", "Carrow", "Dunmere", "Farholm", "Kelsey", "Lowmoor", "Selwick", "Thornby", "Wexcombe", "Penfold")


def report(paragraphs: int, word: str = "approved") -> list[str]:
    """Paragraphs of some 190 characters, each with words of its own."""
    return [
        f"In {PLACES[i % 10]} the {SUBJECTS[i % 7]} {word} plan {i} on Tuesday night, after {i + 3} hearings that drew "
        f"{i * 7 + 40} people from {PLACES[(i + 3) % 10]}, where {word} plans of the {SUBJECTS[(i + 2) % 7]} are rare."
        for i in range(paragraphs)
    ]


def article(paragraphs: list[str], **fields: Any) -> Article:
    body = "\n\n".join(paragraphs)
    return Article(id="a", url=None, requested_url=None, canonical_url=None, language="en", body=body, **fields)


GOOD = report(12)
WALLED = {"is_accessible_for_free": False}
PROMPT = "Subscribe now to read the rest of this story and support the work of our newsroom."
APOLOGY = ["Something went wrong on our side. Please try again in a few minutes or go back to the front page."]
RETRACTED = ["This report has been withdrawn: its figures could not be verified. We apologise to our readers."]
TABLE = ["Full results: " + " ".join(f"{PLACES[i % 10]} {i * 13 % 97}," for i in range(500))]
CJK = [
    "市議会は火曜日の夜、夜行バスの計画を賛成多数で承認した。運転手の組合は歓迎し、来年四月の運行開始を求めている。",
    "反対派は費用が高すぎると述べ、来月に公聴会を開くよう議長に申し入れた。住民の意見は分かれたままだという。",
    "計画では、港と大学病院を結ぶ三つの路線に毎晩十二便を走らせる。運賃は昼間と同じで、深夜の割増はない。",
    "市の試算によると、年間の赤字は二億円にのぼる。差額は駐車場の収入で補うが、商店街は値上げに反発している。",
    "二十年前にも同じ計画があったが、当時は利用者が少なく、半年で取りやめになった。今回は調査を先に行うという。",
]  # fmt: skip
WEATHER = [
    f"Rain number {i} reaches {PLACES[i % 10]} before noon with gusts of {i + 30} miles an hour; by evening skies "
    f"clear over {PLACES[(i + 1) % 10]}, temperatures fall to {i} degrees, and farmers expect frost until day {i + 2}."
    for i in range(9)
]
EDITED = [paragraph.replace("Tuesday", "Wednesday").replace("people", "residents") for paragraph in GOOD]

CASES = {
    "the same text": (GOOD, GOOD, {}, None),
    "nothing at all": (GOOD, [], {}, "no_content"),
    "only white space": (GOOD, [" \n "], {}, "no_content"),
    "nothing after nothing": ([], [], {}, None),
    "a text after nothing": ([], GOOD, {}, None),
    "more text": (GOOD, report(20), {}, None),
    "a stub that grew": (GOOD[:1], GOOD, {}, None),
    "small edits everywhere": (GOOD, EDITED, {}, None),
    "another text of its length": (GOOD, report(12, "rejected"), {}, None),
    # shortened by the editors
    "one paragraph cut": (GOOD, GOOD[:-1], {}, None),
    "a third cut": (GOOD, GOOD[:3] + GOOD[6:11], {}, None),
    "a long table cut": (GOOD + TABLE, GOOD, {}, None),
    "every other paragraph cut, and a few more": (GOOD, GOOD[::2], {}, None),
    "taken back": (GOOD, RETRACTED, {}, None),
    "a flash told in fewer words": ([GOOD[0]], ["Plan 0 was approved in Ashby."], {}, None),
    "another day's weather": (GOOD, WEATHER, {}, None),
    "a live blog whose first hours fell off the end": (GOOD * 3, [*WEATHER, *GOOD[:3]], {}, None),
    "a live blog behind a wall": (GOOD * 3, [*WEATHER, *GOOD[:3]], WALLED, None),
    "another day's long text after a very long one": (report(60), WEATHER, {}, None),
    # stubs of a paywall
    "the beginning of a report on what was taken back": ([*RETRACTED, *GOOD], RETRACTED, {}, "paywall"),
    "two paragraphs": (GOOD, GOOD[:2], {}, "paywall"),
    "two paragraphs and a prompt": (GOOD, [*GOOD[:2], PROMPT], {}, "paywall"),
    "the first lines, with an ellipsis": (GOOD, [GOOD[0][:80] + "…"], {}, "paywall"),
    "half of it, on a page that is not free": (GOOD, GOOD[:5], WALLED, "paywall"),
    "two thirds, stopped in the middle, not free": (GOOD, [*GOOD[:8], GOOD[8][:60] + " …"], WALLED, "paywall"),
    "two thirds, stopped in the middle, then a prompt": (GOOD, [*GOOD[:8], GOOD[8][:60], PROMPT], WALLED, "paywall"),
    "two thirds, not free, but whole": (GOOD, GOOD[:8], WALLED, None),
    "the whole text on a page that is not free": (GOOD, GOOD, WALLED, None),
    "a prompt alone": (GOOD, [PROMPT], WALLED, "paywall"),
    # what is no article
    "an apology": (GOOD, APOLOGY, {}, "error_page"),
    "some lines out of the middle": (GOOD, [GOOD[4], GOOD[9]], {}, "no_content"),
    "the end alone": (GOOD, GOOD[-3:], {}, "no_content"),
    "words that are not parted": (CJK, [CJK[0][:30] + "…"], {}, "paywall"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "fields", "reason"), CASES.values(), ids=CASES)
def test_what_may_follow(before: list[str], after: list[str], fields: dict[str, Any], reason: str | None) -> None:
    refused = refusal(article(before), article(after, **fields))
    assert (refused and refused.reason) == reason
    assert refused is None or "better and stays" in refused.detail


def test_the_cases_lie_on_the_right_sides_of_the_thresholds() -> None:
    assert len(GOOD[0]) < LITTLE < len("".join(GOOD[:2]))
    assert len("".join(WEATHER)) > SUBSTANTIAL


def test_a_hostile_text_costs_little() -> None:
    """Publishing holds the store's write lock."""
    import time

    flood = article(["a" * 500_000, "a b " * 200_000, *["x"] * 20_000])
    begun = time.perf_counter()
    refusal(flood, article(["a" * 300_000, *["a b " * 10] * 3_000]))
    assert time.perf_counter() - begun < 5
