"""Signatures by the Standard Webhooks specification (standardwebhooks.com, version 1.0.0, symmetric ``v1``).

Signed is ``id.timestamp.body``, with HMAC-SHA256 and the bytes behind ``whsec_``. Of several secrets, parted by spaces,
each signs: so a receiver can change to a new one without a gap.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

from pipeline.errors import ConfigurationError

PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
"""Bytes of a secret, as the specification has it."""


def new_secret() -> str:
    """A secret nobody has seen."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers_of(message_id: str, now: float, body: bytes, secret: str) -> dict[str, str]:
    """The headers by which a receiver knows the message; raises ConfigurationError for a secret that is none."""
    stamp = str(int(now))
    signed = b".".join((message_id.encode(), stamp.encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_signature(key, signed)}" for key in keys_of(secret)),
    }


def keys_of(secret: str) -> list[bytes]:
    """The bytes of each secret; raises ConfigurationError, which does not repeat what it was given."""
    keys = [_key(part) for part in secret.split()]
    if not keys or not all(key is not None and SHORTEST <= len(key) <= LONGEST for key in keys):
        raise ConfigurationError(
            f"a webhook's secret is {PREFIX} and {SHORTEST} to {LONGEST} random bytes in base64, such as "
            f"`echo {PREFIX}$(openssl rand -base64 32)` prints"
        )
    return [key for key in keys if key is not None]


def _key(secret: str) -> bytes | None:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None


def _signature(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
