"""The embedded Redis: a real server, private, found again, and gone when its owner is."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.documents import Document, FetchedPage, Part, Source
from pipeline.errors import UnavailableError
from workers.payloads import Payloads
from workers.redis_server import EmbeddedRedis, connect, socket_folder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedRedis]:
    found = EmbeddedRedis(tmp_path)
    found.ensure()
    yield found
    found.stop()


def test_it_answers_on_a_private_socket_only(server: EmbeddedRedis, tmp_path: Path) -> None:
    client = connect(server.url)
    assert client.ping()
    assert client.config_get("port") == {"port": "0"}
    assert stat.S_IMODE(socket_folder(tmp_path).stat().st_mode) == 0o700


def test_a_running_one_is_shared(server: EmbeddedRedis, tmp_path: Path) -> None:
    other = EmbeddedRedis(tmp_path)
    other.ensure()
    assert other.pid is None
    other.stop()
    assert connect(server.url).ping()


def test_a_killed_one_is_started_again(server: EmbeddedRedis) -> None:
    before = server.pid
    server._process.kill()
    server._process.wait()
    server.ensure()
    assert server.pid != before
    assert connect(server.url).ping()


def test_a_long_home_gets_a_short_socket(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 30)
    server = EmbeddedRedis(home)
    server.ensure()
    try:
        assert connect(server.url).ping()
    finally:
        server.stop()


def test_payloads_come_back_and_missing_ones_are_left_out(server: EmbeddedRedis) -> None:
    payloads = Payloads(connect(server.url), ttl=60)
    sources = {f"d{i}": Source(id=f"d{i}", input="ü", url="file:///x") for i in range(3)}
    payloads.put("fetch", {i: payloads.pack(s) for i, s in sources.items() if i != "d1"})
    assert payloads.get("fetch", list(sources), Source).documents.keys() == {"d0", "d2"}
    payloads.drop("fetch", ["d0"])
    assert payloads.get("fetch", ["d0", "d2"], Source).documents.keys() == {"d2"}


@pytest.mark.parametrize("text", ["", "<p>one\ntwo\n", "\r\n\u2028ü\u0000{}"])
def test_a_page_comes_back_as_it_was(server: EmbeddedRedis, text: str) -> None:
    payloads = Payloads(connect(server.url), ttl=60)
    page = FetchedPage(
        id="d", requested_url="https://a.example/1", url="https://a.example/2", redirects=("https://a.example/3",),
        status=200, media_type="text/html", encoding="utf-8", text=text, headers={"etag": "x"}, carry={"a": [1, None]},
        parts=(Part(url="https://a.example/2?page=2", text=text),), date_fetched="2026-11-29T10:00:00Z",
    )  # fmt: skip
    payloads.put("fetch", {"d": payloads.pack(page)})
    assert payloads.get("fetch", ["d"], FetchedPage).documents == {"d": page}


@pytest.mark.parametrize(
    "document",
    [
        Source(id="d", input="\ud800", url="file:///x"),
        FetchedPage(id="d", requested_url="u", url="u", media_type="text/html", text="\ud800", date_fetched="2026"),
    ],
)
def test_text_that_is_no_unicode_cannot_be_packed(server: EmbeddedRedis, document: Document) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        Payloads(connect(server.url), ttl=60).pack(document)


def test_a_lost_redis_is_unavailable(tmp_path: Path) -> None:
    payloads = Payloads(connect(f"unix://{tmp_path}/none.sock"), ttl=60)
    with pytest.raises(UnavailableError):
        payloads.get("fetch", ["d0"], Source)


SHARED = """
import threading
from pipeline.documents import Document, FetchedPage, Part, Source
from workers.payloads import Payloads
payloads = Payloads(None, 60)
documents = [Source(id=str(n), input="x" * 200_000, url="file:///x") for n in range(4)]

def work(document):
    for _ in range(400):
        assert payloads._read(payloads.pack(document), Source) == document

threads = [threading.Thread(target=work, args=(document,)) for document in documents]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_threads_may_pack_at_the_same_time() -> None:
    """A fetch process packs in the thread that lands while another stage packs in the main one; zstd's own contexts
    are not to be shared, and end the process when they are."""
    done = subprocess.run([sys.executable, "-c", SHARED], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
