"""Webhooks without the wire: signatures, what becomes of a hook, what a message holds, the file they are kept in."""

import base64
import json
from pathlib import Path

import pytest

from pipeline.documents import Article, Enrichment, StoredArticle
from pipeline.errors import ConfigurationError, UsageError
from workers.webhooks import hooks
from workers.webhooks.book import HookBook
from workers.webhooks.delivery import MOST_BYTES, message_of
from workers.webhooks.hooks import LEAST_FAILURES, LONGEST_WAIT, PATIENCE, Hook
from workers.webhooks.signing import headers_of, keys_of, new_secret

HOOK = Hook(id="wh_1", url="https://reader.example/in", secret=new_secret(), seq=4, added_at=0)
DAY = 86_400.0


def highest(_low: float, high: float) -> float:
    return high


def stored(seq: int, size: int = 10) -> StoredArticle:
    article = Article(id=f"a{seq}", url=None, requested_url=None, canonical_url=None, body="x" * size)
    return StoredArticle(article=article, enrichment=Enrichment(), seq=seq, version=1, stored_at=f"2026-01-0{seq}")


def test_a_signature_is_what_the_specification_says() -> None:
    """The example of the specification's own libraries."""
    headers = headers_of(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330.7, b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_two_secrets_sign_both() -> None:
    old, new = new_secret(), new_secret()
    both = headers_of("m", 1, b"{}", f"{old} {new}")["webhook-signature"].split()
    assert both == [headers_of("m", 1, b"{}", each)["webhook-signature"] for each in (old, new)]


@pytest.mark.parametrize(
    "secret", ["", "  ", "whsec_", "hunter2", "whsec_not base64!", base64.b64encode(b"short").decode()]
)
def test_what_is_no_secret_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        keys_of(secret)
    assert not secret.strip("whsec_ ") or secret not in str(refused.value)


def test_waits_double_up_to_an_hour() -> None:
    hook, waits = HOOK, []
    for _ in range(14):
        hook = hooks.failed(hook, "down", 1000, chance=highest)
        waits.append(hook.due - 1000)
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == LONGEST_WAIT
    assert (hook.failures, hook.failing_since, hook.error, hook.seq) == (14, 1000, "down", 4)
    assert hooks.failed(HOOK, "down", 0, chance=lambda low, high: low).due == 2.5, "jitter"


@pytest.mark.parametrize(
    ("failures", "after", "status", "is_paused"),
    [
        (0, 0, 500, False),
        (LEAST_FAILURES, PATIENCE - 1, 500, False),
        (LEAST_FAILURES, PATIENCE, 500, True),
        (1, 10 * PATIENCE, None, False),
        (0, 0, 410, True),
        (LEAST_FAILURES, PATIENCE, None, True),
    ],
)
def test_who_fails_for_long_is_paused(failures: int, after: float, status: int | None, is_paused: bool) -> None:
    hook = HOOK.model_copy(update={"failures": failures, "failing_since": 100.0})
    hook = hooks.failed(hook, "down", 100 + after, status=status, chance=highest)
    assert (hook.paused is not None) is is_paused
    assert hook.is_due(1e12) is not is_paused
    assert hooks.resumed(hook).is_due(0)


def test_who_asks_for_more_time_gets_it() -> None:
    assert hooks.failed(HOOK, "busy", 0, status=429, wait=600, chance=highest).due == 600
    assert hooks.failed(HOOK, "busy", 0, status=429, wait=1, chance=highest).due == 5


def test_success_forgets_the_failures() -> None:
    hook = hooks.failed(hooks.trying(HOOK, 9), "down", 0, chance=highest)
    hook = hooks.delivered(hook, 9, 50)
    assert (hook.seq, hook.pending, hook.failures, hook.error, hook.due, hook.delivered_at) == (9, None, 0, None, 0, 50)


def test_a_message_stays_the_same_while_more_articles_come() -> None:
    first = message_of(HOOK, [stored(5), stored(6)])
    assert (first.id, first.last, first.size) == ("wh_1_5_6", 6, 2)
    again = message_of(hooks.trying(HOOK, first.last), [stored(5), stored(6), stored(7)])
    assert again == first
    body = json.loads(first.body)
    assert (body["type"], body["timestamp"], body["data"]["last_seq"]) == ("articles.published", "2026-01-06", 6)
    assert [article["seq"] for article in body["data"]["articles"]] == [5, 6]


def test_a_message_is_cut_by_its_length() -> None:
    found = [stored(5, MOST_BYTES), stored(6), stored(7)]
    assert message_of(HOOK, found).last == 5, "one article at least, however long"
    assert message_of(HOOK, found[1:]).last == 7


def test_hooks_are_kept_for_their_owner_alone(tmp_path: Path) -> None:
    book = HookBook(tmp_path)
    assert book.hooks() == []
    book.add(HOOK)
    assert HookBook(tmp_path).hooks() == [HOOK]
    assert (tmp_path / "webhooks.json").stat().st_mode & 0o777 == 0o600
    assert HOOK.secret not in repr(HOOK)
    changed = book.change(HOOK.id, lambda hook: hooks.delivered(hook, 8, 1))
    assert changed is not None
    assert book.hooks() == [changed]
    assert book.change("wh_2", lambda hook: hook) is None
    book.remove(HOOK.id)
    assert book.hooks() == []
    assert {path.name for path in tmp_path.iterdir()} == {"webhooks.json", "webhooks.lock"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"hooks": [{"id": 1}]}', '{"hooks": 5}'])
def test_a_damaged_file_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / "webhooks.json").write_text(text)
    with pytest.raises(ConfigurationError, match="damaged"):
        HookBook(tmp_path).add(HOOK)
    assert (tmp_path / "webhooks.json").read_text() == text


def test_one_process_delivers_at_a_time(tmp_path: Path) -> None:
    with HookBook(tmp_path).delivering(), pytest.raises(UsageError, match="another"), HookBook(tmp_path).delivering():
        pass
    with HookBook(tmp_path).delivering():
        pass
