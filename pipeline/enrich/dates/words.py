"""The words of date expressions by language, and the rules made of them: a pattern that finds, one each that reads."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipeline.enrich.dates.beginnings import PatternWords, beginnings, contents
from pipeline.enrich.remembered import Remembered

SHORT = 5
"""Letters of a short form of a month or weekday, at most: "Thurs"."""
YEAR = r"(?:1[5-9]|20)\d\d"
REMEMBERED = 20_000
"""Words and stretches of a language of which it is remembered what they are to expressions: 3 MB each."""
QUOTED, FIRST, TELLING, INSIDE = 1, 2, 4, 8
"""What a word is to expressions: an apostrophe before it is no part of one; one may begin with it; it tells of one; it
may stand in one."""
LONGEST_JOINT = 3
"""Characters between two words of an expression: "Jan., 2020"."""
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


@dataclass(frozen=True)
class Rule:
    """How one kind of expression is written: what it means, with fixed arguments, and the pattern that reads it."""

    means: str
    arguments: tuple[str, ...]
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Language:
    """One language's expressions. Each dictionary leads from a word in lower case to its number or name."""

    finder: re.Pattern[str]
    """Any expression; the number of its last group is that of the rule, counted from 1."""
    rules: tuple[Rule, ...]
    may_join: Remembered[bool]
    """Whether what stands between two words may do so in an expression."""
    may_have: Remembered[bool]
    """Whether an expression may begin with a stretch of words that may all stand in one, whatever follows."""
    kind_of: Remembered[int]
    """What a word as written is to expressions: each of these has one that is ``TELLING``, be it by a digit."""
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    seasons: Mapping[str, str]
    units: Mapping[str, str]
    numbers: Mapping[str, int]
    ordinals: Mapping[str, int]
    sixties: Mapping[str, int]
    """Decades by name: 6 for the sixties."""
    which: Mapping[str, int]
    beside: Mapping[str, int]
    future: re.Pattern[str]
    past: re.Pattern[str]
    towards: frozenset[str]
    capitals: bool
    """Names of months and days are written with a capital."""
    nouns: bool
    """So are all nouns."""
    short: frozenset[str]
    """Short forms of months and weekdays."""
    ambiguous: frozenset[str]
    """Names of months that are other words too."""
    before_month: frozenset[str]
    month_first: bool
    """Whether 03/04 is the fourth of March."""


@cache
def language_of(code: str | None) -> Language | None:
    """The language's words and rules; ``None`` where there are none."""
    source = files(__package__) / f"{code}.toml"
    if not (code and code.isalpha() and source.is_file()):
        return None
    return _language(tomllib.loads(source.read_text("utf-8")))


def _language(data: dict) -> Language:  # type: ignore[type-arg]
    words = {name: _numbered(data.get(name, ()), start) for name, start in
             (("months", 1), ("weekdays", 0), ("numbers", 0), ("ordinals", 1), ("sixties", 5))}  # fmt: skip
    if "nineteen" in words["numbers"]:
        words["numbers"] |= _english_tens(words["numbers"])
    named = {name: _named(data.get(name, {})) for name in ("seasons", "units", "which", "beside")}
    holes = _holes(words, named)
    rules = tuple(_rule(means, pattern, holes) for means, pattern in data["rules"])
    branches = (re.sub(r"\(\?P<\w+>", "(?:", rule.pattern.pattern) for rule in rules)
    finder = re.compile(rf"(?<![\w$£€.,-])(?:{'|'.join(f'{branch}()' for branch in branches)})(?!\w)", re.IGNORECASE)
    return Language(
        finder=finder, rules=rules,
        may_have=Remembered(lambda phrase: finder.match(phrase) is not None, REMEMBERED),
        may_join=_joints(contents(finder.pattern)),
        kind_of=_kinds(_telling(data, words, named), beginnings(finder.pattern), contents(finder.pattern)),
        **words, seasons=named["seasons"], units=named["units"],
        which={word: int(number) for word, number in named["which"].items()},
        beside={word: int(number) for word, number in named["beside"].items()},
        future=_cues(data, "future"), past=_cues(data, "past"), towards=frozenset(data.get("towards", "").split()),
        capitals=data.get("capitals", False), nouns=data.get("nouns", False),
        short=_short(data["months"] + data["weekdays"]),
        ambiguous=frozenset(data.get("ambiguous", "").lower().split()),
        before_month=frozenset(data.get("before_month", "").split()), month_first=data.get("numeric") == "us",
    )  # fmt: skip


def _joints(inside: PatternWords) -> Remembered[bool]:
    def may_join(gap: str) -> bool:
        marks, anything = gap.split(), "" in inside.stems
        return anything or (len(gap) <= LONGEST_JOINT and inside.marks.issuperset("".join(marks)) and "\n\n" not in gap)

    return Remembered(may_join, REMEMBERED)


