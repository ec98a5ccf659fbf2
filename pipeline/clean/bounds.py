"""What a page may cost before it is parsed: shapes that hang every HTML parser are turned away by counting characters.

Measured with libxml2: one tag with 100,000 attributes, or a flood of ``<br>`` or misnested tables, takes 15 s and more,
while the largest of hundreds of real news pages stays far below each bound here.
"""

import re
from collections.abc import Iterator

from pipeline.errors import Rejected

MAX_TEXT = 5_000_000
"""Characters in the longest page that is parsed."""

MAX_TAGS = 60_000
"""Most ``<`` in one page; long news pages have some 5,000."""

MAX_TAG = 16_384
"""Characters in the longest start tag without its quoted values; real pages keep 300,000 characters in one value."""

_QUOTED = re.compile(r""""[^"]*"|'[^']*'""")
_TAG = re.compile(r"""((?:[^"'>]++|"[^"]*"|'[^']*')*+)>""")


def check(text: str) -> None:
    """Raise ``Rejected("too_large")`` or ``Rejected("too_complex")`` for a page that is not to be parsed."""
    if len(text) > MAX_TEXT:
        raise Rejected("too_large", f"{len(text):,} characters, at most {MAX_TEXT:,} are read")
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise Rejected("too_complex", f"{tags:,} tags, at most {MAX_TAGS:,} are read")
    if any(_tag_length(piece) > MAX_TAG for piece in _long_pieces(text)):
        raise Rejected("too_complex", f"a tag of more than {MAX_TAG:,} characters")


def _long_pieces(text: str) -> Iterator[str]:
    """What stands between two ``<`` and is longer than ``MAX_TAG``; the text is passed in steps of that length."""
    start = 0
    while len(text) - start > MAX_TAG:
        end = text.rfind("<", start, start + MAX_TAG + 1)
        if end < 0:
            end = text.find("<", start)
            end = len(text) if end < 0 else end
            yield text[start:end]
        start = end + 1


def _tag_length(piece: str) -> int:
    """Characters of the start tag that ``piece``, the text after a ``<``, begins with; 0 where it begins with none."""
    if not piece[:1].isalpha():
        return 0
    if tag := _TAG.match(piece):  # what follows the tag may be a script of a megabyte
        return len(_QUOTED.sub("", tag[1]))
    bare = _QUOTED.sub("", piece)
    end = bare.find(">")
    return len(bare) if end < 0 else end
