"""The tables: the ledger (documents, events) and the store (articles, versions, feed), in one database.

They share a database so that a document's last step - version, feed row and terminal state - is one transaction.
Instants in ledger columns are seconds since the epoch (UTC); in the store they are ISO 8601 text.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    cast,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData()


class Json(TypeDecorator[Any]):
    """JSON; on PostgreSQL JSONB. Its dialect takes a tenth of a second to import, and is only for those who have it."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the database."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON(none_as_null=True))

        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB(none_as_null=True))


Sequence = BigInteger().with_variant(Integer, "sqlite")

# Migrations made two more indexes, of the few that are ``alone`` among the many that wait (0004), and of those that
# have not ended (0010). They are not named here: an index with a condition has SQLAlchemy import all dialects, which
# costs each command a twentieth of a second.
documents = Table(
    "documents",
    metadata,
    Column("id", String(20), primary_key=True, comment="20 hexadecimal digits"),
    Column("submission", String(20), nullable=False, comment="one add or run command"),
    Column("input", Text, nullable=False, comment="as the user gave it"),
    Column("url", Text, nullable=False, comment="canonical http(s) URL or file: URI"),
    Column("host", Text, nullable=False, comment="what politeness counts by; empty for files"),
    Column("location", Text, comment="where its content lies, if not at url: a WARC file and an offset"),
    Column("carry", Json, comment="the user's own fields"),
    Column(
        "state", String(10), nullable=False, comment="waiting, queued, working, stored, duplicate, rejected or dead"
    ),
    Column("stage", String(20), nullable=False, comment="the stage it is at, or ended in"),
    Column("epoch", Integer, nullable=False, comment="fence: rises with each dispatch"),
    Column("attempts", Integer, nullable=False, comment="starts that did not end well, the present one included"),
    Column("alone", Boolean, nullable=False, comment="to be worked on in a batch of its own"),
    Column("due", Float, nullable=False, comment="not to be dispatched before"),
    Column("lease", Float, nullable=False, comment="queued or working until then, lost after it"),
    Column("worker", Text, comment="who works on it, or did last"),
    Column("reason", String(40), comment="why it was not stored, a word of the account"),
    Column("detail", Text, comment="the same in one line for people"),
    Column("article_id", String(20), comment="the article it became, or is a duplicate of"),
    Column("accepted_at", Float, nullable=False, comment="seconds since the epoch"),
    Column("finished_at", Float, comment="when it reached its end state"),
    Column("traceback", String(16), comment="of its last failure, if that was a bug"),
    Column("dropped_at", Float, comment="no longer listed among the failed"),
    Index("documents_due", "state", "due"),
    Index("documents_submission", "submission", "state", "stage"),
    Index("documents_url", "url"),
    Index("documents_finished", "finished_at", "state"),
    comment="the ledger: every accepted input and what became of it; the work to be done is read from here",
)

tallies = Table(
    "tallies",
    metadata,
    Column("stage", String(20), primary_key=True, comment="documents.stage"),
    Column("state", String(10), primary_key=True, comment="documents.state"),
    Column("reason", String(40), primary_key=True, comment="documents.reason; empty where there is none"),
    Column("slot", Integer, primary_key=True, autoincrement=False, comment="who counted; add up over all"),
    Column("number", BigInteger, nullable=False, comment="documents that came, less those that went"),
    sqlite_with_rowid=False,
    comment="how many documents wait or ended where, counted by triggers; of the others see documents",
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(200), primary_key=True, comment="where it runs, and its process id there"),
    Column("host", Text, nullable=False, comment="name of its machine or container"),
    Column("signs", Text, nullable=False, comment="how the names of its processes begin in documents.worker"),
    Column("stages", Text, nullable=False, comment="which it works on, parted by commas"),
    Column("processes", Integer, nullable=False, comment="documents are worked on in so many at a time"),
    Column("memory", BigInteger, nullable=False, comment="bytes of all of its processes"),
    Column("started_at", Float, nullable=False, comment="seconds since the epoch"),
    Column("seen_at", Float, nullable=False, comment="its last sign of life"),
    Column("trouble", Text, comment="why nothing moves there, in one line"),
    comment="the workers of the fleet, as they tell of themselves every few seconds",
)

events = Table(
    "events",
    metadata,
    Column("id", Sequence, primary_key=True, autoincrement=True, comment="rises in the order of writing"),
    Column("document_id", String(20), nullable=False, comment="documents.id"),
    Column("stage", String(20), nullable=False, comment="fetch, clean, enrich or store"),
    Column("attempt", Integer, nullable=False, comment="1 for the first"),
    Column("worker", Text, comment="who did it"),
    Column("started", Float, nullable=False, comment="seconds since the epoch"),
    Column("ms", Integer, nullable=False, comment="how long it took"),
    Column("outcome", String(20), nullable=False, comment="what became of it"),
    Column("detail", Text, comment="one line for people"),
    Index("events_document", "document_id"),
    comment="the ledger's story: one row for each attempt of a stage",
)

