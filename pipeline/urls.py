"""One identity per page: the one place that decides when two spellings are the same URL.

``normalise`` is what every browser does to an address before it asks for it: it never changes what is asked for.
``canonicalise`` goes on from there to the identity of a document: it also drops tracking parameters and sorts the rest.
Both are idempotent. The rules are those of the WHATWG URL Standard for http and https (hosts, numbers in hosts,
slashes, dot segments) with the percent-encoding normal form of RFC 3986, section 6.2.2.
"""

import os
import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple
from urllib.parse import quote_from_bytes, unquote_to_bytes, urljoin

import idna

from pipeline.errors import Rejected

MAX_URL = 8192
"""Characters in the longest URL that is taken: four times what browsers and search engines promise to carry."""

DEFAULT_PORTS = {"http": 80, "https": 443}

TRACKING_PREFIXES = ("hsa_", "mtm_", "pk_", "utm_")

TRACKING_PARAMETERS = frozenset(
    {
        "__s", "__twitter_impression", "_branch_match_id", "_ga", "_gl", "_hsenc", "_hsmi", "_openstat", "amp_gsa",
        "amp_js_v", "at_bbc_team", "at_campaign", "at_campaign_type", "at_custom1", "at_custom2", "at_custom3",
        "at_custom4", "at_format", "at_link_id", "at_link_origin", "at_link_type", "at_medium", "at_ptr_name",
        "cmp", "cmpid", "cvid", "dclid", "dicbo", "ef_id", "epik", "fb_action_ids", "fb_action_types", "fb_ref",
        "fb_source", "fbclid", "ftag", "gaa_at", "gaa_n", "gaa_sig", "gaa_ts", "gad_campaignid", "gad_source",
        "gbraid", "gclid", "gclsrc", "guccounter", "guce_referrer", "guce_referrer_sig", "hsctatracking", "icid",
        "igsh", "igshid", "intcmp", "itid", "li_fat_id", "mc_cid", "mc_eid", "mibextid", "mkt_tok", "msclkid",
        "ncid", "ns_campaign", "ns_fee", "ns_linkname", "ns_mchannel", "ns_source", "ocid", "oly_anon_id",
        "oly_enc_id", "rb_clickid", "ref_src", "ref_url", "s_cid", "s_kwcid", "sc_campaign", "sc_channel",
        "share_id", "smid", "smtyp", "sr_share", "srsltid", "taid", "trk", "ttclid", "twclid", "usqp", "vero_id",
        "wbraid", "wickedid", "wt_mc", "wt_zmc", "xtor", "yclid",
    }
)  # fmt: skip
"""Parameters that say how a reader came, never what is read; each is documented by the service that adds it."""


class _Parts(NamedTuple):
    scheme: str
    host: str
    port: int | None
    """``None`` for the scheme's default."""
    path: str
    query: str

    def url(self, query: str) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}" + (f"?{query}" if query else "")


def canonicalise(url: str) -> str:
    """The identity of the document at ``url``: normal form, no fragment, no tracking parameters, the others sorted.

    A ``file:`` URI comes back with an absolute path in normal form. Raises ``Rejected("bad_url")`` for what is neither.
    """
    if url[:5].lower() == "file:":
        return file_uri(path_of(url))
    parts = _parse(url)
    return parts.url("&".join(sorted(filter(_tells_content, parts.query.split("&")))))


def normalise(url: str) -> str:
    """The normal form of an http(s) URL without its fragment: every parameter kept, in its order.

    Raises ``Rejected("bad_url")`` for what is no http(s) URL, and for one that carries a user name or password.
    """
    parts = _parse(url)
    return parts.url(parts.query)


def join(base: str, reference: str) -> str:
    """The normal form of the URL that ``reference`` means on the page ``base``; raises as ``normalise`` does."""
    reference = _IGNORED.sub("", reference.strip(_EDGES))
    if _SCHEME.match(reference):
        return normalise(reference)
    try:
        return normalise(urljoin(base, reference.replace("\\", "/")))
    except ValueError as exc:
        raise _bad("the address cannot be resolved") from exc


def host_of(url: str) -> str:
    """The host that serves ``url``, without port: the key of politeness. Empty for a ``file:`` URI."""
    if usual := _USUAL_HOST.match(url):
        return usual[1]
    return "" if url[:5].lower() == "file:" else _parse(url).host


def domain_of(url: str) -> str | None:
    """The host of ``url`` without a leading ``www.``; ``None`` where there is no host."""
    try:
        return host_of(url).removeprefix("www.") or None
    except Rejected:
        return None


def path_of(uri: str) -> str:
    """The path in the file system that a ``file:`` URI names, absolute and without dot segments."""
    rest = uri[5:].partition("#")[0].partition("?")[0]
    if rest.startswith("//"):
        host, _, rest = rest[2:].partition("/")
        rest = f"/{rest}"
        if host.lower() not in ("", "localhost"):
            raise _bad("a file: address names a path on this machine, not a host")
    try:
        path = unquote_to_bytes(os.fsencode(rest))
    except UnicodeEncodeError as exc:
        raise _bad("a file: address holds characters that are none") from exc
    if not rest.startswith("/") or b"\0" in path:
        raise _bad("a file: address needs an absolute path")
    return os.path.normpath(os.fsdecode(path)).replace("//", "/", 1)


def file_uri(path: str) -> str:
    """The ``file:`` URI of an absolute path."""
    return "file://" + quote_from_bytes(os.fsencode(path))


