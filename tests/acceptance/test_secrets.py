"""What must not be seen: credentials in anything that is printed, control characters of pages on a terminal."""

import json
import logging
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from pipeline.errors import ConfigurationError
from pipeline.store import schema
from pipeline.store.database import Database
from tests.commands import Copydesk
from tests.pages import make_pages
from workers import cli
from workers.cli import context

ROOT = Path(__file__).parents[2]
SECRET = re.compile("hunt|er2|ter2")
"""What is hunter2, or is left of it where it is cut in two."""


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["inspect", "https://me:hunter2@ex.example/a"], 2, "https://me:***@ex.example/a: the address carries"),
        (["watch", "add", "https://me:hunt/er2@ex.example/f"], 2, "https://me:***@ex.example/f: "),
        (["watch", "add", "ftp://ex.example/?token=hunter2"], 2, "ftp://ex.example/?token=***"),
        (["watch", "remove", "https://ex.example/f?token=hunter2"], 2, "https://ex.example/f?token=*** is not watched"),
        (["failed", "show", "https://ex.example/f?token=hunter2"], 2, "token=***"),
        (["trace", "https://ex.example/f?token=hunter2"], 2, "token=***"),
        (["show", "https://ex.example/f?token=hunter2"], 2, "token=***"),
        (["run", "ftp://ex.example/?token=hunter2"], 2, "ftp://ex.example/?token=***: no such file"),
        (["add", "https://me:hunter2@ex.example/a"], 2, "the address carries"),
        (["status", "token=hunter2"], 2, "Got unexpected extra argument (token=***"),
        (["worker", "--concurrency", "token=hunter2"], 2, "Invalid value"),
        (["--redis-url", "redis://u:hunter2@127.0.0.1:1", "run", "page.html"], 4, "COPYDESK_REDIS_URL"),
        (["--redis-url", "redis://u:hunt/er2@127.0.0.1:1/0", "run", "page.html"], 3, "%2F"),
        (["--redis-url", "redis://u:hunt#er2@127.0.0.1:1/0", "add", "page.html"], 3, "%2F"),
        (["--redis-url", "redis://u:hunt/er2@127.0.0.1:1/0", "doctor"], 3, "%2F"),
        (["--redis-url", "http://u:hunter2@127.0.0.1:1/0", "status"], 3, "a redis://, rediss:// or unix:// URL"),
        (["--redis-url", "redis://u:hunter2@127.0.0.1:1?db=x", "run", "page.html"], 3, "cannot be used"),
        (["--redis-url", "redis://u:hunter2@127.0.0.1:1?db=x", "status"], 0, ""),
        (["--store-url", "postgresql+psycopg://u:p@hunter2@127.0.0.1:1/x", "status"], 3, "%40"),
        (["--store-url", "postgresql+psycopg://u:hunter2@127.0.0.1:1/x", "status"], 4, "u:***@127.0.0.1"),
        (["--store-url", "postgresql+psycopg://u@127.0.0.1:1/x?password=hunter2", "status"], 4, "check that it runs"),
    ],
    ids=lambda value: "-".join(value)[-50:] if isinstance(value, list) else None,
)
def test_no_message_has_a_password_in_it(copydesk: Copydesk, words: list[str], code: int, says: str) -> None:
    (copydesk.folder / "page.html").write_text("<p>A page.</p>")
    done = copydesk(*words)
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert says in said
    assert not SECRET.search(said), said
    assert "Traceback" not in said


def test_doctor_tells_of_a_redis_without_its_password(copydesk: Copydesk) -> None:
    done = copydesk("--redis-url", "redis://u:hunter2@127.0.0.1:1?db=x", "doctor", "--json")
    finding = next(check for check in json.loads(done.stdout) if check["check"] == "redis")
    assert (done.returncode, finding["ok"]) == (1, False)
    assert not SECRET.search(done.stdout + done.stderr)


