"""Catalogues: what is declared in a programme: brought in, handed out, taken out, version by version.

A catalogue of one's own lies over urbium's: its rows add and replace entries, and its table ``retired`` takes
entries of urbium's out. Every version is kept with who imported it and why; nothing is overwritten.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Final

import polars as pl

from urbium.catalogue import Catalogue, make_catalogue
from urbium.catalogue.tables.layers import is_named, laid_over, same_rows
from urbium.catalogue.tables.own_tables import OwnTables, read_own
from urbium.catalogue.tables.packaged import packaged_rows
from urbium.catalogue.tables.starter import variable_of, write_role_starter, write_starter
from urbium.catalogue.tables.table_kinds import RETIRED, TABLES, TableKind, key_of
from urbium.catalogue.tables.table_rows import Rows, TableRow
from urbium.csv_text import as_csv
from urbium.errors import ConflictError, Fault, InputError, NotFoundError, counted, few
from urbium.files import write_folder, write_whole
from urbium.packaged import words_of
from urbium.programme.base.kept_catalogue import KIND, OWN, current_tables, document, newest
from urbium.programme.base.method import method_faults
from urbium.programme.base.register import Register
from urbium.programme.base.settings import Settings
from urbium.programme.base.workspace import Workspace
from urbium.result import Result
from urbium.text import Text, coded, text, texts

_WORKBOOK: Final = ".xlsx"


@dataclass(frozen=True, kw_only=True)
class CatalogueChange(Result):
    """What an import changes in what is declared: table, entry and what becomes of it."""

    stage: ClassVar[str] = "catalogue"
    words: ClassVar[Mapping[str, Mapping[str, Text]]] = MappingProxyType(
        {"change": words_of("change of a catalogue")}
    )
    version: int
    unchanged: int
    is_stored: bool = True
    notes: tuple[Text, ...] = ()

    def __repr__(self) -> str:
        counts: dict[str, Any] = {
            "version": self.version,
            "added": self._count("added"),
            "changed": self._count("changed"),
            "out": self._count("taken out"),
            "same": self.unchanged,
        }
        if not self.is_stored:
            return text(
                "nothing is stored; rows in what would be version {version} of the catalogue: "
                "{added} added, {changed} changed, {out} removed, {same} as before",
                **counts,
            ).render()
        return text(
            "rows in version {version} of the catalogue: {added} added, {changed} changed, {out} "
            "removed, {same} as before",
            **counts,
        ).render()

    @property
    def facts(self) -> Mapping[str, Any]:
        """The version, how many entries were added, changed, taken out and left, and what to note."""
        return {
            "version": self.version,
            "is_stored": self.is_stored,
            **{change.replace(" ", "_"): self._count(change) for change in ("added", "changed", "taken out")},
            "unchanged": self.unchanged,
            "notes": [str(note) for note in self.notes],
        }

    def _count(self, change: str) -> int:
        return self.table.filter(change=change).height


@dataclass(frozen=True, slots=True)
class Begun:
    """A starter for roles: the files written, and what to do next with them, in the order."""

    written: tuple[Path, ...]
    next: tuple[Text, ...]


class Catalogues:
    """The catalogue of a programme: imported, exported, retired from, and its versions."""

    def __init__(self, workspace: Workspace, register: Register, settings: Settings) -> None:
        self._workspace = workspace
        self._register = register
        self._settings = settings
        self._store = workspace.store

    def start(self, folder: str | Path, *, roles: Sequence[str]) -> Begun:
        """Write what variables of one's own need to fill roles, in the currency of the programme.

        Raises NotFoundError for a role that is none, InputError where a role measures money and the programme
        has no currency, ConflictError when the folder holds files already.
        """
        kinds = self._workspace.catalogue.roles.kinds
        for role in roles:
            if role not in kinds:
                raise NotFoundError.named(coded("observations.kind.role", "role"), role, kinds)
        asked = [kinds[role] for role in dict.fromkeys(roles)]
        currency = self._settings().currency
        if not currency and any(role.measures == "money" for role in asked):
            raise InputError(
                coded("programme.catalogue.no_currency", "the programme has no currency yet"),
                remedy=text("urbium settings --currency CODE"),
            )
        target = Path(folder)
        check_empty(target)
        written = write_role_starter(target, asked, currency=currency)
        steps = (
            text(
                "in {files:list}, replace the text in [brackets] with the publisher of the figures "
                "and exactly what they count; an import rejects a cell that has not been changed",
                files=[file.as_posix() for file in written[:2]],
            ),
            text("urbium catalogue import {folder} --add --reason WHY", folder=target.as_posix()),
            text(
                "urbium template figures.xlsx --variables {variables} --periods YEAR",
                variables=" ".join(variable_of(role) for role in asked),
            ),
            text(
                "fill it in (one figure is enough to start with), then: urbium load figures.xlsx "
                '--reason "..."'
            ),
        )
        return Begun(tuple(written), steps)

    def bring(
        self,
        path: str | Path,
        *,
        by: str,
        reason: str,
        add: bool = False,
        encoding: str = "",
        dry_run: bool = False,
    ) -> CatalogueChange:
        """Make a folder of tables, or a workbook, the next version of the catalogue, or refuse it whole.

        Parameters
        ----------
        path : the folder, or the workbook (.xlsx) with a sheet for each table
        by, reason : who does it and why
        add : lay the rows over those of the version that holds, instead of replacing all of it
        encoding : of the CSV files; UTF-8, or what their first bytes mark, where none is given
        dry_run : say what would change, and store nothing

        Raises
        ------
        InputError : every fault by file, row and column; and what stored figures or adopted scores need
        NotFoundError : there is no such folder or file, or no table in it
        """
        tables, gone = read_own(Path(path), encoding=encoding), []
        if add:
            own = current_tables(self._store).tables
            before, retired = _taken_out(own, tables.tables.get(RETIRED, ()), keeps_own=True)
            gone = [
                f"{name}: {key_of(TABLES[name], row.cells)}"
                for name, rows in own.items()
                for row in rows
                if row not in before[name]
            ]
            given = {**tables.tables, RETIRED: retired} if retired else _without(tables.tables, RETIRED)
            tables = OwnTables(_merged(before, given), tables.place)
        change = self._next(tables, by=by, reason=reason, dry_run=dry_run)
        return replace(change, notes=(*_of_own(gone), *change.notes)) if gone else change

    def lay_over(
        self, table: str, rows: Iterable[Mapping[str, str]], *, by: str, reason: str
    ) -> CatalogueChange:
        """Lay rows of a table, by column, over those of the version that holds.

        Raises InputError with every fault of the catalogue as it would be.
        """
        tables = dict(current_tables(self._store).tables)
        place = text("rows of the table {table}", table=table)
        new = [TableRow(MappingProxyType(dict(cells)), f"{table}.csv", 0, tuple(cells)) for cells in rows]
        tables[table] = _over(TABLES[table], tables.get(table, ()), new)
        return self._next(OwnTables(MappingProxyType(tables), place), by=by, reason=reason, dry_run=False)

    def retire(
        self, table: str, ids: Sequence[str], *, by: str, reason: str, dry_run: bool = False
    ) -> CatalogueChange:
        """Take entries out of the catalogue: urbium's are retired, those of one's own removed.

        ``*`` in an id stands for any text, in ids of one's own, too. Raises NotFoundError for a table that is
        not there, InputError for an entry that is not there or is needed.
        """
        if table not in TABLES or TABLES[table].is_own_only:
            raise NotFoundError.named(text("table"), table, _names())
        named = [{"table": table, "id": name, "reason": reason} for name in ids]
        rows = [TableRow(MappingProxyType(cells), "retired.csv", 0, tuple(cells)) for cells in named]
        before = current_tables(self._store).tables
        tables, retired = _taken_out(before, rows)
        tables[RETIRED] = _over(TABLES[RETIRED], tables.get(RETIRED, ()), retired)
        place = text("items to be removed")
        try:
            return self._next(
                OwnTables(MappingProxyType(tables), place), by=by, reason=reason, dry_run=dry_run
            )
        except InputError as error:
            kind, left = TABLES[table], tables.get(table, ())
            gone = [key_of(kind, row.cells) for row in before.get(table, ()) if row not in left]
            if not gone or not any("*" in name for name in ids):
                raise
            raise InputError(
                error.message, place=error.place, faults=error.faults,
                remedy=text(
                    "* also matches the programme's own entries, in this case {entries}; to remove "
                    "only urbium's entries, import the folder of your catalogue with the row {row} in "
                    "retired.csv",
                    entries=few(gone), row=f"{table},{ids[0]},REASON"
                ),
            ) from error  # fmt: skip

    def export(self, path: str | Path, *, version: int | None = None, whole: bool = False) -> list[Path]:
        """Write the programme's own tables as a folder or a workbook, and return what was written.

        Parameters
        ----------
        path : a folder, made where it is not there, or a workbook (.xlsx)
        version : of the catalogue; the newest unless given
        whole : write everything that is declared, urbium's rows too

        Raises NotFoundError where the programme has no tables of its own, ConflictError where a folder holds
        files already.
        """
        own = current_tables(self._store, version)
        tables: Rows = laid_over(own.tables).rows if whole else own.tables
        tables = {name: rows for name, rows in tables.items() if rows}
        if not tables:
            raise NotFoundError(
                coded("programme.catalogue.none", "the programme has no catalogue of its own"),
                remedy=text(
                    "export everything that is declared (--whole), or start a catalogue: urbium "
                    "catalogue start DIR"
                ),
            )
        target = Path(path)
        if target.suffix.lower() == _WORKBOOK:
            return [write_whole(target, _as_workbook(tables))]
        check_empty(target)
        return write_folder(
            target, {TABLES[name].written: _as_csv(rows).encode() for name, rows in tables.items()}
        )

    def history(self) -> pl.DataFrame:
        """Return the versions of the catalogue, the newest last.

        Columns: version, recorded_at, recorded_by, reason, entries (of its own), retired, sha256 (of its
        tables).
        """
        versions = self._store.kept(KIND).filter(id=OWN).sort("version")
        counts = []
        for number in versions["version"]:
            content = self._store.kept(KIND, OWN, version=number)
            rows = {name: len(table["rows"]) for name, table in content["tables"].items()}
            retired = rows.pop(RETIRED, 0)
            counts.append({"entries": sum(rows.values()), "retired": retired, "sha256": content["sha256"]})
        schema = {"entries": pl.Int64(), "retired": pl.Int64(), "sha256": pl.String()}
        entries: pl.DataFrame = versions.select("version", "recorded_at", "recorded_by", "reason")
        return entries.hstack(pl.DataFrame(counts, schema=schema))

    def _next(self, own: OwnTables, *, by: str, reason: str, dry_run: bool) -> CatalogueChange:
        catalogue = make_catalogue(own)
        faults = [*method_faults(catalogue), *self._needed(catalogue)]
        if faults:
            raise InputError(
                coded("catalogue.faults", "the catalogue has {faults}", faults=counted(faults)),
                place=own.place,
                faults=faults,
            )
        before = laid_over(current_tables(self._store).tables).rows
        changes, unchanged = _changes(before, laid_over(own.tables).rows)
        if not dry_run:
            self._store.keep(KIND, OWN, document(catalogue), by=by, reason=reason or "catalogue imported")
            sources = [catalogue.sources[key] for table, key in sorted(catalogue.own) if table == "sources"]
            if sources:
                self._register(sources=sources, by=by, reason=reason or "sources of the catalogue")
            self._workspace.look_again()
        return CatalogueChange(
            table=pl.DataFrame(
                changes, schema=dict.fromkeys(("table", "entry", "change"), pl.String()), orient="row"
            ),
            version=newest(self._store) + dry_run,
            unchanged=unchanged,
            is_stored=not dry_run,
            notes=tuple(_notes(catalogue)),
        )

    def _needed(self, catalogue: Catalogue) -> Iterator[Fault]:
        """Yield what stored figures and the adopted scores need and the catalogue does not declare."""
        used = self._register.observations()["variable"].unique().to_list()
        for name in sorted(set(used) - set(catalogue.variables)):
            yield Fault(
                "error",
                coded(
                    "programme.catalogue.figures", "figures for the variable {name!r} are stored", name=name
                ),
                text("keep declaring it"),
                "catalogue-used",
                sheet="variables",
                cell=name,
            )
        yield from self._named_by_settings(catalogue)
        if not self._workspace.is_adopted("scores"):
            return
        index = self._workspace.required("scores").index
        missing = [name for name in index.indicators if name not in catalogue.indicators]
        if index.id not in catalogue.indices or missing:
            yield Fault(
                "error",
                coded(
                    "programme.catalogue.scores",
                    "the adopted scores are based on the index {name!r}",
                    name=index.id,
                ),
                text("keep it and its indicators, or adopt scores for another index first"),
                "catalogue-used",
                sheet="indices",
                cell=index.id,
            )

    def _named_by_settings(self, catalogue: Catalogue) -> Iterator[Fault]:
        """Yield what the settings name and the catalogue does not declare: base databases and profiles."""
        settings = self._settings()
        base_data = {row.set for row in catalogue.base_data.values()}
        profiles = {row.profile for row in catalogue.profiles}
        missing = [("base_data", name) for name in {settings.base_data} - base_data - {""}]
        missing += [("profiles", name) for name in settings.profiles if name not in profiles]
        for table, name in missing:
            yield Fault(
                "error",
                coded("programme.catalogue.set", "the programme's settings refer to {name!r}", name=name),
                text("keep it, or change the setting first"),
                "catalogue-used",
                sheet=table,
                cell=name,
            )


def start_catalogue(folder: str | Path) -> list[Path]:
    """Write a commented starter of a catalogue into a folder, and return what was written.

    It loads as it is. Raises ConflictError when the folder holds files already.
    """
    target = Path(folder)
    check_empty(target)
    return write_starter(target)


def check_empty(folder: Path) -> None:
    """Raise ConflictError when a folder holds something already."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise ConflictError(
            coded("programme.catalogue.not_empty", "the folder is not empty"),
            place=str(folder),
            remedy=text("name another folder"),
        )


