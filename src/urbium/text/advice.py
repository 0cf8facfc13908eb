"""Advice: what to do about a fault, in the words of the command and in those of a page.

Who types a command names options and mapping files; who sends a file on a page has neither.
"""

from typing import Any

from urbium.text import Text


class Advice(Text):
    """What to do in the words of the command, with ``on_page``, what can be done on a page."""

    __slots__ = ("on_page",)

    on_page: Text

    def __reduce__(self) -> tuple[Any, ...]:
        make, said = super().__reduce__()
        return advice, (make(*said), self.on_page)


def advice(command: Text, on_page: Text) -> Advice:
    """Return what to do in the words of the command, which knows those of a page, too.

    >>> from urbium.text import text
    >>> said = advice(text("name a source: --source ID"), text("choose a source next to the file"))
    >>> said, on_page(said)
    ('name a source: --source ID', 'choose a source next to the file')
    """
    said = Advice(
        command.message, command.parameters, command.plural, command.number, command.code, command.context
    )
    said.on_page = on_page
    return said


def on_page(remedy: str) -> str:
    """Return what to do in the words of a page."""
    return remedy.on_page if isinstance(remedy, Advice) else remedy
