"""The fetch stage: from a source to the page behind it, decoded but not interpreted."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.fetch.client import Fetcher, FetchLimits
    from pipeline.fetch.reading import Reading, fetch

__all__ = ["FetchLimits", "Fetcher", "Reading", "fetch"]
_HOMES = {"FetchLimits": "client", "Fetcher": "client", "Reading": "reading", "fetch": "reading"}


def __getattr__(name: str) -> Any:
    """Imported when they are asked for (PEP 562): who queues URLs needs no HTTP client."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
