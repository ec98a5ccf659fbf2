"""The answers as OpenAPI describes them. Nothing is checked by them at run time: what the store holds was checked."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field, create_model

from pipeline.documents import Article, Enrichment, EntityType, Quote


def _published() -> type[BaseModel]:
    """The fields of article and enrichment as one object; only ``id`` and ``seq`` are there whatever is chosen."""
    fields: dict[str, Any] = {}
    for model in (Article, Enrichment):
        for name, field in model.model_fields.items():
            default = None if field.is_required() else field.get_default(call_default_factory=True)
            fields[name] = (field.annotation, Field(default, description=field.description))
    fields |= {"id": (str, ...), "seq": (int, ...), "version": (int, 1), "stored_at": (str, "")}
    found: type[BaseModel] = create_model(
        "PublishedArticle", __doc__="An article with its enrichment, as it is published.", **fields
    )
    return found


if TYPE_CHECKING:
    PublishedArticle = BaseModel
else:
    PublishedArticle = _published()


class ArticlesPage(BaseModel):
    """Articles, the newest change first unless asked otherwise."""

    items: list[PublishedArticle]
    next: str | None = Field(description="`cursor` of the next page; null: this is the last one")


class Version(BaseModel):
    """What is known of one version without its text."""

    version: int
    stored_at: str
    content_hash: str
    headline: str | None


class VersionsPage(BaseModel):
    """All versions, the first one first."""

    items: list[Version]
    next: str | None


class Mark(BaseModel):
    """A stretch of the snippet that fits the query, counted in characters."""

    start: int
    end: int


class HitSnippet(BaseModel):
    """A piece of the body."""

    text: str
    marks: list[Mark]


class Found(BaseModel):
    """An article that was found."""

    id: str
    seq: int
    headline: str | None
    url: str | None
    site: str | None
    language: str | None
    date_published: str | None
    score: int = Field(description="2: all words are in the headline, 1: some, 0: none")
    snippet: HitSnippet


class FoundPage(BaseModel):
    """The best first."""

    items: list[Found]
    next: str | None


class CountedEntity(BaseModel):
    """A name with the number of articles that have it."""

    name: str = Field(description="as the newest of them writes it")
    type: EntityType | None
    articles: int


class EntitiesPage(BaseModel):
    """Names of persons, organisations, places and more."""

    items: list[CountedEntity]
    next: str | None


class CountedPlace(BaseModel):
    """A place on the map with the number of articles that name it."""

    name: str
    country: str | None
    latitude: float | None
    longitude: float | None
    articles: int


class PlacesPage(BaseModel):
    """Places on the map."""

    items: list[CountedPlace]
    next: str | None


class SaidIn(Quote):
    """A quote, and the article that it stands in."""

    article_id: str
    seq: int
    headline: str | None
    url: str | None
    domain: str | None
    date_published: str | None


class QuotesPage(BaseModel):
    """Quotes, those of the newest change first; a page without any may have a next one."""

    items: list[SaidIn]
    next: str | None


class Report(BaseModel):
    """One article of a story."""

    id: str
    seq: int
    version: int
    headline: str | None
    domain: str | None
    site_name: str | None
    language: str | None
    date_published: str | None
    stored_at: str
    url: str | None
    near_duplicate_of: str | None


class Story(BaseModel):
    """The timeline of one story, the first report first."""

    id: str
    items: list[Report]


class FeedPage(BaseModel):
    """Changes in store order."""

    items: list[PublishedArticle]
    next: int = Field(description="`after` of the next page, and of the next look where there is none yet")
    is_last: bool = Field(description="whether this is all there is now")


class StageProgress(BaseModel):
    """How far the documents of one stage are."""

    waiting: int
    queued: int
    working: int
    done: int


class WorkerNow(BaseModel):
    """A worker of the fleet."""

    name: str
    host: str
    state: Literal["alive", "lost"] = Field(description="lost: silent for 20 seconds; told of for an hour")
    stages: list[str]
    processes: int
    memory_mb: int
    started_at: str
    seen_at: str
    documents: dict[str, int] = Field(description="in its hands now, by stage")


class OldestNow(BaseModel):
    """The document that has waited longest for its end."""

    id: str
    input: str
    state: str
    stage: str
    seconds: float = Field(description="since it was accepted")


class LineNow(BaseModel):
    """A host that may not be asked faster."""

    host: str
    spacing: float = Field(description="seconds between two requests")
    seconds: float = Field(description="until the last in its line is due")


class AccountNow(BaseModel):
    """What `copydesk status --json` prints; accepted = stored + duplicate + rejected + dead + in_flight."""

    accepted: int
    stored: int
    duplicate: int
    rejected: int
    dead: int
    in_flight: int
    reasons: dict[str, int]
    stages: dict[str, StageProgress]
    workers: list[WorkerNow]
    rates: dict[str, float] = Field(description="documents that ended per second over the last minute, by state")
    throughput: dict[str, float] = Field(description="documents that each stage was done with per second")
    eta: float | None = Field(description="seconds until all have ended, at this pace")
    oldest: OldestNow | None
    hosts: list[LineNow] = Field(description="the slowest ones")
    waits: str | None
    dashboard: str | None


class Health(BaseModel):
    """Yes."""

    status: str
    lost: list[str] = Field([], description="workers that were lost within the last hour; for those with the token")
