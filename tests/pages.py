"""News pages by the thousand: invented articles in the layouts of invented sites, the same for the same seed."""

from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from random import Random

PARAGRAPHS = 8
SENTENCES_EACH = 2


def _lexicon(text: str) -> dict[str, list[str]]:
    """Word lists by slot: a line that ends in a colon opens a slot, the next lines hold its words parted by commas."""
    slots: dict[str, list[str]] = {}
    for line in filter(None, text.splitlines()):
        if line.endswith(":"):
            words = slots.setdefault(line[:-1], [])
        else:
            words += [word.strip() for word in line.split(",") if word.strip()]
    return slots


LEXICON = _lexicon("""
site:
Amber Post, Bay Reporter, Cedar Times, Delta Record, Elm Gazette, Fen Observer, Glen Mercury, Hill Standard, Isle News,
Juniper Star, Kiln Express, Lake Tribune, Moor Echo, North Sun, Orchard Daily, Pier Chronicle, Quay Herald, Ridge Press,
Sound Examiner, Tarn Journal
given:
Ada, Bruno, Chioma, Dmitri, Elif, Farid, Greta, Hamza, Ingrid, Joao, Keiko, Lars, Mina, Noor, Oskar, Pilar, Rohan, Sade
family:
Abbot, Baptiste, Castell, Drummond, Eklund, Fontaine, Garrick, Hollis, Ivers, Jansen, Kovac, Lindgren, Marlowe, Nakata,
Okonjo, Pereira, Quill, Rasmus, Sandoval, Thackeray, Underhill, Varga, Whitlock, Yardley, Zeller
place:
Ashby, Brackwater, Carrow, Dunmere, Eastleigh, Farholm, Gullane, Harrowgate, Inverlee, Kelsey, Lowmoor, Marsham, Oxmoor,
Netherby, Penfold, Ravensby, Selwick, Thornby, Upton, Wexcombe
body:
council, harbour board, health trust, school district, water company, planning committee, museum, transport authority,
hospital, housing association, university, fire service
act:
approved, rejected, postponed, published, defended, withdrew, rewrote, audited, leaked, praised
thing:
a plan for night buses, a report on river floods, the budget for libraries, a contract for solar roofs,
a ban on lorries, new rules for short lets, the sale of the old mill, repairs to the sea wall, an appeal by tenants,
a map of unsafe wells, pay for care workers, the route of a tram, a levy on tourists, the reopening of the pier
adjective:
angry, costly, cautious, early, fragile, generous, hidden, modest, noisy, overdue, patient, quiet, rare, stubborn
noun:
bakers, bridges, children, cyclists, engineers, farmers, ferries, gardens, landlords, nurses, orchards, roofs,
sailors, teachers, traders, tunnels, villages, volunteers, widows
verb:
argue, ask, borrow, complain, count, doubt, fear, gather, hope, insist, measure, object, plead, promise, repair, wait
time:
in spring, after the storm, before the election, last winter, within days, for a decade, since March, on Tuesday night,
at dawn, by the end of June, without notice, in two stages
""")
SENTENCES = """
The {place} {body} {act} {thing} {time}, {given} {family} said.
“Our {noun} {verb} {time}, and the {adjective} {noun} {verb} too,” said {given} {family}, who chairs the {place} {body}.
About {number} {noun} in {place} {verb} {time}, according to figures that the {body} {act}.
{given} {family} of the {place} {body} called {thing} {adjective} and {adjective}.
It would cost {number},000 pounds to {verb} for the {adjective} {noun} of {place}.
In {place}, where {noun} {verb} {time}, {thing} is described as {adjective}.
“I was {adjective},” {given} {family} told a meeting in {place}. “The {noun} {verb} {time}, {number} of them.”
Critics from {place} {verb} that {thing} came {time} and left {number} {noun} behind.
The {body} first {act} {thing} in {year}, when {noun} near {place} began to {verb}.
A second hearing on {thing} is due {time} in {place}.
{given} {family}, a {body} member for {number} months, {act} {thing} and urged {adjective} {noun} to {verb}.
Between {place} and {place}, {number} {adjective} {noun} {verb} {time}.
""".strip().splitlines()
HEADLINE = "{place} {body} {act} {thing} {time}"
TEASER = "{place} {noun} {verb} {time}"


