"""Stored articles as files for other programs: one module for each format.

Each is a function from pages of stored documents (``ArticleStore.pages``) and a binary file to the number of articles
written; none holds more than a page of them, or a row group, in memory.
"""
