"""The Copydesk library: typed documents and the four stages, without any queue, settings or environment."""
