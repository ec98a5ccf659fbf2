"""The tallies count what is in the ledger, whoever moves it, at any moment."""

import random
import threading
from collections import Counter
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, delete, func, insert, select, update

from pipeline import store
from pipeline.stage import PIPELINE
from pipeline.store import account, tallies
from pipeline.store.database import Database
from pipeline.store.schema import documents
from pipeline.store.schema import tallies as table
from pipeline.store.states import FAILED
from pipeline.store.views import drop_views
from tests.waiting import wait_for

STAGES = [stage.name for stage in PIPELINE]
STATES = ("waiting", "queued", "working", "stored", "duplicate", "rejected", "dead")


def row(number: int) -> dict[str, object]:
    return {
        "id": f"{number:020x}", "submission": f"s{number % 2}", "input": "i", "url": "u", "host": "",
        "state": "waiting", "stage": "fetch", "epoch": 0, "attempts": 0, "alone": False, "due": 0, "lease": 0,
        "accepted_at": 0,
    }  # fmt: skip


def move(tx: Connection, dice: random.Random, numbers: range) -> None:
    """Some documents move by one statement, or go."""
    some = [f"{number:020x}" for number in dice.sample(numbers, 5)]
    state = dice.choice(STATES)
    reason = dice.choice(("timeout", "paywall", None)) if state in FAILED else None
    values = {"state": state, "stage": dice.choice(STAGES), "reason": reason, "lease": dice.random()}
    these = documents.c.id.in_(some)
    tx.execute(delete(documents).where(these) if dice.random() < 0.1 else update(documents).where(these).values(values))


def counted(tx: Connection) -> Counter[tuple[str, str, str | None]]:
    columns = documents.c.stage, documents.c.state, documents.c.reason
    return Counter({tuple(key): n for *key, n in tx.execute(select(*columns, func.count()).group_by(*columns))})


def told(tx: Connection) -> Counter[tuple[str, str, str | None]]:
    return Counter({(stage, state, reason): number for stage, state, reason, number in tallies.read(tx)})


def test_they_add_up_after_every_move(database: Database) -> None:
    dice, numbers = random.Random(5), range(60)
    with database.write() as tx:
        tx.execute(insert(documents), [row(number) for number in numbers])
        for _ in range(80):
            move(tx, dice, numbers)
            assert told(tx) == counted(tx)
    with database.read() as tx:
        whole, parts = account.account(tx), [account.account(tx, submission=f"s{n}") for n in range(2)]
    assert whole.accepted == sum(part.accepted for part in parts)
    assert Counter(whole.reasons) == sum((Counter(part.reasons) for part in parts), Counter())


def test_what_is_rolled_back_was_not_counted(database: Database) -> None:
    try:
        with database.write() as tx:
            tx.execute(insert(documents), [row(1)])
            raise RuntimeError
    except RuntimeError:
        pass
    with database.read() as tx:
        assert told(tx) == Counter()


def test_nobody_waits_for_the_commit_of_another(postgres_url: str) -> None:
    one, other = Database(postgres_url).migrate(), Database(postgres_url)
    with one.write() as first:
        first.execute(insert(documents), [row(1)])
        with other.write() as second:
            second.execute(insert(documents), [row(2)])
            tallies.gather(second)
        with other.read() as tx:
            assert told(tx) == {("fetch", "waiting", None): 1}
    with other.read() as tx:
        assert told(tx) == {("fetch", "waiting", None): 2}
    one.close()
    other.close()


def test_gathering_loses_nothing_while_many_write(database: Database) -> None:
    size, writers = 40, 4

    def write(name: int) -> None:
        dice, numbers = random.Random(name), range(name * size, (name + 1) * size)
        own = Database(database.url.render_as_string(hide_password=False))
        for _ in range(25):
            with own.write() as tx:
                move(tx, dice, numbers)
            with own.write() as tx:
                tallies.gather(tx)
        own.close()

    with database.write() as tx:
        tx.execute(insert(documents), [row(number) for number in range(writers * size)])
    threads = [threading.Thread(target=write, args=(name,)) for name in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: _slots(database) <= 2)  # what was gathered, and this connection's own
    with database.read() as tx:
        assert told(tx) == counted(tx)


def _slots(database: Database) -> int:
    with database.write() as tx:
        tallies.gather(tx)
        return tx.execute(select(func.count(func.distinct(table.c.slot)))).scalar_one()


def test_an_upgrade_counts_what_is_there(database: Database) -> None:
    with database.write() as tx:
        tx.execute(insert(documents), [row(number) for number in range(3)])
        tx.execute(delete(table))
        tallies.begin_to_count(tx)
        assert told(tx) == {("fetch", "waiting", None): 3}


def test_an_older_store_is_counted_when_it_is_upgraded(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store.__file__).parent / "migrations"))
    with database.write() as tx:
        tx.execute(insert(documents), [row(number) for number in range(3)])
        config.attributes["connection"] = tx
        drop_views(tx)
        command.downgrade(config, "0007")
        tx.execute(insert(documents), [row(number) for number in range(3, 5)])
    database.migrate()
    with database.write() as tx:
        move(tx, random.Random(1), range(5))
        assert told(tx) == counted(tx)
