"""The processes: Celery app and tasks, dispatcher, embedded Redis, supervisor and the command line."""
