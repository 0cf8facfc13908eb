"""Workforce: the result: shares of sectors, jobs, and how every figure of them came about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import polars as pl

from urbium.columns import schema_of
from urbium.errors import NotFoundError
from urbium.explanation import Explanation, Origin, observed
from urbium.forecast.band_text import band_of_percent, band_of_persons
from urbium.forecast.paths import Paths
from urbium.forecast.workforce.observations import INCOME, TERTIARY
from urbium.forecast.workforce.sector_scores import REPORT
from urbium.forecast.workforce.sectors import SECTORS
from urbium.forecast.workforce.workforce_rules import SectorRules
from urbium.model import Assumption, Evidence, Source
from urbium.observations.roles import PACKAGED, Roles
from urbium.packaged import words_of
from urbium.result import Result
from urbium.text import Text, coded, declared, sentences, text, texts

OF_CITIES: Final = "its cities"
"""What a back-test of the cities is about, beside the code of the nation."""

_LIMITS: Final = schema_of("value low80 high80 low95 high95")

TABLE: Mapping[str, pl.DataType] = MappingProxyType(
    dict.fromkeys(("place", "area", "series", "sector"), pl.String())
    | {"year": pl.Int64()}
    | dict(_LIMITS)
    | {"kind": pl.String()}
)
"""The columns of the shares; from 0 to 1, limits null where observed."""

JOBS: Mapping[str, pl.DataType] = MappingProxyType(
    dict.fromkeys(("place", "quantity", "sector"), pl.String()) | {"year": pl.Int64()} | dict(_LIMITS)
)
"""The columns of the jobs; persons."""

REFUSED: Final = schema_of("place series reason")
"""The columns of the list of what cannot be forecast."""

EXCLUDED: Final = schema_of("place series year sum reason")
"""The columns of the list of figures left out; ``sum`` is what the shares of a year add up to."""

BACKTEST: Mapping[str, pl.DataType] = MappingProxyType(
    {"about": pl.String(), "series": pl.String()} | dict(REPORT) | {"held_out": pl.Boolean()}
)
"""The columns of the back-test; ``held_out`` is false where the model was learned from these years too."""

_CLOUD: Final = 300
_NATION: Final = text(
    "log-ratios of the shares, drawn year by year together with income, and averaged quantile by "
    "quantile with past changes in the shares of all countries"
)
_CITY: Final = text(
    "log-ratios of the city relative to those of its nation; where at least 30 cities have five "
    "figures each, their development is learned from these figures instead of being taken from the "
    "values declared for cities"
)


_METHODS: Final = words_of("method of sectors")
"""What the methods of the back-test are called."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Workforce(Result):
    """Shares of sectors in output and in employment of a nation and its cities, and its jobs.

    Attributes
    ----------
    table : place, area, series (``output`` or ``employment``), sector, year, value (median of the paths where
        projected), low80, high80, low95, high95, kind (``observed`` or ``projected``). In every path the
        shares add up to one; medians need not, by a hair
    to : last year
    place : code of the nation
    jobs : place, quantity (``labour force``, ``needed``, ``in sight``, ``shortfall``), sector (``all`` or
        one), year, value and limits, in persons; empty without persons by age
    backtest : how such forecasts did: about, series, method, horizon, sector, places, figures, crps (a
        share), coverage80, coverage95, held_out
    refused : place, series, reason
    excluded : place, series, year, sum, reason
    figures : the observations used
    futures : the paths of the nation's sectors, by place and series
    rules : the declared figures
    roles : which variables give income and the share of each sector
    notes : what must be said along with these figures
    names : English names by code
    sources : publishers by id
    """

    stage: ClassVar[str] = "workforce"
    to: int
    place: str
    jobs: pl.DataFrame
    backtest: pl.DataFrame
    refused: pl.DataFrame
    excluded: pl.DataFrame
    figures: pl.DataFrame
    futures: Mapping[tuple[str, str], Paths]
    rules: SectorRules
    notes: tuple[str, ...]
    names: Mapping[str, str]
    sources: Mapping[str, Source]
    roles: Roles = PACKAGED

    def __repr__(self) -> str:
        cities = self.table.filter(pl.col("place") != self.place)["place"].n_unique()
        name = self._name(self.place)
        title = (
            texts(
                "Workforce of {name} and {count} city to {to}",
                "Workforce of {name} and {count} cities to {to}",
                count=cities,
                name=name,
                to=self.to,
            )
            if cities
            else text("Workforce of {name} to {to}", name=name, to=self.to)
        )
        if not self.jobs.height:
            return title.render()
        return text("{title}, with jobs", title=title).render()

    @property
    def overview(self) -> pl.DataFrame:
        """The nation's sectors, last observed and in the last year, and its jobs in the last year."""
        national = self.table.filter(pl.col("place") == self.place)
        seen = national.filter(pl.col("kind") == "observed").sort("year").group_by("series", "sector").last()
        ahead = national.filter(pl.col("year") == self.to)
        sectors = seen.select("series", "sector", since="year", was="value").join(
            ahead.select("series", "sector", "year", *_LIMITS), on=["series", "sector"]
        )
        jobs = self.jobs.filter(pl.col("year") == self.to, pl.col("sector") == "all").select(
            pl.col("quantity").alias("series"), "sector", "year", *_LIMITS
        )
        return pl.concat([sectors.sort("series", "sector"), jobs], how="diagonal")

    def chart(self, place: str = "", series: str = "output") -> dict[str, Any]:
        """Return the chart of shares of sectors over time, with bands.

        Raises NotFoundError, with the reason, where that series of the place is not forecast.
        """
        from urbium.charts.triangle import shares  # noqa: PLC0415 - only when a chart is drawn

        code = place or self.place
        rows = self._rows(code, series)
        order = [name for name in SECTORS if name in set(rows["sector"])]
        return dict(
            shares(
                rows,
                title=text(
                    "{name}: shares of {series} to {to}", name=self._name(code), series=series, to=self.to
                ),
                order=order,
            )
        )

    def triangle(self, place: str = "") -> dict[str, Any]:
        """Return the sector triangle of the nation: its path through time, and where its futures end.

        Raises NotFoundError for a place without three sectors in many futures.
        """
        from urbium.charts.triangle import triangle  # noqa: PLC0415 - only when a chart is drawn

        code = place or self.place
        forecast_series = [series for place, series in self.futures if place == code]
        if not forecast_series:
            raise NotFoundError(
                coded(
                    "forecast.workforce.no_paths",
                    "no paths for the three sectors are stored for {name}",
                    name=self._name(code),
                ),
                remedy=text("request the nation, or the chart of shares for this place"),
            )
        points = pl.concat([self._rows(code, series) for series in forecast_series]).pivot(
            "sector", index=["series", "year", "kind"], values="value"
        )
        cloud = pl.concat(
            [
                pl.DataFrame(
                    dict(zip(SECTORS, self.futures[code, series].values[:, -1, :_CLOUD], strict=True))
                ).with_columns(series=pl.lit(series), year=pl.lit(self.to))
                for series in forecast_series
            ]
        )
        title = text("{name}: agriculture, industry and services to {to}", name=self._name(code), to=self.to)
        return dict(triangle(points, cloud, parts=SECTORS, title=title))

    def explain(self, key: str) -> Explanation:
        """Say how the forecast of a place came about, down to cells of files.

        ``key`` is a code, such as ``NLD``, or a code and a series, such as ``NLD employment``; ``NLD jobs``
        tells of the jobs. Raises NotFoundError, with the reason, for what was refused or not asked for.
        """
        place, _, series = key.partition(" ")
        if series == "jobs":
            return self._explain_jobs(place)
        wanted = [series] if series else [name for name in ("output", "employment") if self._has(place, name)]
        if not wanted:
            self._rows(place, "output")
        parts = tuple(self._explain_series(place, name) for name in wanted)
        if len(parts) == 1:
            return parts[0]
        return Explanation(
            coded("forecast.workforce.sectors_of", "Sectors of {name}", name=self._name(place)),
            period=str(self.to),
            kind="forecast",
            note=text("output and employment are two series; neither is derived from the other"),
            children=parts,
        )

    def _notes_of(self, subject: str) -> Iterator[str]:
        """Yield the notes on a series, or on the jobs: by the parameter that says what they are about."""
        for note in self.notes:
            if isinstance(note, Text) and note.parameters.get("series", "jobs") == subject:
                yield note

    def _name(self, place: str) -> str:
        return self.names.get(place, place)

    def _has(self, place: str, series: str) -> bool:
        return not self.table.filter(pl.col("place") == place, pl.col("series") == series).is_empty()

    def _rows(self, place: str, series: str) -> pl.DataFrame:
        """Rows of one series of a place; raise NotFoundError, with the reason, where there are none."""
        rows = self.table.filter(pl.col("place") == place, pl.col("series") == series)
        if rows.height:
            return rows
        why = self.refused.filter(pl.col("place") == place, pl.col("series") == series)["reason"].to_list()
        if why:
            raise NotFoundError(
                coded(
                    "forecast.workforce.refused",
                    "there is no forecast of {series} for {name}: {reason}",
                    series=series,
                    name=self._name(place),
                    reason=self.said(why[0]),
                ),
                remedy=text("load figures for its {series} shares", series=series),
            )
        raise NotFoundError.named("forecast of sectors", f"{place} {series}", _keys(self.table))

    def _explain_series(self, place: str, series: str) -> Explanation:
        rows = self._rows(place, series)
        last = rows.filter(pl.col("year") == self.to)
        return Explanation(
            coded(
                "forecast.workforce.shares_of",
                "Shares of {series} for {name}",
                series=series,
                name=self._name(place),
            ),
            period=str(self.to),
            area=str(last["area"][0]),
            kind="forecast",
            children=(
                *(_band(row) for row in last.iter_rows(named=True)),
                self._model(place, series),
                *self._tried(place, series),
                *(
                    Explanation(coded("forecast.note", "Note"), kind="setting", note=note)
                    for note in self._notes_of(series)
                ),
                *self._observations(place, series),
                *self._left_out(place, series),
            ),
        )

    def _explain_jobs(self, place: str) -> Explanation:
        rows = self.jobs.filter(pl.col("place") == place, pl.col("year") == self.to)
        if rows.is_empty():
            raise NotFoundError(
                coded(
                    "forecast.workforce.no_jobs",
                    "there are no figures for jobs in {name}",
                    name=self._name(place),
                ),
                remedy=text("give labour as numbers of persons by age and sex"),
            )
        rows_behind = [
            row for name, row in self.rules.rows.items()
            if name.split(".")[0] in {"participation", "unemployment", "jobs"}
        ]  # fmt: skip
        return Explanation(
            coded("forecast.workforce.jobs_of", "Jobs of {name}", name=self._name(place)),
            period=str(self.to),
            kind="forecast",
            note=text("needed: labour force less the unemployed; expected: jobs that follow from output"),
            children=(
                *(
                    _band(
                        row,
                        coded(
                            "forecast.workforce.quantity",
                            "{quantity}, {sector}",
                            quantity=row["quantity"],
                            sector=row["sector"],
                        ),
                        "persons",
                    )
                    for row in rows.iter_rows(named=True)
                ),
                *(
                    Explanation(coded("forecast.note", "Note"), kind="setting", note=note)
                    for note in self._notes_of("jobs")
                ),
                *(_declared(row) for row in rows_behind),
                *self._observations(place, "output"),
                *self._observations(place, "employment"),
            ),
        )

    def _model(self, place: str, series: str) -> Explanation:
        """What is declared of the model, as one knot of the tree."""
        heads = (f"{series}.",) if place == self.place else (f"{series}.", "city.")
        rows = [row for name, row in self.rules.rows.items() if name.startswith(heads)]
        return Explanation(
            coded("forecast.workforce.pooled", "Pooled model of sectors"),
            value=len(rows),
            unit=text("declared figures"),
            kind="setting",
            note=_NATION if place == self.place else _CITY,
            children=tuple(_declared(row) for row in rows),
        )

    def _tried(self, place: str, series: str) -> tuple[Explanation, ...]:
        """The back-test of this series in one line each."""
        about = place if place == self.place else OF_CITIES
        of_world = ~pl.col("about").is_in([self.place, OF_CITIES])
        rows = self.backtest.filter(
            pl.col("series") == series,
            (pl.col("about") == about) | of_world,
            pl.col("horizon").is_null(),
            pl.col("sector") == "all",
        )
        return tuple(
            Explanation(
                coded(
                    "forecast.workforce.backtest",
                    "Back-test, {method}",
                    method=_METHODS.get(row["method"], row["method"]),
                ),
                value=100 * row["crps"],
                unit=text("percentage points (CRPS)"),
                kind="forecast",
                note=_backtest_note(row),
            )
            for row in rows.iter_rows(named=True)
        )

    def _observations(self, place: str, series: str) -> tuple[Explanation, ...]:
        of_cities = [TERTIARY] if series == "output" else []
        names = self.roles.variables(*(f"{series}_{sector}" for sector in SECTORS), *of_cities, INCOME)
        rows = self.figures.filter(pl.col("city") == place, pl.col("variable").is_in(list(names))).sort(
            ["year", "variable"], descending=[True, False]
        )
        return tuple(observed(row, self.sources) for row in rows.iter_rows(named=True))

    def _left_out(self, place: str, series: str) -> tuple[Explanation, ...]:
        rows = self.excluded.filter(pl.col("place") == place, pl.col("series") == series)
        return tuple(
            Explanation(
                coded("forecast.workforce.left_out", "{series} shares, not used", series=series),
                period=str(row["year"] or ""),
                kind="missing",
                note=self.said(row["reason"]),
            )
            for row in rows.iter_rows(named=True)
        )