def _kinds(telling: frozenset[str], first: PatternWords, inside: PatternWords) -> Remembered[int]:
    def kind_of(word: str) -> int:
        low = word.lower()
        bare = low.removeprefix("'")
        quoted = QUOTED if bare is not low and not bare[0].isdigit() else 0
        if not bare.isalpha():
            return quoted | FIRST | TELLING | INSIDE
        kind = quoted | (FIRST if first.allow(bare) else 0) | (TELLING if bare in telling else 0)
        return kind | (INSIDE if inside.allow(bare) else 0)

    return Remembered(kind_of, REMEMBERED)


def _telling(
    data: Mapping[str, str], words: Mapping[str, Mapping[str, int]], named: Mapping[str, Mapping[str, str]]
) -> frozenset[str]:
    """Names of times, in the singular and the plural, and the words that are expressions of their own."""
    times = {*words["months"], *words["weekdays"], *words["sixties"], *named["seasons"], *named["units"]}
    plurals = {f"{word}s" for word in (*named["units"], *words["weekdays"])}
    joined = {day + part for day in words["weekdays"] for part in data.get("joined", "").split()}
    return frozenset(times | plurals | joined | set(data.get("telling", "").split()))


def _short(rows: Iterable[str]) -> frozenset[str]:
    full = [(row.split()[0], row.split()[1:]) for row in rows]
    return frozenset(word.lower() for name, rest in full for word in rest if len(word) <= SHORT and "-" not in name)


def _numbered(rows: Iterable[str], start: int) -> dict[str, int]:
    return {word.lower(): number for number, row in enumerate(rows, start) for word in row.split()}


def _english_tens(ones: Mapping[str, int]) -> dict[str, int]:
    """From "twenty" to "ninety-nine"."""
    tens = {word: 10 * number for number, word in enumerate(TENS, 2)}
    digits = [(word, number) for word, number in ones.items() if 0 < number <= 9 and len(word) > 2]
    return tens | {f"{ten}-{word}": tens[ten] + number for ten in tens for word, number in digits}


def _named(rows: Mapping[str, str]) -> dict[str, str]:
    return {word.lower(): name for name, row in rows.items() for word in row.split()}


def _holes(words: Mapping[str, Mapping[str, int]], named: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The pattern for each hole of a rule."""
    ones, tens = _any(words["numbers"], 9), "|".join(TENS)
    plain = {word: number for word, number in words["numbers"].items() if "-" not in word and word not in TENS}
    compound = f"|(?:{tens})(?:-{ones})?" if "nineteen" in plain else ""
    teens = "(?:thir|four|fif|six|seven|eigh|nine)teen"
    spelled = rf"(?:nineteen|eighteen|twenty)[- ](?:(?:{tens})(?:[- ]{ones})?|ten|eleven|twelve|{teens})"
    year = f"(?:{YEAR}|{spelled})" if "nineteen" in words["numbers"] else YEAR
    return {
        "year": year, "mm": r"(?:0\d|1[0-2])", "dd": r"(?:[0-2]\d|3[01])", "first": r"\d{1,2}", "other": r"\d{1,2}",
        "day": r"(?:[12]\d|3[01]|0?[1-9])", "q": "[1-4]", "decade": r"(?:1[5-9]|20)\d0", "tens": r"\d0",
        "century": r"(?:1\d|2[01]|[5-9])", "month": _any(words["months"]),
        "weekday": _any(words["weekdays"]), "season": _any(named["seasons"]), "unit": _any(named["units"]),
        "number": rf"(?:\d{{1,3}}|{_any(plain)}{compound})", "ordinal": _any(words["ordinals"]),
        "sixties": _any(words["sixties"]), "roman": "[xvi]{1,5}", "which": _any(named["which"]),
        "beside": _any(named["beside"]),
    }  # fmt: skip


def _any(words: Mapping[str, object], most: int | None = None) -> str:
    chosen = [
        word for word, number in words.items() if most is None or (isinstance(number, int) and 0 < number <= most)
    ]
    return f"(?:{'|'.join(re.escape(word) for word in sorted(chosen, key=len, reverse=True))})" if chosen else "x^"


def _rule(means: str, pattern: str, holes: Mapping[str, str]) -> Rule:
    name, *arguments = means.split()
    seen: set[str] = set()

    def fill(hole: re.Match[str]) -> str:
        """The first of a kind is the one that is read."""
        again = hole[1] in seen
        seen.add(hole[1])
        return f"(?:{holes[hole[1]]})" if again else f"(?P<{hole[1]}>{holes[hole[1]]})"

    filled = re.sub(r"\{([a-z]+)\}", fill, pattern)
    return Rule(name, tuple(arguments), re.compile(rf"(?:{filled.replace(' ', chr(92) + 's')})(?!\w)", re.IGNORECASE))


def _cues(data: Mapping[str, str], name: str) -> re.Pattern[str]:
    cues = "".join(data.get(name, "").splitlines())
    return re.compile(rf"(?<![\w-])(?:{cues})(?!\w)" if cues else "x^")
