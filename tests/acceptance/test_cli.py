"""The contract from outside: exit codes, one-line messages, JSON of the reading commands."""

import json
import re
import stat
from pathlib import Path

import pytest

from pipeline.store.database import Database
from tests.commands import Copydesk, balanced
from tests.pages import make_pages
from tests.waiting import wait_for

ID = re.compile(r"[0-9a-f]{20}")


def one_line(text: str) -> bool:
    lines = text.strip().splitlines()
    return len(lines) == 1 and "Traceback" not in text


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["run"], 2, "no input"),
        (["run", "nosuch.html"], 2, "nosuch.html"),
        (["run", "--urls", "nosuch.txt"], 2, "nosuch.txt"),
        (["frobnicate"], 2, "No such command"),
        (["run", "--frobnicate"], 2, "No such option"),
        (["worker", "--stages", "fetch,cook"], 2, "no such stage: cook"),
        (["show", "nosuch"], 2, "no such article"),
        (["trace", "nosuch"], 2, "nothing known"),
        (["export", "-o", "no/such/folder/x.jsonl"], 4, "cannot be written"),
        (["--store-url", "nonsense", "status"], 3, "store URL cannot be used"),
        (["--store-url", "postgresql+psycopg://u:secret@127.0.0.1:1/x", "status"], 4, "check that it runs"),
        (["--redis-url", "amqp://host", "status"], 3, "redis://, rediss:// or unix://"),
        (["--redis-url", "redis://127.0.0.1:1", "add", "page.html"], 4, "COPYDESK_REDIS_URL"),
        (["--redis-url", "redis://127.0.0.1:1", "run", "page.html"], 4, "COPYDESK_REDIS_URL"),
    ],
    ids=lambda value: "-".join(value)[:40] if isinstance(value, list) else None,
)
def test_wrong_use_is_said_in_words(copydesk: Copydesk, words: list[str], code: int, says: str) -> None:
    (copydesk.folder / "page.html").write_text("<p>A page.</p>")
    done = copydesk(*words)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert '"accepted":0' in copydesk("status", "--json").stdout, "what is refused is not accepted"
    assert "secret" not in done.stderr


@pytest.mark.parametrize("text", ["batch = [", "btach = 1", "batch = 'many'"])
def test_a_broken_settings_file_is_exit_3(copydesk: Copydesk, text: str) -> None:
    (copydesk.folder / "copydesk.toml").write_text(text)
    done = copydesk("status")
    assert done.returncode == 3
    assert one_line(done.stderr)
    assert "copydesk.toml" in done.stderr


def test_a_home_that_cannot_be_made_is_exit_4(copydesk: Copydesk) -> None:
    (copydesk.folder / "occupied").write_text("a file")
    done = copydesk("--home", "occupied/home", "run", "occupied")
    assert done.returncode == 4
    assert one_line(done.stderr)
    assert "COPYDESK_HOME" in done.stderr


def test_the_account_of_a_mixed_run(copydesk: Copydesk) -> None:
    make_pages(copydesk.folder / "pages", 3)
    first = sorted((copydesk.folder / "pages").iterdir())[0]
    (copydesk.folder / "copy.html").write_bytes(first.read_bytes())
    (copydesk.folder / "empty.html").write_text("")
    locked = copydesk.folder / "picture.html"
    locked.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    done = copydesk("run", "pages", "copy.html", "empty.html", "picture.html", "nosuch.html", "--json")
    assert done.returncode == 1
    account = json.loads(done.stdout)
    assert balanced(account)
    assert (account["accepted"], account["stored"], account["duplicate"], account["rejected"]) == (6, 3, 1, 2)
    assert set(account["reasons"]) == {"no_content", "unsupported_type"}
    assert "nosuch.html: no such file" in done.stderr
    failed = json.loads(copydesk("failed", "list", "--json").stdout)
    assert {f["reason"] for f in failed} == {"no_content", "unsupported_type"}
    assert set(failed[0]) == {"id", "input", "state", "reason", "stage", "attempts", "error", "when"}


