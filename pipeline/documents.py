"""The typed documents: one frozen model per boundary of the pipeline.

    Source --fetch--> FetchedPage --clean--> Article --enrich--> EnrichedArticle --store--> StoredArticle

Every model forbids unknown fields, so a document written by another schema version is noticed and not half read.
Field names are the words of schema.org NewsArticle in snake_case. Unknown is ``None`` or empty, never a guess.
Instants are ISO 8601 strings: with an offset where the time is known, a bare date where only the day is.
Offsets (``start``, ``end``) count characters (code points) of ``Article.body``; ``end`` is exclusive.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION = 1
ARCHIVED, STORED = "archive:", "store:"
"""How a ``Source.location`` begins that is read again, without the net."""
KEPT = "kept:"
"""The location of a document that was fetched, and whose page was lost on its way: the archive may have it."""

MediaType = Literal["text/html", "text/plain", "text/markdown"]
BlockType = Literal["lead", "paragraph", "heading", "list", "quote", "image", "table", "embed"]
EntityType = Literal["person", "organization", "place", "nationality", "event", "product", "other"]
QuoteKind = Literal["direct", "mixed", "indirect"]
PlaceRole = Literal["setting", "dateline", "metonym"]


class Document(BaseModel):
    """Base of all that crosses a boundary: immutable, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # many commands need but the names


class Source(Document):
    """One accepted input: what is to be read, before anything was read."""

    id: str
    """The document's id in the ledger; the same in every later model."""
    input: str
    """The input as the user gave it."""
    url: str
    """Where it is read from: an http(s) URL in canonical form, or a ``file:`` URI with an absolute path."""
    location: str | None = None
    """Where its content lies, if not at ``url``: ``file:///….warc.gz#12345``, a WARC file and a record's offset;
    ``archive:`` and a document's id, the page that it was read from; ``store:`` and an article's id, which is enriched
    again."""
    carry: dict[str, Any] = Field(default_factory=dict)
    """Fields that the user sent along; handed through, never interpreted."""
    etag: str | None = None
    """Entity tag of the last successful read, sent as If-None-Match."""
    last_modified: str | None = None
    """Last-Modified of the last successful read, sent as If-Modified-Since."""
    article_id: str | None = None
    """The article that the last successful read brought; what an unchanged page is a duplicate of."""


class Unchanged(Document):
    """The server says that nothing changed since the last successful read (304), which brought ``article_id``."""

    id: str
    article_id: str


class Part(Document):
    """A further page of an article that the site cuts into several."""

    url: str
    text: str
    content: str | None = None
    """As ``FetchedPage.content``."""


class FetchedPage(Document):
    """A page as it was read: decoded text and how it came, not yet interpreted."""

    id: str
    requested_url: str
    """The URL that was asked for (``Source.url``)."""
    url: str
    """The URL that answered, after redirects; the same as ``requested_url`` without any."""
    redirects: tuple[str, ...] = ()
    """Every URL on the way from ``requested_url`` to ``url``, both left out."""
    permanent_url: str | None = None
    """The URL that permanent redirects (301, 308) lead to from ``requested_url``, before the first other one: the
    page's identity where it declares none. ``None`` where it is ``url``."""
    status: int | None = None
    """HTTP status code; ``None`` for a file."""
    media_type: MediaType
    """What ``text`` is written in, as found out from the content, not as declared."""
    encoding: str | None = None
    """WHATWG name of the encoding that ``text`` was decoded from; ``None`` where it never was bytes."""
    text: str
    """The decoded page."""
    content: str | None = None
    """SHA-256 of the body as it was read, decompressed, not decoded: its key in the archive; ``None`` if not kept."""
    parts: tuple[Part, ...] = ()
    """The further pages of an article that the site cuts into several, in order."""
    request_headers: dict[str, str] = Field(default_factory=dict)
    """Headers that it was asked for with; never credentials."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Response headers, names in lower case; never cookies or credentials."""
    date_fetched: str
    """When the page was read, ISO 8601 in UTC."""
    carry: dict[str, Any] = Field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION


class Author(Document):
    """A person who wrote the article, or the agency or newsroom that it is credited to where no person is named."""

    name: str
    url: str | None = None


class Image(Document):
    """A picture that belongs to the article."""

    url: str
    caption: str | None = None
    credit: str | None = None


class Link(Document):
    """A link inside the article's body."""

    url: str
    text: str


class Block(Document):
    """One typed piece of the article, in reading order."""

    type: BlockType
    text: str
    """The visible text; list items and table rows are parted by a line break, table cells by a tab."""
    level: int | None = None
    """Heading level, 2 to 6."""
    url: str | None = None
    """Address of an image or embed."""
    time: str | None = None
    """Time of a live-blog entry, ISO 8601."""


class FieldProvenance(Document):
    """Where a field's value came from, and what else was on offer."""

    source: str
    """The reader that gave the value, such as ``json-ld`` or ``byline``."""
    confidence: float = Field(ge=0, le=1)
    others: dict[str, str] = Field(default_factory=dict)
    """What other readers said, by source, where it differs; for the body, how far the voters agree with each of the
    other candidates."""


