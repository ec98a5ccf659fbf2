"""A fetch process of a fleet: reads as fast as it may. ``polite_reader.py REDIS NETWORK HOSTS PORT DELAY SECONDS``."""

import sys
import time
from concurrent.futures import Future

from pipeline.fetch import Fetcher, FetchLimits
from pipeline.fetch.addresses import networks
from pipeline.fetch.client import Reply
from pipeline.sites import Sites
from workers.robots_cache import RedisRobotsCache
from workers.turns import RedisBook

AT_A_TIME = 2
"""Requests that wait for each host in each process."""


def main(redis: str, network: str, hosts: int, port: int, delay: float, seconds: float) -> None:
    own = networks([f"{network}.0/24"])
    end = time.monotonic() + seconds
    sites = Sites(delay=delay, own=own)
    limits = FetchLimits(concurrency=200, allow_addresses=own)
    fetcher = Fetcher(limits, book=RedisBook(redis), robots=RedisRobotsCache(redis), sites=sites)

    def ask(host: int, future: "Future[Reply] | None" = None) -> None:
        if time.monotonic() < end:
            url = f"http://{network}.{host}:{port}/{time.monotonic_ns()}"
            fetcher.submit(url).add_done_callback(lambda done: ask(host, done))

    for host in [*range(1, hosts + 1)] * AT_A_TIME:
        ask(host)
    time.sleep(seconds)
    print(time.process_time(), flush=True)
    fetcher.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]), float(sys.argv[6]))
