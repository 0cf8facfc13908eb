"""Advice: what to do about a fault, in the words of the command and in those of a page.

Who types a command names options and mapping files; who sends a file on a page has neither.
"""

from typing import Any

from urbium.text import Text


class Advice(Text):
    """What to do in the words of the command, with ``on_page``, what can be done on a page.

    ``setting`` names the setting of the programme that is to be changed, where it is one.
    """

    __slots__ = ("on_page", "setting")

    on_page: Text
    setting: str

    def __reduce__(self) -> tuple[Any, ...]:
        make, said = super().__reduce__()
        return advice, (make(*said), self.on_page, self.setting)


def advice(command: Text, on_page: Text, setting: str = "") -> Advice:
    """Return what to do in the words of the command, which knows those of a page, too.

    >>> from urbium.text import text
    >>> said = advice(text("name a source: --source ID"), text("choose a source next to the file"))
    >>> said, on_page(said)
    ('name a source: --source ID', 'choose a source next to the file')
    """
    said = Advice(
        command.message, command.parameters, command.plural, command.number, command.code, command.context
    )
    said.on_page, said.setting = on_page, setting
    return said


def on_page(remedy: str) -> str:
    """Return what to do in the words of a page."""
    return remedy.on_page if isinstance(remedy, Advice) else remedy


def setting_of(remedy: str) -> str:
    """Return the setting that a remedy asks to change; empty where it asks for none."""
    return remedy.setting if isinstance(remedy, Advice) else ""
