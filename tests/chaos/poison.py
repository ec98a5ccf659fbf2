"""An enricher of one's own that does to its process what broken C code does, for pages whose address says so."""

import ctypes
import os
import re
import signal

from pipeline.documents import Article, Enrichment

SPELLS = ("segfault", "abort", "endless", "asleep", "swells", "killed", "leaves")


def poison(article: Article, enrichment: Enrichment) -> str | None:
    """Harmless, but for the pages named after ``SPELLS``."""
    spell = next((word for word in SPELLS if f"poison-{word}" in (article.url or "")), None)
    match spell:
        case "segfault":
            ctypes.string_at(0)
        case "abort":
            os.abort()
        case "endless":
            re.match("(a+)+$", "a" * 80 + "b")  # inside C code: no Python signal handler runs
        case "asleep":
            ctypes.CDLL(None).sleep(1000)
        case "swells":
            _swell()
        case "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case "leaves":
            os._exit(3)
    return spell


def _swell() -> None:
    """As C code does that does not look at what malloc says."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    for _ in range(200):
        block = libc.malloc(50_000_000)
        ctypes.memset(block or 0, 1, 50_000_000)
