"""Every setting, where it comes from, and nothing else.

Highest first: command-line flag, ``COPYDESK_*`` environment variable, ``copydesk.toml`` in the working folder, default.
Only a tool's entry calls ``load``; the rest of the program is handed what it needs.
"""

import ipaddress
import json
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from config.masking import HIDDEN, masked
from pipeline.errors import ConfigurationError
from pipeline.sites import Site, domain_key

PREFIX = "COPYDESK_"
FILE = Path("copydesk.toml")
Network = IPv4Network | IPv6Network


class Settings(BaseModel):
    """The values in force; immutable. Times are seconds, sizes bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    home: Path = Path("copydesk-data")
    """Folder of the embedded store, the archive, the embedded Redis, logs and pid files."""
    redis_url: str | None = None
    """redis://, rediss:// or unix:// URL; none: an embedded Redis is started in ``home``."""
    store_url: str | None = None
    """SQLAlchemy URL (sqlite, postgresql+psycopg); none: ``copydesk.db`` in ``home``."""
    allow_addresses: tuple[Network, ...] = ()
    """Networks that may be fetched from although they are not public, in CIDR notation, parted by commas."""
    user_agent: str = "Copydesk/0.1 (news article reader; operator contact not set: COPYDESK_USER_AGENT)"
    """How the fetcher introduces itself; put a contact address of yours in it."""
    concurrency: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=1024)
    """Worker processes."""
    batch: int = Field(32, ge=1, le=500)
    """Documents in one message, at most."""
    window: int = Field(4096, ge=1)
    """Documents in flight at one time, at most."""
    attempts: int = Field(3, ge=1)
    """Starts of one stage before a document is dead."""
    working_lease: float = Field(90, gt=0)
    """A claimed document that is not heard of for so long is taken back."""
    queued_lease: float = Field(600, gt=0)
    """A dispatched document that nobody claims for so long is dispatched again."""
    stalled: float = Field(15, gt=0)
    """Queued documents whose queue is empty are dispatched again after so long."""
    retry: float = Field(5, ge=0)
    """Wait before the second attempt; four times as long before each further one."""
    document_limit: float = Field(60, gt=0)
    """A process that works on one document for longer is ended."""
    document_cpu: float = Field(30, gt=0)
    """The same for seconds of CPU time."""
    worker_memory: int = Field(1_000_000_000, ge=300_000_000)
    """Memory that one worker process may have; the document that needs more is set aside."""
    redis_memory: int = Field(1_000_000_000, ge=10_000_000)
    """Memory of the embedded Redis, and what is taken for the limit of one that has none."""
    disk_reserve: int = Field(200_000_000, ge=0)
    """Nothing new is begun while less than this is free on the disk of ``home``."""
    fetch_timeout: float = Field(30, gt=0)
    """Deadline for fetching one page, redirects included."""
    fetch_max_decoded: int = Field(20_000_000, gt=0)
    """The longest page after decompression."""
    fetch_concurrency: int = Field(200, ge=1)
    """Pages read at the same time by one fetch process."""
    proxy: str | None = None
    """``http://[user:password@]host:port`` that all pages are fetched through."""
    fetch_max_bytes: int = Field(10_000_000, gt=0)
    """The longest answer that is read, as sent."""
    fetch_max_redirects: int = Field(10, ge=0)
    host_delay: float | None = Field(None, ge=0, le=300)
    """Least time between the starts of two requests to one host; none: 1 second, and 0 for addresses in
    ``allow_addresses``. A longer crawl-delay in robots.txt wins."""
    host_concurrency: int = Field(2, ge=1)
    """Requests to one host that may be open at the same time."""
    robots: bool = True
    """Whether robots.txt is obeyed."""
    sites: dict[str, Site] = Field(default_factory=dict)
    """Settings of single sites by domain, hosts below it included: ``[sites."example.org"]`` with ``delay``,
    ``concurrency``, ``robots``, ``proxy``, ``user_agent``; in the environment as a JSON object."""
    enrichers: tuple[str, ...] = ()
    """Enrichers of one's own as ``module:function``, installed or in the working folder; in the environment parted by
    commas."""
    archive: bool = True
    """Whether every fetched page is kept in ``home/archive``."""
    archive_days: float = Field(0, ge=0)
    """Pages are dropped from the archive after so many days; 0: never."""
    watch_shortest: float = Field(300, gt=0)
    """Shortest time between two readings of a watched feed."""
    watch_longest: float = Field(86_400, gt=0)
    """Longest time between two readings of a watched feed."""
    payload_ttl: int = Field(86_400, ge=60)
    """Pages between two stages are kept in Redis for so long."""
    otlp_endpoint: str | None = None
    """Base address of an OpenTelemetry collector (OTLP over HTTP, ``http://127.0.0.1:4318``) that gets a trace of each
    document; none: no traces are made."""
    serve_host: str = "127.0.0.1"
    """Address that ``copydesk serve`` listens on; any but a loopback one demands ``serve_token``."""
    serve_port: int = Field(8000, ge=0, le=65_535)
    """Port that it listens on; 0: one that is free."""
    serve_token: SecretStr | None = None
    """What clients have to send as ``Authorization: Bearer …``; 16 characters or more."""
    serve_rate: float = Field(50, ge=0)
    """Requests a second that one client may make for long; 0: as many as it likes."""
    serve_burst: int = Field(200, ge=1)
    """Requests that it may make at once, after a rest."""
    serve_concurrency: int = Field(32, ge=1)
    """Requests that are answered at the same time; more are told to come again."""
    serve_streams: int = Field(100, ge=0)
    """Followers of the feed (server-sent events) at the same time."""
    serve_timeout: float = Field(10, gt=0, le=300)
    """A question to the store that takes longer is given up."""

    @field_validator("allow_addresses", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple):
            raise ValueError("CIDR blocks parted by commas are wanted")
        return tuple(ipaddress.ip_network(str(part).strip()) for part in parts if str(part).strip())

    @field_validator("enrichers", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("sites", mode="before")
    @classmethod
    def _by_domain(cls, value: object) -> object:
        table = json.loads(value) if isinstance(value, str) else value
        if not isinstance(table, dict):
            raise ValueError("a table of domains is wanted")
        return {domain_key(domain): site for domain, site in table.items()}

    @field_validator("redis_url")
    @classmethod
    def _redis_scheme(cls, value: str | None) -> str | None:
        """Refuse what the clients of Redis would read in ways of their own, passwords cut off in the middle first."""
        if value is not None and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("a redis://, rediss:// or unix:// URL is wanted")
        if value is not None and not _is_redis_url(value):
            raise ValueError(
                "redis://[user:password@]host[:port][/number] or unix://[user:password@]/path is wanted; "
                "in a password, write / # ? @ as %2F %23 %3F %40"
            )
        return value

    @field_validator("otlp_endpoint")
    @classmethod
    def _http_address(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value):
            raise ValueError("a http:// or https:// address is wanted")
        return value

    @field_validator("serve_token")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        """What can be guessed, and what no header can carry, is no token."""
        text = value.get_secret_value() if value is not None else None
        if text is not None and not re.fullmatch(r"[!-~]{16,512}", text):
            raise ValueError("16 to 512 letters, digits and signs without spaces are wanted")
        return value

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        try:
            return value.expanduser().absolute()
        except RuntimeError as exc:
            raise ValueError("there is no user of this name with a home folder") from exc

    @property
    def store(self) -> str:
        """The store's URL, the default resolved."""
        return self.store_url or f"sqlite:///{self.home / 'copydesk.db'}"


@dataclass(frozen=True)
class Loaded:
    """Settings, and for each where its value came from."""

    settings: Settings
    origins: dict[str, str]


def load(flags: Mapping[str, Any] | None = None) -> Loaded:
    """Read all layers; raises ConfigurationError with one line that names the setting and what is wrong with it."""
    layers = [
        ("flag", {name: value for name, value in (flags or {}).items() if value is not None}),
        ("environment", _environment()),
        (str(FILE), _file()),
    ]
    values: dict[str, Any] = {}
    origins = dict.fromkeys(Settings.model_fields, "default")
    for origin, layer in reversed(layers):
        values |= layer
        origins |= dict.fromkeys(layer, origin)
    try:
        return Loaded(Settings.model_validate(values), origins)
    except ValidationError as exc:
        raise ConfigurationError(_message(exc, origins)) from exc


def shown(value: object) -> str:
    """A setting's value for people: credentials masked."""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, dict):
        return _sites_text(value, shown) if value else ""
    if isinstance(value, SecretStr):
        return HIDDEN
    return "" if value is None else masked(str(value))


