"""Documents: designs, briefs, pages and yearbooks as files for people, of one city or of all."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from urbium.cli.cases.casework import acting
from urbium.cli.opening import opened
from urbium.cli.show import LOOKING, Looking, say_written, steps, tell
from urbium.errors import InputError
from urbium.files import write_whole
from urbium.programme.publishing.document_kinds import DOCUMENT_KINDS
from urbium.text import coded, text

_EVERY: Final = "all"
_Ending = Literal["pdf", "docx", "html", "md"]
if TYPE_CHECKING:  # the kinds are known only when the program runs
    _Kind = str
else:
    _Kind = Literal[tuple(DOCUMENT_KINDS)]


def document(
    kind: _Kind,
    /,
    *,
    city: str = "",
    project: str = "",
    format: _Ending = "pdf",  # noqa: A002 - what the command calls it
    to: Path | None = None,
    outline: str = "",
    common: Looking = LOOKING,
) -> None:
    """Write a document on the adopted results: for a city, for a minister or for everyone.

    Parameters
    ----------
    kind
        design (top-level design of a city), city (one page), project (one page), brief (four pages), or
        yearbook.
    city
        The code or name of the city, or the word all for an archive (.zip) with the documents of all cities.
    project
        The code of a project in the market.
    format
        pdf (PDF/UA-1 and PDF/A-2a), docx, html or md; the extension in --to takes precedence.
    to
        The file to write; by default, a file in the current folder named after the document.
    outline
        The outline of a design: one from the catalogue (gbt36333, plain, or your own), or a table (.csv).
    """
    about = DOCUMENT_KINDS[kind].about
    named = {"city": city, "project": project}
    wrong = [name for name, value in named.items() if bool(value) != (name == about)]
    if wrong:
        message, remedy = _ABOUT[about]
        raise InputError(message, place=kind, remedy=remedy)
    ending = to.suffix.lower()[1:] if to and city != _EVERY else format
    sections = Path(outline) if outline.endswith(".csv") else outline
    with opened(common) as programme:
        if city == _EVERY:
            with steps() as step:
                content = programme.documents.of_every_city(
                    kind, ending, outline=sections, report=_following(step)
                )
            say_written(write_whole(to or Path(f"{kind}-{ending}.zip"), content))
            return
        actor = acting(programme, common.account)
        composed = programme.documents.compose(kind, named.get(about, ""), outline=sections, actor=actor)
        say_written(programme.documents.write(composed, to or Path(f"{composed.name}.{ending}")))
        for words in programme.documents.stand_ins(composed, ending):
            tell(words)


_ABOUT: Final = {
    "city": (
        coded("cli.document.city", "a document of this kind is about a single city"),
        text("name the city with --city, or use --city all for all cities, and do not name a project"),
    ),
    "project": (
        coded("cli.document.project", "a document of this kind is about a single project"),
        text("name the project with --project, and do not name a city"),
    ),
    "": (
        coded("cli.document.programme", "a document of this kind is about the whole programme"),
        text("omit --city and --project"),
    ),
}
"""What is said, by what a document is about, where something else was named."""


def _following(step: Callable[[str, int, int], None]) -> Callable[[Mapping[str, Any]], None]:
    """Return what shows how many documents are written."""

    def follow(progress: Mapping[str, Any]) -> None:
        step(text("documents written"), progress["done"], progress["of"])

    return follow


VERBS: Final[tuple[Callable[..., None], ...]] = (document,)
"""Every verb of this file, in the order of the help."""
