"""What makes two readings the same text."""

import hashlib

from pipeline.documents import Article


def content_hash(article: Article) -> str:
    """SHA-256 over what a reader would call the article: headline, standfirst, authors, body."""
    authors = "\n".join(author.name for author in article.authors)
    parts = (article.headline or "", article.description or "", authors, article.body)
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
