"""How long one URL takes through a warm fleet, from ``copydesk add`` until it is stored."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep

import pytest
from sqlalchemy import select

from pipeline.store.database import Database
from pipeline.store.schema import documents
from tests.bench.results import keep
from tests.commands import Copydesk
from tests.pages import make_page
from tests.waiting import wait_for

HOST, WARM, MEASURED = "127.8.4.1", 5, 40
PACE = 1.2
"""Seconds from one URL to the next: the site is asked once a second at most, which is no matter of ours."""


class Site(BaseHTTPRequestHandler):
    """An article under any address that ends in its number; the site has no robots.txt."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        is_article = self.path.startswith("/story/")
        body = make_page(int(self.path.rpartition("/")[2])).encode() if is_article else b""
        self.send_response(200 if is_article else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def site() -> Iterator[str]:
    with ThreadingHTTPServer((HOST, 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}"
        server.shutdown()


@pytest.mark.bench
def test_one_url_from_add_to_stored(tmp_path: Path) -> None:
    copydesk = Copydesk(tmp_path, {"COPYDESK_ALLOW_ADDRESSES": "127.8.0.0/16"})
    copydesk.home.mkdir(parents=True)
    with site() as url, closing(Database(copydesk.store_url).migrate()) as database:
        worker = copydesk.start("worker")
        try:
            taken = [_taken(copydesk, database, f"{url}/story/{number}") for number in range(WARM + MEASURED)][WARM:]
        finally:
            worker.terminate()
            worker.wait(60)
    whole, inside = ([1000 * each[at] for each in taken] for at in (0, 1))
    figures = {
        "p50 ms": median(inside), "p95 ms": quantiles(inside, n=20)[-1],
        "p50 ms with the command": median(whole), "p95 ms with the command": quantiles(whole, n=20)[-1],
    }  # fmt: skip
    print("\none URL:", ", ".join(f"{name} {value:.0f}" for name, value in figures.items()))
    keep("one URL", {"add to stored": figures})
    assert figures["p50 ms"] < 400
    assert figures["p95 ms"] < 1000


def _taken(copydesk: Copydesk, database: Database, url: str) -> tuple[float, float]:
    """Seconds until it is stored: since the command was given, and since the ledger took it."""
    begun = perf_counter()
    assert copydesk("add", url).returncode == 0
    query = select(documents.c.accepted_at, documents.c.finished_at).where(documents.c.url == url)

    def ended() -> bool:
        with database.read() as tx:
            return bool(tx.execute(query.where(documents.c.finished_at.is_not(None))).first())

    wait_for(ended, 60)
    whole = perf_counter() - begun
    with database.read() as tx:
        row = tx.execute(query).one()
    sleep(max(0.0, PACE - whole))
    return whole, row.finished_at - row.accepted_at
