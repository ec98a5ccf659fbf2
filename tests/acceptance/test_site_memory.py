"""A simulated site of fifty articles: what it repeats is forgotten, what its reports have in common is kept.

``python -m pytest -s tests/acceptance/test_site_memory.py`` prints the figures.
"""

import random
from dataclasses import dataclass

from pipeline.clean import clean
from pipeline.clean.memory import InProcessMemory
from pipeline.documents import FetchedPage
from tests.pages import make_page

ARTICLES = 50
CAMPAIGN = 10
"""Articles after which the site changes its appeals."""

APPEALS = (
    "The Harbour Courier has reported from the docks since 1911 and belongs to the people who work for it.",
    "Nine hundred households pay for the paper that all of the town reads, and most live on this side of the river.",
    "This year the printing works turns one hundred, and the doors stand open on the first Saturday of each month.",
    "Reporting from the courts takes days that no advertiser pays for, and yet somebody has to sit there.",
    "A cup of coffee a month keeps a correspondent in the county hall, the editors have worked it out.",
)
BOXES = (
    "Harbour Letter: every Friday at seven, what the tide brought in.",
    "The Courier in the morning, on paper, at the kiosk by the ferry.",
    "Tide tables, ferry times and church services are on page twelve.",
)
TEASERS = (
    "What the harbour master said in court",
    "Seven walks along the old sea wall",
    "The last net maker of Quay Street",
)
BACKGROUND = "Seven people died when the ferry Aurelia struck the breakwater on the night of 3 November two years ago."
STANDING = "The breakwater is being rebuilt at a cost of nine million, and the work is to last until next autumn."
STATEMENT = "“We will publish every page of the inspector's report,” the transport minister told parliament on Monday."


@dataclass(frozen=True)
class Simulated:
    html: str
    notices: tuple[str, ...]
    shared: tuple[str, ...]


def simulated(number: int, seed: int = 7) -> Simulated:
    """One article of the site, its notices in plain paragraphs between those of the report, without any class."""
    chance = random.Random(f"{seed}-{number}")
    campaign = number // CAMPAIGN
    notices = (APPEALS[campaign], BOXES[campaign % len(BOXES)])
    paragraphs = [text for text in _report(number) if text]
    shared = []
    if number % 8 == 1:
        shared.append(BACKGROUND)
    if number in (20, 21):
        shared.append(STATEMENT)
    for text in shared:
        paragraphs.insert(chance.randrange(1, len(paragraphs)), text)
    paragraphs.insert(chance.choice([1, 2, len(paragraphs)]), notices[0])
    if number in range(30, 34):
        shared.append(STANDING)
        paragraphs.append(STANDING)
    paragraphs.append(notices[1])
    paragraphs.append(chance.choice(TEASERS))
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    url = f"https://courier.example/{number}"
    head = f'<title>Report {number}</title><link rel="canonical" href="{url}">'
    html = f"<html><head>{head}</head><body><article><h1>Report number {number}</h1>{body}</article></body></html>"
    return Simulated(html, notices, tuple(shared))


def _report(number: int) -> list[str]:
    """Paragraphs of a generated page, without what its own site puts around them."""
    article = clean(_page(make_page(number, 3), "https://other.example"))
    return [block.text for block in article.blocks if block.type == "paragraph"]


def _page(html: str, url: str) -> FetchedPage:
    return FetchedPage(
        id=url, requested_url=url, url=url, media_type="text/html", text=html, date_fetched="2025-01-01T00:00:00+00:00"
    )


def _survivors(memory: InProcessMemory | None) -> tuple[float, float, int]:
    """Share of the notices that are still in a body, share of the reports' text that is lost, shared passages lost."""
    notices = kept = written = lost = passages = 0
    for number in range(ARTICLES):
        page = simulated(number)
        body = clean(_page(page.html, f"https://courier.example/{number}"), memory=memory).body
        notices += len(page.notices)
        kept += sum(text in body for text in page.notices)
        report = _report(number)
        written += sum(map(len, report))
        lost += sum(len(text) for text in report if text not in body)
        passages += sum(text not in body for text in page.shared)
    return kept / notices, lost / written, passages


def test_notices_go_and_reports_stay() -> None:
    without, lost_without, _ = _survivors(None)
    memory = InProcessMemory()
    first, lost_first, passages = _survivors(memory)
    again, lost_again, passages_again = _survivors(memory)
    print(f"\nnotices left: {without:.0%} without memory, {first:.0%} with it, {again:.0%} when read again")
    print(f"report text lost: {lost_without:.1%} without, {lost_first:.1%} with, {lost_again:.1%} when read again")
    print(f"shared passages lost: {passages} and {passages_again}")
    assert first < 0.65 * without
    assert again < 0.4 * without
    assert max(lost_first, lost_again) - lost_without < 0.005
    assert passages == passages_again == 0
