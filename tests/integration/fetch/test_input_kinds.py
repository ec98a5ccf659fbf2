"""Every kind of input through the whole job: files of all formats, web archives, feeds and sitemaps over HTTP."""

import gzip
import io
from email.message import EmailMessage
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.commands import Copydesk
from tests.integration.fetch.page_server import PageServer, answer
from tests.unit.fetch.typeset import column, pdf

WAYS = ("bridge", "quay", "market", "tower")


def story(place: str) -> list[str]:
    return [
        f"The lamps along the {place} of Oldtown will be switched off at midnight from the first of June, the council "
        "decided on Tuesday after a debate of three hours in a crowded hall.",
        f"Residents of the {place} had asked for the change for years. Marta Ellingsen counted moths under each lamp "
        "and found that fewer came every summer.",
        f"The chief of police expects no more accidents on the {place} than before, since it is closed to cars after "
        "ten in the evening and the cyclists have their own lights with them.",
    ]


def page(place: str) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in story(place))
    head = f'<title>Lamps on the {place}</title><meta property="og:type" content="article">'
    return f"<!doctype html><html><head>{head}</head><body><article><h1>Lamps on the {place}</h1>{text}".encode()


def archive(path: Path, *places: str) -> None:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz")
        for place in places:
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            url = f"https://archive.example.org/{place}"
            writer.write_record(writer.create_warc_record(url, "response", io.BytesIO(page(place)), http_headers=http))


def test_a_folder_of_all_formats(copydesk: Copydesk) -> None:
    folder = copydesk.folder / "in"
    folder.mkdir()
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "Lamps on the hill", "Ada Quill <ada@example.org>"
    mail.set_content("\n\n".join(story("hill")))
    (folder / "a.eml").write_bytes(mail.as_bytes())
    (folder / "b.pdf").write_bytes(
        pdf([[(60, 800, 20, "Lamps on the pier"), *column("\n\n".join(story("pier")), left=60, top=770, width=80)]])
    )
    (folder / "c.html").write_bytes(page("square"))
    archive(folder / "d.warc.gz", "bridge", "market")
    archive(folder / "e.warc", "tower")
    cut = (folder / "d.warc.gz").read_bytes()
    (folder / "f.warc.gz").write_bytes(cut[: len(cut) - 40])

    done = copydesk("run", folder)
    assert done.returncode == 1, done.stderr  # the cut record was reported
    assert "f.warc.gz: the record is cut short, at byte" in done.stderr
    articles = copydesk.articles()
    assert sorted(each["headline"] for each in articles) == [
        f"Lamps on the {place}" for place in ("bridge", "hill", "market", "pier", "square", "tower")
    ]
    assert all("chief of police" in each["body"] for each in articles)
    by_url = {each["url"]: each for each in articles}
    assert by_url["https://archive.example.org/tower"]["domain"] == "archive.example.org"


@pytest.fixture
def server() -> PageServer:
    return PageServer({f"/{place}": answer(page(place)) for place in WAYS})


def test_feeds_and_sitemaps_over_http(copydesk: Copydesk, server: PageServer) -> None:
    with server:
        items = "".join(f"<item><title>x</title><link>/{place}</link></item>" for place in WAYS[:2])
        feed = f'<rss version="2.0"><channel><title>All</title>{items}</channel></rss>'.encode()
        further = "".join(f"<sitemap><loc>{path}</loc></sitemap>" for path in ("/news.xml.gz", "/gone.xml"))
        index = f"<sitemapindex>{further}</sitemapindex>".encode()
        urls = "".join(f"<url><loc>{server.url(f'/{place}')}</loc></url>" for place in WAYS[2:])
        server.routes |= {
            "/feed": answer(feed, content_type="text/html"),
            "/": answer(b'<html><link rel="alternate" type="application/rss+xml" href="/feed"><p>Home</p></html>'),
            "/sitemap.xml": answer(index, content_type="application/xml"),
            "/news.xml.gz": answer(gzip.compress(f"<urlset>{urls}</urlset>".encode()), content_type="application/gzip"),
            "/gone.xml": answer(b"", status=404),
            "/robots.txt": answer(b"", status=404),
        }
        copydesk.environment["COPYDESK_ALLOW_ADDRESSES"] = "127.7.0.0/16"
        done = copydesk(
            "run", "--feed", server.url("/feed"), "--feed", server.url("/"), "--sitemap", server.url("/sitemap.xml")
        )
    assert f"it declares {server.url('/feed')}" in done.stderr
    assert "gone.xml: the sitemap cannot be read: HTTP status 404" in done.stderr
    assert done.returncode == 1, done.stderr
    assert sorted(each["headline"] for each in copydesk.articles()) == [
        f"Lamps on the {place}" for place in sorted(WAYS)
    ]
