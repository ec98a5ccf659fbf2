"""Draws ``pipeline/docs/speed.svg`` from ``results.json``: ``python -m tests.bench.chart``."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from tests.bench.results import kept

FILE = Path(__file__).parents[2] / "pipeline" / "docs" / "speed.svg"
WIDTH, LEFT, RIGHT, ROW, BAR, TOP = 760, 250, 70, 30, 18, 52
ROWS = (
    ("pipeline", "Copydesk, fetch to store", True), ("clean-enrich", "Copydesk, clean and enrich", True),
    ("clean", "Copydesk, clean", True), ("trafilatura", "trafilatura 2.3", False),
    ("newspaper-parse", "newspaper4k 0.9.6, parse", False), ("newspaper", "newspaper4k 0.9.6, parse + nlp", False),
    ("news-please", "news-please 1.6.16", False),
)  # fmt: skip
"""Program, what it is called, whether it is ours."""
STYLE = """
text { font: 14px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600 } .small { font-size: 12px; fill: #57606a }
.ours { fill: #0969da } .other { fill: #8c959f }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9198a1 } .ours { fill: #4493f8 } .other { fill: #767e87 }
}"""


def chart(figures: dict[str, dict[str, float]]) -> str:
    """The picture; ``figures``: program -> ``ms``, CPU time a page."""
    shown = [(name, is_ours, figures[program]["ms"]) for program, name, is_ours in ROWS if program in figures]
    height = TOP + ROW * len(shown) + 12
    rows = "\n".join(_rows(shown))
    told = "; ".join(f"{name}: {ms:.0f} ms" for name, _, ms in shown)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">
<title id="t">CPU time for a page</title><desc id="d">{escape(told)}</desc>
<style>{STYLE}</style>
<text x="10" y="22" class="title">CPU time for a page, milliseconds</text>
<text x="10" y="40" class="small">Real pages, the same for all, medians of one run; shorter is better</text>
{rows}
</svg>
"""


def _rows(shown: list[tuple[str, bool, float]]) -> Iterator[str]:
    longest = max(ms for _, _, ms in shown)
    for number, (name, is_ours, ms) in enumerate(shown):
        y, length = TOP + ROW * number, (WIDTH - LEFT - RIGHT) * ms / longest
        yield f'<text x="{LEFT - 10}" y="{y + 16}" text-anchor="end">{escape(name)}</text>'
        kind = "ours" if is_ours else "other"
        yield f'<rect class="{kind}" x="{LEFT}" y="{y + 2}" width="{length:.1f}" height="{BAR}" rx="2"/>'
        yield f'<text x="{LEFT + length + 8:.1f}" y="{y + 16}">{ms:.0f}</text>'


if __name__ == "__main__":
    FILE.write_text(chart(kept()["peers"]), "utf-8")