def _notes(catalogue: Catalogue) -> Iterator[Text]:
    """Yield what is not wrong and yet may surprise: solutions of one's own without an effect that counts."""
    counted_in_plans = {effect.solution for effect in catalogue.effects if effect.is_counted}
    codes = [
        code
        for code in catalogue.solutions
        if ("solutions", code) in catalogue.own and code not in counted_in_plans
    ]
    if codes:
        yield text(
            "solutions without an effect that counts in plans: {codes:list}; a plan includes such "
            "solutions only where others require them; to give a solution an effect that counts, "
            "add a row to {file} with the id of an indicator as its indicator_code",
            codes=codes,
            file=TABLES["effects"].written,
        )


def _of_own(gone: list[str]) -> Iterator[Text]:
    """Yield which rows of one's own are taken out."""
    yield texts(
        "{count} of your rows is removed, because retired.csv names it: {rows}",
        "{count:,} of your rows are removed, because retired.csv names them: {rows}",
        count=len(gone),
        rows=few(gone),
    )


def _names() -> list[str]:
    return [kind.name for kind in TABLES.values() if not kind.is_own_only]


def _merged(before: Rows, new: Rows) -> Rows:
    """Return the rows of two catalogues; those of the new one take the place of the others."""
    return MappingProxyType(
        {name: _over(TABLES[name], before.get(name, ()), new.get(name, ())) for name in {**before, **new}}
    )