def test_failed_documents_are_shown_exported_and_sent_through_again(copydesk: Copydesk) -> None:
    (copydesk.folder / "empty.html").write_text("")
    (copydesk.folder / "other.html").write_text("")
    copydesk("run", "empty.html", "other.html")
    listed = json.loads(copydesk("failed", "list", "--json", "--reason", "no_content", "--since", "1h").stdout)
    chosen = next(f for f in listed if f["input"] == "empty.html")
    shown = json.loads(copydesk("failed", "show", "empty.html", "--json").stdout)
    assert (shown["id"], shown["reason"], shown["events"][-1]["outcome"]) == (chosen["id"], "no_content", "rejected")
    exported = [
        json.loads(line) for line in copydesk("failed", "export", "--stage", shown["stage"]).stdout.splitlines()
    ]
    assert {f["input"] for f in exported} == {"empty.html", "other.html"}
    assert copydesk("failed", "list", "--until", "1h", "--json").stdout.strip() == "[]"

    make_pages(copydesk.folder / "pages", 1)
    next((copydesk.folder / "pages").iterdir()).rename(copydesk.folder / "empty.html")
    assert copydesk("failed", "retry", chosen["id"]).stderr == "1 sent through again\n"
    assert copydesk("failed", "retry", chosen["id"]).stderr == "0 sent through again\n"
    worker = copydesk.start("worker", "-c", "1")
    wait_for(lambda: copydesk.account().in_flight == 0)
    worker.terminate()
    worker.communicate(timeout=60)
    state = copydesk.status()
    assert balanced(state)
    assert (state["accepted"], state["stored"], state["rejected"]) == (2, 1, 1)
    story = json.loads(copydesk("trace", chosen["id"], "--json").stdout)
    assert "replayed" in [event["outcome"] for event in story["events"]]
    assert story["events"][-1]["outcome"] == "stored"


def test_a_dropped_failure_is_off_the_list_and_in_the_account(copydesk: Copydesk) -> None:
    for name in ("a.html", "b.html"):
        (copydesk.folder / name).write_text("")
    copydesk("run", "a.html", "b.html")
    assert copydesk("failed", "drop", "a.html").stderr == "1 dropped\n"
    assert copydesk("failed", "drop", "a.html").stderr == "0 dropped\n"
    left, dropped = (json.loads(copydesk("failed", "list", "--json", *more).stdout) for more in ([], ["--dropped"]))
    assert ([f["input"] for f in left], [f["input"] for f in dropped]) == (["b.html"], ["a.html"])
    state = copydesk.status()
    assert (state["accepted"], state["rejected"], state["reasons"]) == (2, 2, {"no_content": 2})
    shown = json.loads(copydesk("failed", "show", "a.html", "--json").stdout)
    assert shown["events"][-1]["outcome"] == "dropped"
    assert copydesk("failed", "retry", "--all").stderr == "1 sent through again\n", "what was dropped stays so"
    assert copydesk("failed", "retry", "a.html").stderr == "1 sent through again\n", "unless it is named"
    assert copydesk.status()["waits"], "nobody is there to take them up, and status says so"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("retry",), "say which"),
        (("drop",), "say which"),
        (("retry", "--since", "soon"), "neither an age"),
        (("list", "--stage", "print"), "'print' is not one of"),
        (("show", "nosuch"), "not among the failed documents"),
    ],
)
def test_wrong_words_about_failed_documents(copydesk: Copydesk, words: tuple[str, ...], message: str) -> None:
    done = copydesk("failed", *words)
    assert done.returncode == 2
    assert message in done.stderr


def test_nothing_stored_is_exit_126(copydesk: Copydesk) -> None:
    (copydesk.folder / "empty.html").write_text("")
    assert copydesk("run", "empty.html").returncode == 126


