"""Hostile pages: each is read in a time that grows no faster than the page, or is turned away."""

import time

import pytest

from pipeline.clean.body import read_body
from pipeline.clean.page import parse
from tests.unit.clean.body.body_stories import STORY

P = f"<p>{STORY[0]}</p>"

HOSTILE = {
    "deep divs": "<div>" * 30_000 + P,
    "line breaks": "x<br>" * 50_000,
    "tables that hold nothing": "<table></table>x" * 19_000,
    "tables in tables": "<table><tr><td>" * 15_000 + P,
    "links in links": "<a href=x>link " * 50_000,
    "bold in bold": "<b><p>" * 25_000,
    "paragraphs": "<p>a b c." * 50_000,
    "one long text": "<p>" + "word " * 900_000,
    "one long word": "<p>" + "w" * 4_500_000,
    "spaces": "<p>" + " " * 4_500_000 + P,
    "quotation marks": '<p>"' + '"' * 500_000 + P,
    "ends": P * 3 + "<h2>Related</h2><p>text.</p>" * 11_000,
    "a frame for each paragraph": "".join(f"<div class=c{n}>{P}</div><h2>Related</h2>" for n in range(9_000)),
    "names": "".join(f"<div class='related-{n}'>{P}</div>" for n in range(14_000)),
    "linked headings": "<h2><a href=x>A headline of some length</a></h2>" * 9_000 + P,
    "top headings": "<h1>A headline of some length</h1>" * 19_000 + P,
    "pictures": "<figure><img src=a.jpg>caption</figure>" * 14_000,
    "lists": "<ul><li>" * 29_000,
    "the same paragraph": P * 14_000,
    "misread text": "<p>" + "â\x80\x99" * 1_500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_bounded(name: str) -> None:
    began = time.process_time()
    read_body(parse(HOSTILE[name]), headline="Headline", description=None, declared=None, base=None)
    assert time.process_time() - began < 10
