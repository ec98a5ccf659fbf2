import tomllib
from importlib.resources import files

import pytest

from pipeline.clean.names import Says, says


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        ("related-articles", Says.NOISE),
        ("ArticleRelated__list--wide", Says.NOISE),
        ("readMore", Says.NOISE),
        ("share2", Says.NOISE),
        ("NEWSLETTER_BOX", Says.NOISE),
        ("CommentList", Says.APART),
        ("cookie-banner", Says.NOISE | Says.APART),
        ("article-body", Says.BODY),
        ("article-body has-sidebar", Says.BODY),
        ("story_body social", Says.BODY),
        ("article__teaser", Says.LEAD),
        ("standfirst", Says.LEAD),
        ("image-caption", Says.CAPTION),
        ("hidden", Says.HIDDEN),
        ("sr-only", Says.HIDDEN),
        ("overflow-hidden", Says.NOTHING),
        ("field--label-hidden", Says.NOTHING),
        ("no-sidebar", Says.NOTHING),
        ("with-comments", Says.NOTHING),
        ("sidebar-grid", Says.NOTHING),
        ("elementor-widget", Says.NOTHING),
        ("block-2ad0dd2cf", Says.NOTHING),
        ("commentary", Says.NOTHING),
        ("shared-parent", Says.NOTHING),
        ("", Says.NOTHING),
    ],
)
def test_what_names_say(names: str, wanted: int) -> None:
    assert says(names) == wanted


@pytest.mark.parametrize(
    "text", ["x-" * 100_000, "-" * 100_000, "aB" * 100_000, " ".join("ab" * 9 for _ in range(50_000))]
)
def test_only_the_beginning_of_long_names_is_read(text: str) -> None:
    assert says(text + " related") == Says.NOTHING


def test_the_vocabulary_is_sorted_and_says_each_thing_once() -> None:
    for name, words in tomllib.loads(files("pipeline.clean").joinpath("vocabulary.toml").read_text("utf-8")).items():
        assert words == sorted(set(words)), name
