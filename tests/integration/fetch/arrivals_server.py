"""A process of its own that notes when each request arrives: ``arrivals_server.py NETWORK HOSTS PORT LATENCY``.

Says ``ready``; when its standard input ends, it prints the moments (seconds, by host) as one JSON object and exits.
"""

import asyncio
import gc
import json
import sys
import time

PAGE = b"<!doctype html><title>A page</title><p>Some words of a page.</p>"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
ARRIVALS: dict[str, list[float]] = {}


class Host(asyncio.Protocol):
    latency: float

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.asked = transport, b""
        self.arrivals = ARRIVALS[transport.get_extra_info("sockname")[0]]

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self.asked += data
        while b"\r\n\r\n" in self.asked:
            self.asked = self.asked.partition(b"\r\n\r\n")[2]
            self.arrivals.append(now)
            asyncio.get_running_loop().call_later(self.latency, self.send)

    def send(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(ANSWER)  # type: ignore[attr-defined]


async def main(network: str, hosts: int, port: int, latency: float) -> None:
    Host.latency = latency
    loop = asyncio.get_running_loop()
    for address in (f"{network}.{number}" for number in range(1, hosts + 1)):
        ARRIVALS[address] = []
        await loop.create_server(Host, address, port, backlog=1024)
    gc.disable()  # a pause of the one who measures would be taken for one of those who are measured
    print("ready", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps(ARRIVALS), flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
