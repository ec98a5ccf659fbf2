"""Whole pages: the same story as different sites would print it, and what must and must not come out."""

import pytest

from pipeline.clean.body import Body, read_body
from pipeline.clean.page import parse
from tests.unit.clean.body.body_stories import BODY, HEADLINE, LEAD, STORY, page, paragraphs

TEASER = "<h3><a href=/n{0}>Storm number {0} is on its way to the coast</a></h3><p>Gusts are expected by night.</p>"
LINKS = "".join(f"<li><a href=/a{number}>Another story of the day, number {number}</a></li>" for number in range(6))
OTHER = "A second story that has nothing to do with the first one, told at some length and in full sentences. " * 4
AGREED = "Fares will go up by a tenth, the county said, and the season ticket by a fifth."


def body(html: str, *, declared: str | None = None) -> Body:
    return read_body(
        parse(html), headline=HEADLINE, description=LEAD, declared=declared, base="https://post.example/news/ferry"
    )


FRAMES = {
    "main": page(paragraphs()),
    "classes": page(f"<div class='meta'>By Ane Lund</div><div class='article-body'>{paragraphs()}</div>"),
    "no classes": f"<body><div><h1>{HEADLINE}</h1></div><div><div>{paragraphs()}</div></div></body>",
    "itemprop": page(f"<div itemprop=articleBody>{paragraphs()}</div><div>{LINKS}</div>"),
    "split": page(
        f"<div class='story-text'>{paragraphs(STORY[:2])}</div><div class=ad>Advertisement</div>"
        f"<div class='story-text'>{paragraphs(STORY[2:])}</div>"
    ),
    "line breaks": page(f"<div class=text>{'<br><br>'.join(STORY)}</div>"),
    "divs": page("".join(f"<div>{text}</div>" for text in STORY)),
    "table": f"<table><tr><td><ul>{LINKS}</ul><td><h1>{HEADLINE}</h1>{paragraphs()}<td><ul>{LINKS}</ul></table>",
    "form": f"<form id=aspnetForm>{page(paragraphs())}</form>",
    "unclosed": f"<h1>{HEADLINE}</h1><p>" + "<p>".join(STORY),
    "no headline": f"<body>{paragraphs()}</body>",
    "sidebar name": page(f"<div class='content with-sidebar no-comments'>{paragraphs()}</div>"),
}


@pytest.mark.parametrize("frame", FRAMES)
def test_the_story_comes_out_of_any_frame(frame: str) -> None:
    assert body(FRAMES[frame]).text == BODY


AROUND = {
    "navigation": ("<nav><ul>" + LINKS + "</ul></nav>", ""),
    "unmarked menu": ("<div><ul>" + LINKS + "</ul></div>", ""),
    "related": ("", f"<div class='related'><h3>Read on</h3>{OTHER}</div>"),
    "unmarked teasers": ("", "<div>" + "".join(TEASER.format(number) for number in range(5)) + "</div>"),
    "comments": ("", f"<section id=comments><p>{OTHER}</p><p>{OTHER}2</p></section>"),
    "cookies": (f"<div class='cookie-notice'><p>{OTHER}</p></div>", ""),
    "footer": ("", f"<footer><p>{OTHER}</p></footer>"),
    "hidden": (f"<div style='display:none'><p>{OTHER}</p></div>", ""),
}


@pytest.mark.parametrize("around", AROUND)
def test_what_stands_around_the_story_stays_out(around: str) -> None:
    before, after = AROUND[around]
    assert body(page(paragraphs(), before=before, after=after)).text == BODY


@pytest.mark.parametrize(
    "inner",
    [
        "<p>By Ane Lund</p>",
        "<div class=byline>Ane Lund, correspondent</div>",
        "<time>12 March 2031, 14:05</time>",
        "<ul class=share><li>Facebook</li><li>Mastodon</li></ul>",
        "<p>Advertisement</p>",
    ],
)
def test_lines_before_the_story_stay_out(inner: str) -> None:
    assert body(page(inner + paragraphs())).text == BODY


