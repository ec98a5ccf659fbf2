"""From marked segments to the article's typed blocks and its text."""

from collections.abc import Container, Iterator
from itertools import groupby

from pipeline.clean.edges import Cut
from pipeline.clean.live import entry_times
from pipeline.clean.segments import Reading, Segment
from pipeline.documents import Block, Image, Link
from pipeline.urls import absolute_url

IN_BODY = frozenset(["paragraph", "heading", "list", "quote", "table"])
"""Types of blocks whose text is in ``Article.body``."""

EMBEDS = (
    "acast.com", "bsky.app", "cdn.jwplayer.com", "dailymotion.com", "datawrapper.dwcdn.net", "documentcloud.org",
    "facebook.com/plugins", "flourish.studio", "giphy.com/embed", "google.com/maps", "imgur.com", "infogram.com",
    "instagram.com", "omny.fm", "open.spotify.com", "platform.twitter.com", "players.brightcove.net", "scribd.com",
    "soundcloud.com", "tiktok.com", "vimeo.com", "youtube-nocookie.com", "youtube.com",
)  # fmt: skip
"""Where frames come from that show something to read, see or hear; all others are taken for advertising."""


def body_of(blocks: tuple[Block, ...]) -> str:
    """The article's text: the blocks that are text, parted by one blank line."""
    return "\n\n".join(block.text for block in blocks if block.type in IN_BODY and block.text)


def links_of(reading: Reading, cut: Cut, base: str | None) -> tuple[Link, ...]:
    """The links in the article's text, each address once, in reading order."""
    found: dict[str, Link] = {}
    for index in sorted(cut.marks):
        for reference, text in reading.segments[index].links:
            if url := absolute_url(base, reference):
                found.setdefault(url, Link(url=url, text=text))
    return tuple(found.values())


def images_of(blocks: tuple[Block, ...]) -> tuple[Image, ...]:
    """The article's pictures, each address once."""
    found: dict[str, Image] = {}
    for block in blocks:
        if block.type == "image" and block.url:
            found.setdefault(block.url, Image(url=block.url, caption=block.text or None))
    return tuple(found.values())


def blocks_of(reading: Reading, cut: Cut, base: str | None) -> tuple[Block, ...]:
    """The article's blocks in reading order: the standfirst, then its text with the pictures and embeds inside it."""
    lead = "\n".join(reading.segments[index].text for index in cut.lead)
    return ((Block(type="lead", text=lead),) if lead else ()) + tuple(_body(reading, cut, base))


def _body(reading: Reading, cut: Cut, base: str | None) -> Iterator[Block]:
    if not cut.marks:
        return
    first = cut.headline + 1 if cut.headline is not None else min(cut.marks)
    span = [
        index for index in range(first, max(cut.marks) + 1) if index in cut.marks or _is_shown(reading.segments[index])
    ]
    times = entry_times(reading.segments, cut.marks, first)
    time: str | None = None
    for (_, kind), group in groupby(sorted({*span, *times}), key=lambda index: _group(reading, index, times)):
        indices = list(group)
        segment = reading.segments[indices[0]]
        if kind == "time":
            time = times[indices[0]]
        elif kind == "item":
            yield Block(type="list", text="\n".join(reading.segments[index].text for index in indices), time=time)
        elif kind in ("image", "embed"):
            if url := absolute_url(base, segment.url):
                yield Block(type=kind, text=_caption(reading, indices[0]) or segment.text, url=url, time=time)
        else:
            # A second h1 on the page is no second headline: inside the article headings begin at level 2.
            yield Block(type=kind, text=segment.text, level=segment.level and max(segment.level, 2), time=time)


def _group(reading: Reading, index: int, times: Container[int]) -> tuple[int, str]:
    segment = reading.segments[index]
    if index in times:
        return -index, "time"
    if segment.kind == "item":
        return reading.places[segment.place].list, "item"
    return -index, segment.kind


def _is_shown(segment: Segment) -> bool:
    if segment.noise or not segment.url:
        return False
    return segment.kind == "image" or (segment.kind == "embed" and any(host in segment.url for host in EMBEDS))


def _caption(reading: Reading, image: int) -> str:
    """The caption of a picture: what stands right after it and is one."""
    for segment in reading.segments[image + 1 : image + 4]:
        if segment.kind == "caption":
            return segment.text
        if segment.kind != "image":
            break
    return ""
