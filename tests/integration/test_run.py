"""The whole job under fire: a thousand files, and the processes killed on the way."""

import asyncio
import json
import threading
from collections import Counter
from pathlib import Path

import psutil

from tests.commands import Copydesk, balanced
from tests.integration.fetch.page_server import PageServer, Request, answer
from tests.pages import make_pages
from tests.waiting import wait_for

FILES = 500
PATIENCE = 60


def processes(run_pid: int, word: str) -> list[psutil.Process]:
    """The run's descendants whose command line holds ``word``."""
    found = []
    for process in psutil.Process(run_pid).children(recursive=True):
        try:
            if any(word in part for part in process.cmdline()):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def worker_parent(run_pid: int) -> psutil.Process | None:
    return next((p for p in processes(run_pid, "workers.celery_worker") if p.ppid() == run_pid), None)


def worker_child(run_pid: int) -> psutil.Process | None:
    parent = worker_parent(run_pid)
    return next(iter(parent.children()), None) if parent else None


def embedded_redis(run_pid: int) -> psutil.Process | None:
    return next(iter(processes(run_pid, "redis.sock")), None) or next(iter(processes(run_pid, "redis-server")), None)


def test_hundreds_of_files_survive_kills(copydesk: Copydesk, tmp_path: Path) -> None:
    make_pages(tmp_path / "pages", FILES)
    run = copydesk.start("run", "pages", "-c", "2", "--json")
    done = 0
    for victim in (worker_child, embedded_redis, worker_parent):
        goal = done + 60
        wait_for(lambda goal=goal: run.poll() is not None or copydesk.account().stages["store"].done >= goal)
        done = copydesk.account().stages["store"].done
        assert run.poll() is None, "the run ended before it could be hurt"
        wait_for(lambda victim=victim: victim(run.pid) is not None)
        process = victim(run.pid)
        assert process is not None
        process.kill()
    out, err = run.communicate(timeout=120)
    account = json.loads(out)
    assert run.returncode == 0, (account, copydesk("failed", "list").stdout, err)
    assert (account["accepted"], account["stored"], account["in_flight"]) == (FILES, FILES, 0)
    assert balanced(account)
    articles = copydesk.articles()
    assert Counter(a["canonical_url"] for a in articles).most_common(1)[0][1] == 1
    assert [a["seq"] for a in articles] == list(range(1, FILES + 1)), "each stored once, no gap"
    assert {a["version"] for a in articles} == {1}


def test_what_a_killed_process_had_in_the_air_is_read_again_at_once(copydesk: Copydesk) -> None:
    copydesk.environment |= {"COPYDESK_ALLOW_ADDRESSES": "127.0.0.0/8", "COPYDESK_ROBOTS": "false"}
    killed = threading.Event()

    async def held(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.get_running_loop().run_in_executor(None, killed.wait, PATIENCE)
        await answer()(request, writer)

    with PageServer({f"/{n}": held for n in range(3)}) as server:
        run = copydesk.start("run", *(server.url(f"/{n}") for n in range(3)), "-c", "1", "--json")
        wait_for(lambda: copydesk.account().stages["fetch"].working == 3)
        child = worker_child(run.pid)
        assert child is not None
        child.kill()
        killed.set()
        account = json.loads(run.communicate(timeout=PATIENCE)[0])
    assert balanced(account)
    assert (account["accepted"], account["in_flight"]) == (3, 0)


def test_an_interrupted_run_is_taken_up_again(copydesk: Copydesk, tmp_path: Path) -> None:
    make_pages(tmp_path / "pages", 150)
    run = copydesk.start("run", "pages", "-c", "2")
    wait_for(lambda: run.poll() is not None or copydesk.account().stored > 20)
    run.send_signal(2)
    run.communicate(timeout=60)
    assert run.returncode == 130
    state = copydesk.status()
    assert balanced(state)
    assert state["in_flight"] == 150 - state["stored"]
    assert state["stages"]["fetch"]["working"] == state["stages"]["clean"]["working"] == 0
    again = copydesk.start("worker", "-c", "2")
    wait_for(lambda: copydesk.account().in_flight == 0)
    again.terminate()
    again.communicate(timeout=60)
    assert again.returncode == 0
    assert copydesk.status()["stored"] == 150
