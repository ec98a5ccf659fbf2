"""Logs: their two forms, what is in a line, and what never gets into one."""

import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.utils.log import get_task_logger

from config import logs
from config.logs import ALOOF, Style, bind_process, log_context, set_up_logs

log = logging.getLogger("copydesk")


class Stream(io.StringIO):
    """Standard error as a terminal or a file."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal

    def events(self) -> list[dict[str, Any]]:
        """What was written as JSON; a line that is none fails the test."""
        return [json.loads(line) for line in self.getvalue().splitlines()]


@pytest.fixture(autouse=True)
def _as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(logs, "_process", {})
    monkeypatch.setenv("NO_COLOR", "1")
    found = [logging.getLogger(name) for name in ("copydesk", "celery", *ALOOF)]
    before = [(each.handlers[:], each.level, each.propagate) for each in found]
    yield
    for each, (handlers, level, propagate) in zip(found, before, strict=True):
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Stream]]:
    """``set_up_logs`` with its options, and the standard error that it writes to."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def started(*, is_terminal: bool = False, **options: Any) -> Stream:
        stream = Stream(is_terminal=is_terminal)
        monkeypatch.setattr(sys, "stderr", stream)
        root.handlers = []  # pytest's own, which would be closed
        set_up_logs(**options)
        return stream

    yield started
    logging.captureWarnings(False)
    root.handlers = handlers
    root.setLevel(level)


def test_an_event_is_one_json_object(start: Callable[..., Stream]) -> None:
    stream = start()
    log.warning("%d documents are handed back", 3)
    (event,) = stream.events()
    assert list(event) == ["timestamp", "level", "logger", "event", "process"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event.pop("timestamp"))
    assert event == {
        "level": "warning", "logger": "copydesk", "event": "3 documents are handed back", "process": os.getpid(),
    }  # fmt: skip


def test_ours_from_a_level_on_and_warnings_of_others(start: Callable[..., Stream]) -> None:
    stream = start()
    for name in ("copydesk", "httpx"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, 35):
            logging.getLogger(name).log(level, "x")
    assert [(e["logger"], e["level"]) for e in stream.events()] == [
        ("copydesk", "info"), ("copydesk", "warning"), ("copydesk", "level 35"),
        ("httpx", "warning"), ("httpx", "level 35"),
    ]  # fmt: skip


def test_a_traceback_is_one_field(start: Callable[..., Stream]) -> None:
    stream = start()
    try:
        raise ValueError("first\nsecond \x1b[31m token=hunter2")
    except ValueError:
        log.exception("a batch could not be stored", stack_info=True)
    (event,) = stream.events()
    assert event["event"] == "a batch could not be stored"
    assert event["exception"].startswith("Traceback (most recent call last):\n  File ")
    assert "\nValueError: first\nsecond \\x1b[31m token=***\nStack (most recent call last):\n" in event["exception"]


def test_context_appears_and_disappears(start: Callable[..., Stream]) -> None:
    stream = start()
    with log_context(document="d1", stage="clean", attempt=2):
        log.info("in")
        with log_context(stage="store", batch=None, ms=1.5, level="mine", process=0):
            log.info("deeper")
        log.info("in again")
    log.info("out")
    assert [{k: v for k, v in e.items() if k not in ("timestamp", "logger")} for e in stream.events()] == [
        common | {"level": "info", "process": os.getpid()}
        for common in (
            {"event": "in", "document": "d1", "stage": "clean", "attempt": 2},
            {"event": "deeper", "document": "d1", "stage": "store", "attempt": 2, "batch": None, "ms": 1.5},
            {"event": "in again", "document": "d1", "stage": "clean", "attempt": 2},
            {"event": "out"},
        )
    ]


def test_context_is_over_after_an_exception(start: Callable[..., Stream]) -> None:
    stream = start()
    with pytest.raises(ValueError, match="x"), log_context(document="d1"):
        raise ValueError("x")
    log.info("out")
    assert "document" not in stream.events()[0]


def test_a_process_has_its_fields_in_all_threads_and_a_thread_its_own(
    start: Callable[..., Stream],
) -> None:
    stream = start()
    bind_process(worker="host:1:2")
    with log_context(document="d1"):
        thread = threading.Thread(target=log.info, args=("landed",))
        thread.start()
        thread.join()
        log.info("here")
    landed, here = stream.events()
    assert (landed["worker"], landed.get("document")) == ("host:1:2", None)
    assert (here["worker"], here["document"]) == ("host:1:2", "d1")


CONTROL = [
    ("a\nb", "a\\nb"),
    ("a\r\nb", "a\\r\\nb"),
    ("a\x1b[2Jb", "a\\x1b[2Jb"),
    ("a\x00b\x07\x7f\x9b", "a\\x00b\\x07\\x7f\\x9b"),
    ("a\x0b\x0c\x1c\x85b", "a\\x0b\\x0c\\x1c\\x85b"),
    ("a\u2028b\u2029c", "a\\u2028b\\u2029c"),
    ("a\u202eb\u2066c\u200f", "a\\u202eb\\u2066c\\u200f"),
    ("a\ud800b\udcff", "a\\ud800b\\udcff"),
    ("\ufeff\u200b\U000e0041", "\\ufeff\\u200b\\U000e0041"),
    ("Zürich · 東京 🙂", "Zürich · 東京 🙂"),
]


