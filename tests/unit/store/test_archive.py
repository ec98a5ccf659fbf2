"""The archive's files: whatever happens to the processes that write them and to the disk."""

import logging
import multiprocessing
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard

from pipeline.errors import UnavailableError
from pipeline.store.archive import BEGUN, BEGUN_SECONDS, Archive

BODY = b"<p>The ferry did not sail.</p>" * 1000


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "home" / "archive")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("body", [b"", b"x", BODY, bytes(range(256)) * 4096], ids=["empty", "one", "page", "large"])
def test_what_is_kept_is_found(archive: Archive, body: bytes) -> None:
    content = archive.keep(body)
    assert content == sha256(body).hexdigest()
    assert archive.get(content) == body
    assert archive.get("0" * 64) is None


def test_the_same_body_is_one_file_and_is_not_written_again(archive: Archive, tmp_path: Path) -> None:
    archive.keep(BODY)
    (kept,) = files(tmp_path)
    before = kept.stat().st_ino
    archive.keep(BODY)
    assert [path.stat().st_ino for path in files(tmp_path)] == [before]


def test_the_folder_is_for_its_user_alone(archive: Archive, tmp_path: Path) -> None:
    archive.keep(BODY)
    assert stat.S_IMODE((tmp_path / "home" / "archive").stat().st_mode) == 0o700


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda packed: b"",
    "cut": lambda packed: packed[:-5],
    "a bit turned": lambda packed: packed[:30] + bytes([packed[30] ^ 1]) + packed[31:],
    "another body": lambda packed: zstandard.compress(b"another"),
    "says it is long": lambda packed: packed[:4] + b"\xe0" + (1 << 40).to_bytes(8, "little") + packed[9:],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_nothing_and_is_written_again(
    archive: Archive, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    content = archive.keep(BODY)
    (kept,) = files(tmp_path)
    kept.write_bytes(DAMAGES[damage](kept.read_bytes()))
    with caplog.at_level(logging.WARNING, "copydesk"):
        assert archive.get(content) is None
    assert content in caplog.text
    assert archive.keep(BODY) == content
    assert archive.get(content) == BODY


def test_a_name_that_a_power_cut_left_empty_is_written_again(archive: Archive, tmp_path: Path) -> None:
    content = archive.keep(BODY)
    files(tmp_path)[0].write_bytes(b"")
    archive.keep(BODY)
    assert archive.get(content) == BODY


def test_drop_leaves_what_was_kept_since(archive: Archive, tmp_path: Path) -> None:
    old, again, young = (archive.keep(body) for body in (b"old", b"again", b"young"))
    for path in files(tmp_path):
        if path.stem in (old, again):
            os.utime(path, (1000, 1000))
    archive.keep(b"again")
    assert archive.drop([old, again, young, "0" * 64], unless_kept_since=2000) == 1
    assert [archive.get(content) for content in (old, again, young)] == [None, b"again", b"young"]
    assert archive.drop([again], unless_kept_since=time.time() + 60) == 1


def test_the_keys_can_be_listed_in_parts(archive: Archive) -> None:
    kept = {archive.keep(str(number).encode()) for number in range(300)}
    assert {content for shard in range(256) for content in archive.contents(shard)} == kept
    assert all(content.startswith("0a") for content in archive.contents(10))


def test_what_is_begun_is_swept_when_it_is_old(archive: Archive, tmp_path: Path) -> None:
    content = archive.keep(BODY)
    begun = tmp_path / "home" / "archive" / BEGUN
    for name, age in (("old", BEGUN_SECONDS + 60), ("young", 0)):
        (begun / name).write_bytes(b"half")
        os.utime(begun / name, (time.time() - age,) * 2)
    assert archive.sweep() == 1
    assert [path.name for path in files(begun)] == ["young"]
    assert archive.get(content) == BODY


@pytest.mark.parametrize("in_the_way", ["home", "home/archive", "home/archive/begun"])
def test_a_folder_that_cannot_be_written_is_one_clear_line(archive: Archive, tmp_path: Path, in_the_way: str) -> None:
    path = tmp_path / in_the_way
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a file")
    for act in (archive.ensure, lambda: archive.keep(BODY)):
        with pytest.raises(UnavailableError, match=r"the archive .*archive cannot be written: .*COPYDESK_HOME"):
            act()


def _keep_on_a_full_disk(folder: Path) -> None:
    archive = Archive(folder)
    archive.keep(b"small")
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    try:
        archive.keep(random.Random(1).randbytes(100_000))
    except UnavailableError:
        os._exit(7)
    os._exit(0)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    child = multiprocessing.get_context("spawn").Process(target=_keep_on_a_full_disk, args=(tmp_path / "archive",))
    child.start()
    child.join(30)
    assert child.exitcode == 7
    assert [path.stem for path in files(tmp_path)] == [sha256(b"small").hexdigest()]


WRITER = """
import random, sys
from pathlib import Path
from pipeline.store.archive import Archive
archive, some = Archive(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
print("go", flush=True)
while True:
    archive.keep(some.randbytes(some.randrange(200_000)))
"""


def test_a_kill_leaves_no_half_body(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    for seed in range(5):
        command = [sys.executable, "-c", WRITER, str(tmp_path / "archive"), str(seed)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            while not any(archive.contents(shard) for shard in range(256)):
                assert writer.poll() is None
            writer.send_signal(signal.SIGKILL)
    kept = [content for shard in range(256) for content in archive.contents(shard)]
    assert len(kept) >= 1
    assert all(archive.get(content) is not None for content in kept)


def test_what_is_kept_right_after_drop_looked_stays(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = archive.keep(BODY)
    os.utime(files(tmp_path)[0], (1000, 1000))
    look = Path.stat
    looked: list[str] = []

    def keep_after_the_first_look(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = look(path, follow_symlinks=follow_symlinks)
        if not looked:
            looked.append(path.name)
            archive.keep(BODY)
        return found

    monkeypatch.setattr(Path, "stat", keep_after_the_first_look)
    assert archive.drop([content], unless_kept_since=2000) == 0
    assert looked == [f"{content}.zst"]
    assert archive.get(content) == BODY


def test_keep_and_drop_at_the_same_moment(archive: Archive) -> None:
    """Whoever has kept a body finds it, however often others try to drop what nobody kept of late."""
    content = archive.keep(BODY)
    path = archive._path(content)
    done = threading.Event()

    def drop() -> None:
        while not done.is_set():
            archive.drop([content], unless_kept_since=1e9)

    droppers = [threading.Thread(target=drop) for _ in range(2)]
    for dropper in droppers:
        dropper.start()
    try:
        for _ in range(300):
            with suppress(FileNotFoundError):
                os.utime(path, (1000, 1000))
            archive.keep(BODY)
            # A dropper may have it in its hands for a moment, and puts it back.
            assert any(archive.get(content) == BODY for _ in range(1000))
    finally:
        done.set()
        for dropper in droppers:
            dropper.join()


def _keep_many(folder: Path) -> None:
    archive = Archive(folder)
    for number in range(200):
        archive.keep(BODY + str(number).encode())


def test_processes_keep_the_same_bodies_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=_keep_many, args=(tmp_path / "archive",)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    archive = Archive(tmp_path / "archive")
    kept = [content for shard in range(256) for content in archive.contents(shard)]
    assert [child.exitcode for child in children] == [0, 0, 0]
    assert len(kept) == len(files(tmp_path)) == 200
    assert all(archive.get(content) for content in kept)
