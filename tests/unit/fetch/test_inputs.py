import io
import itertools
import json
import os
import tracemalloc
from pathlib import Path

import pytest

from pipeline.fetch.inputs import MAX_LINE, FoundInput, NotAnInput, lines_of, recognise, urls_in
from pipeline.urls import file_uri


def urls(found: object) -> list[str]:
    return [item.url for item in found if isinstance(item, FoundInput)]  # type: ignore[attr-defined]


def only(argument: str) -> FoundInput | NotAnInput:
    [found] = recognise(argument)
    return found


def test_a_url_is_an_input_as_given_with_its_identity() -> None:
    given = "HTTPS://www.Example.org/a?utm_source=x#top"
    assert only(given) == FoundInput(given, "https://www.example.org/a", {})


@pytest.mark.parametrize(
    ("argument", "hint"),
    [
        ("http://", "host"),
        ("https://name:secret@example.org/", "user name"),
        ("example.org/news", "https://example.org/news"),
        ("no/such/file.html", "no such file"),
        ("ftp://example.org/x", "no such file"),
        ("file://elsewhere/x", "path on this machine"),
        ("", "no such file"),
        ("a\0b", "no such file"),
        ("x" * 10_000, "no such file"),
        ("a.b\nc", "no such file"),
    ],
)
def test_what_is_no_input_says_so_in_one_line(argument: str, hint: str) -> None:
    found = only(argument)
    assert isinstance(found, NotAnInput)
    assert hint in found.message
    assert "\n" not in found.message
    assert "secret" not in found.input + found.message


def test_a_file_is_an_input_under_its_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ä b.html").write_text("<p>x")
    uri = (tmp_path / "ä b.html").as_uri()
    assert only("ä b.html") == FoundInput("ä b.html", uri, {})
    assert only(uri) == FoundInput(uri, uri, {})


def test_a_folder_is_all_pages_below_it_in_order(tmp_path: Path) -> None:
    names = ["b.txt", "a.html", "sub/z.HTM", "sub/deep/y.md", "picture.png", ".hidden.html", ".git/x.html"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("words")
    (tmp_path / "again").symlink_to(tmp_path)
    found = list(recognise(str(tmp_path)))
    assert [Path(item.input).relative_to(tmp_path).as_posix() for item in found] == [
        "a.html", "b.txt", "sub/z.HTM", "sub/deep/y.md",
    ]  # fmt: skip
    assert urls(found) == [Path(item.input).as_uri() for item in found]


def test_an_empty_folder_says_what_it_lacks(tmp_path: Path) -> None:
    found = only(str(tmp_path))
    assert isinstance(found, NotAnInput)
    assert ".html" in found.message


@pytest.mark.parametrize(
    ("given", "is_taken_for_an_address"),
    [
        ("news.example/2026/story", True),
        (" news.example ", True),
        ("page.html", True),
        ("/none/page.html", False),
        ("../pages/page.html", False),
        ("*.html", False),
        ("two words.example", False),
        ("folder", False),
    ],
)
def test_what_is_not_there_may_be_an_address_without_its_scheme(given: str, is_taken_for_an_address: bool) -> None:
    found = only(given)
    assert isinstance(found, NotAnInput)
    assert ("write https://" + given.strip() in found.message) is is_taken_for_an_address


LIST = "\ufeff# my list\r\n\r\nhttps://example.org/a\r\nhttp://example.org/b?utm_medium=x\r\n"


@pytest.mark.parametrize(
    ("name", "content", "is_list"),
    [
        ("urls.txt", LIST, True),
        ("urls", LIST, True),
        ("page.html", LIST, False),
        ("a.txt", "https://example.org/a is where it was\nhttps://example.org/b", False),
        ("a.txt", "A headline\nhttps://example.org/b\nhttps://example.org/a", False),
        ("a.txt", "# only a heading\n", False),
        ("a.txt", "", False),
        ("a.txt", "https://" + "x" * 100_000, False),
    ],
)
def test_a_list_of_urls_is_known_by_its_content(tmp_path: Path, name: str, content: str, is_list: bool) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8", newline="")
    expected = ["https://example.org/a", "http://example.org/b"] if is_list else [path.as_uri()]
    assert urls(recognise(str(path))) == expected


def test_each_line_is_an_input_or_says_why_not() -> None:
    deep = '{"url": ' + "[" * 100_000 + "]" * 100_000 + "}"
    lines = [
        "https://example.org/a\n",
        "  \n",
        "# comment\n",
        json.dumps({"url": " https://example.org/b#x ", "desk": 7, "tags": ["a"]}) + "\n",
        "no url\n",
        '{"link": "https://example.org/c"}\n',
        '{"url": 5}\n',
        '{"url": "https://example.org/c"\n',
        deep,
        "https://name:secret@example.org/",
        "http://" + "x" * 100_000,
        '{"url": "https://example.org/c", "x": NaN}',
        '{"url": "https://example.org/c", "x": "\\ud800"}',
        '{"url": "https://example.org/c", "x": "\\u0000"}',
    ]
    found = list(urls_in(lines))
    assert found[:2] == [
        FoundInput("https://example.org/a", "https://example.org/a", {}),
        FoundInput("https://example.org/b#x", "https://example.org/b", {"desk": 7, "tags": ["a"]}),
    ]
    assert len(found) == 12
    for item in found[2:]:
        assert isinstance(item, NotAnInput)
        assert "secret" not in item.input + item.message
        assert len(item.input) < 300


def test_broken_lines_of_a_json_lines_file_are_reported_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    path.write_text('{"url": "https://example.org/a", "x": 1}\nnonsense\n')
    first, second = recognise(str(path))
    assert first == FoundInput("https://example.org/a", "https://example.org/a", {"x": 1})
    assert isinstance(second, NotAnInput)


def test_what_cannot_be_stored_does_not_get_in(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.html")).write_text("<p>x")
    found = [*urls_in(["https://example.org/\0\udce9"]), *recognise(str(tmp_path))]
    assert urls(found) == ["https://example.org/%00%ED%B3%A9", file_uri(str(tmp_path)) + "/caf%E9.html"]
    assert "".join(item.input for item in found).encode().count(b"\0") == 0


def test_a_text_without_line_breaks_comes_in_pieces() -> None:
    pieces = list(lines_of(io.StringIO("x" * (2 * MAX_LINE + 1) + "\nhttps://example.org/a\n")))
    assert [len(piece) for piece in pieces] == [MAX_LINE, MAX_LINE, 2, 22]
    assert urls(urls_in(pieces)) == ["https://example.org/a"]


def test_nothing_is_read_ahead_and_memory_does_not_grow() -> None:
    endless = (f"https://example.org/{number}" for number in itertools.count())
    found = urls_in(endless)
    list(itertools.islice(found, 10))
    tracemalloc.start()
    for _ in itertools.islice(found, 20_000):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 500_000
