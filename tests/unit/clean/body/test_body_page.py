import pytest

from pipeline.clean.bounds import MAX_TAG, MAX_TAGS, MAX_TEXT
from pipeline.clean.page import parse
from pipeline.errors import Rejected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_content"),
        (" \n\t", "no_content"),
        ("\x00", "no_content"),
        ("a" * (MAX_TEXT + 1), "too_large"),
        ("<br>" * (MAX_TAGS + 1), "too_complex"),
        ("<p " + " ".join(f"a{i}=''" for i in range(MAX_TAG)) + ">", "too_complex"),
        ("<p " + "x" * (MAX_TAG + 1), "too_complex"),
    ],
)
def test_what_is_not_parsed(text: str, reason: str) -> None:
    with pytest.raises(Rejected) as refusal:
        parse(text)
    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        f"<div data-state='{'x' * 300_000}'><p>kept</p></div>",
        f'<div data-state="{"a>b <i> " * 4_000}"><p>kept</p></div>',
        f"<script>{'a < b && c; ' * 40_000}</script><p>kept</p>",
        '<?xml version="1.0" encoding="ISO-8859-1"?><html><body><p>kept</p></body></html>',
        "<meta charset=iso-8859-1><p>kept</p>",
        "<p>ke\x00pt</p>",
        "<p>ke<!-- not a word -->pt</p>",
        "kept",
    ],
)
def test_what_is_parsed(text: str) -> None:
    assert "kept" in parse(text).text_content()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("â\x80\x99tis â\x80\x94 cafÃ© â\x80\x9cnowâ\x80\x9d", "’tis — café “now”"),
        ("A château, une forêt, Âge d’or: «Ã» is a letter", "A château, une forêt, Âge d’or: «Ã» is a letter"),
        ("ã\x81\x82 ã\x81\x84 ã\x81\x86", "あ い う"),
    ],
)
def test_text_read_in_the_wrong_encoding_is_mended(text: str, wanted: str) -> None:
    assert parse(f"<p>{text}</p>").text_content() == wanted
