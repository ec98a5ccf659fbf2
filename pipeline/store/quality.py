"""Whether a text that was read again may take the place of a good copy: a worse fetch may not.

Servers answer 200 with the first lines of an article, with a page that stopped halfway, with an apology. What is known
of impostors is caught while a page is cleaned; here is what only shows beside the text that was there before. All of
it is about loss: a text that is not much shorter is what the editors made of it, whatever they changed.
"""

from dataclasses import dataclass
from functools import cached_property

from pipeline.documents import Article
from pipeline.errors import Rejected
from pipeline.store.corrections import is_retraction
from pipeline.store.paragraphs import paragraphs_of, shingles, still_there

LITTLE = 250
"""Characters (some forty words) of an old text below which any text may follow: a news flash is often told anew in
fewer words, and shares of so little say nothing."""
FRACTION = 0.5
"""Editors cut a paragraph or two. A text of less than half its length is a stub more often than an edit."""
ALMOST_ALL = 0.9
"""A page that says it is not free and stops in the middle of a paragraph is a stub, even where much is free to read;
the last tenth may be a paragraph that was cut differently."""
MOST = 0.5
"""The share of the old paragraphs that are still there in a text that was really shortened, such as one that has lost
a long table or a transcript: whoever shortens, keeps most of the paragraphs."""
SUBSTANTIAL = 1_500
"""Characters (some 250 words) of new text that may follow however long the old one was: live blogs whose first hours
fall off the end, pages that tell of the weather each day. Apologies and prompts to subscribe are shorter."""
FOREIGN = 0.2
"""Share of the new text known from the old one, below which it is another text."""
STUMP = 20
"""Characters from which the beginning of a paragraph is known for one."""


@dataclass(frozen=True)
class Loss:
    """What of an old text is left in a new one."""

    old: Article
    new: Article

    @cached_property
    def before(self) -> list[str]:
        """Paragraphs of the old text."""
        return paragraphs_of(self.old.body)

    @cached_property
    def after(self) -> list[str]:
        """Paragraphs of the new text."""
        return paragraphs_of(self.new.body)

    @cached_property
    def share(self) -> float:
        """Length of the new text, of the old one."""
        return sum(map(len, self.after)) / max(1, sum(map(len, self.before)))

    @cached_property
    def left(self) -> list[bool]:
        """For each old paragraph, whether it is still there."""
        return still_there(self.before, self.after)

    @cached_property
    def known(self) -> float:
        """How much of the new text stood in the old one."""
        own, old = shingles("\n".join(self.after)), shingles("\n".join(self.before))
        return len(own & old) / max(1, len(own))

    @cached_property
    def is_cut(self) -> bool:
        """Whether a paragraph stops in the middle: the beginning of an old one, and no more of it."""
        stumps = [text for each in self.after if len(text := each.rstrip(" .…[]")) >= STUMP]
        return any(
            old.startswith(stump) and len(old.rstrip(" .…[]")) > len(stump)
            for stump in stumps[-2:]  # the last one, or the one before a prompt to subscribe
            for old in self.before
        )

    @cached_property
    def is_beginning(self) -> bool:
        """Whether what is left of the old text is its beginning."""
        kept = sum(self.left)
        return (kept > 0 or self.is_cut) and all(self.left[:kept])

    @property
    def is_taken_back(self) -> bool:
        """Whether the editors say so, and had not said it before: some articles tell of what others took back."""
        language = self.new.language
        is_said = any(is_retraction(text, language) for text in self.after)
        return is_said and not any(is_retraction(text, language) for text in self.before)

    @property
    def is_walled(self) -> bool:
        """Whether the page says that it has to be paid for."""
        return self.new.is_accessible_for_free is False


def refusal(old: Article, new: Article) -> Rejected | None:
    """Why the new text may not take the old one's place; ``None`` where it may: it is the next version."""
    loss = Loss(old, new)
    if not loss.before:
        return None
    if not loss.after:
        return _refused("no_content", "nothing of its text came")
    if sum(map(len, loss.before)) < LITTLE or _is_the_editors(loss):
        return None
    return _refused(
        _reason(loss), f"{loss.share:.0%} of its length came, {sum(loss.left)} of {len(loss.left)} paragraphs"
    )


def _is_the_editors(loss: Loss) -> bool:
    """Whether the text is what its editors made of it, and not what came through."""
    if loss.is_walled and loss.is_cut and loss.share < ALMOST_ALL:
        return False
    if loss.share >= FRACTION or loss.is_taken_back:
        return True
    if (1 - loss.known) * sum(map(len, loss.after)) >= SUBSTANTIAL:
        return True
    return sum(loss.left) > MOST * len(loss.left) and not (loss.is_walled and loss.is_beginning)


def _reason(loss: Loss) -> str:
    if loss.is_walled or loss.is_beginning:
        return "paywall"
    return "error_page" if loss.known < FOREIGN else "no_content"


def _refused(reason: str, detail: str) -> Rejected:
    return Rejected(reason, f"the copy in the store is better and stays: {detail}")
