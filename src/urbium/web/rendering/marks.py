"""Marks: what a page says in another language than its reader's is marked by ``lang``, and counted.

The sentences and names that come into a template bear signs where their language is another one
(:func:`urbium.text.marking`). Here the signs of a filled template become elements, where an element may
stand; in attributes, titles, options and scripts they are left out. A page without signs is left as it is.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from jinja2 import Template

from urbium.text import ENGLISH, MARKS, spoken, texts
from urbium.web.rendering.punctuation import punctuated

COUNTED: Final = "\ue003"
"""Where a template says how many of its sentences stand in English for want of a translation."""
_OPEN, _SAID, _CLOSE = MARKS
_LANGUAGE: Final = re.compile(f"{_OPEN}([A-Za-z_-]*){_SAID}")
_SIGN: Final = re.compile(f"{_OPEN}([A-Za-z_-]*){_SAID}|({_CLOSE})")
_STRAY: Final = re.compile("[" + "".join(MARKS) + "]")
_PARTS: Final = re.compile(
    r"(<!--.*?-->|<(script|style|title|option|textarea)\b.*?</\2\s*>|<[^>]*>)", re.DOTALL
)


class MarkedTemplate(Template):
    """A template whose words in other languages are marked, and its addresses placed, when it is filled."""

    def render(self, *args: Any, **values: Any) -> str:  # noqa: ANN401 - as jinja2 has them
        """Return the filled template."""
        placed: Callable[[str], str] = self.globals["placed"]
        return placed(punctuated(marked(super().render(*args, **values))))


def marked(page: str) -> str:
    """Return a page with its signs made elements, and how many sentences stand in English where it is asked.

    >>> print(marked('<p title="\ue000en\ue001Plan\ue002">\ue000en\ue001The plan\ue002 <b>x</b></p>'))
    <p title="Plan"><span lang="en">The plan</span> <b>x</b></p>
    """
    if _OPEN not in page:
        return page.replace(COUNTED, "")
    parts, count, elements = [], 0, _Elements()
    for at, part in enumerate(_PARTS.split(page)):
        if at % 3 == 2:  # noqa: PLR2004 - the name of the element, which stands in the part before
            continue
        english = len(re.findall(f"{_OPEN}{ENGLISH}{_SAID}", part))
        count += english
        parts.append(_STRAY.sub("", _LANGUAGE.sub("", part)) if at % 3 else elements.of(part))
    return "".join(parts).replace(COUNTED, _said(count) if count and spoken() != ENGLISH else "")


class _Elements:
    """Makes elements of signs; a sentence may go on after a tag, and a sign that ends none is left out."""

    def __init__(self) -> None:
        self._open = 0

    def of(self, words: str) -> str:
        return _SIGN.sub(self._element, words)

    def _element(self, sign: re.Match[str]) -> str:
        if not sign[2]:
            self._open += 1
            return f'<span lang="{sign[1]}">'
        if not self._open:
            return ""
        self._open -= 1
        return "</span>"


def _said(count: int) -> str:
    words = texts(
        "{count} sentence on this page is not translated yet and is in English.",
        "{count} sentences on this page are not translated yet and are in English.",
        count=count,
    )
    return f'<p class="fine">{words.render()}</p>'
