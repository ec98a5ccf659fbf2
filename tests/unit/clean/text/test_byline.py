"""Bylines: people only."""

import pytest

from pipeline.clean.byline import is_byline, is_name, split_byline


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Jane Doe", ["Jane Doe"]),
        ("By Jane Doe and John Q. Roe, Political Editor, in Berlin", ["Jane Doe", "John Q. Roe"]),
        ("JANE DOE | Staff Writer", ["Jane Doe"]),
        ("Von Anna Muster und Karl-Heinz Beispiel", ["Anna Muster", "Karl-Heinz Beispiel"]),
        ("Von Anna Muster, Brüssel (dpa)", ["Anna Muster"]),
        ("Par Élodie D'Arcy et Jean de La Tour", ["Élodie D'Arcy", "Jean de La Tour"]),
        ("Por María José Pérez y Luis Gómez", ["María José Pérez", "Luis Gómez"]),
        ("Reporting by Ana Ruiz in Madrid; Editing by Tom Kelly", ["Ana Ruiz"]),
        ("Dr. Mary O'Neill-Smith (mary@news.example)", ["Mary O'Neill-Smith"]),
        ("RONAN MCALLISTER", ["Ronan McAllister"]),
        ("Ludwig van der Berg", ["Ludwig van der Berg"]),
        ("Jane Doe is a senior reporter", ["Jane Doe"]),
        ("Reuters Staff", []),
        ("By Associated Press", []),
        ("Staff Writer", []),
        ("@handle", []),
        ("https://news.example/authors/jane-doe", []),
        ("Der Stadtrat hat beschlossen", []),
        ("", []),
    ],
)
def test_people(text: str, names: list[str]) -> None:
    assert list(split_byline(text)) == names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Jane Doe", True),
        ("Von Anna Muster, Brüssel", True),
        ("By the time the ferry came, nobody was waiting.", False),
        ("By noon the square had filled", False),
        ("Jane Doe", False),
        ("By Staff", False),
    ],
)
def test_lines_that_are_bylines(text: str, expected: bool) -> None:
    assert is_byline(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Jane Doe", True), ("Los Angeles", True), ("LONDON", False), ("Read more", False)]
)
def test_a_name_alone(text: str, expected: bool) -> None:
    assert is_name(text) is expected
