"""The embedded Redis: a real server, private, found again, and gone when its owner is."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.documents import Source
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


def test_text_that_is_no_unicode_cannot_be_packed(server: EmbeddedRedis) -> None:
    with pytest.raises(ValueError, match="surrogates"):
        Payloads(connect(server.url), ttl=60).pack(Source(id="d", input="\ud800", url="file:///x"))


def test_a_lost_redis_is_unavailable(tmp_path: Path) -> None:
    payloads = Payloads(connect(f"unix://{tmp_path}/none.sock"), ttl=60)
    with pytest.raises(UnavailableError):
        payloads.get("fetch", ["d0"], Source)
