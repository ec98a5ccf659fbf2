"""The archive's folder, as the command line meets it."""

import json
import stat

import pytest

from tests.commands import Copydesk


def finding(copydesk: Copydesk) -> tuple[bool, str]:
    checks = json.loads(copydesk("doctor", "--json").stdout)
    return next((check["ok"], check["finding"]) for check in checks if check["check"] == "archive")


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "kept for good"),
        ({"COPYDESK_ARCHIVE_DAYS": "14"}, "kept for 14 days"),
        ({"COPYDESK_ARCHIVE": "false"}, "off"),
    ],
)
def test_doctor_says_what_is_kept(copydesk: Copydesk, environment: dict[str, str], words: str) -> None:
    copydesk.environment |= environment
    ok, text = finding(copydesk)
    assert ok
    assert words in text
    assert (copydesk.home / "archive").is_dir() == (words != "off")


def test_doctor_says_why_nothing_can_be_kept(copydesk: Copydesk) -> None:
    copydesk.home.mkdir()
    (copydesk.home / "archive").write_text("in the way")
    ok, text = finding(copydesk)
    assert not ok
    assert "archive cannot be written" in text
    assert "COPYDESK_HOME" in text


def test_the_folder_of_an_archive_is_private(copydesk: Copydesk) -> None:
    assert finding(copydesk)[0]
    assert stat.S_IMODE((copydesk.home / "archive").stat().st_mode) == 0o700
