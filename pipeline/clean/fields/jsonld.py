"""Linked data in script elements, read tolerantly: much of what sites publish as JSON-LD is not quite JSON.

Mended where strict reading fails: comment and CDATA wrappers, line breaks and bare quotes inside strings, trailing
commas, escapes that JSON does not know, entities in place of quotes, several objects in a row. All of it is linear.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

Node = dict[str, Any]

MAX_SCRIPT = 1_000_000
"""Characters of one script that are read; articleBody of the longest articles takes some 100,000."""

MAX_NODES = 5_000
"""Objects that are looked at on one page."""

MAX_DEPTH = 40

_WRAPPER = re.compile(r"<!--|-->|(?://[ \t]{0,9})?(?:<!\[CDATA\[|\]\]>)")
_TRAILING = re.compile(r",(\s*[}\]])")
_ESCAPE = re.compile(r"""\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\(.?)""", re.S)
_QUOTE = re.compile(r'\\.|"', re.S)
_AFTER_STRING = re.compile(r"\s*(?:[:}\]]|,\s*(?:[\"{\[]|-?\d|true|false|null)|$)")
_DECODER = json.JSONDecoder(strict=False)


def nodes(scripts: list[str]) -> list[Node]:
    """Every object in the scripts, outer ones first; a reference by ``@id`` alone becomes the object it names."""
    found: list[Node] = []
    for script in scripts:
        for value in parse(script):
            found.extend(_walk(value, MAX_NODES - len(found)))
    named = {str(node["@id"]): node for node in reversed(found) if len(node) > 1 and "@id" in node}
    for node in found:
        for key, value in node.items():
            node[key] = _resolved(value, named)
    return found


def parse(script: str) -> list[Any]:
    """The JSON values in the text of one script; empty where it cannot be mended."""
    text = _WRAPPER.sub("", script[:MAX_SCRIPT]).strip().rstrip(";")
    for mend in (_as_it_is, _entities, _commas, _quotes):
        text = mend(text)
        if values := _values(text):
            return values
    return []


def _values(text: str) -> list[Any]:
    values: list[Any] = []
    place = 0
    try:
        while place < len(text) and len(values) < 50:
            value, place = _DECODER.raw_decode(text, place)
            values.append(value)
            while place < len(text) and text[place] in " \t\r\n,;":
                place += 1
    except (ValueError, RecursionError):
        return []
    return values


def _as_it_is(text: str) -> str:
    return text


def _entities(text: str) -> str:
    return html.unescape(text) if "&quot;" in text and '"' not in text[:200] else text


def _commas(text: str) -> str:
    return _ESCAPE.sub(
        lambda match: match.group() if match.group(1) is None else match.group(1), _TRAILING.sub(r"\1", text)
    )


def _quotes(text: str) -> str:
    """Quotes inside a string escaped: a quote ends a string only where what follows can follow a string."""
    pieces, last, inside = [], 0, False
    for match in _QUOTE.finditer(text):
        if match.group() != '"':
            continue
        if not inside:
            inside = True
        elif _AFTER_STRING.match(text, match.end()):
            inside = False
        else:
            pieces += [text[last : match.start()], '\\"']
            last = match.end()
    return _TRAILING.sub(r"\1", "".join([*pieces, text[last:]]))


def _walk(value: Any, most: int) -> Iterator[Node]:
    """Objects in and under ``value``, breadth first, so that what a page says of itself comes before what it lists."""
    level, depth = [value], 0
    while level and depth < MAX_DEPTH and most > 0:
        below: list[Any] = []
        for one in level[:MAX_NODES]:
            if isinstance(one, dict):
                yield one
                most -= 1
                below.extend(inner for inner in one.values() if isinstance(inner, dict | list))
            elif isinstance(one, list):
                below.extend(inner for inner in one if isinstance(inner, dict | list))
        level, depth = below, depth + 1


def _resolved(value: Any, named: dict[str, Node]) -> Any:
    if isinstance(value, dict) and len(value) == 1 and "@id" in value:
        return named.get(str(value["@id"]), value)
    if isinstance(value, list):
        return [_resolved(one, named) if isinstance(one, dict) else one for one in value]
    return value
