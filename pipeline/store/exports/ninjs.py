"""ninjs 3.0, IPTC's JSON for news, one object a line: what editorial systems and agencies exchange.

A property that is unknown is left out, for ninjs has no null. What ninjs has no property for (quotes, tone, offsets)
is in the other formats. Instants need an offset there, so a bare day of publication is left out too.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import IO, Any
from urllib.parse import quote

import orjson

from pipeline.store.published import Pages, published

STANDARD = {
    "name": "ninjs",
    "version": "3.0",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json",
}
MEDIA_TOPIC = "http://cv.iptc.org/newscodes/mediatopic/"
NAMED = {"person": "people", "organization": "organisations", "event": "events", "product": "objects"}
"""The property for each type of entity; places have coordinates and come from elsewhere."""
TAGS = {"heading": "h2", "quote": "blockquote", "lead": "p", "paragraph": "p"}
Row = Mapping[str, Any]


def write_ninjs(pages: Pages, out: IO[bytes]) -> int:
    """Write the articles; returns how many."""
    number = 0
    for row in published(pages):
        out.write(orjson.dumps(ninjs(row), option=orjson.OPT_APPEND_NEWLINE))
        number += 1
    return number


def ninjs(row: Row) -> dict[str, Any]:
    """A published article as a ninjs object."""
    found = {
        "uri": _uri(row["canonical_url"] or row["url"] or f"urn:copydesk:{row['id']}"),
        "standard": STANDARD,
        "type": "text",
        "representationType": "full",
        "version": str(row["version"]),
        "versionCreated": row["stored_at"],
        "contentCreated": _instant(row["date_published"]),
        "language": row["language"],
        "headlines": _values(("main", row["headline"])),
        "descriptions": _values(("standfirst", row["description"]), *(("summary", each) for each in row["summary"])),
        "bodies": list(_bodies(row)),
        "by": ", ".join(author["name"] for author in row["authors"]),
        "located": row["dateline"],
        **_entities(row["entities"]),
        "places": [_place(place) for place in row["places"]],
        "subjects": list(_subjects(row)),
        "infoSources": _sources(row),
        "associations": [_picture(*each) for each in enumerate(_images(row), 1)],
        "altIds": [{"role": "copydesk", "value": row["id"]}, {"role": "seq", "value": str(row["seq"])}],
    }
    return {name: value for name, value in found.items() if value}


def _uri(address: str) -> str:
    """An address as RFC 3986 has it; pages write other characters into them, too."""
    return quote(address, safe="%:/?#[]@!$&'()*+,;=~")


def _instant(moment: str | None) -> str | None:
    """With its seconds, which RFC 3339 wants; ``None`` for a bare day."""
    return datetime.fromisoformat(moment).isoformat() if moment and "T" in moment else None


def _values(*given: tuple[str, str | None]) -> list[dict[str, str]]:
    return [{"role": role, "contentType": "text/plain", "value": value} for role, value in given if value]


def _bodies(row: Row) -> Iterator[dict[str, Any]]:
    text = row["body"]
    if text:
        size = {"charCount": len(text), "wordCount": len(text.split())}
        yield {"role": "main", "contentType": "text/plain", **size, "value": text}
    if row["blocks"]:
        yield {"role": "main", "contentType": "text/html", "value": "\n".join(map(_html, row["blocks"]))}


def _html(block: Row) -> str:
    kind, text, url = block["type"], block["text"], escape(block["url"] or "")
    if kind == "image":
        caption = f"<figcaption>{escape(text)}</figcaption>" if text else ""
        return f'<figure><img src="{url}" alt="">{caption}</figure>'
    if kind == "embed":
        return f'<p><a href="{url}">{escape(text) or url}</a></p>'
    if kind == "list":
        return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in text.splitlines())}</ul>"
    if kind == "table":
        return f"<table>{''.join(map(_table_row, text.splitlines()))}</table>"
    tag = f"h{block['level']}" if kind == "heading" and block["level"] else TAGS[kind]
    return f"<{tag}>{escape(text)}</{tag}>"


def _table_row(line: str) -> str:
    cells = (f"<td>{escape(cell)}</td>" for cell in line.split("\t"))
    return f"<tr>{''.join(cells)}</tr>"


def _entities(entities: Sequence[Row]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for entity in entities:
        if name := NAMED.get(entity["type"]):
            found.setdefault(name, []).append({"name": entity["name"], "rel": "mentions"})
    return found


def _place(place: Row) -> dict[str, Any]:
    found = {"name": place["name"], "rel": place["role"]}
    if place["latitude"] is None or place["longitude"] is None:
        return found
    return found | {"geojson": {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}}


def _subjects(row: Row) -> Iterator[dict[str, Any]]:
    for topic in row["topics"]:
        yield {
            "name": topic["label"], "rel": "about", "uri": MEDIA_TOPIC + topic["code"].removeprefix("medtop:"),
            "creator": "Copydesk", "confidence": round(100 * min(max(topic["score"], 0), 1)),
        }  # fmt: skip
    yield from ({"name": keyword, "rel": "keyword", "creator": "Copydesk"} for keyword in row["keywords"])
    yield from ({"name": tag, "rel": "tag"} for tag in row["tags"])


def _sources(row: Row) -> list[dict[str, str]]:
    """The publisher first, then the media that the article names as its sources."""
    names = [row["site_name"] or row["domain"], *row["outlets"]]
    return [{"name": name} for name in dict.fromkeys(names) if name]


def _images(row: Row) -> Iterator[Row]:
    main = [row["main_image"]] if row["main_image"] else []
    return iter({image["url"]: image for image in [*row["images"], *main]}.values())


def _picture(number: int, image: Row) -> dict[str, Any]:
    address = _uri(image["url"])
    found = {
        "name": f"picture-{number}", "uri": address, "type": "picture", "by": image["credit"],
        "descriptions": _values(("caption", image["caption"])), "renditions": [{"name": "original", "href": address}],
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}
