"""A date expression as it was found: which rule, where, and what its holes hold."""

import re
from dataclasses import dataclass
from functools import cached_property

from pipeline.enrich.dates.words import Language


@dataclass(frozen=True)
class Expression:
    """One match of a rule."""

    language: Language
    means: str
    arguments: tuple[str, ...]
    start: int
    end: int
    parts: dict[str, str]
    """What stands in the holes of the rule, in lower case."""
    shown: dict[str, str]
    """The same as it is written."""

    @classmethod
    def of(cls, language: Language, match: re.Match[str]) -> "Expression":
        """``match`` is one of the language's finder; the rule's own pattern reads the same place again."""
        rule = language.rules[(match.lastindex or 1) - 1]
        read = rule.pattern.match(match.string, match.start()) or match
        shown = {name: value for name, value in read.groupdict().items() if value is not None}
        parts = {name: value.lower() for name, value in shown.items()}
        return cls(language, rule.means, rule.arguments, match.start(), match.end(), parts, shown)

    def number(self, name: str) -> int | None:
        """A hole that holds a number, in digits or words."""
        value = self.parts.get(name)
        if value is None or value.isdigit():
            return None if value is None else int(value)
        return getattr(self.language, f"{name}s").get(value) if name != "which" else self.language.which.get(value)

    @cached_property
    def which(self) -> int | None:
        """-1 for last, 0 for this, 1 for next; ``None`` where it does not say."""
        return self.number("which")

    @cached_property
    def unit(self) -> str:
        """The unit's English name; empty without one."""
        return self.language.units.get(self.parts.get("unit", ""), "")
