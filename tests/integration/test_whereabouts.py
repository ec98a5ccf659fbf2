"""Where a document is and why, for each place where it can be."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from config.settings import Settings
from pipeline.store import lookup, presence
from pipeline.store.clock import time_in
from pipeline.store.database import Database
from pipeline.store.presence import Worker
from pipeline.store.publishing import publish
from pipeline.store.schema import documents, hosts
from tests.commands import Copydesk
from tests.integration.test_tallies import row
from tests.serving import report
from workers.whereabouts import whereabouts

STAGES = ("fetch", "clean", "enrich", "store")


@pytest.mark.parametrize(
    ("document", "stages", "lines"),
    [
        ({"due": 40, "attempts": 1}, STAGES, [r"waits for fetch, to be sent in (39|40) s; so far 1 of 3 attempts"]),
        ({"due": 40, "host": "slow.example"}, STAGES,
         ["waits for fetch, to be sent in .* s", r"slow\.example is asked every 7 s, and has work for (1 h|59 min.*)"]),
        ({"stage": "clean"}, STAGES, ["waits for clean and is due: .*"]),
        ({"stage": "clean"}, ("fetch",), ["waits for clean and is due: .*", "no worker for clean lives: .*"]),
        ({"stage": "clean", "alone": True}, STAGES, ["waits for clean .*", "goes alone, .*"]),
        ({"state": "queued", "stage": "enrich", "lease": 90}, STAGES, ["in the queue of enrich; .* 1 min (30|29) s"]),
        ({"state": "queued", "stage": "enrich", "lease": -5}, STAGES, ["in the queue of enrich; .* in 0 s"]),
        ({"state": "working", "stage": "store", "lease": 90, "worker": "a:1:2"}, STAGES,
         ["in the hands of a:1:2 for store; .* in 1 min (30|29) s"]),
        ({"state": "stored", "stage": "store", "article_id": "a1"}, (),
         ["became article a1, version 1: Headline 1"]),
        ({"state": "duplicate", "stage": "store", "article_id": "a1"}, (),
         ["is a duplicate of article a1, version 1: Headline 1"]),
        ({"state": "rejected", "reason": "paywall"}, (), []),
    ],
)  # fmt: skip
def test_each_place(
    database: Database, tmp_path: Path, document: dict[str, Any], stages: tuple[str, ...], lines: list[str]
) -> None:
    settings = Settings(home=tmp_path, redis_url="redis://127.0.0.1:9/0")
    with database.write() as tx:
        now = time_in(tx)
        publish(tx, report(1))
        tx.execute(insert(hosts), [{"host": "slow.example", "spacing": 7, "line_end": now + 3600}])
        moments = {name: now + document[name] for name in ("due", "lease") if name in document}
        tx.execute(insert(documents), [row(1) | document | moments])
        if stages:
            presence.announce(tx, Worker("w", "h", "a:1:", stages, 1, 1, now, now, trouble="no Redis answers"))
        found = whereabouts(tx, lookup.find_document(tx, str(row(1)["id"])), settings)
    if document.get("state", "waiting") == "waiting" and document.get("stage", "fetch") in stages:
        assert "no Redis answers" in found.pop(), "what keeps all documents from moving is said of one as well"
    assert len(found) == len(lines)
    assert all(re.fullmatch(wanted, line) for wanted, line in zip(lines, found, strict=True)), found


def test_the_command_fits_a_screen(copydesk: Copydesk) -> None:
    copydesk.account()
    database = Database(copydesk.store_url)
    from pipeline.store.schema import events

    with database.write() as tx:
        tx.execute(insert(documents), [row(1) | {"input": "https://a.example/x", "url": "https://a.example/y"}])
        event = {"document_id": row(1)["id"], "stage": "fetch", "worker": "w:1:2", "ms": 3, "outcome": "failed"}
        tx.execute(insert(events), [event | {"attempt": n, "started": 1e9 + n, "detail": "d"} for n in range(200)])
    database.close()
    done = copydesk("trace", "https://a.example/x")
    lines = done.stdout.splitlines()
    assert len(lines) <= 24 and all(len(line) < 110 for line in lines), done.stdout
    assert lines[1].strip() == "https://a.example/y" and "... 184 more; all with --json" in lines
    assert any("no worker for fetch lives" in line for line in lines)
