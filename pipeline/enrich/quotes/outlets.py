"""Media that are cited as sources: "told Axios", "according to Reuters", "the New York Times reported", "(AP) -"."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby

from pipeline.documents import Enrichment
from pipeline.enrich.text import Text

_ARTICLE = (
    r"(?:(?:the|der|die|das|dem|le|la|l'|el|il|lo|o|a|de|het)\s)?"
    r"(?:(?:news|newspaper|daily|broadcaster|agency|website|magazine|channel|Russian|German|French|US|British|state)\s){0,3}"
)


@dataclass(frozen=True)
class Citation:
    """One place where a medium is cited."""

    start: int
    end: int
    name: str


def outlets(text: Text, found: Enrichment) -> tuple[str, ...]:  # noqa: ARG001 - an enricher like the others
    """The cited media by their names, in order of their first citation; one that is only the news's subject is none."""
    return tuple(dict.fromkeys(citation.name for citation in citations(text.normal)))


@lru_cache(maxsize=1)
def citations(normal: str) -> tuple[Citation, ...]:
    """Every citation of a medium in a text in plain characters, in order; the last text's are remembered."""
    cited: list[Citation] = []
    patterns, done = _patterns(), 0
    for begin in patterns.begin.finditer(normal):
        if begin.start() >= done and (match := patterns.name.match(normal, begin.start())):
            done = match.end()
            if _is_cited(normal, match):
                cited.append(Citation(match.start(), done, _shown(match[0])))
    return tuple(cited)


@dataclass(frozen=True)
class _Patterns:
    begin: re.Pattern[str]
    """First letters of names, so that the search leaps from one to the next."""
    name: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    data = tomllib.loads(files(__package__).joinpath("media.toml").read_text(encoding="utf-8"))
    names = {" ".join(name.split()) for name in data["names"].split(" / ")} - {""}
    letters = "".join(sorted({name[0] for name in names}))
    ending = "|".join(data["endings"].split())
    lists = {key: "|".join("".join(data[key].splitlines()).split("|")) for key in ("before", "after")}
    return _Patterns(
        begin=re.compile(rf"[A-Z{letters}](?<![\w-].)"),
        name=re.compile(rf"(?:(?:[A-Z][\w.&'-]*\s){{1,3}}(?:{ending})|(?:The\s)?(?:{_any_of(names)}))(?![\w-])"),
        before=re.compile(rf"(?<!\w)(?i:{lists['before']})\s+{_ARTICLE}$"),
        after=re.compile(
            r"(?:'s)?(?:\s\w+ly|\s(?:on|last)\s\w+|\shas|\salso|\snewspaper|\snews agency|,)?"
            rf"\s(?:{lists['after']})(?!\w)"
        ),
    )


def _any_of(names: set[str]) -> str:
    """A pattern of names, the longest first; those with one first letter stand together, so that most are not tried."""
    groups = groupby(sorted(names, key=lambda name: (name[0], -len(name), name)), key=lambda name: name[0])
    return "|".join(f"{letter}(?:{'|'.join(re.escape(name[1:]) for name in group)})" for letter, group in groups)


def _is_cited(normal: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    if normal[start - 1 : start] == "(" and re.match(r"\)\s?-", normal[end : end + 3]):
        return True
    before, after = normal[max(0, start - 60) : start], normal[end : end + 40]
    return bool(_patterns().before.search(before) or _patterns().after.match(after))


def _shown(name: str) -> str:
    """Without the article, which is part of few names only."""
    words = " ".join(name.split())
    return (
        words
        if words in ("The Times", "The Sun", "The Hill", "The Nation", "The National")
        else words.removeprefix("The ")
    )
