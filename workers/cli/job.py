"""``run``, ``add`` and ``demo``: put inputs into the ledger, and see them through."""

import time
from collections.abc import Iterator
from dataclasses import asdict

import click

from pipeline.errors import UnavailableError, UsageError
from pipeline.fetch.inputs import FoundInput, NotAnInput
from pipeline.store import account, ledger
from pipeline.urls import host_of
from workers.cli import EXIT_INTERRUPTED, EXIT_NOTHING_STORED, EXIT_SOME_FAILED, harmless
from workers.cli.context import begin_warnings, print_json, settings_of
from workers.cli.inflow import GATHER_SECONDS, Inflow
from workers.cli.inputs import Named, Recognised, input_options, recognised
from workers.cli.interrupt import Interrupt
from workers.cli.progress import progress_display
from workers.cli.report import print_account
from workers.dispatcher import Dispatcher
from workers.runtime import Runtime
from workers.supervisor import Supervisor, all_stages

CHUNK = 2000
"""Inputs accepted in one transaction, at most."""
POLL_SECONDS = 0.1
LOOK_SECONDS = 0.5
"""Between two looks at the account while inputs are accepted: counting a million documents takes a while."""
NO_INPUT = "none of the inputs can be read; nothing was queued"


class Submission:
    """The inputs of one command, accepted chunk by chunk."""

    def __init__(self, runtime: Runtime, inputs: Iterator[Recognised]) -> None:
        self.id = ledger.new_id(time.time())
        self.accepted = self.refused = 0
        self._runtime = runtime
        self._inflow = Inflow(inputs, CHUNK)
        self._first: list[FoundInput] = []

    def wait_for_first(self) -> None:
        """Return when there is an input to accept; raises UsageError when there is none at all."""
        while not self._first:
            found = self._take(None)
            if found is None:
                raise UsageError(NO_INPUT)
            self._first = found

    def accept_some(self) -> bool:
        """Accept the next chunk, if there is one yet; False when all are accepted."""
        found, self._first = self._first or self._take(), []
        if found:
            with self._runtime.database.write() as tx:
                ledger.accept(tx, map(self._entry, found), submission=self.id, now=self._runtime.clock())
            self.accepted += len(found)
        return found is not None

    def account(self) -> account.Account:
        """What became of them."""
        with self._runtime.database.read() as tx:
            return account.account(tx, submission=self.id)

    def _take(self, wait: float | None = GATHER_SECONDS) -> list[FoundInput] | None:
        """The inputs of the next chunk; what is no input is reported."""
        chunk = self._inflow.take(wait)
        if chunk is None:
            return None
        for each in chunk:
            if isinstance(each, NotAnInput):
                self.refused += 1
                click.echo(f"copydesk: {harmless(each.input)}: {harmless(each.message)}", err=True)
        return [each for each in chunk if isinstance(each, FoundInput)]

    def _entry(self, found: FoundInput) -> ledger.Entry:
        host = host_of(found.url) if found.location is None else ""
        spacing = self._runtime.sites.pace_of(host).seconds if host else 0
        return ledger.Entry(found.input, found.url, host, found.location, found.carry or None, spacing)


@click.command()
@input_options
@click.option("-c", "--concurrency", type=click.IntRange(1, 1024), help="Worker processes (default: one per core).")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@click.pass_context
def run(ctx: click.Context, named: Named, concurrency: int | None, as_json: bool) -> None:
    """Run the whole job on this machine.

    INPUT is any mix of URLs, files, folders, web archives (WARC), text files of URLs, and - for URLs on standard input.
    Starts what is missing, waits until every input has an outcome, prints the account, stops what it started.
    """
    begin_warnings()
    runtime = Runtime(settings_of(ctx, concurrency=concurrency))
    ctx.exit(_run(runtime, recognised(named, runtime), as_json=as_json))


@click.command()
@click.option("-c", "--concurrency", type=click.IntRange(1, 1024), help="Worker processes (default: one per core).")
@click.pass_context
def demo(ctx: click.Context, concurrency: int | None) -> None:
    """Run the whole job on the sample pages that come with Copydesk."""
    from workers.samples import sample_files

    begin_warnings()
    runtime = Runtime(settings_of(ctx, concurrency=concurrency))
    named = Named(arguments=tuple(str(path) for path in sample_files()))
    _run(runtime, recognised(named, runtime), as_json=False)


@click.command()
@input_options
@click.option("--wait", is_flag=True, help="Stay until every input has an outcome.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@click.pass_context
def add(ctx: click.Context, named: Named, wait: bool, as_json: bool) -> None:
    """Queue inputs for the workers; they are safe once this has returned."""
    begin_warnings()
    runtime = Runtime(settings_of(ctx))
    submission = Submission(runtime, recognised(named, runtime))
    submission.wait_for_first()
    dispatcher = Dispatcher(runtime)
    is_sent, ticked = _try_tick(dispatcher), time.monotonic()
    while submission.accept_some():
        if time.monotonic() - ticked > LOOK_SECONDS:
            is_sent = is_sent and _try_tick(dispatcher)
            ticked = time.monotonic()
    if not (is_sent and _try_tick(dispatcher)):
        click.echo("queued; no Redis runs here yet: `copydesk worker` or `copydesk run` takes them up", err=True)
    while wait and submission.account().in_flight:
        time.sleep(POLL_SECONDS)
    if as_json:
        print_json({"submission": submission.id, **asdict(submission.account())})
    else:
        click.echo(f"accepted {submission.accepted}", err=True)
    ctx.exit(_code(submission) if wait else int(submission.refused > 0))


def _run(runtime: Runtime, inputs: Iterator[Recognised], *, as_json: bool) -> int:
    submission = Submission(runtime, inputs)
    submission.wait_for_first()
    supervisor = Supervisor(runtime, stages=all_stages(), concurrency=runtime.settings.concurrency)
    interrupt = Interrupt()
    try:
        supervisor.start()
        _see_through(submission, supervisor, interrupt)
    finally:
        # With nothing in hand there is nothing to be gentle with, unless spans are still to be sent.
        unfinished = submission.account().in_flight > 0 or runtime.settings.otlp_endpoint is not None
        supervisor.stop(gracefully=interrupt.count < 2 and unfinished)
    if as_json:
        print_json({"submission": submission.id, **asdict(submission.account())})
    else:
        print_account(runtime, submission.id)
    return EXIT_INTERRUPTED if interrupt.count else _code(submission)


def _see_through(submission: Submission, supervisor: Supervisor, interrupt: Interrupt) -> None:
    more, looked = True, 0.0
    with progress_display() as display:
        while not interrupt.count:
            if more:
                more = submission.accept_some()
            supervisor.step()
            if more and time.monotonic() - looked < LOOK_SECONDS:
                continue
            state = submission.account()
            looked = time.monotonic()
            display.update(state, supervisor.trouble)
            if not more and not state.in_flight:
                return
            if not more:
                time.sleep(POLL_SECONDS)


def _code(submission: Submission) -> int:
    state = submission.account()
    if not state.stored and not state.duplicate:
        return EXIT_NOTHING_STORED
    return EXIT_SOME_FAILED if state.rejected or state.dead or submission.refused else 0


def _try_tick(dispatcher: Dispatcher) -> bool:
    """Send what is due, if an embedded Redis runs; a Redis that was named in the settings must be there."""
    try:
        dispatcher.tick()
    except UnavailableError:
        if dispatcher.settings.redis_url:
            raise
        return False
    return True
