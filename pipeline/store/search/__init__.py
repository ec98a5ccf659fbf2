"""Full-text search over the current versions: ``searching.search``."""