def as_text(value: object) -> str:
    """A setting's value as an environment variable has to have it."""
    if isinstance(value, dict):
        return _sites_text(value, str) if value else ""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, str | Path) else shown(value)


def _is_redis_url(value: str) -> bool:
    """Whether all of it can be told apart: a stray / # ? ends the host, and what is left of a password follows it."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.fragment or not value.isprintable():
        return False
    if parts.scheme == "unix":
        return host is None and len(parts.path) > 1
    is_number = re.fullmatch(r"/?[0-9]{0,5}/?", parts.path) is not None
    return host is not None and is_number and "@" not in parts.query


def _sites_text(sites: Mapping[str, Site], write: Callable[[str], str]) -> str:
    """JSON; each site's proxy as ``write`` gives it."""
    rows = {domain: site.model_dump(exclude_none=True) for domain, site in sites.items()}
    return json.dumps({d: row | ({"proxy": write(row["proxy"])} if "proxy" in row else {}) for d, row in rows.items()})


def _environment() -> dict[str, str]:
    known = {f"{PREFIX}{name.upper()}": name for name in Settings.model_fields}
    return {name: os.environ[key] for key, name in known.items() if os.environ.get(key)}


def _file() -> dict[str, Any]:
    try:
        return tomllib.loads(FILE.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError) as exc:  # also of numbers too long and of tables too deep
        raise ConfigurationError(f"{FILE} is not valid TOML: {exc}") from exc
    except OSError as exc:
        raise ConfigurationError(f"{FILE} cannot be read: {exc.strerror}") from exc


def _message(exc: ValidationError, origins: Mapping[str, str]) -> str:
    first = exc.errors()[0]
    name = str(first["loc"][0]) if first["loc"] else "settings"
    if first["type"] == "extra_forbidden" and len(first["loc"]) == 1:
        return f"{FILE} names an unknown setting {name!r}; `copydesk config show` lists all"
    where = f"{PREFIX}{name.upper()}" if origins.get(name) == "environment" else f"{name} ({origins.get(name)})"
    what = first["msg"].removeprefix("Value error, ")
    if name == "sites":  # its value may hold passwords in any place
        return f"{where}: {' '.join(map(str, first['loc'][1:]))}: {what}".replace(": :", ":")
    if name == "serve_token":
        return f"{where}: {what}"
    if name == "redis_url":  # where a password ends in what cannot be read is anybody's guess
        return f"{where}: {what}"
    return f"{where}: {what}, got {shown(first['input'])!r}"
