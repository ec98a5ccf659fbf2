"""Answers that are looked up by word again and again: news are written in few words, and most of them often."""

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class Remembered(dict[str, Answer]):
    """The answer for each word asked for so far; a look-up costs a third of one in an ``lru_cache``.

    Where there are ``most`` of them all are forgotten: what is asked for often is soon there again.
    """

    def __init__(self, answer: Callable[[str], Answer], most: int) -> None:
        super().__init__()
        self._answer, self._most = answer, most

    def __missing__(self, word: str) -> Answer:
        if len(self) >= self._most:
            self.clear()
        answer = self[word] = self._answer(word)
        return answer
