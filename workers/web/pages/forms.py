"""What a form of ours sends."""

from urllib.parse import parse_qs

from fastapi import HTTPException, Request

MOST_BYTES = 65_536
MOST_FIELDS = 600
KIND = "application/x-www-form-urlencoded"


async def sent(request: Request) -> dict[str, list[str]]:
    """The fields with their values; a form of another kind or length is refused (415, 413, 422)."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != KIND:
        raise HTTPException(415, f"a form is wanted: {KIND}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"a form has no more than {MOST_BYTES} bytes")
    try:
        return parse_qs(body.decode("ascii"), max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise HTTPException(422, "the form cannot be read") from None
