"""What is known of single sites, and how fast each may be asked: data, not code.

``Sites`` answers for a host. It lies beside ``urls`` and not in the fetch stage, because whoever accepts documents
wants to know a host's pace too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import Rejected
from pipeline.urls import host_of

Network = IPv4Network | IPv6Network

USUAL_DELAY = 1.0
"""Seconds between two requests to a host, where nobody says otherwise."""
LONGEST_DELAY = 300.0
"""Seconds; a longer crawl-delay is cut, so that no robots.txt can park a site's documents for days."""


@dataclass(frozen=True)
class Pace:
    """How fast a host may be asked."""

    seconds: float
    """Between the starts of two requests."""
    concurrency: int | None
    """Requests that may be open at the same time; ``None``: any number."""

    @property
    def is_free(self) -> bool:
        """Whether nothing has to be waited for."""
        return self.seconds == 0 and self.concurrency is None

    def at_least(self, seconds: float) -> "Pace":
        """This pace, or a slower one where the site asks for it; not slower than ``LONGEST_DELAY``."""
        seconds = min(seconds, LONGEST_DELAY)
        return Pace(seconds, self.concurrency or 1) if seconds > self.seconds else self


FREE = Pace(0, None)


class Site(BaseModel):
    """What the user lays down for a domain and all hosts below it; ``None``: as everywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delay: float | None = Field(None, ge=0, le=LONGEST_DELAY)
    """Seconds between the starts of two requests; 0 with no ``concurrency``: not paced at all."""
    concurrency: int | None = Field(None, ge=1)
    robots: bool | None = None
    """Whether robots.txt is obeyed."""
    proxy: str | None = Field(None, repr=False)
    """``http://[user:password@]host:port``; empty: none, although there is one for the others."""
    user_agent: str | None = Field(None, min_length=1)


UNKNOWN = Site.model_validate({})


@dataclass(frozen=True)
class Sites:
    """Settings of sites by domain, and what holds for all others."""

    by_domain: Mapping[str, Site] = field(default_factory=dict)
    """Keys as ``domain_key`` gives them."""
    delay: float | None = None
    """``None``: ``USUAL_DELAY``, and no pacing for addresses of ``own``."""
    concurrency: int = 2
    robots: bool = True
    own: tuple[Network, ...] = ()
    """The user's own networks."""

    def site_of(self, host: str) -> Site:
        """The settings of the longest domain that ``host`` is or lies below."""
        if not self.by_domain:
            return UNKNOWN
        rest = host
        while rest:
            if site := self.by_domain.get(rest):
                return site
            rest = rest.partition(".")[2]
        return UNKNOWN

    def pace_of(self, host: str) -> Pace:
        """How fast ``host`` may be asked, as far as the user's settings say; its robots.txt may want it slower."""
        site = self.site_of(host)
        is_own = _is_own(host, self.own)
        wanted = self.delay if site.delay is None else site.delay
        delay = (0.0 if is_own else USUAL_DELAY) if wanted is None else wanted
        is_free = delay == 0 and (is_own or site.delay == 0)
        return Pace(delay, site.concurrency or (None if is_free else self.concurrency))

    def obeys_robots(self, host: str) -> bool:
        """Whether the host's robots.txt is asked for and obeyed."""
        wanted = self.site_of(host).robots
        return self.robots if wanted is None else wanted

    @property
    def proxies(self) -> Iterable[str]:
        """Every proxy that some site has of its own."""
        return {site.proxy for site in self.by_domain.values() if site.proxy}


def domain_key(domain: str) -> str:
    """The spelling under which a domain is looked up; ``ValueError`` for what is no domain or address."""
    try:
        return host_of(f"http://{domain.strip().removeprefix('*').removeprefix('.')}/")
    except Rejected as exc:
        raise ValueError(f"{domain!r} is no domain: {exc.detail}") from exc


@lru_cache(maxsize=4096)
def _is_own(host: str, own: tuple[Network, ...]) -> bool:
    try:
        address = ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return False
    return any(address in network for network in own if network.version == address.version)
