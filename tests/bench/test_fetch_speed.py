"""How fast one process reads: 200 hosts, 100 ms latency, 27 KB gzip pages; speed, CPU and memory are printed."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import psutil
import pytest

from pipeline.documents import FetchedPage, Source
from pipeline.fetch import Fetcher, FetchLimits, fetch
from pipeline.fetch.addresses import networks
from tests.bench.peers import python_with

HOSTS, PORT, LATENCY = 200, 8087, 0.1
PAGES = 20_000
ROUND = 4_000
"""Pages of one round beside Scrapy."""
SCRAPY = "scrapy==2.19.0"


@pytest.fixture
def mill() -> Iterator[None]:
    command = [sys.executable, str(Path(__file__).parent / "page_mill.py"), str(HOSTS), str(PORT), str(LATENCY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield
        process.terminate()


def sources(number: int) -> list[Source]:
    urls = (f"http://127.8.1.{n % HOSTS + 1}:{PORT}/news/{n}" for n in range(number))
    return [Source(id=str(n), input="", url=url) for n, url in enumerate(urls)]


@pytest.mark.bench
def test_one_process_reads_400_pages_a_second_in_flat_memory(mill: None) -> None:
    limits = FetchLimits(concurrency=200, allow_addresses=networks(["127.8.0.0/16"]))
    memory: list[int] = []
    with Fetcher(limits) as fetcher:
        list(fetch(sources(2 * HOSTS), fetcher=fetcher))
        wall, cpu, read = time.perf_counter(), time.process_time(), 0
        for number, (_, outcome) in enumerate(fetch(sources(PAGES), fetcher=fetcher)):
            read += isinstance(outcome, FetchedPage)
            if number % (PAGES // 10) == PAGES // 20:
                memory.append(psutil.Process().memory_info().rss // 2**20)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(f"\n{PAGES / wall:.0f} pages/s, {1000 * cpu / PAGES:.2f} ms CPU a page, memory {memory} MB")
    assert read == PAGES
    assert PAGES / wall >= 400
    assert max(memory[1:]) - memory[1] <= 20


@pytest.mark.bench
def test_three_times_the_pages_of_scrapy_per_cpu_second(mill: None) -> None:
    python = python_with(SCRAPY)
    script = Path(__file__).parent / "read_with_scrapy.py"
    ratios = []
    with Fetcher(FetchLimits(concurrency=200, allow_addresses=networks(["127.8.0.0/16"]))) as fetcher:
        for _ in range(3):
            command = [python, script, str(HOSTS), str(PORT), str(ROUND)]
            told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
            theirs = int(told[0]) / float(told[2])
            cpu = time.process_time()
            read = sum(isinstance(outcome, FetchedPage) for _, outcome in fetch(sources(ROUND), fetcher=fetcher))
            ours = read / (time.process_time() - cpu)
            assert (read, int(told[0])) == (ROUND, ROUND)
            ratios.append(ours / theirs)
            print(
                f"\npages per CPU second: {ours:.0f}, Scrapy {theirs:.0f} ({float(told[1]):.1f} s), {ratios[-1]:.1f} x"
            )
    assert median(ratios) >= 3
