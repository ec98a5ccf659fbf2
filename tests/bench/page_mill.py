"""A process of its own that serves one page on many hosts with a given latency: ``page_mill.py HOSTS PORT SECONDS``."""

import asyncio
import gzip
import random
import sys


def page(paragraphs: int = 102) -> bytes:
    """About 46 KB of HTML, 27 KB of gzip: what a news page weighs."""
    dice = random.Random(1)
    words = ["".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(2, 11))) for _ in range(20_000)]
    texts = (" ".join(dice.choices(words, k=60)) for _ in range(paragraphs))
    return f"<!doctype html><html><body>{''.join(f'<p>{text}</p>' for text in texts)}</body></html>".encode()


class Mill(asyncio.Protocol):
    answer: bytes
    latency: float

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.asked = transport, b""

    def data_received(self, data: bytes) -> None:
        self.asked += data
        while b"\r\n\r\n" in self.asked:
            _, _, self.asked = self.asked.partition(b"\r\n\r\n")
            asyncio.get_running_loop().call_later(self.latency, self.send)

    def send(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(self.answer)  # type: ignore[attr-defined]


async def main(hosts: int, port: int, latency: float) -> None:
    body = gzip.compress(page())
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    Mill.answer, Mill.latency = head.encode() + body, latency
    for number in range(1, hosts + 1):
        await asyncio.get_running_loop().create_server(Mill, f"127.8.1.{number}", port, backlog=1024)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
