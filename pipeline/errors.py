"""Every error that Copydesk raises on purpose; each class names its consequence.

    CopydeskError
    ├── UsageError              the command cannot be carried out as given      exit code 2
    ├── ConfigurationError      a setting is wrong                              exit code 3
    ├── UnavailableError        Redis or the store cannot be reached            exit code 4
    │   └── StoreDamagedError   … and waiting does not help: work stops         exit code 4
    └── DocumentError           one document cannot go on; the others do
        ├── Rejected            the input's own fault: state ``rejected``, never tried again
        ├── Transient           ours or the net's: tried again, and ``dead`` after the last attempt
        └── Postponed           its host's turn is later: due again then, and no attempt is counted

An exception that is none of these is a bug: the document is tried again like a Transient with reason ``bug``.
"""

REJECTIONS = frozenset(
    {
        "not_found", "gone", "forbidden", "robots", "blocked_address", "unsupported_type", "too_large", "too_complex",
        "bad_encoding", "bad_response", "bad_url", "unreadable", "redirect_loop", "no_content", "paywall",
        "consent_page", "login_page", "bot_wall", "soft_404", "error_page", "index_page", "script_shell",
    }
)  # fmt: skip
"""Reasons for ``rejected``: what is wrong with the input."""

DEATHS = frozenset(
    {"timeout", "dns", "connect", "tls", "server_error", "too_many_requests", "crash", "memory", "bug", "net"}
)
"""Reasons for ``dead``: what went wrong on our side or the net's, after all attempts."""


class CopydeskError(Exception):
    """Base of all; its text is one line that says what is wrong and what to do."""


class UsageError(CopydeskError):
    """The command cannot be carried out as it was given."""


class ConfigurationError(CopydeskError):
    """A setting has a value that cannot be used."""


class UnavailableError(CopydeskError):
    """Redis or the store cannot be reached or written."""


class StoreDamagedError(UnavailableError):
    """The store's file is damaged, gone or another: nothing is written until somebody has seen to it."""


class DocumentError(CopydeskError):
    """One document cannot go on; ``reason`` is a word of the account, ``detail`` one line for people."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Rejected(DocumentError):
    """The input's own fault; ends the document with a reason of ``REJECTIONS``."""


class Transient(DocumentError):
    """May succeed later; ends as ``dead`` with a reason of ``DEATHS`` after the last attempt.

    ``retry_after`` is the least number of seconds to wait, where the other side named one.
    """

    def __init__(self, reason: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(reason, detail)
        self.retry_after = retry_after


class Postponed(DocumentError):
    """Nothing was tried: the host's next turn is ``seconds`` away; the document is due again after that.

    ``spacing`` is the pace in force, seconds between two requests to the host, where it is known.
    """

    def __init__(self, seconds: float, detail: str = "", spacing: float = 0) -> None:
        super().__init__("postponed", detail)
        self.seconds = seconds
        self.spacing = spacing
