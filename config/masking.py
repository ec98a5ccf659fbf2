"""What of a text may be shown: credentials are hidden and control characters escaped here and nowhere else.

A URL's user name stays, as do the names of parameters: they tell which access was meant, and open nothing. What stands
behind a name is hidden by the name alone, so a harmless value behind ``token=`` is hidden too: that costs a word of the
log, the opposite costs an account. Every rule runs in linear time: pages decide what is in these texts.
"""

import re

HIDDEN = "***"

# Hidden behind "=" and ":", also as the end of a longer name: access_token, X-Amz-Credential, client_secret, apiKey.
_STRONG = (
    r"[\w-]*(?:token|passw(?:or)?d|passphrase|secret|credentials?"
    r"|(?:api|access|auth|private|secret|subscription)[_-]?key(?:[_-]?id)?)"
)
# Words of plain prose as well ("session: two"): hidden behind "=", and behind ":" only as a quoted key.
_WEAK = r"[\w-]*(?:signature|sess(?:ion)?[_-]?id)|(?:[\w-]*[_-])?(?:auth|hmac|jwt|pwd|session|sid|sig)"
# Hidden in a URL's query alone. "code" is nowhere: an OAuth code is used up by its use, any other code is no secret.
_IN_QUERY = r"key|pass"

# In a URL inside of a URL's query, %3F, %26 and %3D stand for ?, & and =.
_BEGIN = r"(?:(?<![\w-])|(?<=%3F)|(?<=%26)|(?<=%23))"
_QUERY = r"(?:(?<=[?&;#])|(?<=%3F)|(?<=%26)|(?<=%23))"
_EQUALS = r"(?:=(?!=)|%3D)"
_QUOTE = r"b?(?P<quote>\\*[\"'])"
_QUOTED = r"(?:(?!(?P=quote))(?:\\.|.))++"
_WORD = r"(?:(?!%26)[^\s&\"'<>\\]|\\(?![\"']))++"
_VALUE = rf"(?(quote){_QUOTED}|{_WORD})"
_HEADER = rf"\\*[\"']?[ \t]*+[:=,][ \t]*+(?:{_QUOTE})?"
_LINE = rf"(?(quote){_QUOTED}|[^\r\n]++)"

_PATTERNS = (
    # user:password@. An "@" in the password: the last one before the path counts. A "/" in it, which is wrong but met:
    # the path begins behind the first "@", unless what stands before the "/" is a port.
    r"(?P<kept>//[^\s/?#:@\"<>\[]*+:)(?!\d*+(?:[/?#\s\"'<>,;)\]}]|$))"
    r"(?:[^\s/?#\"<>]+(?=@)|(?!/)[^\s\"<>@]{1,256}+(?:@[^\s/?#\"<>]*)?(?=@))",
    r"(?P<kept>%2F%2F[^\s%&/:]*+%3A)(?:%(?!40|2F)|[^\s%&\"'<>])++(?=%40)",
    # One word behind a scheme that has one; all of the line otherwise, since Digest and AWS4 have many.
    rf"(?P<kept>\b(?:Proxy-)?Authorization{_HEADER}(?P<scheme>(?:Basic|Bearer|Negotiate|Token)[ ]++)?)"
    rf"(?(quote){_QUOTED}|(?(scheme)[^\s\"']++|[^\r\n]++))",
    r"(?P<kept>\b(?:Basic|Bearer)[ ]++)(?=[^\s\"']*[\d=])[\w.~+/=-]{12,}+",
    # A cookie has a "=" in it: "cookie: a wall" is no header.
    rf"(?P<kept>\b(?:Set-)?Cookie2?{_HEADER})(?=[^\s=;\"']++=){_LINE}",
    rf"(?P<kept>{_BEGIN}(?:{_STRONG})\\*[\"']?[ \t]*+(?:{_EQUALS}|:(?!//))[ \t]*+(?:{_QUOTE})?){_VALUE}",
    rf"(?P<kept>{_BEGIN}(?:{_WEAK})(?:{_EQUALS}|\\*[\"'][ \t]*+[:=][ \t]*+)(?:{_QUOTE})?){_VALUE}",
    rf"(?P<kept>{_QUERY}(?:{_IN_QUERY}){_EQUALS}){_WORD}",
)
_RULES = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS)
_SECRET_NAME = re.compile(rf"{_STRONG}|{_WEAK}", re.IGNORECASE)


def masked(text: str) -> str:
    """The text with ``***`` for every password, key, token and cookie in it; masking twice changes nothing."""
    for rule in _RULES:
        text = rule.sub(rf"\g<kept>{HIDDEN}", text)
    return text


def is_secret_name(name: str) -> bool:
    """Whether what bears this name is to be hidden as a whole."""
    return _SECRET_NAME.fullmatch(name) is not None


def escaped(text: str) -> str:
    """Everything unprintable as Python writes it: control characters, lone surrogates, text that runs backwards."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
