"""Plain-text and Markdown pages: one story in many layouts, and pages that are none."""

import textwrap
import time

import pytest

from pipeline.clean.plaintext import read_text
from pipeline.documents import Article, FetchedPage, MediaType

HEADLINE = "Ashgrove to close swimming pool over fears of roof collapse"
STANDFIRST = "Councillors say repairs would cost £3m, and there is no money"
BODY = [
    "The town of Ashgrove will close its only swimming pool in October after engineers found that the roof could fall.",
    "Councillors voted nine to four on Monday night to shut the building, which opened in 1974, for good.",
    '"It is where I learned to swim," said Petra Lunn, who runs the lifeguard club. "I do not know what we tell them."',
    "The council had set aside £200,000 for buses to the nearest pool, in Thornley, eleven miles away, it said.",
]
STORY = "\n\n".join(BODY)
WRAPPED = "\n\n".join(textwrap.fill(paragraph, 72) for paragraph in BODY)
APPEAL = (
    "Why your gift matters\n\nWe are a small newsroom, and our readers pay for what we do.\n\n"
    "If you can, give us the price of a cup of tea.\n\nDonate now"
)


def read(text: str, media_type: MediaType = "text/plain") -> Article:
    fetched = "2024-01-01T00:00:00+00:00"
    page = FetchedPage(id="1", requested_url="", url="", media_type=media_type, text=text, date_fetched=fetched)
    return read_text(page)


