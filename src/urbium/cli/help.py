"""Help: what ``--help`` says, in the language that is spoken; it is made of the docstrings of commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cyclopts import App

from urbium.cli.bringing import Author, HowToRead
from urbium.cli.choosing import Choosing
from urbium.cli.settings import Said
from urbium.cli.show import Acting, Common, Looking, Saving
from urbium.text import ENGLISH, spoken, translate
from urbium.text.docstrings import retold


@contextmanager
def translated(app: App) -> Iterator[None]:
    """Let the help of every command be said in the language that is spoken, inside the block."""
    if spoken() == ENGLISH:
        yield
        return
    records = (Common, Saving, Looking, Acting, Author, Choosing, HowToRead, Said)
    documented: list[Any] = [*records, *dict.fromkeys(_functions(app))]
    kept = [thing.__doc__ for thing in documented]
    for thing, docstring in zip(documented, kept, strict=True):
        thing.__doc__ = retold(docstring or "", translate)
    try:
        yield
    finally:
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
