"""Points in time as machines write them."""

import pytest

from pipeline.clean.fields.stamps import read_stamp


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2021-04-03T03:40:00+01:00", "2021-04-03T03:40:00+01:00"),
        ("2021-04-03T03:40:12.123Z", "2021-04-03T03:40:12+00:00"),
        ("2021-04-03T03:40:00+0100", "2021-04-03T03:40:00+01:00"),
        ("2021-04-03 03:40:00 UTC", "2021-04-03T03:40:00+00:00"),
        ("2021-04-03 03:40 -05", "2021-04-03T03:40:00-05:00"),
        ("2021-04-03T03:40:0Z", "2021-04-03T03:40:00+00:00"),
        ("2021-04-03T03:40:00", "2021-04-03"),
        ("2021-4-3", "2021-04-03"),
        ("2021/04/03", "2021-04-03"),
        ("20210403", "2021-04-03"),
        ("20210403T034000Z", "2021-04-03T03:40:00+00:00"),
        ("Sat, 03 Apr 2021 03:40:00 GMT", "2021-04-03T03:40:00+00:00"),
        ("Sat, 03 Apr 2021 03:40:00 +0200", "2021-04-03T03:40:00+02:00"),
        ("1617417600", "2021-04-03T02:40:00+00:00"),
        ("1617417600000", "2021-04-03T02:40:00+00:00"),
    ],
)
def test_known_forms(text: str, iso: str) -> None:
    stamp = read_stamp(text)
    assert stamp is not None
    assert stamp.iso == iso
    assert stamp.exact == (len(iso) > 10)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2021",
        "2021-13-01",
        "2021-02-30",
        "1969-01-01",
        "0001-01-01T00:00:00Z",
        "9999-12-31",
        "12345",
        "x" * 500,
    ],
)
def test_what_is_no_time_of_a_page(text: str) -> None:
    assert read_stamp(text) is None
