"""Settings: layers, origins, and errors that name what is wrong."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from config.settings import as_text, load, shown
from pipeline.errors import ConfigurationError


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_each_layer_covers_the_one_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (load().settings.batch, load().origins["batch"]) == (32, "default")
    (tmp_path / "copydesk.toml").write_text("batch = 5\nwindow = 50\n")
    assert (load().settings.batch, load().origins["batch"]) == (5, "copydesk.toml")
    monkeypatch.setenv("COPYDESK_BATCH", "6")
    assert (load().settings.batch, load().origins["batch"]) == (6, "environment")
    loaded = load({"batch": 7, "window": None})
    assert (loaded.settings.batch, loaded.origins["batch"]) == (7, "flag")
    assert (loaded.settings.window, loaded.origins["window"]) == (50, "copydesk.toml")


def test_home_is_absolute_and_holds_the_store(tmp_path: Path) -> None:
    settings = load().settings
    assert settings.home == tmp_path / "copydesk-data"
    assert settings.store == f"sqlite:///{tmp_path}/copydesk-data/copydesk.db"


def test_the_home_of_the_shell_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nowhere")
    assert load().settings.home.name == "copydesk-data"


def test_networks_are_parted_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_ALLOW_ADDRESSES", "127.7.0.0/16, ::1/128")
    assert load().settings.allow_addresses == (ip_network("127.7.0.0/16"), ip_network("::1/128"))


@pytest.mark.parametrize("toml", ["batch = ", "batch = " + "9" * 5000, "batch = " + "[" * 5000, b"batch = '\xff'"])
def test_a_file_that_is_no_toml_is_named_on_one_line(tmp_path: Path, toml: str | bytes) -> None:
    (tmp_path / "copydesk.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    with pytest.raises(ConfigurationError) as caught:
        load()
    assert str(caught.value).startswith("copydesk.toml ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("COPYDESK_HOME", "~nobody-of-this-name/x", "COPYDESK_HOME.*no user of this name"),
        ("COPYDESK_BATCH", "many", "COPYDESK_BATCH.*integer.*'many'"),
        ("COPYDESK_BATCH", "0", "COPYDESK_BATCH.*greater than or equal to 1"),
        ("COPYDESK_ALLOW_ADDRESSES", "here", "COPYDESK_ALLOW_ADDRESSES.*'here' does not appear to be"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=words):
        load()


@pytest.mark.parametrize(
    ("text", "words"),
    [("batch = [", "not valid TOML"), ("btach = 3", "unknown setting 'btach'"), ("batch = 'x'", r"batch \(copydesk")],
)
def test_a_broken_file_is_named(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text(text)
    with pytest.raises(ConfigurationError, match=words) as caught:
        load()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("postgresql+psycopg://me:secret@db:5432/x", "postgresql+psycopg://me:***@db:5432/x"),
        ("redis://:secret@host/0", "redis://:***@host/0"),
        ("redis://host/0", "redis://host/0"),
        (None, ""),
        (32, "32"),
    ],
)
def test_passwords_are_masked(value: object, expected: str) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize(
    "url",
    [
        "redis://host", "redis://host/", "redis://host:6379/0", "rediss://me:p%2Fw@host:6380/15?ssl_cert_reqs=required",
        "redis://:p@w@host/0", "redis://[::1]:6379/1", "unix:///run/redis.sock?db=2", "unix://me:pw@/run/a@b/redis.sock",
    ],
)  # fmt: skip
def test_addresses_of_redis(url: str) -> None:
    assert load({"redis_url": url}).settings.redis_url == url


@pytest.mark.parametrize(
    "url",
    [
        "redis://me:hunt/er2@host:6379/0", "redis://me:hunt#er2@host", "redis://me:hunt?er2@host/0",
        "redis://me:12/er2@host/0", "redis://me:12?er2@host/0", "redis://me:12#er2@host/0", "redis://:12/er2@host",
        "redis://me:er2@[::1/0", "redis://me:er2@host:port/0", "redis://me:er2@host:70000", "redis://me:er2@host/name",
        "redis://me:er2@/0", "redis://", "redis://me:er2@host\n/0", "unix://me:hunt/er2@/run/redis.sock",
        "unix://me:er2@host/run/redis.sock", "unix://", "amqp://me:er2@host/0", "redis:/me:er2@host", "me:12/er2@host",
    ],
)  # fmt: skip
def test_an_address_of_redis_that_is_none_is_refused_without_showing_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_REDIS_URL", url)
    with pytest.raises(ConfigurationError, match=r"^COPYDESK_REDIS_URL: .* is wanted") as caught:
        load()
    assert "er2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sites_come_from_the_file_or_as_json_and_go_on_to_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "copydesk.toml").write_text(
        '[sites."Example.org"]\ndelay = 5\nproxy = "http://me:secret@proxy.example:3128"\n'
    )
    from_file = load().settings.sites
    assert list(from_file) == ["example.org"]
    assert from_file["example.org"].delay == 5
    assert "secret" not in shown(from_file)
    monkeypatch.setenv("COPYDESK_SITES", as_text(from_file))
    loaded = load()
    assert loaded.origins["sites"] == "environment"
    assert loaded.settings.sites == from_file


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("here", "COPYDESK_SITES: "),
        ("[1]", "table of domains"),
        ('{"a b": {}}', "'a b' is no domain"),
        ('{"a.example": {"delay": -1}}', "a.example delay: .*greater"),
        ('{"a.example": {"dely": 1, "proxy": "http://me:secret@p.example"}}', "a.example dely: "),
    ],
)
def test_wrong_sites_are_named_and_keep_their_secrets(value: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_SITES", value)
    with pytest.raises(ConfigurationError, match=words) as caught:
        load()
    assert "secret" not in str(caught.value)
