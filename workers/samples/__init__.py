"""The sample pages that ship with Copydesk: invented outlets, people and events in the markup of real news sites."""

from importlib.resources import files
from pathlib import Path

PAGE_ENDINGS = frozenset({".html", ".txt"})


def sample_files() -> list[Path]:
    """Paths of the bundled pages, sorted by name.

    Among them are articles in English, German and French, one exact duplicate under another file name, and pages that
    are no articles (a consent page, a page that says "not found" with status 200).
    """
    folder = Path(str(files(__package__)))
    return sorted(path for path in folder.iterdir() if path.suffix in PAGE_ENDINGS)
