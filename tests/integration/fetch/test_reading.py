"""Many documents in the air: what is down does not wait for what is up, and pages lead on to other pages."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from pipeline.documents import FetchedPage, Source, Unchanged
from pipeline.errors import Rejected
from pipeline.fetch import Fetcher, FetchLimits, Reading
from pipeline.fetch.addresses import networks
from tests.integration.fetch.page_server import PAGE, Handler, PageServer, Request, answer, redirect
from tests.unit.fetch.typeset import pdf

LIMITS = FetchLimits(connect_seconds=2, total_seconds=5, concurrency=8, allow_addresses=networks(["127.7.0.0/16"]))
PATIENCE = 10


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(LIMITS) as running:
        yield running


def source(url: str, **known: str) -> Source:
    return Source(id=url, input=url, url=url, **known)


def landed(reading: Reading) -> tuple[Source, object]:
    while len(reading):
        if outcome := reading.land(PATIENCE):
            return outcome
    raise AssertionError("nothing came down")


def read(fetcher: Fetcher, url: str, **known: str) -> object:
    reading = Reading(fetcher)
    reading.begin(source(url, **known))
    return landed(reading)[1]


def held(until: threading.Event) -> Handler:
    async def handler(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.get_running_loop().run_in_executor(None, until.wait, PATIENCE)
        await answer()(request, writer)

    return handler


def refresh(target: str) -> Handler:
    return answer(f'<meta http-equiv="refresh" content="0;url={target}"><p>Please wait.</p>'.encode())


def test_a_slow_page_holds_up_no_other(fetcher: Fetcher) -> None:
    free = threading.Event()
    routes = {"/slow": held(free)} | {f"/{n}": answer() for n in range(20)}
    with PageServer(routes) as server:
        reading = Reading(fetcher)
        for path in ("/slow", *(f"/{n}" for n in range(20))):
            reading.begin(source(server.url(path)))
        first = [landed(reading)[0].url for _ in range(20)]
        assert server.url("/slow") not in first
        assert len(reading) == 1
        assert reading.land(0) is None
        free.set()
        assert landed(reading)[0].url == server.url("/slow")
        assert len(reading) == 0


def test_what_is_given_up_never_lands(fetcher: Fetcher) -> None:
    free = threading.Event()
    with PageServer({"/slow": held(free)}) as server:
        reading = Reading(fetcher)
        reading.begin(source(server.url("/slow")))
        assert [given_up.url for given_up in reading.cancel()] == [server.url("/slow")]
        free.set()
        assert (len(reading), reading.land(0.2)) == (0, None)


def test_wrappers_lead_to_the_page_and_stand_in_its_trail(fetcher: Fetcher) -> None:
    routes = {
        "/share": refresh("/notice"), "/notice": redirect("/wait"), "/wait": refresh("/story"), "/story": answer(PAGE)
    }  # fmt: skip
    with PageServer(routes) as server:
        page = read(fetcher, server.url("/share"))
    assert isinstance(page, FetchedPage)
    assert (page.requested_url, page.url) == (server.url("/share"), server.url("/story"))
    assert page.redirects == (server.url("/notice"), server.url("/wait"))
    assert "Some words of a page" in page.text


@pytest.mark.parametrize("back_to", ["/a", "/b"])
def test_wrappers_that_lead_back_end(fetcher: Fetcher, back_to: str) -> None:
    routes = {"/a": refresh("/b"), "/b": refresh("/c"), "/c": refresh(back_to)}
    with PageServer(routes) as server:
        page = read(fetcher, server.url("/a"))
        assert isinstance(page, FetchedPage)
        assert page.url == server.url("/c")
        assert len(server.requests) == 3


def test_what_stands_behind_a_wrapper_is_what_counts(fetcher: Fetcher) -> None:
    routes = {"/share": refresh("/gone"), "/gone": answer(b"", 410), "/trap": refresh("http://10.0.0.1/")}
    with PageServer(routes) as server:
        for path, reason in (("/share", "gone"), ("/trap", "blocked_address")):
            outcome = read(fetcher, server.url(path))
            assert isinstance(outcome, Rejected)
            assert outcome.reason == reason


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [((301, 308), None), ((302,), "/0"), ((301, 302, 301), "/1"), ((307, 301), "/0")],
)
def test_the_last_permanent_address_is_known(
    fetcher: Fetcher, statuses: tuple[int, ...], permanent: str | None
) -> None:
    routes = {f"/{n}": redirect(f"/{n + 1}", status) for n, status in enumerate(statuses)}
    with PageServer(routes | {f"/{len(statuses)}": answer()}) as server:
        page = read(fetcher, server.url("/0"))
        assert isinstance(page, FetchedPage)
        assert page.permanent_url == (permanent and server.url(permanent))


def test_a_page_is_asked_for_only_if_it_changed(fetcher: Fetcher) -> None:
    async def conditional(request: Request, writer: asyncio.StreamWriter) -> None:
        is_known = request.headers.get("if-none-match") == '"v7"'
        await (answer(b"", 304) if is_known else answer(PAGE, ETag='"v8"'))(request, writer)

    with PageServer({"/story": conditional}) as server:
        url = server.url("/story")
        assert read(fetcher, url, etag='"v7"', article_id="a1") == Unchanged(id=url, article_id="a1")
        changed = read(fetcher, url, etag='"v6"', article_id="a1")
        assert isinstance(changed, FetchedPage)
        assert changed.headers["etag"] == '"v8"'


def test_bodies_are_kept(fetcher: Fetcher) -> None:
    kept: list[bytes] = []
    with PageServer({"/story": answer(PAGE)}) as server:
        reading = Reading(fetcher, keep=lambda body: kept.append(body) or "digest")
        reading.begin(source(server.url("/story")))
        _, page = landed(reading)
    assert isinstance(page, FetchedPage)
    assert (page.content, kept) == ("digest", [PAGE])


def test_a_pdf_is_made_into_a_page_aside(fetcher: Fetcher) -> None:
    names = [chr(97 + n % 26) * 4 + chr(97 + n // 26) * 4 for n in range(60)]
    pages = [
        [(72, 420 + 3 * n, 10, f"{name} was told about the bridge over the river.")] for n, name in enumerate(names)
    ]
    report = pdf(pages)  # takes a process of its own and most of a second
    with PageServer({"/report.pdf": answer(report, 200, "application/pdf"), "/story": answer()}) as server:
        reading = Reading(fetcher)
        reading.begin(source(server.url("/report.pdf")))
        while not server.requests:
            reading.land(0.01)
        reading.begin(source(server.url("/story")))
        assert landed(reading)[0].url == server.url("/story")
        page = landed(reading)[1]
    assert isinstance(page, FetchedPage)
    assert "told about the bridge" in page.text
