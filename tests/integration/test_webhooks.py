"""Webhooks against real receivers: in order, at least once, signed, and never to where nothing may be sent."""

import json
import signal
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from pipeline.documents import Article, EnrichedArticle, Enrichment
from pipeline.errors import Rejected, Transient
from pipeline.fetch.posting import Poster
from pipeline.store.database import Database
from pipeline.store.publishing import publish
from tests.commands import Copydesk
from tests.integration.hook_server import HOST, Dawdles, HookServer, hangs_up, in_turn, says, writes
from tests.waiting import wait_for
from workers.webhooks.book import HookBook
from workers.webhooks.delivery import MOST_ARTICLES, Delivery
from workers.webhooks.hooks import Hook
from workers.webhooks.signing import new_secret

LOOPBACK = (ip_network(f"{HOST}/16", strict=False),)
SECRET = new_secret()
ANSWERED = writes(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n{}")


@pytest.fixture
def receiver() -> Iterator[HookServer]:
    with HookServer() as server:
        yield server


def put(database: Database, *numbers: int, size: int = 1) -> None:
    with database.write() as tx:
        for number in numbers:
            url = f"https://news.example/{number}"
            article = Article(
                id=f"d{number}", url=url, requested_url=url, canonical_url=url, body=f"Text {number}. " * size
            )
            publish(tx, EnrichedArticle(article=article, enrichment=Enrichment()))


class Desk:
    """A store, a book and a clock that stands still."""

    def __init__(self, database: Database, home: Path, seconds: float = 0.4) -> None:
        self.database, self.book, self.now = database, HookBook(home), 1_000.0
        self.delivery = Delivery(
            database, self.book, Poster(allowed=LOOPBACK, seconds=seconds), environment={},
            clock=lambda: self.now, chance=lambda low, high: high,
        )  # fmt: skip

    def hook(self, url: str, name: str = "wh_1") -> None:
        self.book.add(Hook(id=name, url=url, secret=SECRET, seq=0, added_at=0))

    def send(self) -> int:
        return self.delivery.once(lambda: False)

    def state(self, name: str = "wh_1") -> Hook:
        return next(hook for hook in self.book.hooks() if hook.id == name)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def test_all_that_is_new_comes_in_order_and_signed(desk: Desk, receiver: HookServer) -> None:
    put(desk.database, *range(MOST_ARTICLES + 20))
    desk.hook(receiver.url())
    assert desk.send() == MOST_ARTICLES + 20
    assert [seq for each in receiver.received for seq in each.seqs] == list(range(1, MOST_ARTICLES + 21))
    assert [each.headers["webhook-id"] for each in receiver.received] == ["wh_1_1_100", "wh_1_101_120"]
    assert all(each.is_signed_with(SECRET) for each in receiver.received)
    assert not receiver.received[0].is_signed_with(new_secret())
    assert {each.headers["content-type"] for each in receiver.received} == {"application/json"}
    assert (desk.send(), desk.state().seq, desk.state().pending) == (0, 120, None)


BAD = {
    "refuses": (says(500), "it answered 500"),
    "is busy": (says(503, retry_after="600"), "it answered 503"),
    "sends elsewhere": (says(307, location="http://169.254.169.254/latest/meta-data"), "it answered 307"),
    "hangs up": (hangs_up, "net: "),
    "talks nonsense": (writes(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), "bad_response: "),
    "never says it is done": (writes(b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000), "bad_response: "),
    "dawdles": (Dawdles, "timeout: "),
}


@pytest.mark.parametrize(("behaviour", "error"), BAD.values(), ids=BAD)
def test_a_bad_receiver_gets_the_same_message_again(desk: Desk, receiver: HookServer, behaviour, error: str) -> None:  # type: ignore[no-untyped-def]
    behaviour = Dawdles() if behaviour is Dawdles else behaviour
    receiver.behaviours["/bad"] = in_turn(behaviour, says(200))
    put(desk.database, 1, 2)
    desk.hook(receiver.url("/bad"))
    desk.hook(receiver.url("/good"), "wh_2")
    assert desk.send() == 2, "to the other hook"
    assert [each.seqs for each in receiver.at("/good")] == [[1, 2]]
    failed = desk.state()
    assert (failed.seq, failed.pending, failed.failures) == (0, 2, 1)
    assert failed.error is not None
    assert failed.error.startswith(error)
    assert failed.due == (1_600 if "503" in error else 1_005)
    put(desk.database, 3)
    assert desk.send() == 4, "its two, and the third to both"
    first, again, then = receiver.at("/bad")
    assert (first.body, first.headers["webhook-id"]) == (again.body, again.headers["webhook-id"])
    assert then.seqs == [3]
    assert [hook.seq for hook in desk.book.hooks()] == [3, 3]
    if isinstance(behaviour, Dawdles):
        behaviour.released.set()


def test_an_answer_whose_body_is_a_lie_is_an_answer(desk: Desk, receiver: HookServer) -> None:
    receiver.behaviours["/"] = ANSWERED
    put(desk.database, 1)
    desk.hook(receiver.url())
    assert (desk.send(), desk.state().seq) == (1, 1)


def test_one_that_is_gone_is_paused_and_not_asked_again(desk: Desk, receiver: HookServer) -> None:
    receiver.behaviours["/"] = says(410)
    put(desk.database, 1)
    desk.hook(receiver.url())
    assert (desk.send(), desk.send(), len(receiver.received)) == (0, 0, 1)
    assert desk.state().paused is not None


class Killed(BaseException):
    """The process ends where this is raised."""


def test_who_is_killed_after_sending_sends_the_same_again(desk: Desk, receiver: HookServer) -> None:
    put(desk.database, 1, 2)
    desk.hook(receiver.url())

    class Killing(Poster):
        def post(self, *request: Any) -> Any:
            super().post(*request)
            raise Killed

    with pytest.raises(Killed):
        Delivery(desk.database, desk.book, Killing(allowed=LOOPBACK), environment={}).once(lambda: False)
    put(desk.database, 3)
    assert desk.send() == 3
    assert [each.seqs for each in receiver.received] == [[1, 2], [1, 2], [3]]
    first, again, _ = receiver.received
    assert (first.headers["webhook-id"], first.body) == (again.headers["webhook-id"], again.body)


def test_a_large_article_is_sent_whole(database: Database, tmp_path: Path, receiver: HookServer) -> None:
    desk = Desk(database, tmp_path, seconds=20)
    put(database, 1, size=200_000)
    desk.hook(receiver.url())
    assert desk.send() == 1
    assert len(receiver.received[0].body) > 1_500_000


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "https://127.0.0.1/", "https://[::1]/", "http://10.0.0.1/", "https://169.254.169.254/",
        "http://93.184.216.34/", "https://93.184.216.34:8443/", "https://user:pw@reader.example/", "ftp://reader.example/",
        "http://inside.example/", "https://inside.example/", "http://outside.example/", "reader",
    ],
)  # fmt: skip
def test_nothing_is_sent_where_nothing_may_be_fetched(url: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.7" if host.startswith("inside") else "93.184.216.34"]

    poster = Poster(allowed=LOOPBACK, resolve=resolve)
    with pytest.raises(Rejected):
        poster.check(url)
    if url.startswith("http") and "@" not in url:
        with pytest.raises((Rejected, Transient)) as refused:
            poster.post(url, {}, b"{}")
        assert refused.value.reason == "blocked_address"


def test_a_public_https_address_may_be_sent_to() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34"]

    poster = Poster(resolve=resolve)
    assert poster.check("HTTPS://Reader.example/in?key=1") == "https://reader.example/in?key=1"


@pytest.fixture
def shop(copydesk: Copydesk) -> Iterator[Database]:
    copydesk.home.mkdir()
    copydesk.environment |= {"COPYDESK_ALLOW_ADDRESSES": "127.7.0.0/16", "THEIR_SECRET": SECRET}
    database = Database(copydesk.store_url).migrate()
    put(database, 1, 2)
    yield database
    database.close()


def test_the_command(copydesk: Copydesk, shop: Database, receiver: HookServer) -> None:
    made = copydesk("webhook", "add", receiver.url("/in?token=hunter2"), "--since", "0")
    secret = made.stdout.strip()
    assert (made.returncode, secret[:6]) == (0, "whsec_")
    assert copydesk("webhook", "deliver").returncode == 0
    assert [each.seqs for each in receiver.received] == [[1, 2]]
    assert receiver.received[0].is_signed_with(secret)
    listed = copydesk("webhook", "list", "--json").stdout
    (row,) = json.loads(listed)
    assert (row["state"], row["seq"], row["error"]) == ("active", 2, None)
    assert "hunter2" not in listed + copydesk("webhook", "list").stdout
    assert secret not in listed

    receiver.behaviours["/in?token=hunter2"] = says(410)
    put(shop, 3)
    failed = copydesk("webhook", "deliver")
    assert failed.returncode == 1
    assert "410" in failed.stderr
    assert json.loads(copydesk("webhook", "list", "--json").stdout)[0]["state"] == "paused"
    receiver.behaviours.clear()
    assert "tried again" in copydesk("webhook", "add", receiver.url("/in?token=hunter2")).stderr
    assert copydesk("webhook", "deliver").returncode == 0
    assert receiver.received[-1].seqs == [3]
    assert copydesk("webhook", "remove", row["id"]).returncode == 0
    assert json.loads(copydesk("webhook", "list", "--json").stdout) == []
    assert copydesk("webhook", "remove", row["id"]).returncode == 2


def test_a_secret_of_the_environment(copydesk: Copydesk, shop: Database, receiver: HookServer) -> None:
    assert copydesk("webhook", "add", receiver.url(), "--secret-env", "NOBODYS").returncode == 3
    added = copydesk("webhook", "add", receiver.url(), "--secret-env", "THEIR_SECRET")
    assert (added.returncode, added.stdout) == (0, "")
    assert SECRET not in (copydesk.home / "webhooks.json").read_text()
    put(shop, 3)
    assert copydesk("webhook", "deliver").returncode == 0
    assert [each.seqs for each in receiver.received] == [[3]], "from now on"
    assert receiver.received[0].is_signed_with(SECRET)
    del copydesk.environment["THEIR_SECRET"]
    assert copydesk("webhook", "deliver").returncode == 3


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "https://10.0.0.1/", "reader", "ftp://reader.example/"])
def test_a_wrong_address_is_wrong_usage(copydesk: Copydesk, url: str) -> None:
    done = copydesk("webhook", "add", url)
    assert (done.returncode, done.stdout) == (2, "")


def test_following(copydesk: Copydesk, shop: Database, receiver: HookServer) -> None:
    slow = receiver.behaviours["/slow"] = Dawdles()
    copydesk("webhook", "add", receiver.url("/slow"), "--since", "0")
    copydesk("webhook", "add", receiver.url("/fast"), "--since", "1")
    following = copydesk.start("webhook", "deliver", "--follow")
    wait_for(lambda: bool(receiver.at("/fast")) and bool(receiver.at("/slow")))
    put(shop, 3)
    wait_for(lambda: len(receiver.at("/fast")) == 2)
    assert [each.seqs for each in receiver.at("/fast")] == [[2], [3]], "while the other one dawdles"
    assert copydesk("webhook", "deliver").returncode == 2, "one at a time"
    slow.released.set()
    following.send_signal(signal.SIGINT)
    wait_for(lambda: following.poll() is not None)
    assert following.returncode == 130, following.communicate()
    following.communicate()