throughput = Table(
    "throughput",
    metadata,
    Column("period", Integer, primary_key=True, autoincrement=False, comment="its begin, seconds since the epoch"),
    Column("stage", String(20), primary_key=True, comment="fetch, clean, enrich or store"),
    Column("outcome", String(20), primary_key=True, comment="events.outcome"),
    Column("slot", Integer, primary_key=True, autoincrement=False, comment="who counted; add up over all"),
    Column("number", Integer, nullable=False, comment="attempts that ended so"),
    sqlite_with_rowid=False,
    comment="how many attempts of each stage ended when; of the last day",
)

timings = Table(
    "timings",
    metadata,
    Column("stage", String(20), primary_key=True, comment="fetch, clean, enrich or store"),
    Column("outcome", String(20), primary_key=True, comment="events.outcome"),
    Column("at_most", Integer, primary_key=True, autoincrement=False, comment="milliseconds; -1: longer than all"),
    Column("slot", Integer, primary_key=True, autoincrement=False, comment="who counted; add up over all"),
    Column("number", BigInteger, nullable=False, comment="attempts that took so long"),
    Column("ms", BigInteger, nullable=False, comment="milliseconds of all of them"),
    sqlite_with_rowid=False,
    comment="how long the attempts of each stage took, since the ledger began",
)

tracebacks = Table(
    "tracebacks",
    metadata,
    Column("digest", String(16), primary_key=True, comment="of the frames: the same bug, the same digest"),
    Column("text", Text, nullable=False, comment="the traceback, without values of variables"),
    Column("seen_at", Float, nullable=False, comment="first"),
    comment="where in the code documents failed, each place once",
)

clock = Table(
    "clock",
    metadata,
    Column("name", String(10), primary_key=True, comment="which clock"),
    Column("seen", Float, nullable=False, comment="the latest moment that a dispatcher has seen"),
    comment="the time as the dispatchers see it",
)

articles = Table(
    "articles",
    metadata,
    Column("id", String(20), primary_key=True, comment="id of the document that first stored it"),
    Column("canonical_url", Text, nullable=False, unique=True, comment="the article's identity"),
    Column("domain", Text, comment="of the article's site, without www."),
    Column("site_name", Text, comment="as the site calls itself"),
    Column("headline", Text, comment="as printed, without the site's name"),
    Column("language", String(8), comment="ISO 639-1, found from the text"),
    Column("date_published", Text, comment="ISO 8601: a moment with its offset, or a day"),
    Column("content_hash", String(64), nullable=False, comment="SHA-256 of the text"),
    Column("version", Integer, nullable=False, comment="the current one"),
    Column("seq", Sequence, nullable=False, unique=True, comment="place in the feed of its last change"),
    Column("stored_at", Text, nullable=False, comment="when the current version came, ISO 8601 in UTC"),
    Index("articles_content", "content_hash"),
    Index("articles_domain", "domain", "seq"),
    Index("articles_published", "date_published"),
    comment="one row for each article, by canonical URL; its texts and findings are in the views",
)

versions = Table(
    "versions",
    metadata,
    Column("article_id", String(20), ForeignKey("articles.id"), primary_key=True, comment="whose version it is"),
    Column("version", Integer, primary_key=True, comment="1 for the first text, and one more for each change"),
    Column("document_id", String(20), nullable=False, comment="the ledger's document that brought it"),
    Column("content_hash", String(64), nullable=False, comment="SHA-256 of the text"),
    Column("stored_at", Text, nullable=False, comment="when it came, ISO 8601 in UTC"),
    Column("document", Json, nullable=False, comment="StoredArticle"),
    comment="every version of every article, as one JSON document",
)

feed = Table(
    "feed",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False, comment="rises with every change, without gaps"),
    Column("article_id", String(20), ForeignKey("articles.id"), nullable=False, comment="what changed"),
    Column("version", Integer, nullable=False, comment="versions.version"),
    Column("at", Text, nullable=False, comment="when, ISO 8601 in UTC"),
    comment="every change in the store, in order",
)

facets = Table(
    "facets",
    metadata,
    Column("kind", String(10), primary_key=True, comment="author, entity, place, story or topic"),
    Column(
        "value", Text, primary_key=True, comment="its name, folded: no capitals, no marks; of a story its cluster_id"
    ),
    Column("seq", Sequence, primary_key=True, autoincrement=False, comment="articles.seq; others are out of date"),
    Index("facets_seq", "seq"),
    sqlite_with_rowid=False,
    comment="names that articles are chosen by",
)

site_memory = Table(
    "site_memory",
    metadata,
    Column("site", Text, primary_key=True, comment="domain"),
    Column("data", LargeBinary, nullable=False, comment="what its articles repeat, a copy of what lies in Redis"),
    Column("saved_at", Float, nullable=False, comment="seconds since the epoch"),
    comment="what each site prints again and again",
)

