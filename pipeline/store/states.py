"""The states of a document in the ledger."""

FAILED = ("rejected", "dead")
TERMINAL = ("stored", "duplicate", *FAILED)
IN_FLIGHT = ("queued", "working")
