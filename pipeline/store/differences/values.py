"""What a comparison of two versions says, as values."""

from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Words:
    """A stretch of a changed text."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True)
class FieldChange:
    """A field that has another value; ``None`` for none."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Paragraph:
    """A paragraph that is not where or what it was."""

    kind: Literal["changed", "moved", "added", "removed"]
    before: int | None
    """Its number in the old version, from 1; ``None`` where it was added."""
    after: int | None
    """Its number in the new version; ``None`` where it was removed."""
    words: tuple[Words, ...]
    """Its text; of a changed one with what was taken out and put in."""


@dataclass(frozen=True)
class Correction:
    """Why the change looks like a correction, and not like an update."""

    kind: Literal["note", "figures and names"]
    """The editors say so; or nothing but figures and names was put right."""
    text: str
    """The note, or what was put right."""


@dataclass(frozen=True)
class Difference:
    """Two versions of one article, compared."""

    id: str
    before: int
    """Version."""
    after: int
    fields: tuple[FieldChange, ...]
    paragraphs: tuple[Paragraph, ...]
    """In the order of the new version."""
    same: int
    """Paragraphs that are what and where they were."""
    correction: Correction | None

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)
