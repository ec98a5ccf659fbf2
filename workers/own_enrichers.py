"""Where a user's own enrichers come from: the settings, and installed packages."""

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigurationError

GROUP = "copydesk.enrichers"
"""Entry points of this group are enrichers of every installed package that has some."""
LONGEST_MESSAGE = 200
"""Characters kept of what a module that cannot be imported says."""
_Anything = (Exception, SystemExit)
"""What foreign code may raise, but for the interrupt from the keyboard."""


def load_enrichers(names: Iterable[str], folder: Path) -> dict[str, Callable[..., Any]]:
    """The functions named as ``module:function`` and those of installed packages, by the name of their result.

    Modules are looked for among the installed ones first, then in ``folder``. Raises ConfigurationError for what
    cannot be imported, is no function, or has the name of another one.
    """
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    found: dict[str, Callable[..., Any]] = {}
    for name, where, function in [*_named(names), *_installed()]:
        if not callable(function):
            raise ConfigurationError(f"enricher {where} is no function")
        if name in found:
            raise ConfigurationError(f"enricher {where}: there is another one named {name!r}; rename one of the two")
        found[name] = function
    return found


def _named(names: Iterable[str]) -> Iterator[tuple[str, str, Any]]:
    for where in names:
        module, colon, name = where.partition(":")
        if not (module and colon and name):
            raise ConfigurationError(f"enricher {where!r}: module:function is wanted")
        try:
            yield name, where, getattr(import_module(module), name)
        except _Anything as exc:
            raise _broken(where, exc) from exc


def _installed() -> Iterator[tuple[str, str, Any]]:
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            yield point.name, f"{point.value} ({GROUP})", point.load()
        except _Anything as exc:
            raise _broken(f"{point.value} ({GROUP})", exc) from exc


def _broken(where: str, exc: BaseException) -> ConfigurationError:
    said = " ".join(f"{type(exc).__name__}: {exc}".split())[:LONGEST_MESSAGE]
    return ConfigurationError(f"enricher {where} cannot be imported: {said}")
