"""The markup of a page as text: where its programs come from, and how its elements are named."""

from collections.abc import Iterator

from lxml.html import HtmlElement

LONGEST = 200_000
"""Characters of markup that are gathered."""
LONGEST_SCRIPT = 5_000
"""Characters of one inline script that are read; what names its maker stands on top."""

BESIDE = frozenset(["aside", "dialog", "footer", "header", "nav"])


def markup_of(tree: HtmlElement) -> str:
    """Names and addresses of the page's elements and the tops of its scripts, in lower case, a line each."""
    pieces: list[str] = []
    room = LONGEST
    for piece in _pieces(tree):
        pieces.append(piece[:LONGEST_SCRIPT])
        room -= len(pieces[-1])
        if room <= 0:
            break
    return "\n".join(pieces).lower()


def _pieces(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("*"):
        for name in ("class", "id"):
            if value := element.get(name):
                yield value
        if element.tag == "script":
            yield element.get("src") or element.text or ""
        elif element.tag in ("iframe", "form"):
            yield element.get("src") or element.get("action") or ""
        elif element.tag == "input" and _is_password(element):
            yield "type=password"


def _is_password(element: HtmlElement) -> bool:
    """A password is asked for, and not in a corner of the page."""
    if (element.get("type") or "").lower() != "password":
        return False
    return next(element.iterancestors(*BESIDE), None) is None


def noscript_of(tree: HtmlElement) -> str:
    """What is shown where scripts do not run."""
    return " ".join(" ".join(element.itertext()) for element in tree.iter("noscript"))[:LONGEST_SCRIPT]


def has_script(tree: HtmlElement) -> bool:
    """Whether the page runs programs at all."""
    return next((True for script in tree.iter("script") if script.get("src") or script.text), False)


def link_texts(tree: HtmlElement) -> set[str]:
    """What is linked on the page, its corners left out."""
    corners = {link for corner in tree.iter(*BESIDE) for link in corner.iter("a")}
    return {" ".join("".join(link.itertext()).split()) for link in tree.iter("a") if link not in corners}
