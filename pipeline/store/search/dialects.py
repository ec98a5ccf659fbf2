"""The tree of a query in the words of each database. Nothing reaches either but our own tokens, in quotation marks."""

import re

from pipeline.store.search.query import Node, Some, Term

_OURS = re.compile(r"[^\W_]+|_[a-z][^\W_]*")
"""A token, or one with the mark of ``index``: nothing in it could end a quotation."""


def fts5(node: Node) -> str:
    """As SQLite's FTS5 reads it."""
    if isinstance(node, Term):
        return f'"{" ".join(map(_checked, node.tokens))}"{" *" if node.is_prefix else ""}'
    if isinstance(node, Some):
        return f"({' OR '.join(map(fts5, node.parts))})"
    wanted = f"({' AND '.join(map(fts5, node.parts))})"
    return f"({wanted} NOT ({' OR '.join(map(fts5, node.but))}))" if node.but else wanted


def tsquery(node: Node) -> str:
    """As PostgreSQL reads a ``tsquery``."""
    if isinstance(node, Term):
        row = " <-> ".join(f"'{_checked(token)}'" for token in node.tokens)
        return f"({row}{':*' if node.is_prefix else ''})"
    if isinstance(node, Some):
        return f"({' | '.join(map(tsquery, node.parts))})"
    return f"({' & '.join([*map(tsquery, node.parts), *(f'!{tsquery(one)}' for one in node.but)])})"


def _checked(token: str) -> str:
    if not _OURS.fullmatch(token):
        raise ValueError(f"{token!r} is no token")
    return token
