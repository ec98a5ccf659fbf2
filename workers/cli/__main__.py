"""``python -m workers.cli``: the same as ``copydesk``, without a script on the PATH."""

from workers.cli import main

main()
