"""A user's own enrichers through the commands."""

import json
import re
from pathlib import Path

import pytest

from tests.commands import Copydesk

README = Path(__file__).parents[2] / "README.md"
REQUEST = json.dumps({"id": 1, "body": "“The bridge is closed,” Ann Hale said on Monday.", "language": "en"})


def test_the_example_of_the_readme_runs(copydesk: Copydesk) -> None:
    (example,) = re.findall(r"```python\n# (ours\.py.*?)```", README.read_text("utf-8"), re.DOTALL)
    (copydesk.folder / "ours.py").write_text(f"# {example}", "utf-8")
    (named,) = re.findall(r"`(enrichers = \[.*?\])` in `copydesk\.toml`", README.read_text("utf-8"))
    (copydesk.folder / "copydesk.toml").write_text(named)
    done = copydesk("enrich", stdin=REQUEST)
    answer = json.loads(done.stdout)
    assert (answer["extra"], answer["enrichers"]["extra.people"]) == ({"people": ["Ann Hale"]}, "ok")


def test_it_works_in_every_command(copydesk: Copydesk) -> None:
    (copydesk.folder / "mine.py").write_text("def size(article, enrichment):\n    return len(article.body)\n")
    (copydesk.folder / "page.txt").write_text(f"The bridge\n\n{'The bridge over the Arle is closed again. ' * 40}\n")
    copydesk.environment["COPYDESK_ENRICHERS"] = "mine:size"
    made = json.loads(copydesk("inspect", "page.txt", "--json").stdout)[-1]["made"]
    assert copydesk("run", "page.txt").returncode == 0
    (stored,) = copydesk.articles()
    assert made["extra"] == stored["extra"] == {"size": len(stored["body"])}
    assert tuple(json.loads(copydesk("config", "show", "--json").stdout)["enrichers"].values()) == (
        "mine:size",
        "environment",
    )


@pytest.mark.parametrize("words", [["enrich"], ["run", "page.txt"], ["worker"], ["inspect", "page.txt"]])
def test_a_wrong_name_stops_the_start(copydesk: Copydesk, words: list[str]) -> None:
    (copydesk.folder / "page.txt").write_text("The bridge\n\nThe bridge is closed.\n" * 30)
    copydesk.environment["COPYDESK_ENRICHERS"] = "nosuch:thing"
    done = copydesk(*words, stdin=REQUEST)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1 and "enricher nosuch:thing cannot be imported" in done.stderr


def test_doctor_names_it(copydesk: Copydesk) -> None:
    copydesk.environment["COPYDESK_ENRICHERS"] = "nosuch:thing"
    done = copydesk("doctor", "--json")
    (finding,) = [row for row in json.loads(done.stdout) if row["check"] == "enrichers"]
    assert not finding["ok"] and "nosuch:thing" in finding["finding"] and done.returncode == 1
