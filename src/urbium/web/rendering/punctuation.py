"""Punctuation: the signs by which a page joins its words are as wide as the characters of the language.

A template joins two texts by ``: ``, ends one by ``.`` or puts one in `` (...)``; Chinese has wide signs
(：, 。, （...）). What is typed or quoted as it stands, such as the name of a file, has no space beside its
signs, and keeps them.
"""

import re
from typing import Final

from urbium.text import spoken
from urbium.text.formats import is_full_width

_WIDE: Final = {",": "，", ":": "：", ";": "；", ".": "。"}
_HELD: Final = re.compile(r"<!--.*?-->|<(script|style|textarea|pre|code|svg)\b.*?</\1\s*>|<[^>]*>", re.DOTALL)
"""What is no text of the page, for which one sign stands while the text is looked at."""
_TAG: Final = "\0"
_HAN: Final = "\u3400-\u9fff"
_BEHIND: Final = re.compile(f"([{_HAN}”》）]{_TAG}*)([,:;.])(?:\\s+|(?={_TAG})|$)")
_BEFORE: Final = re.compile(f"()([,:.]|(?<![a-z]);)\\s+(?={_TAG}*(?:[{_HAN}“《（]|\\d[\\d,.]*%? ?[{_HAN}]))")
"""A semicolon behind a letter may end an entity."""
_ENDING: Final = re.compile(f"([{_HAN}][^{_TAG}{_HAN}]*[\\w%)])(\\.)(?=\\s*(?:{_TAG}|$))")
"""A full stop that ends Chinese words with a number or a name."""
_SPACED: Final = re.compile(f"([，：；。]) +(?=\\S|{_TAG})")
"""A sign as wide as a character has its space in itself."""
_AROUND: Final = re.compile(f"([{_HAN}”》）]{_TAG}*) \\(([^()]*)\\)")


def punctuated(page: str) -> str:
    """Return a page with the signs between its words as wide as these, where the language writes them so.

    >>> from urbium.text import language
    >>> with language("zh"):
    ...     punctuated("<b>规划</b>: 风险 (3), <i>5%</i>; <i>见</i>. <code>a: 风险</code>芜湖(1).csv &lt; 一")
    '<b>规划</b>：风险（3），<i>5%</i>；<i>见</i>。<code>a: 风险</code>芜湖(1).csv &lt; 一'
    >>> with language("zh"):
    ...     punctuated("指标 (<i>U4SSC</i>).")
    '指标（<i>U4SSC</i>）。'
    >>> with language("zh"):
    ...     punctuated("<p>未达标：213. 达到4.7%; 1个项目，环境 0.50.</p>")
    '<p>未达标：213。达到4.7%；1个项目，环境 0.50。</p>'
    """
    if not is_full_width(spoken()):
        return page
    held: list[str] = []

    def hold(found: re.Match[str]) -> str:
        held.append(found[0])
        return _TAG

    words = _AROUND.sub(r"\1（\2）", _HELD.sub(hold, page))
    words = _SPACED.sub(r"\1", _ENDING.sub(_wide, _BEFORE.sub(_wide, _BEHIND.sub(_wide, words))))
    first, *rest = words.split(_TAG)
    return first + "".join(tag + part for tag, part in zip(held, rest, strict=True))


def _wide(found: re.Match[str]) -> str:
    return found[1] + _WIDE[found[2]]