def _backtest_note(row: Mapping[str, Any]) -> Text:
    """Say what a back-test is about, whether its years were held out, and how often its bands held."""
    held_out = (
        text("years held out") if row["held_out"] else text("the model was also trained on these years")
    )
    if row["coverage80"] is None:
        return sentences([row["about"], held_out])
    coverage = text(
        "{coverage80:.0%} within 80% bands, {coverage95:.0%} within 95% bands",
        coverage80=row["coverage80"],
        coverage95=row["coverage95"],
    )
    return sentences([row["about"], held_out, coverage])


def _keys(table: pl.DataFrame) -> list[str]:
    return [
        f"{place} {series}"
        for place, series in table.select("place", "series").unique().sort("place").iter_rows()
    ]


def _band(row: Mapping[str, Any], what: str = "", unit: str = "%") -> Explanation:
    """One figure with its bands; shares are shown in percent."""
    factor, bands = (100.0, band_of_percent(row)) if unit == "%" else (1.0, band_of_persons(row))
    return Explanation(
        what or row["sector"], value=factor * row["value"], unit=unit, period=str(row["year"]),
        kind="forecast", note=bands,
    )  # fmt: skip


def _declared(row: Assumption) -> Explanation:
    return Explanation(
        row.id,
        value=row.value,
        unit=row.unit,
        kind="assumption" if row.evidence is Evidence.ASSUMPTION else "setting",
        origin=Origin(
            text("urbium catalogue"),
            text("declared figures for the workforce"),
            file="workforce.csv",
            cell=row.id,
        ),
        note=text("{evidence}: {note}", evidence=row.evidence.label, note=declared(row.note)),
    )
