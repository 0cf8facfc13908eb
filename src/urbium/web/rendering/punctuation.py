"""Punctuation: the signs by which a page joins its words are as wide as the characters of the language.

A template joins two texts by ``: `` or puts one in `` (...)``; in Chinese these are ：and （...）. What is
typed or quoted as it stands, such as the name of a file, has no space beside its signs, and keeps them.
"""

import re
from typing import Final

from urbium.text import spoken
from urbium.text.formats import is_full_width

_WIDE: Final = {",": "，", ":": "：", ";": "；"}
_PARTS: Final = re.compile(
    r"(<!--.*?-->|<(script|style|textarea|pre|code|svg)\b.*?</\2\s*>|<[^>]*>)", re.DOTALL
)
_HAN: Final = "\u3400-\u9fff"
_JOINED: Final = f"[{_HAN}”》）]"
"""What a sign stands behind that joins Chinese words."""
_AFTER: Final = re.compile(f"(?<={_JOINED})([,:;])(?:\\s+|$)")
_BEFORE: Final = re.compile(f"([,:])\\s+(?=[{_HAN}“《（])")
_AROUND: Final = re.compile(f"(?<={_JOINED}) \\(([^()<>]*)\\)")


def punctuated(page: str) -> str:
    """Return a page with the signs between its words as wide as these, where the language writes them so.

    >>> from urbium.text import language
    >>> with language("zh"):
    ...     punctuated("<b>规划</b>: 风险 (3), 见 <code>a: 风险</code>芜湖(1).csv")
    '<b>规划</b>：风险（3），见 <code>a: 风险</code>芜湖(1).csv'

    An entity keeps its semicolon.

    >>> with language("zh"):
    ...     punctuated("R&amp;D &lt; 规划")
    'R&amp;D &lt; 规划'
    """
    if not is_full_width(spoken()):
        return page
    last, parts = "-", []
    for at, part in enumerate(_PARTS.split(page)):
        if at % 3 == 1:
            parts.append(part)
        elif at % 3 == 0 and part:
            parts.append(_wide(last + part)[1:])
            last = part.rstrip()[-1:] or last
            last = last if re.fullmatch(_JOINED, last) else "-"
    return "".join(parts)


def _wide(words: str) -> str:
    words = _AROUND.sub("（\\1）", words)
    return _BEFORE.sub(_sign, _AFTER.sub(_sign, words))


def _sign(found: re.Match[str]) -> str:
    return _WIDE[found[1]]
