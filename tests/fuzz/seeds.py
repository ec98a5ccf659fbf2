"""Small valid documents to be damaged; all written for these tests."""

PARAGRAPHS = (
    "SALEM, Ore. — The board of Hale Inc. voted 4.5 to 3 on Tuesday to close the ferry between Oldtown and the "
    "islands, which has run since 1911, Mayor Ada Hale said at a press conference.",
    "“We cannot pay for a boat that nobody takes,” Hale told the Harbour Post. “It ends on March 3.” The port of "
    "Rotterdam, she added, had done the same two years ago.",
    "According to Dr. J. R. Ode, an economist at the University of Leeds, 1,200 people used the line last year, 40% "
    "fewer than in 2019. He said on Friday that “the figures are plain”.",
    "Opponents in Paris, Berlin and Springfield want to go to court for two weeks, every Monday, until a judge "
    "decides.",
)
BODY = "\n\n".join(PARAGRAPHS)
GERMAN = (
    "BERLIN. Der Senat hat am Dienstag, 3. September 2024, beschlossen, die Fähre nach Spandau einzustellen. „Das ist "
    "bitter“, sagte Bürgermeisterin Anna Ohm der „Hafenpost“. Die Linie gibt es seit 1911, z. B. für Pendler aus Kiel."
)
CHINESE = 3 * (
    "北京消息，市长周二宣布，将于三月三日停止运营这条渡轮航线。“没有人乘坐，”她说。这条航线自一九一一年开始运营。"
)

_JSON_LD = """{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle", "@id": "#a",
 "headline": "Oldtown ferry to close", "datePublished": "2024-05-14T09:30:00+02:00", "dateModified": "2024-05-15",
 "author": [{"@type": "Person", "name": "Ada Byline", "url": "/by/ada"}], "publisher": {"@id": "#p"},
 "image": {"@type": "ImageObject", "url": "https://news.example.org/boat.jpg", "caption": "The boat"},
 "articleSection": "Local", "keywords": ["ferry", "islands"], "isAccessibleForFree": true, "articleBody": "The
board of"},
 {"@type": "Organization", "@id": "#p", "name": "Harbour Post"}]}"""

NEWS = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Oldtown ferry to close | Harbour
Post</title>
<link rel="canonical" href="https://news.example.org/2024/ferry"><meta property="og:title" content="Oldtown ferry
to close">
<meta property="og:site_name" content="Harbour Post"><meta property="article:published_time"
content="2024-05-14T09:30:00Z">
<meta name="author" content="Ada Byline"><meta name="description" content="Nobody takes the boat any more.">
<meta property="og:image" content="/boat.jpg"><script type="application/ld+json">{_JSON_LD}</script></head><body>
<header><nav><ul><li><a href="/">Home</a><li><a
href="/local">Local</a></ul></nav></header><main><article><h1>Oldtown ferry to
close</h1><p class="standfirst">Nobody takes the boat any more.</p><p class="byline">By <a rel="author"
href="/by/ada">Ada
Byline</a> and Bo Ode</p><time datetime="2024-05-14T09:30:00Z">14 May 2024</time><figure><img src="boat.jpg" alt="x">
<figcaption>The boat in 1911. Photo: Bo Ode/AP</figcaption></figure>{"".join(f"<p>{each}</p>" for each in PARAGRAPHS)}
<h2>What comes next</h2><ul><li>A bus</li><li>A bridge</li></ul><blockquote><p>Words of a poet, quoted at length.</p>
</blockquote><table><tr><th>Year</th><td>1911</td></tr><tr><td>People</td><td>1,200</td></tr></table>
<p>Read more: <a href="https://news.example.org/other?utm_source=x">the other story</a></p><iframe
src="https://v.example/1">
</iframe></article><aside><h3>Related</h3><a href="/1">One</a></aside></main><footer>© 2024 Harbour
Post</footer></body></html>"""
MICRODATA = f"""<html><body itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">Fähre wird
eingestellt</h1><span itemprop="author">Von Anna Ohm</span><meta itemprop="datePublished" content="2024-09-03"><div
itemprop="articleBody"><p>{GERMAN}</p><p>{GERMAN}</p></div><div class="paywall">Jetzt abonnieren</div></body></html>"""
LIVE = f"""<html><head><title>Live: ferry</title><script
type="application/ld+json">{{"@type":"LiveBlogPosting","headline":
"Live: ferry","liveBlogUpdate":[{{"@type":"BlogPosting","headline":"Vote","datePublished":"2024-05-14T10:00:00Z",
"articleBody":"{PARAGRAPHS[3]}"}}]}}</script></head><body><article><h1>Live: ferry</h1><div class="post"><time
datetime="2024-05-14T10:00:00Z">10:00</time><p>{PARAGRAPHS[0]}</p></div><div class="post"><p>{PARAGRAPHS[1]}</p></div>
</article></body></html>"""
BARE = f"<h1>渡轮</h1><p>{CHINESE}<p>{CHINESE}<br><br>{CHINESE}"
PAGES = (NEWS, NEWS, MICRODATA, LIVE, BARE)
PAGE_PIECES = (
    "<p>", "</p>", "<div>", "</div>", "<table>", "<br>", "<svg>", "<template>", "<plaintext>", "<frameset>",
    "<base href='//x'>", '<meta charset="utf-16">', '<script type="application/ld+json">', "</script>",
    "<![endif]-->", "<?xml?>", "<p hidden>", "2024-13-45", "0000-00-00T99:99", "99999999999999", "By ", "Photo: ",
    "data:image/png;base64,x", "javascript:x()", "http://[", "https://a:b@c/", "&amp;amp;", "&nbsp;",
    "<body onload=x>", "<html>", "<h1>", "<img src=>", "<a href=http://[x>",
)  # fmt: skip

PLAIN = f"""Harbour Post

Oldtown ferry to close

Nobody takes the boat any more.

By Ada Byline and Bo Ode
Published 14 May 2024 09:30 | Updated 15 May 2024

{BODY}

- A bus
- A bridge

Photo: Bo Ode/AP

Read more: https://news.example.org/other
© 2024 Harbour Post. All rights reserved.
"""
MARKDOWN = f"""---
title: "Oldtown ferry to close"
author: Ada Byline
date: 2024-05-14
description: Nobody takes the boat any more.
---
# Oldtown ferry to close

![The boat](boat.jpg "in 1911")
*By [Ada Byline](/by/ada), 14 May 2024*

{BODY}

## What comes next

1. A bus
2. A **bridge**, `soon`

> {PARAGRAPHS[3]}

| Year | People |
|------|--------|
| 1911 | 1,200  |

[home]: https://news.example.org/
"""
TEXTS = (PLAIN, MARKDOWN, f"Fähre\n\nVon Anna Ohm\n\n3. September 2024\n\n{GERMAN}\n\n{GERMAN}", CHINESE)
TEXT_PIECES = (
    "---\n", "# ", "\n\n", "\n- ", "> " * 40, "![", "](", "[x](http://[)", "```", "|", "By ", "Von ", "Photo: ", "© ",
    "\f", "Published ", "31 February 2024", "title: ", "\n===\n", "*" * 50, "_", "<b>", "Read more: ",
    "SALEM, Ore. — ",
)  # fmt: skip
