"""Settings: the one place that reads the environment and copydesk.toml."""
