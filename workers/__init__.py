"""The processes: Celery app and tasks, dispatcher, embedded Redis, supervisor and the command line."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
"""One process a core: threads of a matrix product would only wait for each other, and burn a core while they do."""

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""None is wanted, and looking for some in all that is installed takes a tenth of the start of ``status``."""