@pytest.mark.parametrize(
    "inner",
    [
        f"<h3>Related stories</h3><ul>{LINKS}</ul>",
        f"<h3>Lesen Sie auch</h3><p>{OTHER}</p>".replace("<p>", "<div class=b><p>") + "</div>",
        f"<h4>À lire aussi</h4><ul>{LINKS}</ul>",
        f"<ul>{LINKS}</ul>",
        "<p>Sign up to our evening newsletter</p>",
        "<p><a href=/more>More about the ferry and its captain</a></p>",
        "<h2>A heading of nothing</h2>",
        "<p>12 March 2031, 14:05</p>",
        "".join(TEASER.format(number) for number in range(4)),
    ],
)
def test_lines_after_the_story_stay_out(inner: str) -> None:
    assert body(page(paragraphs() + inner)).text == BODY


@pytest.mark.parametrize(
    ("inner", "wanted"),
    [
        ("<h2>The costs</h2>", "The costs"),
        ("<ul><li>Cars: 90 crowns</li><li>Walkers: 20 crowns</li></ul>", "Cars: 90 crowns\nWalkers: 20 crowns"),
        (f"<blockquote>{AGREED}</blockquote>", AGREED),
        (f"<blockquote class='social-post'><p>{AGREED}</p></blockquote>", None),
        ("<table><tr><th>Fare<th>Crowns<tr><td>Car<td>90</table>", "Fare\tCrowns\nCar\t90"),
        ("<p>Then he laughed.</p>", "Then he laughed."),
        ("<p>___</p>", "___"),
        (f"<p>{AGREED} <a href=/x>The county’s letter</a> says so.</p>", f"{AGREED} The county’s letter says so."),
        ("<p><a href=/x>Read more: the island that waits for its ferry</a></p>", None),
        (f"<ul>{LINKS}</ul>", None),
        ("<div class=newsletter><p>Get our letter every morning, with the best of the day.</p></div>", None),
        ("<figure><img src=/q.jpg><figcaption>The quay on Tuesday.</figcaption></figure>", None),
        (f"<p>{STORY[0]}</p>", None),
    ],
)
def test_what_stands_inside_the_story(inner: str, wanted: str | None) -> None:
    found = body(page(paragraphs(STORY[:3]) + inner + paragraphs(STORY[3:]))).text
    assert found == "\n\n".join([*STORY[:3], *([wanted] if wanted else []), *STORY[3:]])


def test_a_page_that_scrolls_on_gives_its_first_article() -> None:
    other = f"<article><h1>Another headline</h1><p>{OTHER}</p><p>{OTHER}.</p><p>{OTHER}!</p></article>"
    html = f"<body><article><h1>{HEADLINE}</h1>{paragraphs()}</article>{other}{other}</body>"
    assert body(html).text == BODY


def test_the_headline_that_is_printed_again_cuts_nothing_off() -> None:
    assert HEADLINE in body(page(paragraphs(STORY[:4]) + f"<h2>{HEADLINE}</h2>" + paragraphs(STORY[4:]))).text


def test_what_stands_before_a_headline_further_down_is_cut_off() -> None:
    ticker = "".join(f"<li>{OTHER} {number}</li>" for number in range(2))
    html = f"<body><div><ul>{ticker}</ul><h2>{HEADLINE}</h2>{paragraphs()}</div></body>"
    assert body(html).text == BODY


def test_advice_may_speak_to_its_reader() -> None:
    advice = tuple(
        f"You can support your newsletter in {way} ways, and we show you how to get subscribers for it, step by step."
        for way in ("two", "three", "four", "five", "six")
    )
    assert body(page(paragraphs(advice))).text == "\n\n".join(advice)


@pytest.mark.parametrize(
    "inner",
    [
        f"<p class=standfirst>{LEAD}</p><div class=text>{paragraphs()}</div>",
        f"<h2 class=subtitle>{LEAD}</h2><div class=text>{paragraphs()}</div>",
        f"<header><p>{LEAD}</p></header><div class=text>{paragraphs()}</div>",
        f"<div class='article__lead'>{LEAD}</div><img src=/q.jpg><div class=text>{paragraphs()}</div>",
    ],
)
def test_the_standfirst_is_a_block_of_its_own(inner: str) -> None:
    found = body(page(inner))
    assert (found.blocks[0].type, found.blocks[0].text, found.text) == ("lead", LEAD, BODY)


