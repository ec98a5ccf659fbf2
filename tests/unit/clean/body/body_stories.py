"""An invented story, and the pages that invented sites would make of it."""

HEADLINE = "Harbour ferry returns after a winter of repairs"

LEAD = "The island's only car ferry is back on its route, four months later than the operator had promised in autumn."

STORY = (
    "The ferry Marta Linde left the yard on Tuesday morning and reached its home port shortly before noon, where some"
    " two hundred people waited on the quay.",
    "Its engines were taken apart in November, after an inspector found cracks in the shafts that drive both screws of"
    " the forty-year-old ship.",
    "Since then a smaller vessel had carried passengers and mail, but no cars, and the island's two shops had to be"
    " supplied by barge, at three times the usual cost.",
    "The operator put the bill at nine million crowns, of which the county has agreed to pay a third; the rest will be"
    " raised through higher fares from May.",
    "Harbour master Odd Renning said that the first week would show whether the repairs hold, and that a tug would stay"
    " in port until then.",
)

BODY = "\n\n".join(STORY)


def paragraphs(texts: tuple[str, ...] = STORY) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(content: str, *, head: str = "", before: str = "", after: str = "") -> str:
    """A page with the headline on top of ``content``, and other matter before and after the main element."""
    return (
        f"<html><head><title>{HEADLINE} - The Skerry Post</title>{head}</head><body>{before}"
        f"<main><h1>{HEADLINE}</h1>{content}</main>{after}</body></html>"
    )
