"""A webhook and what becomes of it: decisions are values, the wire and the clock are elsewhere."""

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field

FIRST_WAIT, LONGEST_WAIT = 5.0, 3600.0
"""Seconds before the first attempt after a failure, twice as many before each further one, up to an hour."""
PATIENCE = 3 * 86_400.0
"""Seconds of nothing but failures after which a hook is paused: a weekend, and a working day to see to it."""
LEAST_FAILURES = 12
"""Failures in a row without which none is paused: a machine that slept for a week has tried once."""
GONE = 410


class Hook(BaseModel):
    """One address that articles are sent to. Times are seconds since the epoch."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    url: str
    secret: str | None = Field(None, repr=False)
    """What its messages are signed with, where it does not stand in the environment."""
    secret_env: str | None = None
    """The environment variable that has the secret."""
    seq: int
    """The last change that came."""
    pending: int | None = None
    """The last change of the message that is being tried: another attempt sends the same message, under the same id."""
    failures: int = 0
    """In a row."""
    failing_since: float | None = None
    due: float = 0
    """Not to be tried before."""
    paused: str | None = None
    """Why it is not tried any more."""
    error: str | None = None
    """What was wrong with the last attempt."""
    delivered_at: float | None = None
    added_at: float

    def is_due(self, now: float) -> bool:
        """Whether it is to be tried now."""
        return self.paused is None and self.due <= now


def trying(hook: Hook, last: int) -> Hook:
    """Of a hook whose next message ends with this change."""
    return hook.model_copy(update={"pending": last})


def delivered(hook: Hook, last: int, now: float) -> Hook:
    """Of a hook that took everything up to this change."""
    healthy = {"pending": None, "failures": 0, "failing_since": None, "due": 0.0, "error": None}
    return hook.model_copy(update={**healthy, "seq": last, "delivered_at": now})


def resumed(hook: Hook) -> Hook:
    """Of a paused hook that the user wants back."""
    return hook.model_copy(update={"failures": 0, "failing_since": None, "due": 0.0, "paused": None})


def failed(
    hook: Hook, error: str, now: float, *, status: int | None = None, wait: float | None = None,
    chance: Callable[[float, float], float],
) -> Hook:  # fmt: skip
    """Of a hook that did not take its message.

    ``wait``: seconds that the other side asks for; ``chance``: draws between two numbers, so that hooks which failed
    together are not tried together.
    """
    since, failures = hook.failing_since or now, hook.failures + 1
    longest = min(FIRST_WAIT * 2.0 ** min(hook.failures, 20), LONGEST_WAIT)
    changed = {
        "failures": failures, "failing_since": since, "error": error,
        "due": now + max(chance(longest / 2, longest), wait or 0),
        "paused": _why_paused(status, failures, now - since),
    }  # fmt: skip
    return hook.model_copy(update=changed)


def _why_paused(status: int | None, failures: int, seconds: float) -> str | None:
    if status == GONE:
        return "it says that it is gone (410)"
    if seconds >= PATIENCE and failures >= LEAST_FAILURES:
        return f"it has failed for {seconds / 86_400:.0f} days"
    return None
