"""Exports of 100,000 articles: articles a second, and whether memory grows with their number.

``pytest -s -m bench tests/bench/test_export_speed.py``
"""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.store.database import Database
from tests.article_mill import fill
from tests.commands import COPYDESK

NUMBER, FEW = 100_000, 20_000


@dataclass(frozen=True)
class Spent:
    seconds: float
    cpu: float
    megabytes: float


def export(store_url: str, file_format: str, out: Path, since: int) -> Spent:
    """One run of the command."""
    command = [COPYDESK, "export", "--format", file_format, "-o", out, "--since", str(since)]
    environment = os.environ | {"COPYDESK_STORE_URL": store_url, "COPYDESK_HOME": str(out.parent)}
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return Spent(time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


@pytest.mark.bench
def test_exports(store_url: str, tmp_path: Path) -> None:
    database = Database(store_url).migrate()
    fill(database, NUMBER)
    database.close()
    print(f"\n{store_url.split(':')[0]}")
    for file_format in ("jsonl", "csv", "ninjs", "parquet"):
        out = tmp_path / f"all.{file_format}"
        few = export(store_url, file_format, out, NUMBER - FEW)
        spent = export(store_url, file_format, out, 0)
        size = out.stat().st_size / 1e6
        print(
            f"{file_format:8} {NUMBER / spent.seconds:7.0f}/s, {1e3 * spent.cpu / NUMBER:.2f} ms CPU, {size:5.0f} MB; ",
            end="",
        )
        print(f"memory {few.megabytes:.0f} MB for {FEW}, {spent.megabytes:.0f} MB for all")
        assert spent.megabytes < 1.25 * few.megabytes
