"""``show --diff``: what a version of an article changed, for readers at a terminal.

Words that were taken out stand in ``[-…-]``, words that were put in in ``{+…+}``, as wdiff and git write them.
"""

from collections.abc import Iterator

from pipeline.documents import StoredArticle
from pipeline.errors import UsageError
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from pipeline.store.differences import Difference, Paragraph, Words, difference
from workers.cli.context import line_of, print_json, say

AROUND = 60
"""Characters of unchanged text that are shown before and after a change."""
LONGEST = 300
"""Characters of a paragraph that was moved or removed."""


def show_difference(database: Database, stored: StoredArticle, *, as_json: bool) -> None:
    """Print what this version changed; raises UsageError for the first version, which changed nothing."""
    if stored.version == 1:
        raise UsageError(f"{stored.article.id}: version 1 is the first, there is none to compare it with")
    before = ArticleStore(database).get(stored.article.id, stored.version - 1)
    if before is None:
        raise UsageError(f"{stored.article.id}: version {stored.version - 1} is not in the store")
    found = difference(before, stored)
    if as_json:
        print_json(found.as_json(), pretty=True)
        return
    for line in _lines(stored, found):
        say(line_of(line))


def _lines(stored: StoredArticle, found: Difference) -> Iterator[str]:
    yield stored.article.headline or "(no headline)"
    yield f"id {found.id}, version {found.before} → {found.after}, {stored.stored_at}"
    if found.correction:
        yield f"looks like a correction ({found.correction.kind}): {found.correction.text}"
    for field in found.fields:
        yield f"{field.field}: {field.before or '-'} → {field.after or '-'}"
    for paragraph in found.paragraphs:
        yield f"{_place(paragraph)}: {_text(paragraph)}"
    yield f"{found.same} paragraphs are as they were"


def _place(paragraph: Paragraph) -> str:
    places = " → ".join(dict.fromkeys(str(place) for place in (paragraph.before, paragraph.after) if place))
    return f"¶ {places} {paragraph.kind}"


def _text(paragraph: Paragraph) -> str:
    if paragraph.kind == "changed":
        last = len(paragraph.words) - 1
        return "".join(_marked(words, i == 0, i == last) for i, words in enumerate(paragraph.words))
    text = paragraph.words[0].text
    is_short = paragraph.kind == "added" or len(text) <= LONGEST
    return text if is_short else f"{text[:LONGEST]}…"


def _marked(words: Words, is_first: bool, is_last: bool) -> str:
    if words.kind != "same":
        return f"[-{words.text}-]" if words.kind == "removed" else f"{{+{words.text}+}}"
    text = words.text
    if is_first:
        return text if len(text) <= AROUND else f"…{text[-AROUND:]}"
    if is_last:
        return text if len(text) <= AROUND else f"{text[:AROUND]}…"
    return text if len(text) <= 2 * AROUND else f"{text[:AROUND]} … {text[-AROUND:]}"
