"""The whole pipeline and its first stage beside other extractors: CPU time an article, on the same pages, in one run.

``pytest -s -m bench tests/bench/test_peers_speed.py``. The pages are the real ones of ``../shared/quality`` where that
is there, else made ones; with ``BENCH_PAGES`` only so many of them. Each round takes another share, and each program,
alone in a process of its own, reads some pages of another share first, which do not count: loading, and words that are
met for the first time, are a matter of minutes in what runs for days.
"""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest

from tests.bench.peers import OFFLINE, nltk_data, python_with
from tests.bench.results import keep
from tests.commands import COPYDESK
from tests.pages import make_page

BESIDE = Path(__file__).parent
ROOT = BESIDE.parents[1]
REAL = ROOT.parent / "shared" / "quality"
ROUNDS, MADE, WARMING = 3, 300, 60
"""``WARMING``: pages that are read first."""
REQUIRED = {
    "newspaper": ("newspaper4k[all]==0.9.6",), "newspaper-parse": ("newspaper4k[all]==0.9.6",),
    "news-please": ("news-please==1.6.16",), "trafilatura": ("trafilatura==2.3.0", "lxml_html_clean"),
}  # fmt: skip
OWN = ("clean", "clean-enrich")
Page = dict[str, str]
Measured = dict[str, float]


def pages() -> list[Page]:
    """In an order that mixes what comes from different places; none of them twice."""
    files = (gzip.decompress(path.read_bytes()).decode() for path in sorted(REAL.glob("pages-*.jsonl.gz")))
    found = [json.loads(line) for text in files for line in text.split("\n") if line]
    found = found or [{"url": f"https://a.example/{n}", "html": make_page(n, seed=9)} for n in range(MADE)]
    Random(1).shuffle(found)
    return [{"url": page["url"], "html": page["html"]} for page in found[: int(os.environ.get("BENCH_PAGES", "9999"))]]


def extract(program: str, given: Path, warming: int) -> Measured:
    """What ``extract_with.py`` tells of a program; the first ``warming`` of the pages do not count."""
    peer = REQUIRED.get(program)
    python = python_with(*peer) if peer else Path(sys.executable)
    environment = os.environ | OFFLINE | {"OMP_NUM_THREADS": "1", "NLTK_DATA": str(nltk_data())}
    if not peer:
        environment["PYTHONPATH"] = str(ROOT)
    command = [python, BESIDE / "extract_with.py", program, given, f"{warming}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found: Measured = json.loads(done.stdout)
    return found


def run(folder: Path, files: Path) -> dict[str, Any]:
    """``copydesk run`` in an empty home over a folder of files: what all its processes cost, and the account."""
    folder.mkdir()
    command = [sys.executable, str(BESIDE / "cpu_of.py"), str(COPYDESK), "run", "--json", str(files)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    account = json.loads(found["stdout"])
    assert account["in_flight"] == account["dead"] == 0, found["stderr"]
    return found | {"ended": account["accepted"], "stored": account["stored"]}


def pipeline(folder: Path, warming: list[Page], share: list[Page]) -> Measured:
    """All stages with all between them, from files to the store: what a run of all costs more than one of the first."""
    folder.mkdir()
    first, whole = (
        run(folder / name, write_pages(folder / f"{name}-files", part))
        for name, part in (("first", warming), ("all", [*warming, *share]))
    )
    pages = whole["ended"] - first["ended"]
    return {
        "ms": 1000 * (whole["cpu"] - first["cpu"]) / pages, "gross_ms": 1000 * whole["cpu"] / whole["ended"],
        "pages": pages, "first_s": first["cpu"], "stored": whole["stored"] - first["stored"],
        "peak_mb": whole["peak_mb"], "pss_mb": whole["pss_mb"],
    }  # fmt: skip


def write_pages(files: Path, share: list[Page]) -> Path:
    """As files of a folder, which is returned."""
    files.mkdir(parents=True)
    for number, page in enumerate(share):
        # Marked as UTF-8, as the page itself names the encoding that it had on the net.
        (files / f"{number:04}.html").write_text(page["html"], "utf-8-sig", errors="replace")
    return files


def rounds(folder: Path) -> Iterator[dict[str, Measured]]:
    """Each program on a share of the pages, one program after another."""
    every = pages()
    for number in range(ROUNDS):
        share, warming = every[number::ROUNDS], every[(number + 1) % ROUNDS :: ROUNDS][:WARMING]
        place = folder / str(number)
        place.mkdir()
        given = place / "pages.jsonl"
        given.write_text("\n".join(map(json.dumps, [*warming, *share])), "utf-8")
        found = {program: extract(program, given, len(warming)) for program in (*REQUIRED, *OWN)}
        found["pipeline"] = pipeline(place / "pipeline", warming, share)
        tell(found)
        yield found


def tell(found: dict[str, Measured]) -> None:
    for program, figures in found.items():
        print(f"{program:>16}", ", ".join(f"{name} {value:.1f}" for name, value in figures.items()), flush=True)


@cache
def measured(folder: Path) -> list[dict[str, Measured]]:
    print(f"\n{len(pages())} pages, {'real' if REAL.exists() else 'made'}")
    return list(rounds(folder))


def ratio(found: list[dict[str, Measured]], program: str, ours: str, figure: str = "ms") -> list[float]:
    """How many times a program's time is ours, round by round."""
    return [one[program]["ms"] / one[ours][figure] for one in found]


@pytest.mark.bench
def test_the_whole_pipeline_beside_others(tmp_path: Path) -> None:
    found = measured(tmp_path)
    middle = {
        program: {name: median(one[program][name] for one in found) for name in figures}
        for program, figures in found[0].items()
    }
    print("medians:")
    tell(middle)
    wanted = {("newspaper", "pipeline"): 3.0, ("news-please", "pipeline"): 6.0, ("trafilatura", "clean"): 1 / 0.7}
    for (program, ours), least in wanted.items():
        times = ratio(found, program, ours)
        print(f"{ours}: {median(times):.2f} x {program} ({min(times):.2f} to {max(times):.2f}), wanted {least:.2f}")
    keep("peers", middle)
    missed = [names for names, least in wanted.items() if median(ratio(found, *names)) < least]
    assert not missed
