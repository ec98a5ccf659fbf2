"""One line in, one line out: enrichment of texts that never were pages (``copydesk enrich``)."""

from collections.abc import Mapping

import orjson

from pipeline.documents import Article
from pipeline.enrich import NO_EXTRAS, enrich
from pipeline.enrich.extra import Extra
from pipeline.errors import UsageError

_TEXTS = ("headline", "body", "date_published", "language")


def enrich_line(line: str, *, extras: Mapping[str, Extra] = NO_EXTRAS) -> str:
    """One line of JSON: the enrichment, with the same ``id``, of ``{"id", "headline", "body", …}``.

    ``extras`` are the user's own enrichers. Fields that are missing are unknown, others are passed over. Raises
    ``UsageError`` for a line that is no JSON object, has no body, or has a field that is no text.
    """
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"not a line of JSON: {error}") from error
    if not isinstance(given, dict) or given.get("body") is None:
        raise UsageError('expected a JSON object with at least "body" in each line')
    texts = {name: given[name] for name in _TEXTS if given.get(name) is not None}
    if wrong := [name for name, text in texts.items() if not isinstance(text, str)]:
        raise UsageError(f"not a text: {', '.join(wrong)}")
    article = Article(id=str(given.get("id", "")), url=None, requested_url=None, canonical_url=None, **texts)
    answer = {"id": given.get("id")} | enrich(article, extras=extras).enrichment.model_dump(mode="json")
    try:
        return orjson.dumps(answer).decode()
    except orjson.JSONEncodeError as error:
        raise UsageError('"id" is nested too deep to be written again') from error
