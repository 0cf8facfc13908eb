"""Catalogues: the verbs that bring a catalogue of one's own in, hand it out, and take entries out of it."""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from urbium.cli.bringing import AUTHOR, Author
from urbium.cli.opening import opened
from urbium.cli.show import COMMON, SAVING, Common, Flag, Saving, say_facts, say_result, say_table
from urbium.text import text

catalogue = App(name="catalogue")
"""The group of commands on the catalogue."""


@catalogue.command(name="start")
def start_catalogue(
    folder: Path,
    /,
    *,
    role: Annotated[list[str] | None, Parameter(consume_multiple=True, negative=())] = None,
    common: Common = COMMON,
) -> None:
    """Write a commented starter catalogue, with examples; it can be imported as it is.

    Parameters
    ----------
    folder
        The folder to write to; it is created if missing, and must otherwise be empty.
    role
        Instead, write only what a variable of your own requires to fill this role (such as revenue), in the
        programme's currency; urbium doctor lists the roles. May be given several times.
    """
    from urbium.programme import start_catalogue as start

    if not role:
        say_facts({"written": [str(path) for path in start(folder)]}, common)
        return
    with opened(common) as programme:
        begun = programme.catalogues.start(folder, roles=role)
    say_facts({"written": [str(path) for path in begun.written], "next": list(begun.next)}, common)


@catalogue.command(name="import")
def import_catalogue(
    path: Path,
    /,
    *,
    add: Flag = False,
    encoding: str = "",
    dry_run: Flag = False,
    author: Author = AUTHOR,
    common: Saving = SAVING,
) -> None:
    """Import a folder of tables, or a workbook, as the next version of the programme's catalogue.

    Parameters
    ----------
    path
        A folder with the layout that urbium catalogue start creates, or a workbook (.xlsx) with one sheet per
        table.
    add
        Merge the rows with those of the version in force, instead of replacing that version entirely.
    encoding
        The encoding of the CSV files, such as gb18030 or cp1252, if they are neither UTF-8 nor UTF-16.
    dry_run
        Show what would change, without storing anything.
    """
    with opened(common, by=author.by) as programme:
        change = programme.import_catalogue(
            path,
            by=author.by,
            reason=author.reason or f"catalogue {path.name}",
            add=add,
            encoding=encoding,
            dry_run=dry_run,
        )
        say_result(change, common)


@catalogue.command(name="export")
def export_catalogue(
    path: Path, /, *, version: int | None = None, whole: Flag = False, common: Common = COMMON
) -> None:
    """Write the programme's catalogue as a folder of tables or as a workbook.

    Parameters
    ----------
    path
        A folder (empty or new), or a workbook (.xlsx).
    version
        The version; by default, the latest.
    whole
        Write everything that is declared, including urbium's own entries.
    """
    with opened(common) as programme:
        written = programme.export_catalogue(path, version=version, whole=whole)
        say_facts({"written": [str(file) for file in written]}, common)


@catalogue.command(name="history")
def catalogue_history(*, common: Common = COMMON) -> None:
    """List the versions of the programme's catalogue: when each was made, by which account and why."""
    with opened(common) as programme:
        title = text("Versions of the catalogue")
        say_table(programme.catalogue_history(), common, title=title)


@catalogue.command(name="retire")
def retire_entries(
    table: str,
    ids: Annotated[list[str], Parameter(consume_multiple=True)],
    /,
    *,
    dry_run: Flag = False,
    author: Author = AUTHOR,
    common: Common = COMMON,
) -> None:
    """Remove entries from the catalogue, together with their parts.

    Parameters
    ----------
    table
        The table to which the entries belong: solutions, norms, promises (standards), checks (rules), indices
        ...
    ids
        The ids of the entries; * matches any text.
    dry_run
        Show what would change, without storing anything.
    """
    with opened(common, by=author.by) as programme:
        change = programme.retire(
            table, ids, by=author.by, reason=author.reason or "not of this programme", dry_run=dry_run
        )
        say_result(change, common)
