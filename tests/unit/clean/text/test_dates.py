"""Printed dates, in the languages and orders of the world's newsrooms."""

import time

import pytest

from pipeline.clean.dates import covers, parse_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Saturday 03 April 2021 03:40 BST", "2021-04-03T03:40:00+01:00"),
        ("Published: Mon 5 Dec 2022 14.05 GMT", "2022-12-05T14:05:00+00:00"),
        ("March 3, 2021 at 5:30 p.m. EST", "2021-03-03T17:30:00-05:00"),
        ("Mar. 3rd, 2021, 12:05 AM ET", "2021-03-03T00:05:00-05:00"),
        ("July 4, 2021 9:00 a.m. ET", "2021-07-04T09:00:00-04:00"),
        ("3:45 p.m. PDT, June 9, 2023", "2023-06-09T15:45:00-07:00"),
        ("Updated 12:01, 5 May 2019", "2019-05-05"),
        ("3. März 2021, 17.05 Uhr", "2021-03-03"),
        ("Stand: 14.07.2022, 18:30 Uhr MESZ", "2022-07-14T18:30:00+02:00"),
        ("le 12 août 2020 à 18h30", "2020-08-12"),
        ("Publié le 1er février 2020 à 07h05", "2020-02-01"),
        ("15 de octubre de 2019", "2019-10-15"),
        ("27 giugno 2018", "2018-06-27"),
        ("9 mei 2021 om 10:15", "2021-05-09"),
        ("2021-04-03 03:40 +0200", "2021-04-03T03:40:00+02:00"),
        ("2021/04/03", "2021-04-03"),
        ("03/04/2021", "2021-04-03"),
        ("12.1.21", "2021-01-12"),
        ("5 января 2020", "2020-01-05"),
        ("2021年4月3日", "2021-04-03"),
        ("2021년 4월 3일", "2021-04-03"),
        ("23 Nov 2021, 09:15 UTC+1", "2021-11-23T09:15:00+01:00"),
        ("April 3, 2021 | 6 min read", "2021-04-03"),
    ],
)
def test_dates(text: str, iso: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert found.iso == iso


def test_the_raw_text_is_the_date_alone() -> None:
    found = parse_date("Published on Saturday 03 April 2021 03:40 BST by someone")
    assert found is not None
    assert found.raw == "Saturday 03 April 2021 03:40 BST"


@pytest.mark.parametrize(
    "text", ["", "3 hours ago", "Updated yesterday", "31 February 2021", "12/34/5678", "1 Apfel 2020"]
)
def test_what_is_no_date(text: str) -> None:
    assert parse_date(text) is None


def test_american_pages_put_the_month_first() -> None:
    found = parse_date("03/04/2021", languages=["en-us"])
    assert found is not None
    assert found.iso == "2021-03-04"
    assert parse_date("13/04/2021", languages=["en-us"]).iso == "2021-04-13"


def test_how_much_of_a_line_is_the_date() -> None:
    alone, inside = "03 April 2021", "The treaty of 03 April 2021 was signed by all of the parties"
    assert covers(alone, parse_date(alone)) == 1
    assert covers(inside, parse_date(inside)) < 0.3


@pytest.mark.parametrize("piece", ["1 ", "1.1.", "January ", "12:", "2021-", " ", "1h", "年"])
def test_hostile_strings_cost_nothing(piece: str) -> None:
    before = time.process_time()
    for _ in range(50):
        parse_date(piece * 100_000)
    assert time.process_time() - before < 1.0
