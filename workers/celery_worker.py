"""``python -m workers.celery_worker CONCURRENCY STAGE…``: the Celery worker that a supervisor keeps alive.

The same as ``celery -A workers.main worker`` with the measured options; gossip, mingle and heartbeats cost 40 % more.
"""

import os
import sys

from workers.main import app


def main(concurrency: str, *stages: str) -> None:
    """Run until told to stop."""
    app.worker_main(
        [
            "--quiet", "worker", "--pool=prefork", f"--concurrency={concurrency}", f"--queues={','.join(stages)}",
            f"--hostname=copydesk-{os.getpid()}@%h", "--without-gossip", "--without-mingle", "--without-heartbeat",
            "--loglevel=WARNING", "-O", "fair",
        ]
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
