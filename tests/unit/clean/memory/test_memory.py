"""The site memory's rule: what is forgotten, and what recurs with good reason and stays."""

import pytest

from pipeline.clean.memory import EVERYWHERE, TOLD, InProcessMemory, fingerprint, forget_repeated
from pipeline.documents import Block

SITE = "courier.example"
NOTICE = "The Courier has reported from the docks since 1911 and belongs to those who work for it."
NAMING = "“Low Tide”, the paper's own documentary, can be seen every Friday in the old customs house."
LINE = "Harbour Letter: every Friday at seven, what the tide brought in"
SPOKEN = "We are read by nine hundred households, and your neighbours are among them."
QUOTE = "“We will publish every page of the report,” the transport minister told parliament."
BACKGROUND = (
    "Seven people died when the ferry Aurelia struck the breakwater on the night of 3 November, and an inquiry into it "
    "has heard from more than forty witnesses since it began its sittings in the old customs house."
)


def own(number: int) -> list[str]:
    """The paragraphs that only this article has."""
    words = ("harbour", "council", "winter", "letter", "engine", "garden")
    return [f"Own paragraph {word} of report {chr(97 + number)} with words{number} of its own kind." for word in words]


def read(memory: InProcessMemory, texts: list[str], document: str) -> list[str]:
    blocks = tuple(Block(type="paragraph", text=text) for text in texts)
    return [block.text for block in forget_repeated(blocks, memory, site=SITE, document_id=document)]


def survives(texts: list[str], articles: int, place: str) -> bool:
    """Whether the texts are still in the last of so many articles that have them."""
    memory, kept = InProcessMemory(), []
    for number in range(articles):
        mine = own(number)
        page = {"end": [*mine, *texts], "middle": [*mine[:3], *texts, *mine[3:]], "top": [*texts, *mine]}[place]
        kept = read(memory, page, str(number))
        assert [text for text in kept if text in mine] == mine, "an article's own text is never touched"
    return all(text in kept for text in texts)


@pytest.mark.parametrize(
    ("text", "articles", "place", "stays"),
    [
        (NOTICE, 1, "end", True),
        (NOTICE, 2, "end", True),
        (NOTICE, TOLD - 1, "end", True),
        (NOTICE, TOLD, "end", False),
        (NOTICE, TOLD, "top", False),
        (NOTICE, EVERYWHERE, "middle", True),
        (LINE, 3, "end", False),
        (LINE, 3, "middle", True),
        (LINE, EVERYWHERE, "middle", False),
        (SPOKEN, 3, "middle", False),
        (NAMING, TOLD, "end", False),
        (QUOTE, 4, "end", True),
        (QUOTE, 2, "middle", True),
        (BACKGROUND, 5, "end", True),
        (BACKGROUND, 6, "middle", True),
        (BACKGROUND, EVERYWHERE + 5, "middle", True),
    ],
)
def test_the_rule(text: str, articles: int, place: str, stays: bool) -> None:
    assert survives([text], articles, place) is stays


def test_one_article_under_many_addresses_is_not_taken_apart() -> None:
    memory = InProcessMemory()
    for number in range(5):
        assert read(memory, own(0), f"address {number}") == own(0)


def test_the_same_article_again_is_no_other_article() -> None:
    memory = InProcessMemory()
    for _ in range(5):
        assert NOTICE in read(memory, [*own(0), NOTICE], "one")


def test_sites_are_apart() -> None:
    memory = InProcessMemory()
    for number in range(5):
        block = Block(type="paragraph", text=NOTICE)
        assert forget_repeated((block,), memory, site=f"{number}.example", document_id=str(number)) == (block,)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Read by 900 households.", "read by 1200 households", True),
        ("Read by 900 households.", "Read by nine households.", False),
        ("Tide  tables — page 12", "Tide tables: page 14", True),
    ],
)
def test_fingerprints(one: str, other: str, same: bool) -> None:
    assert (fingerprint(one) == fingerprint(other)) is same


def test_it_is_bounded() -> None:
    memory = InProcessMemory(most=100)
    for number in range(50):
        memory.seen(SITE, [f"{number}-{i}" for i in range(20)], str(number))
    assert len(memory._articles) <= 100
