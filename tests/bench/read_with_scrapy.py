"""Run by Scrapy's own interpreter: ``read_with_scrapy.py HOSTS PORT PAGES``; prints pages, wall and CPU seconds.

Everything that costs time and is not needed here is switched off; every page is decoded, as ours are.
"""

import sys
import time
from collections.abc import AsyncIterator

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

HOSTS, PORT, PAGES = map(int, sys.argv[1:])
read = 0


class Reader(scrapy.Spider):
    name = "reader"

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for number in range(PAGES):
            yield scrapy.Request(f"http://127.8.1.{number % HOSTS + 1}:{PORT}/news/{number}")

    def parse(self, response: Response) -> None:
        global read
        read += bool(response.text)


process = CrawlerProcess(
    {
        "CONCURRENT_REQUESTS": 200, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "DOWNLOAD_DELAY": 0, "ROBOTSTXT_OBEY": False,
        "COOKIES_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "LOG_LEVEL": "ERROR", "RETRY_ENABLED": False,
        "AUTOTHROTTLE_ENABLED": False, "REFERER_ENABLED": False, "REDIRECT_ENABLED": False,
    }
)  # fmt: skip
process.crawl(Reader)
wall, cpu = time.perf_counter(), time.process_time()
process.start()
print(read, time.perf_counter() - wall, time.process_time() - cpu)
