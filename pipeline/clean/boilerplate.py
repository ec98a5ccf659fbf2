"""What a site says around its articles: is this line or paragraph an appeal, a newsletter box, a teaser, a prompt?

Two kinds of evidence, both data in ``boilerplate.toml``. A short *line* is known by how it begins ("Read more:",
"Sign up to"). A *paragraph* counts only where the site speaks - first and second person outside of quotation marks -
and of its own matters: a report about a newspaper's donors has the words but not the voice.
"""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from itertools import chain

SHORT = 140
"""Characters up to which a text is judged by its beginning."""
LONGEST = 1500
"""Longer paragraphs are nobody's prompt."""
LONGEST_TEASER = (12, 25)
"""Words of a teaser line, without and with a colon after its opening words."""
SAID = 5
"""Words from which on a line that opens with a quotation mark is somebody's speech, not a prompt."""
SHORT_SPEECH = 400
"""Characters up to which one matter and a sure voice, or a call, make a paragraph the site's own."""
SURE_VOICE = 2
"""Words of address that make a paragraph the site's own speech."""

_DATA: dict[str, dict[str, list[str]]] = tomllib.loads(
    files("pipeline.clean").joinpath("boilerplate.toml").read_text("utf-8")
)
_LINES = {kind: re.compile(r"\W*(?:" + "|".join(patterns) + ")") for kind, patterns in _DATA["line"].items()}
_ANY_LINE = re.compile(r"\W*(?:" + "|".join(chain.from_iterable(_DATA["line"].values())) + ")")
_MATTERS = {kind: re.compile("|".join(patterns)) for kind, patterns in _DATA["voice"].items()}
_ANY_MATTER = re.compile(
    r"\b(?=\w)(?:"
    + "|".join(pattern.removeprefix(r"\b") for patterns in _DATA["voice"].values() for pattern in patterns)
    + ")"
)
"""Each begins with a word."""
_QUOTED = re.compile(r"[“„«»\"][^“”„«»\"]{0,1500}(?:[”“»«\"]|$)")
_OPENS_QUOTE = re.compile(r"\s*[“„«»\"]")
_COUNTRY = re.compile(r"\bUS\b|\bU\.S\.(?!\w)")
_THEIR = re.compile(r"\bihre[nr]?\b")
_PLAIN = {"’": "'", "‘": "'", "`": "'", "´": "'", "\u00a0": " ", "\u202f": " "}
_WORD = re.compile(r"[\w']+")
_ADDRESS = frozenset(_DATA["speech"]["words"])
_ADDRESS_PLAIN = frozenset(word.encode() for word in _ADDRESS)
_LETTERS = bytes(byte if chr(byte).isalpha() else 0x20 for byte in range(0x80)).ljust(0x100)
"""Plain letters as they are, a space for any other byte."""
_TIED = bytes(byte if chr(byte).isalnum() or chr(byte) in "_'" else 0x20 for byte in range(0x80)).ljust(0x100)
"""The same, but what ``_WORD`` keeps together stays together."""


def is_boilerplate(text: str) -> bool:
    """Whether one line or paragraph is the site's and not the article's; in doubt, it is the article's."""
    return kind_of_boilerplate(text) is not None


