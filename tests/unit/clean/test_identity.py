"""What becomes of a page's identity when redirects lead to it."""

import pytest

from pipeline.clean import clean
from pipeline.documents import FetchedPage

ASKED, ANSWERED, DECLARED = (f"https://gazette.example/{name}" for name in ("asked", "answered", "declared"))
BODY = "".join(
    f"<p>The town council met on day {n} to talk about the bridge over the river and its cost.</p>" for n in range(9)
)


@pytest.mark.parametrize(
    ("permanent", "declared", "identity"),
    [
        (None, "", ANSWERED),
        (ASKED, "", ASKED),
        (ASKED, f'<link rel="canonical" href="{DECLARED}">', DECLARED),
        (None, f'<link rel="canonical" href="{DECLARED}">', DECLARED),
    ],
)
@pytest.mark.parametrize("media_type", ["text/html", "text/plain"])
def test_a_temporary_redirect_does_not_change_who_a_page_is(
    permanent: str | None, declared: str, identity: str, media_type: str
) -> None:
    html = media_type == "text/html"
    text = f"<html><head><title>The bridge</title>{declared}</head><body><h1>The bridge</h1>{BODY}</body></html>"
    page = FetchedPage(
        id="d", requested_url=ASKED, url=ANSWERED, permanent_url=permanent, media_type=media_type,  # type: ignore[arg-type]
        text=text if html else BODY.replace("<p>", "").replace("</p>", "\n\n"),
        date_fetched="2026-01-01T00:00:00+00:00",
    )  # fmt: skip
    assert clean(page).canonical_url == (identity if html else permanent or ANSWERED)