@pytest.mark.parametrize("style", ["text", "json"])
@pytest.mark.parametrize(("text", "expected"), CONTROL)
def test_no_control_character_gets_through(
    text: str, expected: str, style: Style, start: Callable[..., Stream]
) -> None:
    stream = start(is_terminal=True, style=style)
    with log_context(**{"page": text, f"k{text}": Path(text)}):
        try:
            raise ValueError(text)
        except ValueError:
            log.exception(text)
    lines = stream.getvalue().removesuffix("\n").split("\n")
    assert all(line.isprintable() for line in lines)
    if style == "json":
        event = json.loads("".join(lines))
        assert (event["event"], event["page"], event[f"k{expected}"]) == (expected, expected, expected)
        assert event["exception"].endswith(f"ValueError: {expected}" if "\n" not in text else "b")
    else:
        assert f" {expected} " in lines[0]
        assert all(line.startswith("    ") for line in lines[1:])


@pytest.mark.parametrize("style", ["text", "json"])
def test_credentials_are_masked_wherever_they_are(style: Style, start: Callable[..., Stream]) -> None:
    stream = start(is_terminal=True, style=style)
    bind_process(proxy="http://me:hunter2@proxy.example")
    with log_context(url="https://a.example/?id=5&token=hunter2", password="hunter2"):
        try:
            raise OSError("redis://:hunter2@host/0: refused")
        except OSError as exc:
            log.warning("fetch: %s", exc, exc_info=True)
    text = stream.getvalue()
    assert "hunter2" not in text
    for shown in ("http://me:***@proxy.example", "/?id=5&token=***", "fetch: redis://:***@host/0: refused"):
        assert shown in text


def test_text_on_a_terminal(start: Callable[..., Stream]) -> None:
    stream = start(is_terminal=True)
    with log_context(document="d1"):
        try:
            raise ValueError("bad")
        except ValueError:
            log.exception("it failed")
    first, *rest = stream.getvalue().splitlines()
    assert re.fullmatch(rf"\S+Z \[error +\] it failed +\[copydesk\] process={os.getpid()} document=d1", first), first
    assert (rest[0], rest[-1]) == ("    Traceback (most recent call last):", "    ValueError: bad")


@pytest.mark.parametrize(
    ("style", "environment", "is_text", "has_colours"),
    [
        ("auto", {}, True, True),
        ("text", {}, True, True),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("json", {}, False, False),
    ],
)
def test_the_form_on_a_terminal(
    style: Style,
    environment: dict[str, str],
    is_text: bool,
    has_colours: bool,
    start: Callable[..., Stream],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in ({"NO_COLOR": "", "TERM": "xterm"} | environment).items():
        monkeypatch.setenv(name, value)
    stream = start(is_terminal=True, style=style)
    log.log(35, "x")
    assert stream.getvalue().startswith("{") is not is_text
    assert ("\x1b" in stream.getvalue()) is has_colours


def test_text_into_a_file_has_no_colours(start: Callable[..., Stream], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")
    stream = start(style="text")
    log.info("x")
    assert "\x1b" not in stream.getvalue()
    assert " [info " in stream.getvalue()


def test_warnings_are_events(start: Callable[..., Stream]) -> None:
    stream = start()
    warnings.warn_explicit("old\nstuff", UserWarning, "a.py", 7)
    (event,) = stream.events()
    assert (event["logger"], event["event"]) == ("py.warnings", "a.py:7: UserWarning: old\\nstuff")


def test_an_event_that_cannot_be_written_is_told(start: Callable[..., Stream]) -> None:
    stream = start()
    log.warning("%d documents of %s", "hunter2")
    (event,) = stream.events()
    assert re.fullmatch(r"TypeError on writing an event of .*test_logs\.py, line \d+", event["event"])


@pytest.mark.parametrize(
    "name", ["celery.worker", "celery.app.trace", "celery.redirected", "celery.task", "multiprocessing", "py.warnings"]
)
def test_records_of_celery_have_the_same_form(name: str, start: Callable[..., Stream]) -> None:
    stream = start()
    app = Celery("test", set_as_current=False)
    app.conf.worker_hijack_root_logger = False
    app.log.already_setup = False
    app.log.setup_logging_subsystem(loglevel="WARNING")  # what a worker does when it starts
    app.log.already_setup = False
    get_task_logger("copydesk.fetch")
    logging.getLogger(name).error("cannot connect to %s\n%s", "redis://:hunter2@host//", "again\n")
    (event,) = stream.events()
    assert (event["logger"], event["level"]) == (name, "error")
    assert event["event"] == "cannot connect to redis://:***@host//\\nagain"


def test_the_commands_do_not_import_structlog() -> None:
    code = "import sys; from workers.cli import copydesk; copydesk(['-h'], standalone_mode=False); "
    code += "print('structlog' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.endswith("False\n")
