"""Reading stored articles again, without the net: which, and what would become of them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, exists, func, select

from pipeline.documents import ARCHIVED, STORED
from pipeline.store.ledger import Entry
from pipeline.store.schema import CURRENT, articles, documents, pages, versions
from pipeline.store.selection import Selection
from pipeline.store.states import TERMINAL

PAGE = 500
EXAMPLES = 3
"""Changes of a field that are shown."""
LONGEST = 80
"""Characters of a value that are shown of it."""
UNREAD = frozenset(
    {
        "id", "seq", "version", "stored_at", "date_fetched", "schema_version", "near_duplicate_of", "cluster_id",
        "provenance", "fingerprint", "enrichers", "outcome", "source_hash",
    }
)  # fmt: skip
"""Fields that say nothing of how well an article was read."""

From = Literal["clean", "enrich"]
Kind = Literal["gained", "lost", "changed"]


@dataclass(frozen=True)
class Again:
    """A stored article that is to be read again."""

    article_id: str
    seq: int
    entry: Entry
    """The input of the ledger that does it."""


def chosen(tx: Connection, start: From, selection: Selection, *, after: int = 0) -> list[Again]:
    """Some hundred of the chosen articles after this seq, in store order, to be read again from this stage on.

    Articles whose page is not in the archive, where it is needed, are left out.
    """
    query = _chosen(start, selection).where(articles.c.seq > after).order_by(articles.c.seq).limit(PAGE)
    return [_again(row, start) for row in tx.execute(query)]


def _again(row: Row[Any], start: From) -> Again:
    location = f"{ARCHIVED}{row.document_id}" if start == "clean" else f"{STORED}{row.id}"
    names = row.input or row.canonical_url, row.url or row.canonical_url
    return Again(row.id, row.seq, Entry(*names, location=location, carry=row.carry))


def not_yet(tx: Connection, found: Sequence[Again]) -> list[Entry]:
    """The inputs for those that are not being read again already."""
    wanted = {each.entry.location: each.entry for each in found if each.entry.location}
    there = documents.c.location.in_(wanted)
    busy = select(documents.c.location).where(there, documents.c.state.not_in(TERMINAL))
    return [wanted[location] for location in wanted.keys() - set(tx.execute(busy).scalars())]


def count(tx: Connection, start: From, selection: Selection) -> int:
    """How many articles that are."""
    return tx.execute(select(func.count()).select_from(_chosen(start, selection).subquery())).scalar_one()


def _chosen(start: From, selection: Selection) -> Select[Any]:
    query = (
        select(
            articles.c.id, articles.c.seq, articles.c.canonical_url, versions.c.document_id, documents.c.input,
            documents.c.url, documents.c.carry,
        )
        .join(versions, CURRENT)
        .outerjoin(documents, documents.c.id == versions.c.document_id)
        .where(*selection.conditions())
    )  # fmt: skip
    if start == "clean":
        query = query.where(exists().where(pages.c.document_id == versions.c.document_id, pages.c.part == 0))
    return query


@dataclass(frozen=True)
class Change:
    """A field of one article that is read otherwise now."""

    field: str
    kind: Kind
    before: Any
    after: Any


def changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    """What is different between two published articles, where it matters."""
    for name in sorted((before.keys() | after.keys()) - UNREAD):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        kind: Kind = "gained" if _is_nothing(old) else "lost" if _is_nothing(new) else "changed"
        yield Change(name, kind, old, new)


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


@dataclass
class Report:
    """What reading again would change, by field."""

    articles: int = 0
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Articles that would be rejected now, by reason; they stay in the store as they are."""
    fields: defaultdict[str, Counter[Kind]] = field(default_factory=lambda: defaultdict(Counter))
    examples: defaultdict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def take(self, article_id: str, found: list[Change]) -> None:
        """Count the changes of one article."""
        self.articles += 1
        self.unchanged += not found
        for change in found:
            self.fields[change.field][change.kind] += 1
            if len(self.examples[change.field]) < EXAMPLES:
                shown = {"id": article_id, "before": _short(change.before), "after": _short(change.after)}
                self.examples[change.field].append(shown)

    def refuse(self, reason: str) -> None:
        """Count an article that is none any more."""
        self.articles += 1
        self.refused[reason] += 1


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
