"""Help: what ``--help`` says, in the language that is spoken; it is made of the docstrings of commands.

The library that writes it knows English alone: its heads and marks are said here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from cyclopts import App
from cyclopts.help import DefaultFormatter, HelpEntry, HelpPanel, InlineText

from urbium.cli.bringing import Author, HowToRead
from urbium.cli.choosing import Choosing
from urbium.cli.searching import Adopting, Limits
from urbium.cli.settings import Said
from urbium.cli.show import Acting, Common, Looking, Saving
from urbium.text import ENGLISH, Text, say, spoken, text, translate
from urbium.text.docstrings import retold

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions

_SAID: Final = {
    "Commands": text("Commands"),
    "Parameters": text("Parameters"),
    "Arguments": text("Arguments"),
    "Display this message and exit.": text("Display this message and exit."),
    "Display application version.": text("Display application version."),
}
"""What the library says itself."""


@contextmanager
def translated(app: App) -> Iterator[None]:
    """Let the help of every command be said in the language that is spoken, inside the block."""
    if spoken() == ENGLISH:
        yield
        return
    records = (Common, Saving, Looking, Acting, Author, Limits, Adopting, Choosing, HowToRead, Said)
    documented: list[Any] = [*records, *dict.fromkeys(_functions(app))]
    kept = [thing.__doc__ for thing in documented]
    for thing, docstring in zip(documented, kept, strict=True):
        thing.__doc__ = retold(docstring or "", translate)
    before, app.help_formatter = app.help_formatter, _Spoken()
    try:
        yield
    finally:
        app.help_formatter = before
        for thing, docstring in zip(documented, kept, strict=True):
            thing.__doc__ = docstring


def _functions(app: App) -> Iterator[Any]:
    """Yield the functions of the commands; of groups too, which may do something when called alone."""
    for name in app:
        if name.startswith("-"):
            continue
        function = app[name].default_command
        if function is not None and function.__module__.startswith("urbium."):
            yield function
        yield from _functions(app[name])


class _Spoken(DefaultFormatter):
    """Writes the help with heads and marks in the language that is spoken."""

    def __call__(self, console: "Console", options: "ConsoleOptions", panel: HelpPanel) -> None:
        """Write the commands or the parameters."""
        title = str(say(_SAID.get(str(panel.title), panel.title)))
        super().__call__(console, options, panel.copy(title=title, entries=[*map(_marked, panel.entries)]))

    def render_usage(self, console: "Console", options: "ConsoleOptions", usage: object) -> None:
        """Write how the command is called."""
        _ = options
        if usage:
            console.print(text("Usage: {call}", call=str(usage)).render(), style="bold", markup=False)


def _marked(entry: HelpEntry) -> HelpEntry:
    """Return a parameter whose choices, variable and default stand in its words."""
    from rich.text import Text as Words

    words = entry.description.primary_renderable if isinstance(entry.description, InlineText) else ""
    said = InlineText(Words(str(say(_SAID.get(str(words), str(words))))))
    for mark in _marks(entry):
        said.append(Words(mark.render(), "dim"))
    return entry.copy(description=said, choices=None, env_var=None, default=None, required=False)


def _marks(entry: HelpEntry) -> Iterable[Text]:
    if entry.choices:
        yield text("[choices: {words}]", words=", ".join(entry.choices))
    if entry.env_var:
        yield text("[environment variable: {words}]", words=", ".join(entry.env_var))
    if entry.default is not None:
        yield text("[default: {value}]", value=entry.default)
    if entry.required:
        yield text("[required]")