sites = Table(
    "sites",
    metadata,
    Column("site", Text, primary_key=True, comment="domain without www."),
    Column("readings", LargeBinary, nullable=False, comment="its newest pages, nine bytes each, oldest first"),
    Column("seen_at", Float, nullable=False, comment="when the newest was read"),
    Column("fault", Text, comment="what its newest pages lack that those before had"),
    Column("fault_since", Float, comment="when that was seen; none: its layout is whole"),
    Column("usual", LargeBinary, comment="the readings from before the fault"),
    Index("sites_fault", "fault_since"),
    comment="what came of the newest pages of each site, and whether its layout broke",
)

hosts = Table(
    "hosts",
    metadata,
    Column("host", Text, primary_key=True, comment="documents.host"),
    Column("spacing", Float, nullable=False, comment="seconds between two requests"),
    Column("line_end", Float, nullable=False, comment="when the last document in its line is due"),
    comment="politeness: each host's line",
)

pages = Table(
    "pages",
    metadata,
    Column("document_id", String(20), primary_key=True, comment="documents.id"),
    Column("part", Integer, primary_key=True, comment="0: the page, 1 and more: further parts of its article"),
    Column("url", Text, nullable=False, comment="documents.url: what was asked for; of a part, its own"),
    Column("fetched_at", Text, nullable=False, comment="ISO 8601 in UTC"),
    Column("etag", Text, comment="entity tag that the server gave it"),
    Column("last_modified", Text, comment="header that the server gave it"),
    Column("content", String(64), comment="SHA-256 of the body; its key in the archive"),
    Column("page", Json, comment="FetchedPage without its texts; null for a part"),
    Index("pages_url", "url", "fetched_at"),
    Index("pages_content", "content"),
    Index("pages_fetched", "fetched_at"),
    comment="index of the archived pages",
)

watches = Table(
    "watches",
    metadata,
    Column("url", Text, primary_key=True, comment="feed or sitemap that is read again and again"),
    Column("title", Text, comment="as the feed calls itself"),
    Column("added_at", Float, nullable=False, comment="seconds since the epoch"),
    Column("due", Float, nullable=False, comment="not to be read before"),
    Column("interval", Float, nullable=False, comment="seconds to the next reading when nothing changes it"),
    Column("every", Float, comment="seconds between two readings, where the user lays them down"),
    Column("turnover", Float, comment="seconds in which a third of its entries is replaced, where known"),
    Column("lease", Float, nullable=False, comment="being read until then, lost after it"),
    Column("parent", Text, comment="the index that names this sitemap; none: the user does"),
    Column("lastmod", Text, comment="when it changed, as its index says"),
    Column("etag", Text, comment="entity tag of the last reading"),
    Column("last_modified", Text, comment="header of the last reading"),
    Column("read_at", Float, comment="the last reading, good or bad"),
    Column("found", Integer, nullable=False, comment="entries that were new, in all"),
    Column("failures", Integer, nullable=False, comment="bad readings in a row"),
    Column("error", Text, comment="what was wrong with the last reading"),
    Index("watches_due", "due"),
    Index("watches_parent", "parent"),
    comment="feeds and sitemaps that are read on a schedule",
)

text_parts = Table(
    "text_parts",
    metadata,
    Column("part", Integer, primary_key=True, autoincrement=False, comment="of the text's fingerprint"),
    Column("seq", Sequence, primary_key=True, autoincrement=False, comment="feed.seq of the version with that text"),
    sqlite_with_rowid=False,
    comment="index of texts, by which copies are found",
)

story_names = Table(
    "story_names",
    metadata,
    Column("name", Integer, primary_key=True, autoincrement=False, comment="hash of a word in a name"),
    Column("hour", Integer, primary_key=True, autoincrement=False, comment="of publication, since the epoch"),
    Column("seq", Sequence, primary_key=True, autoincrement=False, comment="feed.seq of the article's first version"),
    Index("story_names_seq", "seq"),
    sqlite_with_rowid=False,
    comment="index of names, by which reports on one event are found",
)

outlines = Table(
    "outlines",
    metadata,
    Column("seq", Sequence, primary_key=True, autoincrement=False, comment="feed.seq of the article's first version"),
    Column("cluster", String(20), nullable=False, comment="articles.id of the first report on the event"),
    Column("since", Integer, nullable=False, comment="hour of that report, since the epoch"),
    Column("terms", LargeBinary, nullable=False, comment="hashes of names and words, 4 bytes each"),
    comment="what the reports of the last days are about",
)

CURRENT = (versions.c.article_id == articles.c.id) & (versions.c.version == articles.c.version)
"""Joins an article with its current version."""
WRITTEN = cast(versions.c.document, Text)
"""A version's document as JSON text: whoever reads many decodes them faster than the database driver does."""