@lru_cache(maxsize=4096)
def kind_of_boilerplate(text: str) -> str | None:
    """What the site is after - ``support``, ``newsletter``, ``teaser``, … - or ``None`` for the article's own text."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    plain = _plain(text)
    if len(text) <= SHORT and (kind := _kind_of_line(plain, text)):
        return kind
    return "copyright" if _LINES["copyright"].match(plain) else _kind_of_speech(plain)


def has_site_voice(text: str) -> bool:
    """Whether somebody speaks to the reader outside of quotation marks: no proof, but a box may go on with it."""
    return _speech(_plain(text[:LONGEST]))[1] > 0


def speaks_of_support(text: str) -> bool:
    """Whether somebody speaks to the reader about giving: enough for the heading of an appeal, not for a paragraph."""
    spoken, address = _speech(_plain(text[:LONGEST]))
    return address > 0 and bool(_MATTERS["support"].search(spoken))


def is_sentence(text: str) -> bool:
    """Whether a text ends like a sentence."""
    return text.rstrip(' \u00a0)]”“»«"').endswith((".", "!", "?", "…", ".’", "。"))


def _kind_of_line(plain: str, text: str) -> str | None:
    words = len(plain.split())
    if _OPENS_QUOTE.match(plain) and words > SAID:  # "“Your support has saved lives,” she said": not the site's voice
        return None
    if not _ANY_LINE.match(plain):
        return None
    for kind, pattern in _LINES.items():
        if pattern.match(plain) and (words <= LONGEST_TEASER[":" in plain[:30]] or kind not in _HEADS):
            # "Support for the bill fell." begins like an appeal; a sentence must also address somebody.
            if (
                kind in _ADDRESSING
                and words > 4
                and is_sentence(text)
                and not (_may_address(plain) and _times_addressed(plain))
                and not _is_order(plain)
            ):
                continue
            return kind
    return None


_HEADS = frozenset({"teaser", "related", "navigation"})
"""Kinds whose lines go on with a headline of another article, or with nothing."""
_ADDRESSING = frozenset({"comments", "newsletter", "support", "notification", "teaser", "share", "related", "login"})
_CALL = re.compile(r"(?:^|[.!?:] )(?:please )?(?:donate|download|follow|join|log in|register|sign up|subscribe)\b")
"""A sentence that tells the reader to do something."""
_ORDERS = re.compile(rf"\W*(?:{'|'.join(_DATA['speech']['orders'])})\b")


def _plain(text: str) -> str:
    """Lower case with plain quotes; the country is not mistaken for the reader's "us", nor "ihre" for "Ihre"."""
    if not text.isascii():
        for special, plain in _PLAIN.items():
            if special in text:
                text = text.replace(special, plain)
    elif "`" in text:
        text = text.replace("`", "'")
    if "ihre" in text:
        text = _THEIR.sub("deren", text)
    return (_COUNTRY.sub("usa", text) if "US" in text or "U.S." in text else text).lower()


@lru_cache(maxsize=1024)
def _speech(plain: str) -> tuple[str, int]:
    """A text without what stands in quotation marks, and how many words of it address somebody; empty without any."""
    if not _may_address(plain):
        return "", 0
    spoken = _QUOTED.sub(" ", plain)
    return spoken, _times_addressed(spoken)


def _may_address(low: str) -> bool:
    """Whether a text in lower case has a word of address at all: most have none, and need no closer look.

    It is cut at all that is no plain letter, five times as fast as a pattern for words does it.
    """
    return not _ADDRESS_PLAIN.isdisjoint(low.encode("utf-8", "replace").translate(_LETTERS).split())


def _times_addressed(plain: str) -> int:
    """How many words of a text in lower case address somebody, with what an apostrophe ties to them: "you're"."""
    if not plain.isascii():
        return sum(word.partition("'")[0] in _ADDRESS for word in _WORD.findall(plain))
    words = plain.encode().translate(_TIED).split()
    tied = [word.partition(b"'")[0] for word in words if b"'" in word] if "'" in plain else []
    return sum(map(_ADDRESS_PLAIN.__contains__, words + tied))


def _is_order(plain: str) -> bool:
    return bool(_ORDERS.match(plain))


def _kind_of_speech(plain: str) -> str | None:
    spoken, address = _speech(plain)
    if not address or not _ANY_MATTER.search(spoken):
        return None
    for kind, pattern in _MATTERS.items():
        found = len(set(pattern.findall(spoken)))
        is_short = len(plain) < SHORT_SPEECH and (address >= SURE_VOICE or _CALL.search(spoken))
        if found >= 2 or (found and is_short):
            return kind
    return None
