"""Lines that hold nothing but who wrote an article and when."""

import pytest

from pipeline.clean.signatures import is_signature


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Jane Doe", True),
        ("3 May 2024", True),
        ("By Jane Doe | Political Editor | Updated 3 May 2024, 10:00", True),
        ("Jane Doe · Published 3 May 2024 · 4 min read", True),
        ("Par Solène Marchetti · Publié le 23 janvier 2025 à 06h00, modifié à 11h21 · Temps de lecture 3 min.", True),
        ("Stand: 3. September 2024, 09:15 Uhr | von Max Gruber", True),
        ("Redactie · 3 maart 2024, 10:00", True),
        ("", False),
        ("LINZ. Wer am 3. September 2024 am Hafen stand, sah Kräne, die warten.", False),
        ("Jane Doe | John Roe", False),
        ("3 – 2", False),
        ("12 | 34", False),
        ("Updated 10:30", False),
        ("Final score | Wrexford 3 | Ashmoor 3", False),
        ("On 3 May 2024 the mill closed – and Jane Doe was there – for the last time.", False),
        ("By Jane Doe | " + "3 May 2024 | " * 20, False),
    ],
)
def test_a_signature(line: str, expected: bool) -> None:
    assert is_signature(line) is expected