LAYOUTS = {
    "headline twice": f"{HEADLINE} | Ashgrove Bugle\n\n{HEADLINE}\n\nBy Nell Ferris\n3 May 2023\n\n{STORY}\n\nShare",
    "byline first": f"By Nell Ferris\n\n{HEADLINE}\n\n{STANDFIRST}\n\nMay 3, 2023\n\n{STORY}",
    "one line of credits": f"{HEADLINE}\n\nNell Ferris | 3 May 2023 | 5 min read\n\n{STORY}",
    "no blank lines": f"{HEADLINE}\n{STANDFIRST}\nBy Nell Ferris\n3 May 2023\n" + "\n".join(BODY) + "\nComments",
    "wrapped at 72": f"{HEADLINE}\n\nBy Nell Ferris, Local Editor\nAshgrove, 3 May 2023\n\n{WRAPPED}",
    "byline below the standfirst": f"{HEADLINE}\nAshgrove - 3 May 2023\n{STANDFIRST}.\nBy Nell Ferris\n"
    + "\n".join(BODY),
    "name and comma": f"{HEADLINE}\n\nNell Ferris,\nLocal Affairs Editor\n\n3 May 2023 • 2:20pm\n\n"
    f"Credit: Jo Hall\n\n{STORY}",
    "no by": f"{HEADLINE}\n\n{STANDFIRST}\n\nNell Ferris in Ashgrove\n\nWed 3 May 2023\n\nShare\n\n{STORY}",
    "name in capitals": f"{HEADLINE}\n\nNELL FERRIS\nStaff Writer\n\nPublished: 3 May 2023\n\n{STORY}",
    "changed later": f"{HEADLINE}\n\nBy Nell Ferris\nPublished 3 May 2023 | Updated 4 May 2023\n\n{STORY}",
    "changed first": f"{HEADLINE}\n\nBy Nell Ferris\nUpdated 4 May 2023\nPublished 3 May 2023\n\n{STORY}",
    "day with a point": f"{HEADLINE}\n\nBy Nell Ferris\n3. May 2023\n\n{STORY}",
    "menu and lists": f"Home / Local / Pools\n\n{HEADLINE}\n\nBy Nell Ferris\n3 May 2023\n\n{STORY}\n\nTop stories\n\n"
    "Baker wins prize for longest loaf\n\nRiver closed to boats\n\nAbout us\nContact",
    "agency": f"{HEADLINE}\n\nBy NELL FERRIS\nMay 3, 2023\n\nASHGROVE, England (Wire) — {STORY}\n\n___\n\n"
    "Wire writer Jo Hall in Thornley contributed to this report.",
    "appeal above": f"{HEADLINE}\n\nBy Nell Ferris\n3 May 2023\n\n{APPEAL}\n\n{STORY}",
    "appeal within": f"{HEADLINE}\n\nBy Nell Ferris\n3 May 2023\n\n{BODY[0]}\n\n{APPEAL}\n\n" + "\n\n".join(BODY[1:]),
    "teaser within": f"{HEADLINE}\n\nBy Nell Ferris\n3 May 2023\n\n{BODY[0]}\n\nRead more\n\nTen pools to visit\n\n"
    + "\n\n".join(BODY[1:]),
    "question teased": f"{HEADLINE}\n\nBy Nell Ferris\n3 May 2023\n\n{BODY[0]}\n\n"
    "More on this\n\nHow safe are our pools?\n\n" + "\n\n".join(BODY[1:]),
    "newsletter before the end": f"{HEADLINE}\n\nBy Nell Ferris\n3 May 2023\n\n" + "\n\n".join(BODY[:-1]) + "\n\n"
    f"Sign up to our free newsletter\n\nEnter your email address\n\n{BODY[-1]}",
    "biography": f"{HEADLINE}\n\nBy Nell Ferris\n3 May 2023\n\n{STORY}\n\nNell Ferris writes about towns.",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout(layout: str) -> None:
    article = read(LAYOUTS[layout])
    assert article.headline == HEADLINE
    assert [author.name for author in article.authors] == ["Nell Ferris"]
    assert article.date_published == "2023-05-03"
    assert article.body == STORY
    assert (article.description or "").rstrip(".") == (STANDFIRST if STANDFIRST in LAYOUTS[layout] else "")


@pytest.mark.parametrize(
    "paragraph",
    [
        "“Your support has saved lives,” the coxswain, Ann Dell, told them. “We will not forget it.”",
        "The newsletter that carried the appeal went to 12,000 subscribers, and half of them gave money.",
        "If you support a ban, you should know what we learned: our buses are late, and we wait.",
        "Donations to the club rose by a third after the fire, its members said.",
    ],
)
def test_what_only_sounds_like_an_appeal_stays(paragraph: str) -> None:
    text = f"{HEADLINE}\n\nBy Nell Ferris\n3 May 2023\n\n{BODY[0]}\n\n{paragraph}\n\n{BODY[1]}"
    assert read(text).body == "\n\n".join([BODY[0], paragraph, BODY[1]])


@pytest.mark.parametrize(
    ("layout", "dateline"),
    [
        ("wrapped at 72", "Ashgrove"),
        ("no by", "Ashgrove"),
        ("byline below the standfirst", "Ashgrove"),
        ("agency", "Ashgrove, England"),
        ("byline first", None),
    ],
)
def test_dateline(layout: str, dateline: str | None) -> None:
    assert read(LAYOUTS[layout]).dateline == dateline


def test_change_is_kept_apart() -> None:
    assert read(LAYOUTS["changed later"]).date_modified == read(LAYOUTS["changed first"]).date_modified == "2023-05-04"


def test_markdown() -> None:
    article = read(
        f'---\ntitle: "{HEADLINE}"\nauthor: Nell Ferris\ndate: 2023-05-03\n---\n\n# {HEADLINE}\n\n*{STANDFIRST}*\n\n'
        f"![The pool](https://example.org/p.jpg)\n\n{STORY}\n\n## What next\n\n"
        "- [Thornley pool](https://example.org/t) opens at six.\n- The bus leaves at five.\n\n> We shall fight it.\n",
        "text/markdown",
    )
    assert (article.headline, article.description, article.date_published) == (HEADLINE, STANDFIRST, "2023-05-03")
    assert [block.type for block in article.blocks if block.type != "paragraph"] == [
        "lead", "heading", "list", "quote", "image",
    ]  # fmt: skip
    assert [(link.text, link.url) for link in article.links] == [("Thornley pool", "https://example.org/t")]
    assert [image.url for image in article.images] == ["https://example.org/p.jpg"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "News\nSport\nTop stories\n\nBaker wins prize\n\nRiver closed to boats\n\nSubscribe\n\n© 2023 The Bugle",
        "We use cookies\n\nAccept all\n\nReject all\n\nPrivacy policy",
    ],
)
def test_no_article(text: str) -> None:
    article = read(text)
    assert (article.outcome, article.reason, article.body) == ("rejected", "no_content", "")


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, "a " * 200_000, "Read more\n" * 40_000, "A. B, " * 60_000, "\n \t" * 100_000,
     "Donate now\n\n" * 30_000, "Donate now\n\nWe go on and on.\n\n" * 30_000,
     "".join(f"Support A{n}b\n\n" for n in range(30_000)),
     "long " * 1_000_000, "ab cd\n" * 1_000_000, "(" * 5_000_000,
     "word word word word word word word word word\n" * 70_000,
     "By A B and " * 40_000, "![](" * 60_000, "12:00 " * 50_000, "**a " * 60_000],
    ids=lambda text: text[:8].strip(),
)  # fmt: skip
def test_hostile_pages_take_no_time(text: str) -> None:
    started = time.process_time()
    read(text, "text/markdown")
    assert time.process_time() - started < 3


@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_control_characters_are_left_out_and_a_new_sheet_begins_a_line(media_type: MediaType) -> None:
    text = f"{HEADLINE}\f{STORY}".replace("o", "o\x01\x1b\ufffe")
    found = read(text, media_type)
    assert (found.headline, found.body) == (HEADLINE, STORY)


def test_front_matter_in_quotation_marks_is_bare() -> None:
    assert read(f'---\ntitle: " {HEADLINE} "\n---\n\n{STORY}', "text/markdown").headline == HEADLINE
