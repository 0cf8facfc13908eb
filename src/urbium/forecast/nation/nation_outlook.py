"""The nation: people of the cities, other urban, rural, urban and all, adding up, with bands and reasons.

See ADR 0006.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import polars as pl

from urbium.columns import schema_of
from urbium.errors import NotFoundError
from urbium.explanation import Explanation, Origin, observed
from urbium.forecast.band_text import band_of_persons
from urbium.forecast.nation.hierarchy import PLACES
from urbium.forecast.nation.urbanisation import KINDS, declared_rows
from urbium.forecast.paths import Paths
from urbium.model import Source
from urbium.packaged import words_of
from urbium.result import Result
from urbium.text import Text, coded, declared, listed, sentences, text, texts

COUNTED = "agglomeration"
"""The boundary whose people are all urban, each counted once."""

_BAND = {name: pl.Float64() for name in ("value", "low80", "high80", "low95", "high95")}

TABLE: Mapping[str, pl.DataType] = MappingProxyType(
    {"place": pl.String(), "area": pl.String(), "year": pl.Int64(), **_BAND, "kind": pl.String()}
)
"""The columns of a nation; value and limits in persons, limits null where observed."""

SHARE: Mapping[str, pl.DataType] = MappingProxyType({"year": pl.Int64(), **_BAND, "kind": pl.String()})
"""The columns of the urban share, from 0 to 1."""

MOVED: Final = schema_of("place year before after moved narrowed", moved=pl.Float64())
"""The columns of what reconciliation did."""

OUTSIDE: Final = schema_of("city area reason")
"""The columns of the cities that are not counted one by one."""

AREAS: Mapping[str, str] = MappingProxyType(
    {
        "other urban": "urban outside the agglomerations",
        "rural": "national, rural",
        "urban": "national, urban",
        "nation": "national",
    }
)
"""The boundary of each place beside the cities."""

CAVEATS = tuple(words_of("caveat of the nation").values())
"""What must be said along with these figures."""

_FILE = "urbanisation.csv"
_SHOWN, _STEP = 30, 5
_TITLES: Final = words_of("part of the nation")


@dataclass(frozen=True, kw_only=True, repr=False)
class NationOutlook(Result):
    """People of a nation by where they live; in every path and year the parts add up.

    Attributes
    ----------
    table : place (code of a city, ``other urban``, ``rural``, ``urban``, ``nation``), area, year, value,
        low80, high80, low95, high95 (persons), kind (``observed`` or ``projected``)
    share : the urban share, from 0 to 1, by year, with limits
    moved : place, year, before and after (persons, medians), moved (share of before), narrowed (width of
        the 80% band after reconciliation over that before; null where there was none)
    outside : cities that are not counted one by one, with the reason
    paths : all places as whole futures, reconciled
    figures : the observations used, with ``year``
    names : English names by city code
    sources : publishers by id
    """

    stage: ClassVar[str] = "nation"
    share: pl.DataFrame
    moved: pl.DataFrame
    outside: pl.DataFrame
    paths: Paths
    figures: pl.DataFrame
    names: Mapping[str, str]
    sources: Mapping[str, Source]

    def __repr__(self) -> str:
        count, outside = len(self.paths.keys) - len(PLACES), self.outside.height
        title = texts(
            "Nation to {to}: {count} city, other urban areas and rural areas",
            "Nation to {to}: {count} cities, other urban areas and rural areas",
            count=count,
            to=int(self.paths.years[-1]),
        )
        if not outside:
            return title.render()
        left = texts(
            "{count} city is not included in the total",
            "{count} cities are not included in the total",
            count=outside,
        )
        return text("{title} ({left})", title=title, left=left).render()

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said along with these figures."""
        reasons = self.outside.group_by("reason", maintain_order=True).len().sort("reason")
        counted = (
            texts(
                "{count} city is not included in the total: {why}.",
                "{count} cities are not included in the total: {why}.",
                count=count,
                why=self.said(why),
            )
            for why, count in reasons.iter_rows()
        )
        return (*CAVEATS, *self._partly_rural(), *counted)

    def _partly_rural(self) -> Iterator[Text]:
        """Say where the places that are added up are wider than cities, as provinces are."""
        places = self.table.filter(~pl.col("place").is_in(list(PLACES)), pl.col("area") != COUNTED)
        if not places.is_empty():
            yield text(
                "The places in the total ({count}) are counted within {area}, not as agglomerations: "
                'rural residents there count as urban, so "other urban" is understated by their number.',
                count=places["place"].n_unique(),
                area=places["area"][0],
            )

    @property
    def facts(self) -> Mapping[str, Any]:
        """How many cities are in the sum, and the urban share in the last year."""
        last = self.share.row(-1, named=True)
        return {"cities": len(self.paths.keys) - len(PLACES), "urban_share": last["value"]}

    @property
    def overview(self) -> pl.DataFrame:
        """The nation and its parts every fifth year, as observed or with bands."""
        whole = self.table.filter(pl.col("place").is_in(list(PLACES)))
        last = int(self.paths.years[-1])
        recent = whole.filter(pl.col("year") > last - _SHOWN, (pl.col("year") - last) % _STEP == 0)
        return recent.drop("area")

    def chart(self, place: str = "") -> dict[str, Any]:
        """Return the stacked parts of the nation; or the fan of one place, or of the ``urban share``.

        Raises NotFoundError for a place that is not in the table.
        """
        from urbium.charts import fan  # noqa: PLC0415 - only when a chart is drawn
        from urbium.charts.nation import nation_parts  # noqa: PLC0415

        to = self.paths.years[-1]
        if place == "urban share":
            limits = list(_BAND)
            return fan(
                self.share.with_columns(pl.col(limits) * 100),
                title=text("Urban share to {to}", to=to),
                y_title="%",
            )
        if place:
            self._known(place)
            rows = self.table.filter(pl.col("place") == place)
            return fan(
                rows,
                title=text("{name} to {to}", name=self._name(place), to=to),
                y_title=text("Persons"),
            )
        return nation_parts(
            self._parts(),
            self._sums(),
            self.share,
            title=text("Where people live, to {to}", to=to),
        )

    def explain(self, key: str) -> Explanation:
        """Say how the figure of a place in the last year came about, down to cells of files.

        Raises NotFoundError, with the reason, for a city that is not in the sum.
        """
        self._known(key)
        to = int(self.paths.years[-1])
        last = self.table.row(by_predicate=(pl.col("place") == key) & (pl.col("year") == to), named=True)
        return Explanation(
            self._name(key),
            value=last["value"],
            unit="persons",
            period=str(to),
            area=last["area"],
            kind="forecast",
            note=band_of_persons(last),
            children=(self._move(key, to), *self._learnt(key), *self._outside(key), *self._observed(key)),
        )

    def _parts(self) -> pl.DataFrame:
        """Cities together, other urban and rural, in the years in which all three are known.

        Ahead they are the means of the futures, which add up as the futures do; medians do not.
        """
        count = len(self.paths.keys) - len(PLACES)
        seen = self.table.filter(pl.col("kind") == "observed")
        inside = seen.filter(~pl.col("place").is_in(PLACES))
        cities = (
            inside.group_by("year")
            .agg(pl.col("value").sum(), n=pl.len())
            .filter(pl.col("n") == count)
            .select("year", "value", part=pl.lit("Cities"))
        )
        names = {"other urban": "Other urban", "rural": "Rural"}
        others = seen.filter(pl.col("place").is_in(list(names))).select(
            "year", "value", part=pl.col("place").replace(names)
        )
        means = self.paths.values.mean(axis=-1)
        ahead = [
            pl.DataFrame({"year": self.paths.years, "value": values}).with_columns(part=pl.lit(part))
            for part, values in (
                ("Cities", means[:count].sum(axis=0)),
                ("Other urban", means[count]),
                ("Rural", means[count + 1]),
            )
        ]
        return pl.concat([cities, others, *ahead]).sort("year")

    def _sums(self) -> pl.DataFrame:
        """The urban population and the nation, ahead as means with the limits of their bands."""
        means = self.paths.values.mean(axis=-1)
        ahead = pl.concat(
            pl.DataFrame({"year": self.paths.years, "mean": means[self.paths.keys.index(name)]}).with_columns(
                place=pl.lit(name), kind=pl.lit("projected")
            )
            for name in ("urban", "nation")
        )
        rows = self.table.filter(pl.col("place").is_in(["urban", "nation"]))
        return rows.join(ahead, on=["place", "year", "kind"], how="left").with_columns(
            value=pl.coalesce("mean", "value"), sum=pl.col("place").str.to_titlecase()
        )

    def _name(self, place: str) -> str:
        return _TITLES.get(place) or coded(
            "forecast.nation.population_of", "Population of {name}", name=self.names.get(place, place)
        )

    def _known(self, place: str) -> None:
        """Raise NotFoundError unless the place is in the table."""
        if place in self.paths.keys:
            return
        for city, area, reason in self.outside.iter_rows():
            if city == place:
                raise NotFoundError(
                    coded(
                        "forecast.nation.outside",
                        "{name} ({area}) is not included in the total: {reason}",
                        name=self.names.get(city, city),
                        area=area,
                        reason=self.said(reason),
                    ),
                    remedy=text("see its own forecast"),
                )
        raise NotFoundError.named("place", place, self.paths.keys)

    def _move(self, place: str, year: int) -> Explanation:
        row = self.moved.row(by_predicate=(pl.col("place") == place) & (pl.col("year") == year), named=True)
        moved, narrowed = row["moved"], row["narrowed"]
        share = "" if moved is None else text("changed by {moved:.1%}", moved=moved)
        band = (
            ""
            if narrowed is None
            else text("its 80% band is {narrowed:.0%} as wide as before", narrowed=narrowed)
        )
        return Explanation(
            coded("forecast.nation.before", "Before reconciliation"),
            value=row["before"],
            unit="persons",
            period=str(year),
            kind="forecast",
            note=sentences([share, band]),
            children=(
                Explanation(
                    coded("forecast.nation.held", "Held fixed"),
                    value=listed(_TITLES[name] for name in self.settings["hold"]) or text("none"),
                    kind="setting",
                ),
            ),
        )

    def _learnt(self, place: str) -> Iterator[Explanation]:
        """The declared parameters behind a place that is no city."""
        if place not in PLACES:
            yield Explanation(
                coded("forecast.nation.own", "Its own forecast"),
                kind="forecast",
                note=text("paths drawn for the city"),
            )
            return
        given = self.settings["nation"] == "given"
        kinds = ["share", *(["outside"] if place == "other urban" else []), *([] if given else ["total"])]
        if given:
            yield Explanation(
                coded("forecast.nation.title_nation", "Population of the nation"),
                kind="forecast",
                note=text("supplied as an input, not drawn here"),
            )
        for kind in kinds if place != "nation" else kinds[1:]:
            yield Explanation(
                coded("forecast.nation.series", "How the {series} develops", series=KINDS[kind]),
                kind="assumption",
                note=text("learned from the countries in the World Bank's indicators up to 2000"),
                children=tuple(
                    Explanation(
                        row.id,
                        value=row.value,
                        unit=row.unit,
                        kind="assumption",
                        note=declared(row.note),
                        grade=row.evidence.value,
                        origin=Origin(
                            text("urbium catalogue"),
                            text("declared rows"),
                            file=_FILE,
                            cell=row.id,
                        ),
                    )
                    for name, row in declared_rows().items()
                    if name.startswith(f"{kind}.") and "reach" not in name
                ),
            )

    def _outside(self, place: str) -> Iterator[Explanation]:
        if place in ("other urban", "urban"):
            for reason, count in self.outside.group_by("reason").len().sort("reason").iter_rows():
                yield Explanation(
                    coded("forecast.nation.cities_outside", "Cities not included in the total"),
                    value=float(count),
                    kind="missing",
                    note=self.said(reason),
                )

    def _observed(self, place: str) -> tuple[Explanation, ...]:
        """The figures of the place; of a place beside the cities, those of the nation."""
        of_place = pl.col("city") == place if place not in PLACES else pl.col("area") == "national"
        rows = self.figures.filter(of_place).sort("year", "variable", descending=[True, False])
        return tuple(observed(row, self.sources) for row in rows.iter_rows(named=True))
