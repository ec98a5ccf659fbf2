"""Every command line of the README and the how-tos runs, in its order, as a user would type it."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from sqlalchemy import insert
from sqlalchemy import text as sql
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from config.settings import Settings
from pipeline.store.database import Database
from pipeline.store.publishing import publish
from pipeline.store.schema import documents
from tests.commands import COPYDESK, Copydesk
from tests.integration.fetch.page_server import PageServer, answer
from tests.integration.test_tallies import row
from tests.pages import make_page, make_pages
from tests.serving import report, serving
from tests.unit.fetch.typeset import column, pdf
from tests.waiting import wait_for
from workers.cli import copydesk as copydesk_command
from workers.redis_server import EmbeddedRedis, connect, redis_url

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "pipeline" / "docs"
EXAMPLE_ID = "1a2064ecc2a363befe78"
SECONDS = 120
FEED = "<rss version='2.0'><channel><title>News</title>{}</channel></rss>"
ITEM = "<item><title>One</title><link>{}</link></item>"
GOES_ON = re.compile(r"--follow\b|^copydesk (?:worker|serve|top)(?: --stages \S+)?(?: -c \d)?$")
"""What ends only when it is told to."""


def section(name: str) -> str:
    """A part of the README."""
    part: str = (ROOT / "README.md").read_text("utf-8").split(f"\n## {name}\n")[1].split("\n## ")[0]
    return part


def lines(text: str) -> list[str]:
    """The commands in blocks of shell, without the remarks behind them."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    written = [re.sub(r"\s+# .*", "", line).strip() for line in "".join(blocks).splitlines()]
    return [line for line in written if line]


TEXTS = {path.stem: path.read_text("utf-8") for path in sorted(DOCS.glob("*.md"))} | {
    "tasks": section("Everyday tasks")
}


