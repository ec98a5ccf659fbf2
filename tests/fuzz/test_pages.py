"""Web pages, plain text and Markdown: what comes out is an article whose every field can be relied on."""

from typing import Any

import orjson
from hypothesis import strategies as st

from pipeline.clean import clean
from pipeline.clean.extract import extract_line
from pipeline.documents import Article, FetchedPage, Part
from pipeline.enrich import enrich
from pipeline.enrich.lines import enrich_line
from pipeline.errors import CopydeskError
from pipeline.fetch.contents import read_content
from pipeline.fetch.parts import next_part
from pipeline.fetch.wrappers import wrapper_target
from tests.fuzz.damage import damaged, noise, proper, written
from tests.fuzz.law import fuzz, is_address, is_enriched, is_sound, outcome
from tests.fuzz.seeds import BODY, CHINESE, GERMAN, PAGE_PIECES, PAGES, TEXT_PIECES, TEXTS

URL = "https://news.example.org/2024/ferry"
TYPES = ("text/html", "text/plain", "text/markdown", "", "application/xhtml+xml")

LANGUAGES = st.sampled_from(["en", "de", "fr", "zh", "ar", "xx", "en-GB", "", "-"]) | proper(noise(3))

htmls = damaged(PAGES, PAGE_PIECES)
texts = damaged(TEXTS, TEXT_PIECES)


def page(text: str, media_type: Any = "text/html", **more: Any) -> FetchedPage:
    return FetchedPage(
        id="1", requested_url=URL, url=URL, media_type=media_type, text=text,
        date_fetched="2024-05-16T00:00:00+00:00", **more,
    )  # fmt: skip


def read(data: bytes, declared: str) -> FetchedPage | None:
    content = outcome(lambda: read_content(data, declared=declared))
    if content is None:
        return None
    content.text.encode()
    return page(content.text, content.media_type, encoding=content.encoding)


@fuzz(60, data=written(htmls), declared=st.sampled_from(TYPES))
def test_pages(data: bytes, declared: str) -> None:
    if found := read(data, declared):
        article = clean(found)
        is_sound(article)
        is_enriched(enrich(article))


@fuzz(60, data=written(texts), declared=st.sampled_from(TYPES[1:3]))
def test_texts(data: bytes, declared: str) -> None:
    if found := read(data, declared):
        article = clean(found)
        is_sound(article)
        is_enriched(enrich(article))


@fuzz(40, text=htmls | noise(), part=htmls | noise())
def test_pages_of_several_parts_that_never_were_bytes(text: str, part: str) -> None:
    is_sound(clean(page(text, parts=(Part(url=f"{URL}?page=2", text=part),))))


@fuzz(
    40,
    body=proper(damaged([BODY, GERMAN, CHINESE], TEXT_PIECES) | noise()),
    headline=proper(noise(40)),
    language=LANGUAGES,
)
def test_bodies_that_no_page_had(body: str, headline: str, language: str) -> None:
    article = Article(
        id="1", url=None, requested_url=None, canonical_url=None, body=body, language=language, headline=headline
    )
    is_enriched(enrich(article))


@fuzz(
    60, text=htmls | noise(), url=st.sampled_from([URL, "https://t.co/x?url=http://[", "https://x.ampproject.net/?q=a"])
)
def test_where_a_page_sends_its_reader(text: str, url: str) -> None:
    for target in (wrapper_target(text, url), next_part(text, url)):
        assert target is None or target.startswith("http")
    if target := wrapper_target(text, url):
        is_address(target)


REQUESTS = tuple(
    orjson.dumps(each).decode()
    for each in (
        {"id": 7, "html": PAGES[0], "url": URL},
        {"id": "a", "html": "<p>Short.</p>", "url": None},
        {"id": "a", "headline": "Ferry", "body": BODY, "date_published": "2024-05-14T09:30:00+02:00", "language": "en"},
        {"id": None, "body": GERMAN, "language": "de_DE", "html": "<p>x", "more": [1.5, {"a": [None, True]}]},
    )
)
JSON_PIECES = (
    "\\u0000", "\\ud83d", "null", "true", "1e400", "[" * 300 + "]" * 300, '{"id":' * 300 + "1" + "}" * 300, "-0",
    "\\n", '""', '"id":', '"html":', '"body":', '"url":', "9" * 25, '"http://["', "{}", "[]", '"2024-02-30"',
    '"0001-01-01T00:00:00+14:00"',
)  # fmt: skip


@fuzz(60, line=damaged(REQUESTS, JSON_PIECES) | noise())
def test_lines_of_extract_and_enrich(line: str) -> None:
    for answer_to in (extract_line, enrich_line):
        try:
            answer = answer_to(line)
        except CopydeskError as exc:
            assert "\n" not in str(exc)
        else:
            assert "\n" not in answer
            assert "id" in orjson.loads(answer)
