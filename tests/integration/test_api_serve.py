"""``copydesk serve`` as it is started and stopped."""

import re
import signal
import subprocess
import time

import httpx
import pytest

from tests.commands import Copydesk
from tests.pages import make_pages

TOKEN = "a-token-of-sixteen-letters"


def address(served: "subprocess.Popen[str]") -> str:
    assert served.stderr is not None
    found = re.search(r"http://\S+", served.stderr.readline())
    assert found is not None
    return found[0]


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_serves_what_is_stored_until_it_is_told_to_stop(copydesk: Copydesk, signum: int, code: int) -> None:
    make_pages(copydesk.folder / "pages", 2)
    copydesk("run", "pages")
    served = copydesk.start("serve", "--port", "0")
    with httpx.Client(base_url=address(served), timeout=20) as client:
        assert len(client.get("/api/v1/articles").json()["items"]) == 2
        status = copydesk.status()
        assert status["dashboard"] == str(client.base_url).rstrip("/")
        account = client.get("/api/v1/account").json()
        assert {**account, "rates": {}} == {**status, "rates": {}}
        with client.stream("GET", "/api/v1/feed/stream") as stream:
            assert next(line for line in stream.iter_lines() if line.startswith("id")) == "id: 1"
            begin = time.monotonic()
            served.send_signal(signum)
            assert served.wait(10) == code
            assert time.monotonic() - begin < 5
    assert "Traceback" not in served.communicate()[1]
    assert copydesk.status()["dashboard"] is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--host", "0.0.0.0"], "COPYDESK_SERVE_TOKEN"),
        (["--host", "0.0.0.0", "--token", "short"], "16 to 512"),
        (["--port", "70000"], "serve_port"),
        (["--host", "no.such.host.invalid"], "COPYDESK_SERVE_TOKEN"),
    ],
)
def test_what_cannot_be_served(copydesk: Copydesk, words: list[str], says: str) -> None:
    done = copydesk("serve", *words)
    assert done.returncode == 3
    assert says in done.stderr
    assert "short" not in done.stderr.replace("shorter", "")


def test_a_port_in_use_is_told(copydesk: Copydesk) -> None:
    served = copydesk.start("serve", "--port", "0")
    port = address(served).rpartition(":")[2]
    done = copydesk("serve", "--port", port)
    assert (done.returncode, "in use" in done.stderr) == (3, True)
    served.terminate()
    served.communicate()


def test_the_token_is_nowhere_to_be_read(copydesk: Copydesk) -> None:
    copydesk.environment = {"COPYDESK_SERVE_TOKEN": TOKEN}
    assert TOKEN not in copydesk("config", "show").stdout
    assert "serve_token" in copydesk("config", "show").stdout
    served = copydesk.start("serve", "--port", "0")
    at = address(served)
    assert httpx.get(f"{at}/api/v1/account?token={TOKEN}").status_code == 401
    served.terminate()
    assert TOKEN not in served.communicate()[1]
