"""Where the webhooks and their places are written down: ``webhooks.json`` in the home folder, for its owner alone.

Each change reads and writes the file anew under a lock, and a new file takes the old one's place when it is whole and
on the disk: no crash loses a hook, and no two processes overwrite each other's changes.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import ConfigurationError, UnavailableError, UsageError
from workers.webhooks.hooks import Hook

NAME = "webhooks.json"


class HookBook:
    """The hooks of one home folder."""

    def __init__(self, home: Path) -> None:
        """``home`` exists."""
        self._path = home / NAME

    def hooks(self) -> list[Hook]:
        """All, in the order in which they were added. Raises ConfigurationError for a file that cannot be read."""
        try:
            rows = json.loads(self._path.read_bytes())["hooks"]
            return [Hook.model_validate(row) for row in rows]
        except FileNotFoundError:
            return []
        except OSError as exc:
            raise UnavailableError(f"{self._path} cannot be read: {exc.strerror}") from exc
        except (ValueError, ValidationError, LookupError, TypeError) as exc:
            # Not what it holds: there are secrets in it.
            raise ConfigurationError(f"{self._path} is damaged: restore a copy, nothing was overwritten") from exc

    def add(self, hook: Hook) -> None:
        """Write down a new one."""
        with self._changing() as hooks:
            hooks.append(hook)

    def remove(self, hook_id: str) -> None:
        """Forget it, and its place."""
        with self._changing() as hooks:
            hooks[:] = [hook for hook in hooks if hook.id != hook_id]

    def change(self, hook_id: str, changed: Callable[[Hook], Hook]) -> Hook | None:
        """Write down what became of a hook; ``None`` if it was removed meanwhile."""
        with self._changing() as hooks:
            for place, hook in enumerate(hooks):
                if hook.id == hook_id:
                    hooks[place] = changed(hook)
                    return hooks[place]
        return None

    @contextmanager
    def delivering(self) -> Iterator[None]:
        """Be the only process that delivers; raises UsageError where another one is it."""
        with self._locked("delivering", fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield

    @contextmanager
    def _changing(self) -> Iterator[list[Hook]]:
        with self._locked("lock", fcntl.LOCK_EX):
            hooks = self.hooks()
            before = list(hooks)
            yield hooks
            if hooks != before:
                self._write(json.dumps({"hooks": [hook.model_dump() for hook in hooks]}, indent=1).encode())

    @contextmanager
    def _locked(self, name: str, how: int) -> Iterator[None]:
        try:
            lock = self._path.with_suffix(f".{name}").open("ab")
        except OSError as exc:
            raise UnavailableError(f"{self._path} cannot be written: {exc.strerror}") from exc
        with lock:
            try:
                fcntl.flock(lock, how)
            except BlockingIOError:
                raise UsageError("another `copydesk webhook deliver` is at work on this home folder") from None
            yield

    def _write(self, text: bytes) -> None:
        new = self._path.with_suffix(".new")
        try:
            new.unlink(missing_ok=True)
            new.touch(0o600, exist_ok=False)
            with new.open("wb") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            new.replace(self._path)
        except OSError as exc:
            raise UnavailableError(f"{self._path} cannot be written: {exc.strerror}") from exc
