"""What ``copydesk serve`` answers over HTTP: the read API, and later the dashboard.

A request passes, from the outside in: ``frame`` (access log, security headers, errors that nobody foresaw), ``guard``
(Host, length, token), ``limits`` (rate, how many at once), and then the routes of ``app``. Routes are plain functions
in threads; the event loop waits for nobody.
"""
