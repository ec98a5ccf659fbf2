"""``inspect``: all stages for one input in this process, and why each field was chosen."""

import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import click

from pipeline.documents import Article, Document, EnrichedArticle, FetchedPage, Source
from pipeline.errors import DocumentError, UsageError
from pipeline.fetch.inputs import FoundInput, recognise
from pipeline.stage import PIPELINE, Stage
from workers.cli import EXIT_NOTHING_STORED
from workers.cli.context import begin_warnings, line_of, print_json, say, settings_of
from workers.runtime import Runtime

SHOWN = 100
"""Characters of a value on a terminal."""


@click.command()
@click.argument("given", metavar="INPUT")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_context
def inspect(ctx: click.Context, given: str, as_json: bool) -> None:
    """Take one input through fetch, clean and enrich here, and show why each field was chosen.

    Nothing is queued and nothing is stored; no Redis is needed. Exits 126 when the input is no article.
    """
    begin_warnings()
    found = next(islice(recognise(given), 1), None)
    if not isinstance(found, FoundInput):
        raise UsageError(f"{given}: {found.message if found else 'there is nothing to read'}")
    runtime = Runtime(settings_of(ctx))
    source = Source(id="inspect", input=found.input, url=found.url, location=found.location, carry=found.carry)
    steps = list(_steps(runtime, source))
    if as_json:
        print_json([_as_json(*step) for step in steps], pretty=True)
    else:
        for step in steps:
            _print(*step)
    last = steps[-1][1]
    ctx.exit(0 if isinstance(last, EnrichedArticle) else EXIT_NOTHING_STORED)


def _steps(runtime: Runtime, source: Source) -> Iterator[tuple[Stage, Document | DocumentError, float]]:
    """Each stage before the last with what it made, and how many milliseconds that took."""
    document: Document = source
    for stage in PIPELINE[:-1]:
        before = time.perf_counter()
        product = _run(runtime, stage, document)
        yield stage, product, (time.perf_counter() - before) * 1000
        if isinstance(product, DocumentError) or (isinstance(product, Article) and product.outcome == "rejected"):
            return
        document = product


def _run(runtime: Runtime, stage: Stage, document: Document) -> Document | DocumentError:
    function = stage.load()
    if stage.works == "together":
        product: Document | DocumentError
        ((_, product),) = function([document], **runtime.services(stage.name))
        return product
    # Only the user's own enrichers: what sites repeat is remembered in Redis, and none is needed here.
    services = runtime.services(stage.name) if stage.takes is Article else {}
    made: Document = function(document, **services)
    return made


def _as_json(stage: Stage, product: Document | DocumentError, ms: float) -> dict[str, Any]:
    if isinstance(product, DocumentError):
        return {"stage": stage.name, "ms": round(ms, 1), "reason": product.reason, "detail": product.detail}
    made = product.enrichment if isinstance(product, EnrichedArticle) else product
    return {"stage": stage.name, "ms": round(ms, 1), "made": made.model_dump(mode="json")}


def _print(stage: Stage, product: Document | DocumentError, ms: float) -> None:
    say(f"{stage.name}  {ms:.0f} ms", bold=True)
    match product:
        case DocumentError():
            say(line_of(f"  {product.reason}: {product.detail}"))
        case FetchedPage():
            _print_facts(product, ("url", "status", "media_type", "encoding"))
            say(f"  {'text':<20}{len(product.text)} characters")
        case Article():
            _print_article(product)
        case EnrichedArticle():
            _print_facts(product.enrichment, tuple(type(product.enrichment).model_fields))


def _print_article(article: Article) -> None:
    """Each field with its reader, how sure that is, and what the other readers said."""
    say(f"  {'outcome':<20}{article.outcome}{f': {article.reason}' if article.reason else ''}")
    for name in type(article).model_fields:
        value, why = getattr(article, name), article.provenance.get(name)
        if name in ("provenance", "carry", "outcome", "reason") or (not value and why is None):
            continue
        say(f"  {name:<20}{_brief(value)}")
        if why is not None:
            say(line_of(f"  {'':<20}from {why.source or 'nothing'}, {why.confidence:.2f}"), dim=True)
            for source, other in why.others.items():
                say(line_of(f"  {'':<22}{source}: {_brief(other)}"), dim=True)


def _print_facts(document: Document, names: tuple[str, ...]) -> None:
    for name in names:
        if value := getattr(document, name):
            say(f"  {name:<20}{_brief(value)}")


def _brief(value: object) -> str:
    """A value on one line."""
    text = f"{len(value)}: {', '.join(map(_named, value))}" if isinstance(value, tuple) else _named(value)
    line = line_of(text)
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def _named(value: object) -> str:
    """What stands for a value: a name, a block's type, a picture's address, else itself."""
    return str(next((part for key in ("name", "type", "url") if (part := getattr(value, key, None))), value))