class Desk:
    """The folder of somebody who follows the instructions, and the news site that they name."""

    def __init__(self, copydesk: Copydesk, server: PageServer) -> None:
        self.copydesk, self.server, self.folder = copydesk, server, copydesk.folder
        copydesk.environment |= {
            "COPYDESK_ALLOW_ADDRESSES": "127.7.0.0/16", "COPYDESK_SERVE_PORT": "0", "COPYDESK_CONCURRENCY": "1",
        }  # fmt: skip
        self._fill()

    def _fill(self) -> None:
        make_pages(self.folder / "folder", 2)
        (self.folder / "page.html").write_text(make_page(7), "utf-8")
        (self.folder / "urls.txt").write_text("".join(f"{self.server.url(f'/{n}')}\n" for n in (3, 4)))
        (self.folder / "crawl.warc.gz").write_bytes(warc("https://archived.example/one", make_page(8)))
        words = re.sub(r"<[^>]+>", " ", make_page(9).split("<body", 1)[1].split(">", 1)[1])
        words = " ".join(words.encode("ascii", "ignore").decode().split())
        (self.folder / "report.pdf").write_bytes(pdf([column(words[:2500], left=50, top=780, width=90)]))
        mail = EmailMessage()
        mail["Subject"], mail["From"], mail["Date"] = (
            "Report",
            "Ann <ann@desk.example>",
            "Mon, 4 May 2026 10:00:00 +0000",
        )
        mail.set_content(words[:2000])
        (self.folder / "mail.eml").write_bytes(bytes(mail))
        page = {"id": 1, "html": make_page(5), "url": "https://one.example/5"}
        (self.folder / "pages.jsonl").write_text(json.dumps(page) + "\n", "utf-8")
        self.copydesk.account()
        with closing(Database(self.copydesk.store_url)) as database, database.write() as tx:
            one = report(1)
            changed = one.article.model_copy(update={"body": f"{one.article.body}\n\nMore was said later."})
            publish(tx, one)
            publish(tx, one.model_copy(update={"article": changed}))

    def run(self, line: str) -> None:
        """Raises AssertionError unless it does what it should."""
        typed = (
            line.replace("https://news.example", self.server.url(""))
            .replace(EXAMPLE_ID, "a1")
            .replace("--since 120 ", "--since 0 ")
        )
        path = f"{COPYDESK.parent}:{os.environ['PATH']}"
        process = subprocess.Popen(
            ["bash", "-c", typed], cwd=self.folder, env=self.copydesk.env() | {"PATH": path}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=(self.folder / "out").open("wb"), stderr=(self.folder / "err").open("wb"),
        )  # fmt: skip
        try:
            if GOES_ON.search(line):
                wait_for(lambda: self.is_at_work(line) or process.poll() is not None, SECONDS)
                assert process.poll() is None, (line, self.said())
                os.killpg(process.pid, signal.SIGINT)
            process.wait(SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        assert process.returncode in ((0, 130) if GOES_ON.search(line) else (0,)), (line, self.said())
        assert "Traceback" not in self.said()

    def is_at_work(self, line: str) -> bool:
        """Whether what goes on has begun: it says something, or its stream is there."""
        if "--to-stream" not in line:
            return self.said() != ""
        with connect(redis_url(Settings(home=self.copydesk.home))) as client:
            return bool(client.exists("copydesk:stream:news"))

    def said(self) -> str:
        """What the last line printed."""
        return "".join((self.folder / name).read_text("utf-8", "replace") for name in ("out", "err"))


def warc(url: str, html: str) -> bytes:
    """A web archive of one page."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
    payload = BytesIO(html.encode())
    writer.write_record(writer.create_warc_record(url, "response", payload=payload, http_headers=headers))
    return out.getvalue()


@pytest.fixture
def desk(copydesk: Copydesk) -> Iterator[Desk]:
    pages = {f"/{number}": answer(make_page(number).encode()) for number in range(5)}
    story, robots = answer(make_page(11).encode()), answer(b"User-agent: *\nAllow: /\n")
    with PageServer({**pages, "/story": story, "/robots.txt": robots}) as server:
        feed = FEED.format("".join(ITEM.format(server.url(f"/{n}")) for n in range(2)))
        server.routes["/rss.xml"] = answer(feed.encode(), content_type="application/rss+xml")
        found = Desk(copydesk, server)
        yield found
        copydesk("down")


@pytest.mark.parametrize("name", [name for name in TEXTS if lines(TEXTS[name])])
def test_every_line_runs(desk: Desk, name: str) -> None:
    for example in re.findall(r"^```python\n# (\w+\.py).*?\n(.*?)^```", TEXTS[name], re.MULTILINE | re.DOTALL):
        (desk.folder / example[0]).write_text(example[1], "utf-8")
    for line in lines(TEXTS[name]):
        desk.run(line)


def test_the_lines_for_many_machines_run(
    desk: Desk, postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    exported = re.compile(r"export (COPYDESK_\w+)=(\S+)$")
    named = dict(found.groups() for line in lines(section("Scaling out")) if (found := exported.match(line)))
    Settings.model_validate({name.removeprefix("COPYDESK_").lower(): value for name, value in named.items()})
    own = EmbeddedRedis(tmp_path_factory.mktemp("r"), 2**28)
    own.ensure()
    try:
        real = {"COPYDESK_REDIS_URL": own.url, "COPYDESK_STORE_URL": postgres_url}
        assert named.keys() == real.keys()
        desk.copydesk.environment |= real
        for line in lines(section("Scaling out")):
            if not exported.match(line):
                desk.run(line)
    finally:
        own.stop()


def test_the_readmes_addresses_answer(desk: Desk) -> None:
    asked = [shlex.split(line)[-1] for line in lines(section("Reading the store")) if line.startswith("curl ")]
    with closing(Database(desk.copydesk.store_url)) as database, serving(database, desk.copydesk.home) as client:
        for url in asked:
            path = url.removeprefix("http://127.0.0.1:8000").replace("after=120", "after=0")
            with client.stream("GET", path) as answer_:
                assert answer_.status_code == 200, path
                if "/stream" in path:
                    assert next(answer_.iter_lines())
                else:
                    found = json.loads(answer_.read())
                    assert found["items"] or "Merkel" in path, path
    assert len(asked) == 3


def test_the_readmes_python_reads_the_store(desk: Desk) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```", section("Everyday tasks"), re.MULTILINE | re.DOTALL)
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", program.replace("seq=120", "seq=0")],
        cwd=desk.folder, env=desk.copydesk.env(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        printed = [process.stdout.readline().split() for _ in range(3)]
        process.kill()
    assert [line[1] for line in printed] == ["Headline", "1", "2"], "the article, then each of its versions"


def test_links_lead_somewhere() -> None:
    for name, text in {**TEXTS, "README": (ROOT / "README.md").read_text("utf-8")}.items():
        base = ROOT if name in ("README", "tasks") else DOCS
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (base / link).exists(), (name, link)


MANIFESTS = yaml.safe_load((DOCS / "kubernetes.yaml").read_text("utf-8"))["items"]


def found(tree: Any, name: str) -> Iterator[Any]:
    """All values under this name, however deep."""
    if isinstance(tree, dict):
        yield from (value for key, value in tree.items() if key == name)
    for value in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from found(value, name)


def test_the_manifests_are_of_our_commands_and_settings(postgres_url: str) -> None:
    commands = list(found(MANIFESTS, "args"))
    assert len(commands) == 5
    for program, name, *words in commands:
        command = copydesk_command.get_command(click.Context(copydesk_command), name)
        assert program == "copydesk" and command is not None
        command.make_context(name, list(words))
    settings = {each["name"] for env in found(MANIFESTS, "env") for each in env}
    assert settings <= {f"COPYDESK_{name.upper()}" for name in Settings.model_fields}
    deployed = {each["metadata"]["name"] for each in MANIFESTS if each["kind"] == "Deployment"}
    assert deployed >= {each["spec"]["scaleTargetRef"]["name"] for each in MANIFESTS if each["kind"] == "ScaledObject"}
    for each in MANIFESTS:
        labels = found(each, "selector")
        assert all(wanted in found(each, "labels") for at in labels if (wanted := at.get("matchLabels")))
    with closing(Database(postgres_url).migrate()) as database, database.write() as tx:
        tx.execute(insert(documents), [row(1), row(2) | {"state": "queued", "stage": "clean"}])
        assert [tx.execute(sql(query)).scalar_one() for query in found(MANIFESTS, "query")] == [1, 1]
