"""The dashboard: pages made on the server, from the same state of the ledger and the store as everything else.

Each works without a script; with it, the overview follows the fleet. Nothing on them comes from another host, and the
content security policy allows neither scripts nor styles within a page, so that whatever an article contains is text.
"""

from workers.web.pages import entrance, failed, overview, reading, sites

ROUTERS = (overview.router, failed.router, reading.router, sites.router, entrance.router)