def _taken_out(
    own: Rows, retired: Iterable[TableRow], *, keeps_own: bool = False
) -> tuple[dict[str, tuple[TableRow, ...]], tuple[TableRow, ...]]:
    """Return a programme's own tables without the entries that rows of retired name.

    With them come the rows that must stay in retired, because they name entries of urbium, or nothing;
    ``keeps_own``: such rows leave the entries of one's own as they are.
    """
    tables, staying = dict(own), []
    for row in retired:
        name, pattern = (row.cells.get(column, "").strip() for column in ("table", "id"))
        if name not in TABLES:  # refused with its place when the catalogue is made
            staying.append(row)
            continue
        kind, rows = TABLES[name], tables.get(name, ())
        kept = tuple(entry for entry in rows if not is_named(key_of(kind, entry.cells), pattern))
        is_of_urbium = any(is_named(key_of(kind, entry.cells), pattern) for entry in packaged_rows()[name])
        if is_of_urbium or len(kept) == len(rows):
            staying.append(row)
        if rows and not (is_of_urbium and keeps_own):
            tables[name] = kept
    return tables, tuple(staying)


def _without(tables: Rows, name: str) -> Rows:
    return {key: rows for key, rows in tables.items() if key != name}


def _over(kind: TableKind, before: Iterable[TableRow], new: Sequence[TableRow]) -> tuple[TableRow, ...]:
    keys = {key_of(kind, row.cells) for row in new}
    groups = {row.cells.get(kind.group, "").strip() for row in new} if kind.group else set()
    kept = [
        row
        for row in before
        if key_of(kind, row.cells) not in keys
        and not (kind.group and row.cells.get(kind.group, "").strip() in groups)
    ]
    return (*kept, *new)