_EDGES = "".join(map(chr, range(0x21)))
_IGNORED = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SPLIT = re.compile(r"(https?):[/\\]*([^/\\?#]*)([^?#]*)(?:\?([^#]*))?", re.IGNORECASE)
_PLAIN_HOST = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
_DOTTED = r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$|[:/])|(?=$|[:/]))){4}"
_USUAL_HOST = re.compile(rf"https?://((?:[a-z0-9_-]{{1,63}}\.){{1,10}}[a-z]{{1,63}}|{_DOTTED})[:/]")
"""The host of most URLs in normal form, which need not be parsed to find it."""
_ABSOLUTE = re.compile(r"https?://[a-z0-9.-]+(?:/[\w/.~%+,:@!$&'()*=-]*)?(?:\?[\w/.~%+,:@!$&'()*=-]+)?", re.ASCII)
"""An address that means the same on every page, as most do; joined with the page's it comes back as it is."""
_NORMAL_IPV4 = re.compile(_DOTTED)
_NORMAL = re.compile(r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*")
_TO_ENCODE = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~!$&'()*+,;=:@/?]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_NUMBER = re.compile(r"0[xX][0-9A-Fa-f]*|[0-9]+")


def _bad(detail: str) -> Rejected:
    return Rejected("bad_url", detail)


def _parse(url: str) -> _Parts:
    url = _IGNORED.sub("", url.strip(_EDGES))
    _check_length(url)
    if not (match := _SPLIT.match(url)):
        raise _bad("not a web address; it has to begin with http:// or https://")
    scheme, authority, path, query = match.group(1).lower(), *match.group(2, 3, 4)
    if "@" in authority:
        raise _bad("the address carries a user name or password; take it out")
    host, port = _host_and_port(authority)
    parts = _Parts(scheme, host, None if port == DEFAULT_PORTS[scheme] else port, _path(path), _encoded(query or ""))
    _check_length(parts.url(parts.query))  # what had to be encoded is longer now
    return parts


def _check_length(url: str) -> None:
    if len(url) > MAX_URL:
        raise _bad(f"the address is longer than {MAX_URL} characters")


def _host_and_port(authority: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        literal, closed, rest = authority[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            raise _bad("the brackets in the host do not match")
        return _ipv6(literal), _port(rest[1:])
    host, _, port = authority.partition(":")
    return _host(host), _port(port)


def _port(digits: str) -> int | None:
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 5 or int(digits) > 65535:
        raise _bad("the port is no number between 0 and 65535")
    return int(digits)


def _ipv6(literal: str) -> str:
    try:
        address = IPv6Address(literal)
    except AddressValueError as exc:
        raise _bad("the host is no IPv6 address") from exc
    if address.scope_id is not None:
        raise _bad("the host is an IPv6 address with a zone, which only means something on one machine")
    return str(address)


def _host(host: str) -> str:
    name = host.lower()
    if not _PLAIN_HOST.fullmatch(name):
        name = _ascii_host(host)
    if len(name) > 253:
        raise _bad("the host name is too long")
    return _ipv4(name) if name[name.rfind(".") + 1].isdigit() and _ends_in_number(name) else name


def _ascii_host(host: str) -> str:
    if not host or len(host) > 1024:
        raise _bad("the address has no host name, or one that is too long")
    try:
        text = unquote_to_bytes(host).decode()
        name = idna.encode(text.removesuffix("."), uts46=True).decode().lower() if not text.isascii() else text.lower()
    except (idna.IDNAError, UnicodeError) as exc:
        raise _bad("the host is no valid name") from exc
    name = name.removesuffix(".")
    if not _PLAIN_HOST.fullmatch(name):
        raise _bad("the host is no valid name")
    return name


def _ends_in_number(name: str) -> bool:
    return _NUMBER.fullmatch(name.rpartition(".")[2]) is not None


def _ipv4(name: str) -> str:
    """The dotted form of a host whose last label is a number; each may be octal or hex, the last fills what is left."""
    if _NORMAL_IPV4.fullmatch(name):
        return name
    labels = name.split(".")
    if len(labels) > 4 or not all(_NUMBER.fullmatch(label) and len(label) <= 64 for label in labels):
        raise _bad("the host is no IPv4 address")
    try:
        numbers = [_number(label) for label in labels]
        *leading, last = numbers
        if any(number > 255 for number in leading) or last >= 256 ** (5 - len(numbers)):
            raise ValueError(name)
    except ValueError as exc:
        raise _bad("the host is no IPv4 address") from exc
    return str(IPv4Address(last + sum(number << (24 - 8 * place) for place, number in enumerate(leading))))


def _number(label: str) -> int:
    if label[:2] == "0x":
        return int(label[2:] or "0", 16)
    return int(label, 8 if len(label) > 1 and label[0] == "0" else 10)


def _path(path: str) -> str:
    path = _encoded(path.replace("\\", "/"))
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join([*kept, ""] if segments[-1] in (".", "..") else kept)


def _encoded(text: str) -> str:
    return text if _NORMAL.fullmatch(text) else _TO_ENCODE.sub(_encode, text)


def _encode(match: re.Match[str]) -> str:
    token = match.group()
    if len(token) == 3 and token[0] == "%":
        character = chr(int(token[1:], 16))
        return character if character in _UNRESERVED else token.upper()
    return "".join(f"%{byte:02X}" for byte in token.encode("utf-8", "surrogatepass"))


def _tells_content(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return bool(parameter) and name not in TRACKING_PARAMETERS and not name.startswith(TRACKING_PREFIXES)


def absolute_url(base: str | None, reference: str | None) -> str | None:
    """The http(s) address that a reference on the page at ``base`` means; ``None`` for any other."""
    reference = (reference or "").strip()
    if _ABSOLUTE.fullmatch(reference):
        return reference
    try:
        url = urljoin(base or "", reference).replace(" ", "%20")
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://")) else None
