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
from workers.cli.context import print_json, settings_of
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
            click.echo("\n".join(_lines(*step)))
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


def _lines(stage: Stage, product: Document | DocumentError, ms: float) -> Iterator[str]:
    yield click.style(f"{stage.name}  {ms:.0f} ms", bold=True)
    match product:
        case DocumentError():
            yield f"  {product.reason}: {product.detail}"
        case FetchedPage():
            yield from _facts(product, ("url", "status", "media_type", "encoding"))
            yield f"  {'text':<20}{len(product.text)} characters"
        case Article():
            yield from _article(product)
        case EnrichedArticle():
            yield from _facts(product.enrichment, tuple(type(product.enrichment).model_fields))


def _article(article: Article) -> Iterator[str]:
    """Each field with its reader, how sure that is, and what the other readers said."""
    yield f"  {'outcome':<20}{article.outcome}{f': {article.reason}' if article.reason else ''}"
    for name in type(article).model_fields:
        value, why = getattr(article, name), article.provenance.get(name)
        if name in ("provenance", "carry", "outcome", "reason") or (not value and why is None):
            continue
        yield f"  {name:<20}{_shown(value)}"
        if why is not None:
            yield click.style(f"  {'':<20}from {why.source or 'nothing'}, {why.confidence:.2f}", dim=True)
            for source, other in why.others.items():
                yield click.style(f"  {'':<22}{source}: {_shown(other)}", dim=True)


def _facts(document: Document, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        if value := getattr(document, name):
            yield f"  {name:<20}{_shown(value)}"


def _shown(value: object) -> str:
    """A value on one line, without control characters."""
    text = f"{len(value)}: {', '.join(map(_named, value))}" if isinstance(value, tuple) else _named(value)
    line = "".join(char if char.isprintable() else " " for char in text)
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"


def _named(value: object) -> str:
    """What stands for a value: a name, a block's type, a picture's address, else itself."""
    return str(next((part for key in ("name", "type", "url") if (part := getattr(value, key, None))), value))