def _changes(before: Rows, after: Rows) -> tuple[list[tuple[str, str, str]], int]:
    """Return table, entry and change of what differs, and how many entries do not."""
    changes: list[tuple[str, str, str]] = []
    unchanged = 0
    for name, kind in TABLES.items():
        if kind.is_own_only:
            continue
        old = {key_of(kind, row.cells): row.cells for row in before.get(name, ())}
        new = {key_of(kind, row.cells): row.cells for row in after.get(name, ())}
        changes += [(name, key, "taken out") for key in old if key not in new]
        for key, cells in new.items():
            if key not in old:
                changes.append((name, key, "added"))
            elif same_rows(old[key], cells):
                unchanged += 1
            else:
                changes.append((name, key, "changed"))
    return changes, unchanged


def _columns(rows: Sequence[TableRow]) -> list[str]:
    return list(dict.fromkeys(column for row in rows for column in row.columns if column))


def _as_csv(rows: Sequence[TableRow]) -> str:
    columns = _columns(rows)
    return as_csv(
        pl.DataFrame(
            {column: [row.cells.get(column, "") for row in rows] for column in columns},
            schema=dict.fromkeys(columns, pl.String()),
        )
    )


def _as_workbook(tables: Rows) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - heavy, and only when a workbook is written

    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        for name, rows in tables.items():
            sheet, columns = book.add_worksheet(name), _columns(rows)
            for number, cells in enumerate(
                [columns, *([row.cells.get(c, "") for c in columns] for row in rows)]
            ):
                for place, said in enumerate(cells):
                    sheet.write_string(number, place, said)
    return into.getvalue()
