"""The locked dependencies of a deployment: all of them, in versions that fit, each told by its hash.

The lock is made by this one line; after a change in ``pyproject.toml`` it is to be run again:

    uv pip compile pyproject.toml --extra postgres --universal --python-version 3.11 --generate-hashes
        --no-emit-index-url --no-header --output-file config/requirements.lock

Installed is ``pip install --require-hashes --no-deps -r config/requirements.lock``, then Copydesk with ``--no-deps``.
"""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "config" / "requirements.lock").read_text("ascii")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DIRECT = [Requirement(line) for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["postgres"]]
DEPLOYED = [
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": machine,
     "python_version": f"3.{minor}", "python_full_version": f"3.{minor}.9", "implementation_name": "cpython",
     "platform_python_implementation": "CPython", "extra": ""}
    for minor in (11, 12)
    for machine in ("x86_64", "aarch64")
]  # fmt: skip
"""What the lock is for."""


def entries(lock: str) -> dict[str, str]:
    """What stands after each requirement of the lock, its comments left out."""
    lines = "\n".join(line for line in lock.splitlines() if not line.lstrip().startswith("#")).replace("\\\n", " ")
    found = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        requirement, mark, hashes = line.partition(" --hash=")
        found[requirement.strip()] = f"{mark}{hashes}".strip()
    return found


LOCKED = {Requirement(text): hashes for text, hashes in entries(LOCK).items()}


@pytest.mark.parametrize("wanted", DIRECT, ids=lambda wanted: wanted.name)
def test_every_direct_dependency_is_locked_once_in_a_version_that_fits(wanted: Requirement) -> None:
    for place in DEPLOYED:
        if wanted.marker and not wanted.marker.evaluate(place):
            continue
        versions = [
            next(iter(each.specifier)).version
            for each in LOCKED
            if canonicalize_name(each.name) == canonicalize_name(wanted.name)
            and (each.marker is None or each.marker.evaluate(place))
        ]
        assert len(versions) == 1, f"{wanted} is locked as {versions}; make the lock again, as this file says"
        assert wanted.specifier.contains(versions[0], prereleases=True), f"{versions[0]} for {wanted}; make it again"


@pytest.mark.parametrize("each", LOCKED, ids=str)
def test_every_entry_is_one_version_told_by_hashes_alone(each: Requirement) -> None:
    assert each.url is None
    assert [specifier.operator for specifier in each.specifier] == ["=="]
    assert re.fullmatch(r"--hash=sha256:[0-9a-f]{64}(?:\s+--hash=sha256:[0-9a-f]{64})*", LOCKED[each])


def test_the_lock_says_nothing_of_where_packages_come_from() -> None:
    assert len(LOCKED) > len(DIRECT)
    assert "://" not in LOCK
    assert not re.search(r"^\s*--?(?!hash=)\w", LOCK, re.MULTILINE)


def test_an_entry_without_a_hash_is_seen() -> None:
    assert entries("a==1 \\\n    --hash=sha256:00\n    # via b\nb==2 ; python_version < '3.12'\n") == {
        "a==1": "--hash=sha256:00",
        "b==2 ; python_version < '3.12'": "",
    }
