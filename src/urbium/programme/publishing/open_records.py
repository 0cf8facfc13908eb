"""Open records: what everybody may see, gathered on an instant as the record that a publication is made of.

It is read as somebody reads it who has not signed in (:data:`urbium.access.ANYBODY`): figures that are
neither suspect nor rejected, scores and outlook that rest on those alone, the adopted plan, and of dossiers
the versions and fields that the public sees, of those that it still sees today.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.access import ANYBODY, Role, rights
from urbium.catalogue.tables.rows import is_name, names
from urbium.errors import InputError
from urbium.model import Names
from urbium.model.dossiers import Dossier
from urbium.programme.base.pinned import PINNED, difference
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.money.finances import Finances
from urbium.programme.publishing.open_projects import Projects
from urbium.programme.publishing.open_results import OpenResult, open_result
from urbium.result import Result
from urbium.store.audit_log import canonical, microseconds, sha256
from urbium.text import ENGLISH, coded, language, text

if TYPE_CHECKING:
    from urbium.plan import Plan
    from urbium.publish.open_data import OpenData


_PINNED: Final = (
    "name", "nation", "currency", "price_year", "languages", "fiscal_year", "words", "address",
    "project_prefix",
)  # fmt: skip
"""The settings that are seen in what is published."""
_ID_LENGTH: Final = 16
_RESULTS: Final = ("scores", "outlook")


class OpenRecords:
    """Gathers what everybody may see."""

    def __init__(self, desk: Desk, casework: Casework, finances: Finances) -> None:
        self._desk, self._casework, self._finances = desk, casework, finances
        self._store = desk.workspace.store

    def gather(self, known_on: datetime, licence: str, formats: Sequence[str]) -> "OpenData":
        """Return what everybody may see as the record that formats are written from.

        Raises InputError where there is no figure.
        """
        from urbium.publish.open_data import TABLES, OpenData, digest_of, empty, units_of  # noqa: PLC0415 - above

        settings = self._desk.settings()
        figures = self._figures(known_on)
        if figures.is_empty():
            raise InputError(
                coded("programme.publication.empty", "there are no figures to publish"),
                remedy=text("import figures first: urbium load FILE"),
            )
        with language(ENGLISH):
            results = self._results(known_on, figures)
            projects = self._projects(known_on)
        frames = {
            "places": self._store.cities(as_known_on=known_on).rename({"code": "place"}).sort("place"),
            "variables": self._variables(figures, [row for one in results.values() for row in one.variables]),
            "sources": self._sources(
                figures,
                known_on,
                [one.source | {"publisher": self._desk.settings.name()} for one in results.values()],
            ),
            "figures": figures,
            **{stage: results[stage].rows if stage in results else empty(stage) for stage in _RESULTS},
            **projects,
        }
        units = pl.concat(one["unit"].cast(pl.String) for one in frames.values() if "unit" in one.columns)
        frames["units"] = units_of(units.unique())
        tables = {name: _allowed(name, frames[name], settings.languages) for name in TABLES}
        public = {name: getattr(settings, name) for name in _PINNED}
        pins = {
            "settings": sha256(canonical(_plain(public))),
            "catalogue": self._desk.workspace.catalogue.version,
            "policy": sha256(canonical([_policy(), {name: frame.columns for name, frame in tables.items()}])),
            "content": digest_of(tables),
            "code": version("urbium"),
            "licence": licence,
        }
        id_ = sha256(canonical([pins, microseconds(known_on), list(formats)]))[:_ID_LENGTH]
        return OpenData(
            id=id_,
            known_on=known_on,
            name=dict(settings.name),
            languages=settings.languages,
            nation=settings.nation,
            currency=settings.currency,
            address=settings.address,
            project_prefix=settings.project_prefix,
            tables=tables,
            **pins,
        )

    def _figures(self, known_on: datetime) -> pl.DataFrame:
        """Return the figures as they were known, one variable after the other; texts as categories."""
        from urbium.publish.open_data import PUBLIC_STATUSES, TABLES  # noqa: PLC0415 - as above

        columns: dict[str, pl.DataType] = {
            column.name: pl.Float64() if column.kind == "number" else pl.Categorical()
            for column in TABLES["figures"].columns
        }
        parts = [pl.DataFrame(schema=columns)]
        for variable in self._store.variables(as_known_on=known_on):
            stored = self._store.observations(
                variables=[variable], statuses=PUBLIC_STATUSES, as_known_on=known_on
            ).rename({"city": "place", "area": "boundary"})
            parts.append(stored.select(*columns).filter(pl.col("value").is_finite()).cast(pl.Schema(columns)))
        return pl.concat(parts)

    def _variables(self, figures: pl.DataFrame, indices: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
        """Return what is declared of the variables of some figures; one that is retired keeps its name.

        ``indices`` are the rows of those that are computed.
        """
        declared = self._desk.workspace.catalogue.variables
        languages = self._desk.settings().languages
        rows = []
        for name in sorted(figures["variable"].unique()):
            variable = declared.get(name)
            rows.append(
                {
                    "variable": name,
                    **_names(variable.name if variable else {}, languages),
                    "unit": variable.unit if variable else "",
                    "boundary": variable.area if variable else "",
                    "definition": variable.definition if variable else "",
                }
            )
        rows += [
            {column: said for column, said in row.items() if not is_name(column)}
            | _names(names(row), languages)
            for row in indices
        ]
        columns = {f"name_{one}": pl.String() for one in languages}
        columns |= {column: pl.String() for row in rows for column in row if is_name(column)}
        return pl.DataFrame(rows, schema_overrides=columns, infer_schema_length=None)

    def _sources(
        self, figures: pl.DataFrame, known_on: datetime, results: Iterable[Mapping[str, Any]]
    ) -> pl.DataFrame:
        """Return the sources of some figures, and those that results are."""
        sources = self._store.sources(as_known_on=known_on)
        names = sorted(figures["source"].unique())
        fields = ("publisher", "title", "year", "licence", "origin")
        return pl.DataFrame(
            [
                *(
                    {"source": name} | {field: getattr(sources[name], field) for field in fields}
                    for name in names
                ),
                *results,
            ]
        )

    def _results(self, known_on: datetime, figures: pl.DataFrame) -> dict[str, OpenResult]:
        """Return the results that were adopted on an instant and can be published, by stage."""
        results = {}
        for stage in _RESULTS:
            number, adopted = self._adopted(stage, known_on)
            kept = self._store.kept("adopted", stage, version=number) if number else None
            if kept is not None:
                result = self._desk.workspace.adopted_as(stage, number)
                if self._desk.workspace.once(
                    f"{stage} as adopted",
                    partial(_is_unchanged, kept, result),
                    of=number,
                    is_pinned=True,
                ):
                    results[stage] = open_result(result, kept, adopted, number, figures)
        return results

    def _projects(self, known_on: datetime) -> dict[str, pl.DataFrame]:
        """Return projects of the adopted plan and of task books in force, their money and who finances it."""
        workspace = self._desk.workspace
        catalogue = workspace.catalogue
        projects = Projects(self._desk.settings().fiscal_year, catalogue.solutions, catalogue.instruments)
        number, _ = self._adopted("plan", known_on)
        plan: Plan | None = workspace.adopted_as("plan", number)
        if plan is not None:
            projects.add_plan(plan)
            projects.add_finance(
                plan,
                self._finances.draws(plan),
                self._finances.signed(plan, as_known_on=known_on),
                self._finances.inflows(plan),
            )
        reports: dict[str, list[Dossier]] = {}
        for report in self._seen("report", known_on):
            reports.setdefault(report.parent, []).append(report)
        examples = self._desk.examples()
        for book in (one for one in self._seen("taskbook", known_on) if one.round not in examples):
            projects.add_book(book, reports.get(book.code, []))
        return projects.tables()

    def _seen(self, kind: str, known_on: datetime) -> Iterator[Dossier]:
        """Yield the dossiers of a kind as the public saw them on an instant, of those it sees today."""
        for sight in self._casework.listed(ANYBODY, kind, as_known_on=known_on):
            yield sight.dossier

    def _adopted(self, stage: str, known_on: datetime) -> tuple[int, datetime]:
        """Return number and instant of the result of a stage that was adopted on an instant; 0 for none."""
        kept = self._store.kept("adopted").filter(
            (pl.col("id") == stage) & (pl.col("recorded_at") <= known_on)
        )
        rows = kept.sort("version").select("version", "recorded_at").rows()
        return rows[-1] if rows else (0, known_on)


def _is_unchanged(kept: Mapping[str, Any], result: Result) -> bool:
    """Say whether a result is made again as it was adopted."""
    return PINNED in kept and difference(kept[PINNED], result) is None


def _allowed(name: str, frame: pl.DataFrame, languages: Sequence[str]) -> pl.DataFrame:
    """Return the columns of a table that are handed out, and its names in the programme's languages."""
    from urbium.publish.open_data import TABLES  # noqa: PLC0415 - as above

    declared = [column.name for column in TABLES[name].columns]
    spoken = [f"{what}_{one}" for what in ("name", "province") for one in languages]
    if name == "variables":  # what has no name in these languages bears its own, said to be in that
        spoken += [column for column in frame.columns if is_name(column) and column not in spoken]
    key, *others = declared
    columns = [key, *(one for one in spoken if one in frame.columns), *others]
    return frame.select(columns)


def _names(declared: Names, languages: Sequence[str]) -> dict[str, str | None]:
    """Return the columns of names: those of the languages, or the first name where it has none of them.

    >>> _names({"pt": "Leitos", "es": "Camas"}, ["en"])
    {'name_en': None, 'name_pt': 'Leitos'}
    """
    said = dict(declared)
    columns = {f"name_{one}": said.get(one) for one in languages}
    if said and not any(columns.values()):
        first = next(iter(said))
        columns[f"name_{first}"] = said[first]
    return columns


def _policy() -> list[Any]:
    """Return what the policy lets the public read, in an order that is always the same."""
    return sorted(
        [right.kind, right.where, *sorted(right.states), *sorted(right.circles)]
        for right in rights()
        if right.role is Role.PUBLIC and right.action == "read"
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - any setting
    """Return a setting as JSON has it."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return list(value) if isinstance(value, tuple) else value
