"""Settings and messages: what people and other workers wrote, read or refused."""

import json
import os
import tomllib
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

import redis
import zstandard
from hypothesis import strategies as st

from config.settings import Settings, as_text, load, shown
from pipeline.documents import Article, Document, EnrichedArticle, Enrichment, FetchedPage, Source
from pipeline.errors import ConfigurationError
from tests.fuzz.damage import damaged, noise, written
from tests.fuzz.law import fuzz
from workers.messages import SCHEMA, NewerMessageError, read
from workers.payloads import PAGE, Payloads

TOML = (
    'home = "data"\nredis_url = "redis://:secret@localhost:6379/0"\nstore_url = "sqlite:///x.db"\nretry = 5.5\n',
    'allow_addresses = ["10.0.0.0/8", "::1/128"]\nenrichers = ["a:b"]\nrobots = false\nhost_delay = 0.5\n',
    '[sites."example.org"]\ndelay = 2\nproxy = "http://u:secret@p.example:80"\n[sites."*.x.example"]\nrobots = false\n',
)
TOML_PIECES = (
    "= ", "inf", "nan", "-1", "1e400", "0x_", "1979-05-27T07:32:00Z", "[[sites]]", "[sites]", '"""', "''", "true",
    "{}", "[]", "{a={b={c=1}}}", "home = '~nobody/x'\n", "home = '\\u0000'\n", 'home = "\\u0000"\n',
    "allow_addresses = 7\n", "sites = '{'\n", "sites = 'null'\n", "= 07:32:00\n", 'sites = "[1]"\n',
    "batch = " + "9" * 5000 + "\n", "x = " + "[" * 2000, "enrichers = [1]\n", "batch = true\n", "proxy = 3\n",
    "home = ''\n", "sites = " + json.dumps("[" * 100_000) + "\n",
)  # fmt: skip
VALUES = ("5", "0.5", "10.0.0.0/8,::1", '{"example.org": {"delay": 1}}', "redis://h", "true", "~/x", "a:b,c:d")
NAMES = sorted(Settings.model_fields)


def is_loaded() -> None:
    try:
        loaded = load()
    except ConfigurationError as exc:
        assert str(exc)
        assert "\n" not in str(exc)
        return
    assert loaded.settings.home.is_absolute()
    for name in NAMES:
        shown(getattr(loaded.settings, name)).encode("utf-8", "surrogateescape")
        as_text(getattr(loaded.settings, name)).encode("utf-8", "surrogateescape")


@fuzz(120, data=written(damaged(TOML, TOML_PIECES)))
def test_the_settings_file(data: bytes) -> None:
    with TemporaryDirectory() as folder, chdir(folder):
        Path("copydesk.toml").write_bytes(data)
        is_loaded()


@fuzz(
    120,
    name=st.sampled_from(NAMES),
    value=(damaged(VALUES, TOML_PIECES) | noise(40)).map(lambda text: text.replace("\0", "")),
)
def test_the_environment(name: str, value: str) -> None:
    variable = f"COPYDESK_{name.upper()}"
    with TemporaryDirectory() as folder, chdir(folder):
        try:
            os.environ[variable] = value.encode("utf-8", "replace").decode()
            is_loaded()
        finally:
            del os.environ[variable]


NO_REDIS = redis.Redis(unix_socket_path="/nowhere")
PAYLOADS = Payloads(NO_REDIS, 60)
ARTICLE = Article(id="1", url=None, requested_url=None, canonical_url=None, body="Ferry.", carry={"a": [1, None]})
DOCUMENTS: tuple[Document, ...] = (
    ARTICLE, EnrichedArticle(article=ARTICLE, enrichment=Enrichment(language="en")),
    FetchedPage(id="1", requested_url="u", url="u", media_type="text/html", text="x", date_fetched="2024"),
    Source(id="1", input="x", url="u"),
)  # fmt: skip
JSON_PIECES = (
    "null", "1e999", "\\ud800", "[" * 300, '"extra":1,', "9" * 5000, "{}", '"schema_version":2', "true", '"body":',
    "\\u0000",
)  # fmt: skip
payload = damaged([document.model_dump_json() for document in DOCUMENTS], JSON_PIECES)


@fuzz(
    200,
    data=written(payload),
    model=st.sampled_from([type(document) for document in DOCUMENTS]),
    packed=st.booleans(),
    prefix=st.sampled_from([b"", PAGE]),
)
def test_payloads(data: bytes, model: type[Document], packed: bool, prefix: bytes) -> None:
    found = PAYLOADS._read(prefix + (zstandard.compress(data) if packed else data), model)
    if found is not None:
        assert model.model_validate_json(found.model_dump_json()) == found


@fuzz(
    60,
    data=damaged([zstandard.compress(document.model_dump_json().encode()).decode("latin-1") for document in DOCUMENTS]),
)
def test_payloads_of_damaged_bytes(data: str) -> None:
    PAYLOADS._read(data.encode("latin-1", "replace"), Article)


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
tickets = st.lists(st.lists(leaves, max_size=3) | leaves, max_size=4)
messages = leaves | tickets | st.fixed_dictionaries({}, optional={"schema": leaves, "tickets": tickets | leaves})


@fuzz(150, message=messages)
def test_messages(message: object) -> None:
    try:
        found = read(message)
    except NewerMessageError as exc:
        found = exc.tickets
        assert isinstance(message, dict)
        assert not isinstance(schema := message.get("schema"), int) or schema > SCHEMA
    assert all(isinstance(ticket.id, str) and isinstance(ticket.epoch, int) for ticket in found)


def test_the_seeds_are_valid() -> None:
    for toml in TOML:
        Settings.model_validate(tomllib.loads(toml))