def test_an_opening_paragraph_among_the_others_is_text_whatever_it_is_called() -> None:
    found = body(page(f"<div class=text><p class=lead>{AGREED}</p>{paragraphs()}</div>"))
    assert found.text == f"{AGREED}\n\n{BODY}"


def test_the_declared_body_votes_but_is_not_the_answer() -> None:
    found = body(page(paragraphs()), declared="A teaser that the page declares as its body.")
    assert found.text == BODY


@pytest.mark.parametrize(
    "html",
    [
        "<p>",
        "<body></body>",
        "<h1>Only a headline</h1>",
        f"<ul>{LINKS}</ul>",
        "<p>We use cookies to improve our site.</p><p>Sign up to our newsletter, and we will write to you.</p>",
    ],
)
def test_a_page_without_an_article_has_no_body(html: str) -> None:
    assert body(html).text == ""


@pytest.mark.parametrize(
    "story",
    [
        tuple(
            f"{sentence}。" * 3
            for sentence in ("船は火曜日の朝に港へ戻った", "修理には四か月かかった", "費用は九百万に上る")
        ),
        tuple(
            f"{sentence}। " * 3 for sentence in ("नौका मंगलवार को बंदरगाह लौटी", "मरम्मत में चार महीने लगे", "खर्च नब्बे लाख रहा")
        ),
        tuple(
            f"{sentence}. " * 3
            for sentence in (
                "عادت العبارة إلى الميناء صباح الثلاثاء",
                "استغرق الإصلاح أربعة أشهر",
                "بلغت التكلفة تسعة ملايين",
            )
        ),
    ],
)
def test_stories_in_other_scripts(story: tuple[str, ...]) -> None:
    story = tuple(text.strip() for text in story)
    html = page(f"<ul>{LINKS}</ul>{paragraphs(story)}", after=f"<footer>{LINKS}</footer>")
    assert body(html).text == "\n\n".join(story)


APPEALS = {
    "de": "<p>Folgen Sie uns auf WhatsApp und verpassen Sie keine Nachricht aus der Stadt.</p>",
    "fr": "<p>Soutenez une presse locale indépendante. <a href=/don>Faites un don</a>, déductible des impôts.</p>",
    "es": "<p>Apoye el periodismo independiente. Haga una donación hoy mismo en nuestra página.</p>",
    "it": "<p>Sostieni il giornalismo indipendente: dona ora, anche solo un euro al mese.</p>",
}


@pytest.mark.parametrize("language", APPEALS)
def test_the_one_paragraph_of_a_report_that_asks_something_of_its_reader_is_left_out(language: str) -> None:
    assert body(page(paragraphs() + APPEALS[language])).text == BODY


SIGNATURES = (
    "By Jane Doe | 3 May 2024, 10:00",
    "Par Solène Marchetti · Publié le 23 janvier 2025 à 06h00, modifié à 11h21 · Temps de lecture 3 min.",
    "von Maximilian Gruber | 3. September 2024, 09:15",
    "Por Ana Ruiz | Actualizado el 3 de marzo de 2024 a las 10:30",
)


@pytest.mark.parametrize("line", SIGNATURES)
def test_a_byline_below_the_standfirst_is_no_text(line: str) -> None:
    assert line not in body(page(f"<p>{LEAD}</p><p>{line}</p>{paragraphs()}")).text
    assert body(page(f"<div><p>{LEAD}</p><p>{line}</p></div>{paragraphs()}")).text == BODY


def test_ways_to_share_are_no_text_and_other_lists_are() -> None:
    share = "<ul><li>Partager sur Facebook</li><li>Envoyer par e-mail</li><li>Offrir l’article</li></ul>"
    teams = "<ul><li>Share of the vote: 41 per cent</li><li>Seats: 23</li></ul>"
    assert body(page(share + paragraphs(STORY[:3]) + teams + paragraphs(STORY[3:]))).text.count("Facebook") == 0
    assert "Seats: 23" in body(page(paragraphs(STORY[:3]) + teams + paragraphs(STORY[3:]))).text
