"""Which addresses may be connected to: public ones on the web's own ports, and what the user's own list allows.

The decision is taken on the numeric address that is about to be connected to, never on a name or a spelling, so that
no way to write an address and no answer of a name server can get around it.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from pipeline.errors import Rejected
from pipeline.urls import DEFAULT_PORTS

Network = IPv4Network | IPv6Network

WEB_PORTS = frozenset({80, 443})

NOT_PUBLIC_4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
"""IANA IPv4 Special-Purpose Address Registry, multicast (RFC 5771), and the one public address that a cloud answers
from inside its hosts (168.63.129.16, Azure)."""

PUBLIC_6 = IPv6Network("2000::/3")
"""The only block that IANA assigns global unicast addresses from (IPv6 Address Space registry)."""

NOT_PUBLIC_6 = tuple(IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
"""What the IANA IPv6 Special-Purpose Address Registry takes out again: Teredo and its kin, documentation, 6to4."""

NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address, which a translator connects to."""


def networks(blocks: Iterable[str]) -> tuple[Network, ...]:
    """Read CIDR blocks such as ``127.7.0.0/16``; ``ValueError`` for what is none."""
    return tuple(ip_network(block.strip()) for block in blocks if block.strip())


def check_address(address: str, port: int, allowed: tuple[Network, ...]) -> None:
    """Raise ``Rejected("blocked_address")`` unless a connection to this numeric address and port may be made."""
    try:
        meant = _meant(ip_address(address))
    except ValueError as exc:
        raise Rejected("blocked_address", "the name server answered with no address") from exc
    if _is_in(meant, allowed):
        return
    if not _is_public(meant):
        raise Rejected("blocked_address", f"{meant} is not public; list its network in allow_addresses if it is yours")
    if port not in WEB_PORTS:
        raise Rejected("blocked_address", f"port {port} is not a port of the web (80, 443)")


def is_listed(address: str, allowed: tuple[Network, ...]) -> bool:
    """Whether the user's own list has this numeric address."""
    try:
        return _is_in(_meant(ip_address(address)), allowed)
    except ValueError:
        return False


def check_literal(url: str, allowed: tuple[Network, ...]) -> None:
    """As ``check_address``, for a URL in normal form whose host is a numeric address: no name server need be asked."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" in host or host[-1:].isdecimal():
        check_address(host, parts.port or DEFAULT_PORTS[parts.scheme], allowed)


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address that packets end up at: IPv4 where it is wrapped into IPv6."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            raise Rejected("blocked_address", "an address with a zone means something on one machine only")
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address
    return address


def _is_in(address: IPv4Address | IPv6Address, allowed: tuple[Network, ...]) -> bool:
    return any(address in network for network in allowed if network.version == address.version)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in block for block in NOT_PUBLIC_4)
    return address in PUBLIC_6 and not any(address in block for block in NOT_PUBLIC_6)