def test_a_bug_is_one_line_and_its_traceback_is_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise KeyError("redis://u:hunter2@h/0 \x1b[2J\n")

    monkeypatch.setattr(cli.copydesk, "main", broken)
    for debug, lines in (("", 1), ("1", 5)):
        monkeypatch.setenv("COPYDESK_DEBUG", debug)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr().err.splitlines()
        assert ended.value.code == 1
        assert told[-1].startswith("copydesk: internal error: KeyError: 'redis://u:***@h/0 \\x1b[2J")
        assert "please report it" in told[-1]
        assert (len(told) >= lines) if debug else len(told) == lines
        assert ("Traceback (most recent call last):" in told) is bool(debug)
        assert all(line.isprintable() and "hunter2" not in line for line in told)


def test_a_bug_in_a_thread_is_one_line_too(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise KeyError("redis://u:hunter2@h/0 \x1b[2J\n")

    def in_thread(**_: object) -> None:
        thread = threading.Thread(target=broken)
        thread.start()
        thread.join()

    monkeypatch.setattr(cli.copydesk, "main", in_thread)
    monkeypatch.setattr(threading, "excepthook", None)
    monkeypatch.setenv("COPYDESK_DEBUG", "")
    with pytest.raises(SystemExit):
        cli.main()
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("copydesk: internal error: KeyError: 'redis://u:***@h/0 \\x1b[2J")


def test_a_broken_rule_of_the_store_names_no_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as caught, database.write() as tx:
        for _ in range(2):
            tx.execute(insert(schema.tracebacks).values(digest="d", text="hunter2", seen_at=0))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://u:hunt@er2@h/db",
        "postgresql+psycopg://u:hunt@er2@h:5432/db?sslmode=require",
        "postgresql+psycopg://u:hunt@1/er2@h/db",
        "postgresql+psycopg://u:p@hunt?er2@h/db",
        "postgresql+psycopg://u:p@hunt:er2@h/db",
        "postgresql+psycopg://u:hunter2/db",
    ],
)
def test_a_password_that_cannot_be_told_from_the_host_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Database(url)
    assert not SECRET.search(str(caught.value))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql+psycopg://u:hunt%40er2@h/db", "postgresql+psycopg://u:***@h/db"),
        ("postgresql+psycopg://u:hunt/er2@h/db", "postgresql+psycopg://u:***@h/db"),
        ("postgresql+psycopg://h/db?user=u&password=hunter2", "postgresql+psycopg://h/db"),
        ("postgresql+psycopg:///db?host=/run/pg&sslpassword=hunter2", "postgresql+psycopg:///db"),
        ("sqlite:////a/b@c@d.db", "sqlite:////a/b%40c%40d.db"),
    ],
)
def test_a_store_is_named_without_its_password(url: str, shown: str) -> None:
    assert str(Database(url)) == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b[2Jb\x9b\x07\x00", "a\\x1b[2Jb\\x9b\\x07\\x00"),
        ("a\rb\x0b\x0c\x85\u2028\u2029", "a\\rb\\x0b\\x0c\\x85\\u2028\\u2029"),
        ("a\u202eb\u2066\ufeff\u200b", "a\\u202eb\\u2066\\ufeff\\u200b"),
        ("\ud800", "\\ud800"),
        ("« été »\u00a0\u202f\u3000 می\u200cخواهم 👩\u200d🚀 東京", None),
        ("one\n\ttwo", None),
    ],
)
def test_only_letters_and_line_breaks_reach_a_terminal(
    text: str, expected: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    context.say(text)
    assert capsys.readouterr().out == f"{text if expected is None else expected}\n"
    context.say(context.line_of(text), err=True)
    line = capsys.readouterr().err.removesuffix("\n")
    assert "\n" not in line
    assert "\t" not in line


HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Copydesk:
    """A store with a page, a failed document and a watch that have control characters wherever pages have a say."""
    copydesk = Copydesk(tmp_path_factory.mktemp("hostile"))
    make_pages(copydesk.folder, 1)
    (page,) = copydesk.folder.iterdir()
    page.rename(copydesk.folder / "page.html")
    (copydesk.folder / f"empty{HOSTILE}\nok.html").write_text("")
    copydesk("run", "page.html", f"empty{HOSTILE}\nok.html")
    copydesk("watch", "add", "https://ex.example/feed")
    database = Database(copydesk.store_url)
    with database.write() as tx:
        tx.execute(schema.watches.update().values(title=f"A feed{HOSTILE}\nmore", error=f"bad{HOSTILE}"))
        stored = tx.execute(select(schema.versions.c.document)).scalar_one()
        stored["article"] |= {
            "headline": f"Council {HOSTILE}\nmeets",
            "site_name": HOSTILE,
            "body": f"One{HOSTILE}.\n\nTwo.",
        }
        tx.execute(schema.versions.update().values(document=stored))
        tx.execute(schema.articles.update().values(headline=f"Council {HOSTILE} meets"))
        tx.execute(schema.documents.update().values(detail=f"because {HOSTILE}\nof that"))
    database.close()
    return copydesk


@pytest.mark.parametrize(
    "words",
    [
        ["show", "ID"], ["trace", "ID"], ["trace", "FAILED"], ["failed", "list"], ["failed", "show", "FAILED"],
        ["watch", "list"], ["inspect", "page.html"], ["inspect", "nosuch\x1b[2J"], ["run", "page.html"],
        ["run", "nosuch\x1b[2J"], ["status"], ["status", "\x1b[2J"],
    ],
    ids=lambda words: "-".join(words).replace("\x1b[2J", ""),
)  # fmt: skip
def test_no_control_character_of_a_page_is_printed(desk: Copydesk, words: list[str]) -> None:
    ids = {"ID": desk.articles()[0]["id"], "FAILED": json.loads(desk("failed", "list", "--json").stdout)[0]["id"]}
    done = desk(*(ids.get(word, word) for word in words))
    for line in (done.stdout + done.stderr).split("\n"):
        assert context.line_of(line.replace("\t", "")) == line.replace("\t", ""), line


def test_a_warning_is_masked_and_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    try:
        context.begin_warnings()
        log = logging.getLogger("copydesk")
        for text in ("redis://:hunter2@h \x1b[2J", "redis://:hunter2@h \x1b[2J", "another"):
            log.warning("%s", ValueError(text))
        log.info("not for here")
    finally:
        root.handlers, root.level = handlers, level
        logging.captureWarnings(False)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert "redis://:***@h \\x1b[2J" in told[0]
    assert "another" in told[1]


BARS = """
import logging
from pipeline.store.account import Account, Progress
from workers.cli.context import begin_warnings
from workers.cli.progress import progress_display
begin_warnings()
with progress_display() as display:
    stages = {"fetch": Progress(waiting=1, queued=0, working=0, done=0)}
    display.update(Account(1, 0, 0, 0, 0, 1, {}, stages), "why [/b] \x1b[2J redis://:hunter2@h")
    logging.getLogger("copydesk").warning("redis://:hunter2@h is slow")
"""


def test_a_warning_stands_above_the_bars() -> None:
    ours, its = pty.openpty()
    terminal = {"TERM": "xterm", "COLUMNS": "300", "NO_COLOR": "1"}
    with subprocess.Popen([sys.executable, "-c", BARS], stderr=its, env=os.environ | terminal, cwd=ROOT) as process:
        os.close(its)
        drawn = "".join(iter(lambda: _read(ours), ""))
    os.close(ours)
    assert process.returncode == 0, drawn
    assert re.search(r"\x1b\[2K[^\x1b\n]*\bredis://:\*\*\*@h is slow", drawn), "the bar's line is cleared first"
    assert "why [/b] \\x1b[2J redis://:***@h" in drawn
    assert "\x1b[2J" not in drawn
    assert "hunter2" not in drawn


def _read(terminal: int) -> str:
    """What is there; nothing when the other side has gone, which Linux calls an error."""
    try:
        return os.read(terminal, 65536).decode()
    except OSError:
        return ""
