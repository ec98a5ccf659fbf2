"""What the suffixes of files say."""

PAGES: dict[str, str] = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".eml": "message/rfc822",
}
"""Suffixes of files that are read from folders, and what they declare their content to be."""

ARCHIVES = (".warc", ".warc.gz")
"""Suffixes of web archives."""