def make_pages(folder: Path, count: int, seed: int = 0, paragraphs: int = PARAGRAPHS) -> list[Path]:
    """Write ``count`` HTML articles of 200 to 400 words, or fewer paragraphs, into ``folder``; their paths in order.

    Each has a canonical URL, a headline and a body of its own, on one of twenty sites; the pages of a site share its
    navigation, appeal and footer. The same ``seed`` writes the same bytes, another seed other articles.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"page-{seed}-{number:06}.html" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(make_page(number, seed, paragraphs), encoding="utf-8")
    return paths


def make_page(number: int, seed: int = 0, paragraphs: int = PARAGRAPHS) -> str:
    """The HTML of one article."""
    words = Random(f"{seed}/{number}")
    site = LEXICON["site"][number % len(LEXICON["site"])]
    domain = f"www.{site.lower().replace(' ', '-')}.example"
    published = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=words.randrange(400_000))
    headline = _filled(HEADLINE, words)
    slug = headline.lower().replace(" ", "-")
    address = f"https://{domain}/{published:%Y/%m/%d}/{seed}-{number}-{slug}"
    head = _HEAD.format(site=site, headline=headline, address=address, when=published.isoformat())
    layout = _LAYOUTS[number % len(LEXICON["site"]) % len(_LAYOUTS)]
    article = layout(headline, _filled("{given} {family}", words), published, _texts(domain, words, paragraphs))
    return head + _FRAME.format(site=site, article=article)


def _texts(domain: str, words: Random, paragraphs: int) -> str:
    """Paragraph elements with one teaser among them, as most sites have."""
    bodies = [
        " ".join(_filled(words.choice(SENTENCES), words) for _ in range(SENTENCES_EACH)) for _ in range(paragraphs)
    ]
    found = [f"<p>{escape(body, quote=False)}</p>" for body in bodies]
    link = f'<a href="https://{domain}/{words.randrange(9999)}">{_filled(TEASER, words)}</a>'
    found.insert(3, f'<p class="more">READ MORE: {link}</p>')
    return "\n".join(found)


def _filled(template: str, words: Random) -> str:
    """The template with a random word for each slot."""
    text = template
    while "{" in text:
        slot = text[text.index("{") + 1 : text.index("}")]
        if slot in LEXICON:
            value = words.choice(LEXICON[slot])
        else:
            value = str(words.randrange(1950, 2024) if slot == "year" else words.randrange(12, 980))
        text = text.replace("{" + slot + "}", value, 1)
    return text


_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{headline} | {site}</title>
<link rel="canonical" href="{address}"><meta property="og:site_name" content="{site}">
<meta property="og:title" content="{headline}"><meta property="article:published_time" content="{when}"></head>
"""
_FRAME = """<body><nav><a href="/">{site}</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav>
{article}
<div class="appeal"><p>The {site} belongs to its readers. Please help us with a small gift each month.</p></div>
<section><h2>Most read in the {site}</h2><ul><li><a href="/1">Weather for the week</a></li></ul></section>
<footer>Copyright {site}. Terms and privacy.</footer></body></html>
"""


def _classic(headline: str, author: str, published: datetime, texts: str) -> str:
    return f"""<article><h1>{headline}</h1><p class="byline">By <a rel="author" href="/staff">{author}</a></p>
<time datetime="{published.isoformat()}">{published:%d %B %Y}</time>
{texts}</article>"""


def _semantic(headline: str, author: str, published: datetime, texts: str) -> str:
    return f"""<main itemscope itemtype="https://schema.org/NewsArticle">
<h1 itemprop="headline">{headline}</h1><span itemprop="author">{author}</span>
<meta itemprop="datePublished" content="{published.isoformat()}"><div itemprop="articleBody">
{texts}</div></main>"""


def _plain_divs(headline: str, author: str, published: datetime, texts: str) -> str:
    return f"""<div id="c"><div class="t"><h1>{headline}</h1></div><div class="a">{author} | {published:%d.%m.%Y}</div>
<div class="x">
{texts}</div></div>"""


_LAYOUTS = (_classic, _semantic, _plain_divs)
