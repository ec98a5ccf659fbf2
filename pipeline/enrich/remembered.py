"""Answers that are looked up by word again and again: news are written in few words, and most of them often."""

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


class Remembered(dict[str, Answer]):
    """The answer for each word asked for lately; a look-up costs a third of one in an ``lru_cache``.

    There are ``most`` of them. When the newer half is full, it becomes the older one, whose answers are made no second
    time either where they are asked for before it is forgotten.
    """

    def __init__(self, answer: Callable[[str], Answer], most: int) -> None:
        super().__init__()
        self._answer, self._half = answer, most // 2
        self._older: dict[str, Answer] = {}

    def __missing__(self, word: str) -> Answer:
        if len(self) >= self._half:
            self._older = self.copy()
            self.clear()
        answer = self[word] = self._older[word] if word in self._older else self._answer(word)
        return answer
