"""What changed inside of a text, word by word."""

from difflib import SequenceMatcher

from pipeline.store.differences.values import Words
from pipeline.store.paragraphs import tokens

MOST_WORDS = 2_000
"""Words of a text inside of which changes are told."""


def words_changed(before: str, after: str) -> tuple[Words, ...]:
    """The new text, with what was taken out of the old one and what was put in."""
    old, new = _pieces(before), _pieces(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return Words("removed", before), Words("added", after)
    found: list[Words] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            found.append(Words("same", "".join(old[a:b])))
        else:
            found += [Words("removed", "".join(old[a:b]))] if b > a else []
            found += [Words("added", "".join(new[c:d]))] if d > c else []
    return tuple(found)


def _pieces(text: str) -> list[str]:
    """Words, marks and spaces: together they are the text."""
    pieces, at = [], 0
    for token in tokens(text):
        begin = text.index(token, at)
        pieces += [text[at:begin], token] if begin > at else [token]
        at = begin + len(token)
    return [*pieces, text[at:]] if at < len(text) else pieces
