"""What ``copydesk serve`` answers over HTTP: the read API and the dashboard (``pages``).

A request passes, from the outside in: ``frame`` (access log, security headers, errors that nobody foresaw), ``guard``
(Host, length, token or badge), ``limits`` (rate, how many at once), and then the routes of ``app``. Routes are plain
functions in threads; the event loop waits for nobody.
"""
