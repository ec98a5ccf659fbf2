"""A worse fetch never replaces a good copy: in the store, and through the whole job."""

import json
from pathlib import Path

from pipeline.documents import Article, EnrichedArticle, Enrichment, StoredArticle
from pipeline.errors import Rejected
from pipeline.store.articles import ArticleStore
from pipeline.store.database import Database
from pipeline.store.feed import last_seq
from pipeline.store.publishing import publish
from tests.commands import Copydesk, balanced
from tests.pages import make_page

PARAGRAPHS = [
    f"Paragraph {i} tells at some length of harbour dues, berth {i} and {i * 17} ships." * 2 for i in range(9)
]


def enriched(key: str, paragraphs: list[str]) -> EnrichedArticle:
    url = "https://news.example/a"
    article = Article(id=key, url=url, requested_url=url, canonical_url=url, body="\n\n".join(paragraphs))
    return EnrichedArticle(article=article, enrichment=Enrichment())


def test_what_a_version_changed_is_shown(copydesk: Copydesk) -> None:
    database = Database(copydesk.store_url, may_create=True)
    copydesk.home.mkdir()
    database.migrate()
    for number, paragraphs in enumerate(
        (PARAGRAPHS, [*PARAGRAPHS[1:], "Correction: 34\x1b[31m ships."], PARAGRAPHS[1:])
    ):
        with database.write() as tx:
            publish(tx, enriched(f"d{number}", paragraphs))
    done = copydesk("show", "d0", "--diff", "--version", "2")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert "version 1 → 2" in lines[1]
    assert lines[2].startswith("looks like a correction (note): Correction: 34")
    assert [line.partition(":")[0] for line in lines[3:]] == [
        "¶ 1 removed",
        "¶ 9 added",
        "8 paragraphs are as they were",
    ]
    assert "\x1b" not in done.stdout, "what a page says does not reach the terminal's controls"
    told = json.loads(copydesk("show", "https://news.example/a", "--diff", "--json").stdout)
    assert (told["before"], told["after"], told["same"], told["correction"]) == (2, 3, 8, None)
    assert [each["kind"] for each in told["paragraphs"]] == ["removed"]
    first = copydesk("show", "d0", "--diff", "--version", "1")
    assert (first.returncode, first.stdout) == (2, "")
    assert "version 1 is the first" in first.stderr


def test_the_good_copy_stays(database: Database) -> None:
    with database.write() as tx:
        first = publish(tx, enriched("d1", PARAGRAPHS))
        stub = publish(tx, enriched("d2", PARAGRAPHS[:1]))
        empty = publish(tx, enriched("d3", []))
        assert last_seq(tx) == 1, "no change in the feed"
        cut = publish(tx, enriched("d4", PARAGRAPHS[:-2]))
        reread = publish(tx, enriched("d5", PARAGRAPHS[:1]), again=True)
    assert isinstance(first, StoredArticle)
    assert isinstance(stub, Rejected)
    assert isinstance(empty, Rejected)
    assert (stub.reason, empty.reason) == ("paywall", "no_content")
    assert isinstance(cut, StoredArticle)
    assert isinstance(reread, StoredArticle)
    assert (cut.version, reread.version) == (2, 3), "rules that read less are the user's will: reprocess shows it first"
    assert ArticleStore(database).get("d1", 2) == cut


def cut_short(page: str, paragraphs: int) -> str:
    """The page with the first paragraphs of its article only."""
    head, *rest = page.split("<p>")
    end = rest[-1].partition("</article>")[2] or rest[-1].partition("</main>")[2] or rest[-1].partition("</div>")[2]
    return "<p>".join([head, *rest[:paragraphs]]) + end


def test_a_page_that_came_without_most_of_its_text_is_rejected(copydesk: Copydesk) -> None:
    page = Path(copydesk.folder / "page.html")
    page.write_text(make_page(0, paragraphs=12), encoding="utf-8")
    assert copydesk("run", "page.html").returncode == 0
    before = copydesk.articles()
    page.write_text(cut_short(make_page(0, paragraphs=12), 3), encoding="utf-8")
    assert copydesk("run", "page.html").returncode == 126, "nothing could be stored"
    assert copydesk.articles() == before
    account = copydesk.status()
    assert balanced(account)
    assert (account["stored"], account["rejected"], account["reasons"]) == (1, 1, {"paywall": 1})
    (failed,) = json.loads(copydesk("failed", "list", "--json").stdout)
    assert (failed["stage"], failed["reason"]) == ("store", "paywall")
    assert "the copy in the store is better and stays" in failed["error"]
