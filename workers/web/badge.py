"""What a browser carries that has shown the token once: a cookie that proves it and does not contain it."""

import hmac
import time
from collections.abc import Callable
from hashlib import sha256
from http.cookies import CookieError, SimpleCookie

COOKIE = "copydesk"
VALID_SECONDS = 7 * 86_400


class Badges:
    """Badges that whoever knows the token can issue and check, also after a restart; another token ends them all."""

    def __init__(self, token: str, *, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = sha256(b"copydesk badge\0" + token.encode()).digest(), clock

    def issue(self) -> str:
        """A badge that is valid for a week."""
        return self._signed(str(int(self._clock()) + VALID_SECONDS))

    def is_valid(self, cookies: str) -> bool:
        """Whether this Cookie header has one."""
        try:
            morsel = SimpleCookie(cookies).get(COOKIE)
        except CookieError:
            return False
        if morsel is None:
            return False
        until = morsel.value.partition(".")[0]
        is_ours = hmac.compare_digest(morsel.value.encode(), self._signed(until).encode())
        return is_ours and int(until) > self._clock()

    def _signed(self, until: str) -> str:
        return f"{until}.{hmac.new(self._key, until.encode(), sha256).hexdigest()}"
