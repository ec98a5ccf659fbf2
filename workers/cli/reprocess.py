"""``reprocess``: read stored articles again by today's rules, from the archive or from their text, without fetching."""

import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import click

from pipeline.documents import ARCHIVED, EnrichedArticle, FetchedPage, Source, StoredArticle
from pipeline.errors import DocumentError, Rejected, UnavailableError
from pipeline.store import again, ledger, pages
from pipeline.store.again import Again, From, Report
from pipeline.store.articles import ArticleStore
from pipeline.store.selection import Selection
from workers.cli.context import begin_warnings, print_json, say, settings_of
from workers.cli.selecting import selecting
from workers.dispatcher import Dispatcher
from workers.redis_server import answers, redis_url
from workers.runtime import Runtime

SAMPLE = 200
"""Articles that are read for the report, unless told otherwise."""


@click.command()
@click.option(
    "--from", "start", type=click.Choice(["clean", "enrich"]), required=True, help="The first stage to repeat."
)
@selecting
@click.option("--dry-run", is_flag=True, help="Only report what would change.")
@click.option("--sample", type=click.IntRange(0), default=SAMPLE, show_default=True, help="Read for it; 0: all.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
@click.pass_context
def reprocess(
    ctx: click.Context, /, start: From, dry_run: bool, sample: int, as_json: bool, selection: Selection
) -> None:
    """Read stored articles again, and write down what is found otherwise now.

    From clean, the archived pages are read; from enrich, the stored texts. First some of the articles are read here, to
    show what would change. Then all are queued: a text that is read otherwise is a new version, other findings in the
    same text take the place of the old ones, and nothing is lost when a page would be rejected now. What is being read
    again already is not queued twice, so the command may be repeated.
    """
    begin_warnings()
    runtime = Runtime(settings_of(ctx))
    with runtime.database.read() as tx:
        number = again.count(tx, start, selection)
    report = _report(runtime, start, selection, sample)
    _show(report, number, as_json=as_json)
    if not dry_run:
        say(f"{_queue(runtime, start, selection)} queued to be read again; workers take them up", err=True)


def _report(runtime: Runtime, start: From, selection: Selection, sample: int) -> Report:
    report, store = Report(), ArticleStore(runtime.database)
    for each in islice(_chosen(runtime, start, selection), sample or None):
        stored = store.get(each.article_id)
        if stored is None:
            continue
        try:
            read = _read(runtime, each, stored)
        except DocumentError as exc:
            report.refuse(exc.reason)
            continue
        if read.article.outcome == "rejected":
            report.refuse(read.article.reason or "unknown")
            continue
        fresh = stored.model_copy(update={"article": read.article, "enrichment": read.enrichment})
        report.take(each.article_id, list(again.changes(stored.published(), fresh.published())))
    return report


def _chosen(runtime: Runtime, start: From, selection: Selection) -> Iterator[Again]:
    after = 0
    while True:
        with runtime.database.read() as tx:
            found = again.chosen(tx, start, selection, after=after)
        if not found:
            return
        yield from found
        after = found[-1].seq


def _read(runtime: Runtime, each: Again, stored: StoredArticle) -> EnrichedArticle:
    """What the stages make of it now; raises DocumentError."""
    from pipeline.clean import clean
    from pipeline.enrich import enrich

    article = stored.article
    if each.entry.location and each.entry.location.startswith(ARCHIVED):
        # What the site repeats is part of how its pages are read; without a Redis it is not known here.
        memory = runtime.site_memory if answers(redis_url(runtime.settings)) else None
        article = clean(_page(runtime, each), memory=memory)
    return enrich(article, extras=runtime.extras)


def _page(runtime: Runtime, each: Again) -> FetchedPage:
    from pipeline.fetch.again import read_again

    location = each.entry.location or ""
    with runtime.database.read() as tx:
        found = pages.page_of(tx, location.removeprefix(ARCHIVED), runtime.archive)
    if found is None:
        raise Rejected("not_found", "its page is not, or no longer, in the archive")
    source = Source(id=each.article_id, input=each.entry.input, url=each.entry.url, location=location)
    return read_again(source, found.page, found.body, found.parts)


def _show(report: Report, number: int, *, as_json: bool) -> None:
    if as_json:
        fields = {name: dict(counts) for name, counts in report.fields.items()}
        told = {"unchanged": report.unchanged, "refused": dict(report.refused), "fields": fields}
        print_json({"chosen": number, "read": report.articles, **told, "examples": dict(report.examples)})
        return
    say(f"{number} articles chosen; of {report.articles} that were read, {report.unchanged} stay as they are")
    for reason, times in report.refused.most_common():
        say(f"would be rejected now, and stay as they are: {reason} {times}")
    for name, kinds in sorted(report.fields.items(), key=lambda item: -item[1].total()):
        counts = "  ".join(f"{kind} {kinds[kind]}" for kind in ("gained", "lost", "changed") if kinds[kind])
        say(f"{name:<24}{counts}")
        for example in report.examples[name]:
            say(f"    {example['id']}  {example['before']}  ->  {example['after']}")


def _queue(runtime: Runtime, start: From, selection: Selection) -> int:
    """Put them into the ledger, chunk by chunk; returns how many."""
    submission, number, after = ledger.new_id(time.time()), 0, 0
    dispatcher = Dispatcher(runtime)
    while True:
        with runtime.database.write() as tx:
            found = again.chosen(tx, start, selection, after=after)
            entries = again.not_yet(tx, found)
            ledger.accept(tx, entries, submission=submission, now=runtime.clock())
        number += len(entries)
        if not found:
            break
        after = found[-1].seq
    with suppress(UnavailableError):
        dispatcher.tick()
    return number
