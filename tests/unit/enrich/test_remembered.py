"""Remembered answers: each made once while it is asked for, and no more kept than wanted."""

from pipeline.enrich.remembered import Remembered


class Asked(list[str]):
    """Answers with a word's length, and keeps what it was asked."""

    def __call__(self, word: str) -> int:
        self.append(word)
        return len(word)


def test_an_answer_is_made_once() -> None:
    asked = Asked()
    lengths = Remembered(asked, most=10)
    assert [lengths[word] for word in ("one", "three", "one", "one")] == [3, 5, 3, 3]
    assert asked == ["one", "three"]


def test_what_is_asked_for_again_survives_and_the_rest_goes() -> None:
    asked = Asked()
    lengths = Remembered(asked, most=8)
    for number in range(100):
        assert lengths[f"once {number}"] == len(f"once {number}")
        assert lengths["often"] == len("often")
        assert len(lengths) <= 4
    assert asked.count("often") == 1
