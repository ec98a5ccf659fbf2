"""The language of the text: what the article says, else found from its body."""

from pipeline.documents import Article, Enrichment
from pipeline.language import detect_language


def language(article: Article, found: Enrichment) -> str | None:  # noqa: ARG001
    """ISO 639-1 code; ``None`` where the text is too short or too mixed to tell."""
    if article.language:
        return article.language.replace("_", "-").partition("-")[0].lower()
    return detect_language(article.body)
