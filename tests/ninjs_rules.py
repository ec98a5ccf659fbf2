"""The rules of ninjs 3.0 for what a text article can have, as a JSON Schema made from tables.

Written after the schema that IPTC publishes (https://iptc.org/std/ninjs/, version 3.0): names, types, what must be
there, and that nothing else may. Formats are checked too, where validators usually leave them out.
"""

import re
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

TEXT: dict[str, Any] = {"type": "string"}
URI = TEXT | {"format": "uri"}
MOMENT = TEXT | {"format": "date-time"}
WHOLE: dict[str, Any] = {"type": "integer"}
PERCENT = WHOLE | {"minimum": 0, "maximum": 100}


def closed(required: str = "", **properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": required.split(), "additionalProperties": False,
    }  # fmt: skip


def many(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def one_of(*values: str) -> dict[str, Any]:
    return TEXT | {"enum": list(values)}


WORDS = {"role": TEXT, "contentType": TEXT, "value": TEXT}
CONCEPT = {"name": TEXT, "rel": TEXT, "uri": URI, "literal": TEXT}
POINT = closed(
    "type coordinates", type=one_of("Point"), coordinates=many({"type": "number"}) | {"minItems": 2, "maxItems": 2}
)
ITEM = {
    "uri": URI,
    "type": one_of("text", "audio", "video", "picture", "graphic", "composite", "component", "event", "planning"),
    "representationType": one_of("full", "partial"),
    "version": TEXT, "firstCreated": MOMENT, "versionCreated": MOMENT, "contentCreated": MOMENT, "language": TEXT,
    "title": TEXT, "by": TEXT, "slugline": TEXT, "located": TEXT, "copyrightHolder": TEXT,
    "descriptions": many(closed("value", **WORDS)),
    "headlines": many(closed("value", **WORDS)),
    "bodies": many(closed("value", charCount=WHOLE, wordCount=WHOLE, **WORDS)),
    "people": many(closed(**CONCEPT)),
    "organisations": many(closed(**CONCEPT)),
    "events": many(closed(id=TEXT, **CONCEPT)),
    "objects": many(closed(**CONCEPT)),
    "places": many(closed(geojson=POINT, **CONCEPT)),
    "subjects": many(closed(creator=TEXT, relevance=PERCENT, confidence=PERCENT, **CONCEPT)),
    "infoSources": many(closed(name=TEXT, role=TEXT, uri=URI, literal=TEXT)),
    "renditions": many(closed("name", name=TEXT, uri=URI, href=URI, contentType=TEXT, title=TEXT)),
    "altIds": many(closed(role=TEXT, value=TEXT)),
    "standard": closed(name=TEXT, version=TEXT, schema=URI),
}  # fmt: skip
RULES = closed("uri", associations=many(closed("name uri", name=TEXT, **ITEM)), **ITEM)
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_formats = FormatChecker(formats=())


@_formats.checks("uri")
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or _URI.fullmatch(value) is not None


@_formats.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    """RFC 3339: date, time with seconds, offset."""
    if not isinstance(value, str):
        return True
    return datetime.fromisoformat(value).tzinfo is not None and len(value) >= len("2026-05-01T10:00:00Z")


def faults(item: dict[str, Any]) -> list[str]:
    """What is wrong with a ninjs object, each with its place."""
    found = Draft202012Validator(RULES, format_checker=_formats).iter_errors(item)
    return [f"{error.json_path}: {error.message}" for error in found]