class Article(Document):
    """A clean article: one page's own text and facts, without what the site puts around them."""

    id: str
    url: str | None
    requested_url: str | None
    canonical_url: str | None
    """The article's identity: the page's declared canonical URL where it can be trusted, else ``url``."""
    site_name: str | None = None
    domain: str | None = None
    """Host name of the canonical URL without a leading ``www.``."""
    headline: str | None = None
    description: str | None = None
    """The standfirst, else the page's own summary."""
    authors: tuple[Author, ...] = ()
    dateline: str | None = None
    """The place the report was filed from, in usual case where it is printed in capitals."""
    date_published: str | None = None
    date_published_raw: str | None = None
    """The text that ``date_published`` was read from, as the page has it."""
    date_modified: str | None = None
    date_fetched: str | None = None
    language: str | None = None
    """ISO 639-1 code, found from the body."""
    section: str | None = None
    tags: tuple[str, ...] = ()
    body: str = ""
    """Paragraphs parted by one blank line; no headline, standfirst, byline or captions."""
    blocks: tuple[Block, ...] = ()
    main_image: Image | None = None
    images: tuple[Image, ...] = ()
    links: tuple[Link, ...] = ()
    is_accessible_for_free: bool | None = None
    outcome: Literal["article", "rejected"] = "article"
    """``rejected``: the page is no article; ``reason`` says what it is, the other fields hold what was found."""
    reason: str | None = None
    """A rejection reason of ``pipeline.errors.REJECTIONS``; ``None`` for an article."""
    provenance: dict[str, FieldProvenance] = Field(default_factory=dict)
    source_hash: str | None = None
    """SHA-256 of the text before blocks were taken out that the site repeats; ``None`` where none were. A page that is
    read again is told from a changed one by it: what is known of its site may have grown meanwhile."""
    carry: dict[str, Any] = Field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION


class Span(Document):
    """A stretch of the body."""

    start: int
    end: int


class Mention(Span):
    """A stretch of the body with its text: ``text == body[start:end]``."""

    text: str


class Entity(Document):
    """One real-world entity with every mention of it."""

    name: str
    type: EntityType
    mentions: tuple[Mention, ...]
    salience: float = Field(ge=0, le=1)


class Quote(Document):
    """Something said, and who said it."""

    text: str
    start: int
    end: int
    speaker: str | None = None
    speaker_mention: Span | None = None
    verb: str | None = None
    kind: QuoteKind
    outlet: str | None = None
    """The medium that obtained the quote ("told Axios")."""
    anonymous: bool = False


class Place(Document):
    """A place on the map that the article names."""

    name: str
    country: str | None = None
    """ISO 3166-1 alpha-2."""
    latitude: float | None = None
    longitude: float | None = None
    role: PlaceRole
    mentions: tuple[Mention, ...] = ()


class DateMention(Mention):
    """A date expression and what it means."""

    value: str | None = None
    """ISO 8601 as precise as the expression (2021-04-02, 2021-W13, 2014, P2W); ``None`` where it cannot be resolved."""
    in_quote: bool = False
    """It stands inside of a quotation, and may be counted from another day than that of publication."""
    kind: Literal["date", "duration", "set"] = "date"
    """A point or stretch of time; its length ("for two weeks"); times that recur ("every Monday")."""


class Topic(Document):
    """An IPTC Media Topic."""

    code: str
    label: str
    score: float


class Tone(Document):
    """The author's tone outside of quotations: ``score`` from -1 to 1."""

    score: float
    label: Literal["negative", "neutral", "positive"]


class Readability(Document):
    """How hard the text is to read."""

    score: float
    """Flesch reading ease in the language's own formula; higher is easier, usual texts lie between 0 and 100."""
    formula: str
    """Name of the formula, such as ``flesch`` or ``amstad``."""


class Enrichment(Document):
    """What was read out of an article's body."""

    language: str | None = None
    entities: tuple[Entity, ...] = ()
    quotes: tuple[Quote, ...] = ()
    places: tuple[Place, ...] = ()
    dates: tuple[DateMention, ...] = ()
    topics: tuple[Topic, ...] = ()
    keywords: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    """The sentences of the body that carry most of it, in order of the text."""
    tone: Tone | None = None
    reading_minutes: float | None = None
    readability: Readability | None = None
    outlets: tuple[str, ...] = ()
    fingerprint: str | None = None
    """A sketch of the body, up to 24 hashes of 8 hex digits: editions of one text have many of them in common."""
    near_duplicate_of: str | None = None
    """Id of the earliest stored article with this text under another URL, edited or cut at most; set by the store."""
    cluster_id: str | None = None
    """Id of the first stored article on the same event, maybe its own; set by the store."""
    enrichers: dict[str, str] = Field(default_factory=dict)
    """What became of each enricher: ``ok``, with what ran where that depends (``ok: gazetteer``), or ``failed: …``."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """Results of the user's own enrichers, by name."""


class EnrichedArticle(Document):
    """An article together with its enrichment."""

    article: Article
    enrichment: Enrichment
    schema_version: int = SCHEMA_VERSION


class StoredArticle(Document):
    """An article as the store publishes it."""

    article: Article
    enrichment: Enrichment
    seq: int
    """Position in the change feed; rises with every change in the store."""
    version: int
    """1 for the first text stored under this canonical URL, and one more for each change."""
    stored_at: str

    def published(self) -> dict[str, Any]:
        """The one flat JSON object that ``show``, ``export``, the feed and the API give out."""
        flat = self.article.model_dump(mode="json") | self.enrichment.model_dump(mode="json")
        return flat | {"seq": self.seq, "version": self.version, "stored_at": self.stored_at}
