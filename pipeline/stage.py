"""A stage is a typed function from one document to the next; ``PIPELINE`` is the one list of them.

Tasks, queues, the ledger's stage names, the progress display and ``worker --stages`` are all derived from this list:
a new stage is added here, with its package, and nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pipeline.documents import Document


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline."""

    name: str
    """Also the name of its task and of its queue."""
    entry: str
    """``module:function``; imported on first use, so that listing stages loads no parser and no model."""
    input: str
    output: str
    """Names of the documents that it takes and gives, in ``pipeline.documents``."""
    works: Literal["together", "one by one"]
    """``together``: the function takes a batch, and does its waiting or writing once for all of it."""
    prepares: str | None = None
    """``module:function`` that loads what every document needs: before worker processes are forked, which share it."""
    begins: str | None = None
    """``module:function`` of a stage that works inside of a transaction: what is done with each document before."""

    @property
    def takes(self) -> "type[Document]":
        """The document that it takes."""
        return _document(self.input)

    @property
    def gives(self) -> "type[Document]":
        """The document that it gives."""
        return _document(self.output)

    def load(self) -> Callable[..., Any]:
        """Import the stage's function."""
        return _imported(self.entry)

    def beginning(self) -> Callable[..., Any]:
        """Import what is done before the transaction; raises ValueError for a stage without."""
        if self.begins is None:
            raise ValueError(f"nothing begins {self.name}")
        return _imported(self.begins)

    def prepare(self) -> None:
        """Load all that this stage needs in every process: modules, models."""
        self.load()
        if self.prepares:
            _imported(self.prepares)()


def _imported(entry: str) -> Callable[..., Any]:
    module, _, function = entry.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def _document(name: str) -> "type[Document]":
    # Not above: who only counts documents by stage needs no models.
    from pipeline import documents

    found: type[Document] = getattr(documents, name)
    return found


PIPELINE: tuple[Stage, ...] = (
    Stage("fetch", "pipeline.fetch:fetch", "Source", "FetchedPage", "together"),
    Stage("clean", "pipeline.clean:clean", "FetchedPage", "Article", "one by one", "pipeline.clean:prepare"),
    Stage("enrich", "pipeline.enrich:enrich", "Article", "EnrichedArticle", "one by one", "pipeline.enrich:prepare"),
    Stage(
        "store", "pipeline.store:store", "EnrichedArticle", "StoredArticle", "together", begins="pipeline.store:prepare"
    ),
)


def stage_named(name: str) -> Stage:
    """The stage of that name; ``KeyError`` if there is none."""
    return next(stage for stage in PIPELINE if stage.name == name)


def following(stage: Stage) -> Stage | None:
    """The stage after this one; ``None`` after the last."""
    place = PIPELINE.index(stage) + 1
    return PIPELINE[place] if place < len(PIPELINE) else None
