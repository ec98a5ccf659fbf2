"""Running the installed ``copydesk`` as a user does."""

import json
import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.store.account import Account, account
from pipeline.store.database import Database, sqlite_url

COPYDESK = Path(sys.executable).with_name("copydesk")
SECONDS = 120


@dataclass
class Copydesk:
    """The command with a home and a working folder of its own."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def home(self) -> Path:
        return self.folder / "copydesk-data"

    @property
    def store_url(self) -> str:
        """Where its store is."""
        return self.environment.get("COPYDESK_STORE_URL") or sqlite_url(self.home / "copydesk.db")

    def env(self) -> dict[str, str]:
        return {k: v for k, v in os.environ.items() if not k.startswith("COPYDESK_")} | self.environment

    def __call__(self, *words: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run it; the result has ``returncode``, ``stdout`` and ``stderr``."""
        command = [str(COPYDESK), *map(str, words)]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.env(),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    def start(self, *words: str | Path) -> "subprocess.Popen[str]":
        """Start it and leave it running."""
        command = [str(COPYDESK), *map(str, words)]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def status(self) -> dict[str, Any]:
        done = self("status", "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def account(self) -> Account:
        """The account straight out of the store: for who waits, as each command costs half a second of CPU time."""
        self.home.mkdir(exist_ok=True)
        with closing(Database(self.store_url, pooled=False).migrate()) as database, database.read() as tx:
            return account(tx)

    def articles(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self("export").stdout.splitlines()]


def balanced(account: dict[str, Any]) -> bool:
    """Whether the account adds up."""
    ended = sum(account[state] for state in ("stored", "duplicate", "rejected", "dead", "in_flight"))
    return bool(account["accepted"] == ended)
