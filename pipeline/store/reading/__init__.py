"""Questions that programs ask the store, one file each: pages of articles, names, quotes, stories, the feed.

They hand out plain JSON values as they lie in the store, with what is unknown filled in, and never more than is taken:
whoever reads a page may stop at any article. All go on by a place in an order (``seq``, a name), so that the thousandth
page costs what the first one does.
"""