def test_run_again_is_all_duplicates(copydesk: Copydesk) -> None:
    make_pages(copydesk.folder / "pages", 2)
    assert copydesk("run", "pages").returncode == 0
    done = copydesk("run", "pages", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["duplicate"] == 2
    assert len(copydesk.articles()) == 2


def test_a_changed_page_is_a_new_version(copydesk: Copydesk) -> None:
    make_pages(copydesk.folder / "pages", 1)
    page = next((copydesk.folder / "pages").iterdir())
    copydesk("run", page)
    (before,) = copydesk.articles()
    old = before["body"].split("\n\n")[1]
    page.write_text(page.read_text().replace(old[:30], "The council has since corrected this: " + old[:30]))
    copydesk("run", page)
    (after,) = copydesk.articles()
    assert (after["id"], after["version"], after["seq"]) == (before["id"], 2, 2)
    shown = json.loads(copydesk("show", after["id"], "--version", "1", "--json").stdout)
    assert shown["body"] == before["body"]


def test_reading_commands(copydesk: Copydesk) -> None:
    make_pages(copydesk.folder / "pages", 1)
    page = next((copydesk.folder / "pages").iterdir())
    copydesk("run", page)
    (article,) = copydesk.articles()
    assert ID.fullmatch(article["id"])
    by_url = json.loads(copydesk("show", article["canonical_url"], "--json").stdout)
    assert by_url == article
    assert article["headline"] in copydesk("show", article["id"]).stdout
    trace = json.loads(copydesk("trace", page, "--json").stdout)
    assert set(trace) == {"id", "input", "url", "state", "reason", "events"}
    assert [(e["stage"], e["outcome"]) for e in trace["events"]] == [
        ("fetch", "passed"), ("clean", "passed"), ("enrich", "passed"), ("store", "stored"),
    ]  # fmt: skip
    assert set(trace["events"][0]) == {"stage", "attempt", "worker", "started", "ms", "outcome", "detail"}
    status = copydesk.status()
    expected = {
        "accepted",
        "stored",
        "duplicate",
        "rejected",
        "dead",
        "in_flight",
        "reasons",
        "stages",
        "workers",
        "rates",
    }
    assert set(status) == expected | {"dashboard", "waits", "throughput", "eta", "oldest", "hosts"}
    assert (status["dashboard"], status["eta"], status["oldest"], status["hosts"]) == (None, None, None, [])
    assert set(status["throughput"]) == {"fetch", "clean", "enrich", "store"}
    looks = copydesk("top", "--looks", "2", "--every", "0.2").stdout
    assert looks.count("accepted 1 = stored 1") == 2


def test_add_is_durable_without_any_redis(copydesk: Copydesk) -> None:
    make_pages(copydesk.folder / "pages", 3)
    done = copydesk("add", "pages")
    assert done.returncode == 0
    assert "accepted 3" in done.stderr
    state = copydesk.status()
    assert state["in_flight"] == 3
    assert (state["oldest"]["state"], state["oldest"]["stage"]) == ("waiting", "fetch")
    assert "oldest in flight: " in copydesk("status").stdout
    make_pages(copydesk.folder / "more", 1, seed=9)
    assert copydesk("run", "more").returncode == 0, "a run waits for its own inputs only"


def test_urls_come_from_standard_input_and_lists(copydesk: Copydesk) -> None:
    done = copydesk("add", "-", "--json", stdin="https://a.example/1\nnot a url\nhttps://a.example/2\n")
    assert json.loads(done.stdout)["accepted"] == 2
    assert "not a url" in done.stderr
    (copydesk.folder / "list.txt").write_text("https://a.example/3\n# no\nhttps://a.example/4\n")
    assert json.loads(copydesk("add", "list.txt", "--json").stdout)["accepted"] == 2
    assert json.loads(copydesk("add", "--urls", "list.txt", "--json").stdout)["accepted"] == 2


def test_extract_and_enrich_answer_line_by_line(copydesk: Copydesk) -> None:
    (page,) = make_pages(copydesk.folder / "pages", 1)
    request = {"id": "x1", "html": page.read_text(), "url": "https://a.example/1"}
    done = copydesk("extract", stdin=json.dumps(request) + "\n")
    article = json.loads(done.stdout)
    assert (article["id"], article["language"]) == ("x1", "en")
    wanted = {name: article[name] for name in ("id", "headline", "body", "date_published", "language")}
    enrichment = json.loads(copydesk("enrich", stdin=json.dumps(wanted) + "\n").stdout)
    assert enrichment["id"] == "x1"
    assert enrichment["summary"]


def test_inspect_says_why_each_field_was_chosen(copydesk: Copydesk) -> None:
    (page,) = make_pages(copydesk.folder / "pages", 1)
    text = copydesk("inspect", page).stdout
    assert "headline" in text
    assert "from json-ld" in text or "from h1" in text
    fetched, cleaned, enriched = json.loads(copydesk("inspect", page, "--json").stdout)
    assert [step["stage"] for step in (fetched, cleaned, enriched)] == ["fetch", "clean", "enrich"]
    assert cleaned["made"]["provenance"]["headline"]["source"]
    (copydesk.folder / "empty.html").write_text("")
    done = copydesk("inspect", "empty.html")
    assert done.returncode == 126
    assert "no_content" in done.stdout
    assert copydesk("inspect", "nosuch.html").returncode == 2
    assert not (copydesk.home / "copydesk.db").exists() or copydesk.status()["accepted"] == 0


def test_config_show_masks_passwords(copydesk: Copydesk) -> None:
    copydesk.environment["COPYDESK_REDIS_URL"] = "redis://:hunter2@127.0.0.1:6379/0"
    done = copydesk("config", "show")
    assert "hunter2" not in done.stdout
    assert "(environment)" in done.stdout


def test_doctor_finds_all_in_order(copydesk: Copydesk) -> None:
    done = copydesk("doctor", "--json")
    assert done.returncode == 0, done.stdout
    assert all(finding["ok"] for finding in json.loads(done.stdout))


def test_the_demo_stores_the_samples_twice_over(copydesk: Copydesk) -> None:
    first, second = copydesk("demo"), copydesk("demo")
    assert first.returncode == second.returncode == 0
    assert "stored" in first.stdout
    assert f"store: {Database(copydesk.store_url)}" in first.stdout
    assert "consent_page" in first.stdout
    assert len(copydesk.articles()) >= 8
    assert balanced(copydesk.status())


def test_the_home_is_private_where_it_must_be(tmp_path_factory: pytest.TempPathFactory) -> None:
    copydesk = Copydesk(tmp_path_factory.mktemp("h"))  # a short path: else the socket lies elsewhere
    make_pages(copydesk.folder / "pages", 1)
    copydesk("run", "pages")
    assert stat.S_IMODE(Path(copydesk.home / "redis").stat().st_mode) == 0o700
