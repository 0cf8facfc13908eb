"""Workbook: a measurement as Excel, every stage on a sheet of its own, for people who read no code.

The ranking comes first, then what it was made of, then how each step changed the values, and last where every
figure comes from and what is missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import polars as pl

from urbium.errors import InputError
from urbium.files import write_whole
from urbium.measure import Scores
from urbium.measure.weighting.registry import weighting_words
from urbium.model import Indicator
from urbium.publish.books.scores_stages import leaf_title, left_out, list_stages, matrix_columns
from urbium.publish.books.sheets import FILLS, Book, Column, Mark, number_form
from urbium.text import Text, text, texts
from urbium.units import unit

__all__ = ["write_workbook"]

_SCORE, _SHARE, _HUNDREDTHS = "0.0", "0%", "#,##0.00"
_INDEX: Final = text("book.scores.about.index", "Index")
_YEAR: Final = text("book.scores.about.year", "Year")
_NEVER: Final = datetime(1980, 1, 1, tzinfo=UTC)
_HUNDRED: Final = 100.0
_KNOWN: Final = {
    "rank_low": (text("book.scores.rank_low", "Best rank (5 % of runs)"), "0"),
    "rank_high": (text("book.scores.rank_high", "Worst rank (95 % of runs)"), "0"),
    "tier": (text("book.scores.tier", "Group of cities whose ranks cannot be told apart"), "0"),
}
_OWN: Final = ("city", "score", "rank", "coverage", "points", "points_coverage", "reason", *_KNOWN)
_SAID: Final = ("index", "period", "cities", "steps", "aggregate", "availability", "maximum_age")
_CELLS: Final = {
    "period": text("book.scores.cell.period", "Period"),
    "value": text("book.scores.cell.value", "Value"),
    "unit": text("book.scores.cell.unit", "Unit"),
    "area": text("book.scores.cell.boundary", "Boundary"),
    "status": text("book.scores.cell.status", "Status"),
    "quality": text("book.scores.cell.quality_grade", "Quality grade"),
    "source": text("book.scores.cell.source_see_sources", "Source (see Sources)"),
    "file": text("book.scores.cell.file", "File"),
    "sheet": text("book.scores.cell.sheet", "Sheet"),
    "cell": text("book.scores.cell.cell", "Cell"),
    "recorded_by": text("book.scores.cell.recorded_by", "Recorded by"),
    "recorded_at": text("book.scores.cell.recorded_at_utc", "Recorded at (UTC)"),
    "reason": text("book.scores.cell.reason_given", "Reason given"),
}


def write_workbook(scores: Scores, path: str | Path) -> Path:
    """Write every stage of a measurement as an Excel workbook; the same scores give the same bytes.

    Parameters
    ----------
    scores : what :func:`urbium.measure.measure_index` returned
    path : the file to write, ending in .xlsx; one that is there is replaced, whole

    Returns
    -------
    Path
        The file. Its sheets are About, Ranking, Pillars, Indicators, one for each step, Normalised, Weights,
        Missing, Cells, Kept out and Sources.

    Raises
    ------
    InputError : the name does not end in .xlsx
    """
    if Path(path).suffix.lower() != ".xlsx":
        raise InputError(
            text("book.not_xlsx", "a workbook is an .xlsx file"),
            place=str(path),
            remedy=text("book.not_xlsx.remedy", "end the name in .xlsx"),
        )
    return write_whole(path, _Writer(scores).content())


class _Writer:
    """Writes the sheets of one measurement, in the order in which a reader asks."""

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self.catalogue = scores.catalogue
        index = scores.index
        self.title = text(
            "book.scores.title", "{index}, {year}", index=index.name.get("en", index.id), year=scores.period
        )
        known = scores.cities.unique("code", keep="first", maintain_order=True)
        self.names: dict[str, str] = dict(known.select("code", "name_en").iter_rows())
        self.codes: list[str] = scores.table["city"].to_list()
        self.places = known.select(
            "code", *(name for name in ("name_zh", "province_en") if name in known.columns)
        )
        self.book = Book(self.title, self.created())

    def content(self) -> bytes:
        """Write all sheets and return the bytes of the workbook."""
        listed: list[tuple[str, Text]] = [
            (
                "Ranking",
                text(
                    "book.scores.about.ranking",
                    "Cities, best first, with the uncertainty of each rank and the share of known indicators",
                ),
            ),
            ("Pillars", text("book.scores.about.pillars", "Score of each city in each pillar")),
            (
                "Indicators",
                text("book.scores.about.indicators", "Measured values in their own units, before any step"),
            ),
            *((stage.sheet, stage.words) for stage in list_stages(self.scores)),
            (
                "Weights",
                text(
                    "book.scores.about.weights",
                    "Structure of the index: weights, formulas, lowest and highest values",
                ),
            ),
            ("Missing", text("book.scores.about.missing", "Missing values, by city, and why")),
            ("Cells", text("book.scores.about.cells", "Every figure that was used, with its file and cell")),
            ("Kept out", text("book.scores.about.kept_out", "Figures that were not used, and why")),
            ("Sources", text("book.scores.about.sources", "Publishers of the figures, and their licences")),
        ]
        self.book.page("About", self.title, list(self.about(listed)))
        self.ranking()
        self.pillars()
        self.indicators()
        for stage in list_stages(self.scores):
            city, code = self.who()
            city = replace(city, marks=left_out(stage, self.codes))
            columns = [city, code, *matrix_columns(self.scores, stage, self.codes)]
            self.book.table(stage.sheet, stage.title, stage.note, columns, fixed=2)
        self.weights()
        self.missing()
        self.cells(
            "Cells",
            self.scores.used,
            text("book.scores.cells", "Figures the scores were computed from, as reported."),
            text("book.scores.cells.title", "{title}: cells", title=self.title),
        )
        self.cells(
            "Kept out",
            self.scores.withheld,
            text("book.scores.kept_out", "Figures that were not used: suspect, too old, or projected."),
            text("book.scores.kept_out.title", "{title}: kept out", title=self.title),
        )
        self.sources()
        return self.book.content()

    def created(self) -> datetime:
        """The instant up to which figures are known: the workbook holds nothing younger."""
        newest = self.scores.used["recorded_at"].max()
        return newest if isinstance(newest, datetime) else _NEVER

    def about(self, listed: list[tuple[str, Text]]) -> Iterator[tuple[str, str, str]]:
        """Yield what the workbook is: index, method, sheets, colours, assumptions."""
        scores, index = self.scores, self.scores.index
        ranked = scores.table["rank"].count()
        yield _INDEX, f"{index.name.get('en', index.id)} ({index.id})", ""
        yield _YEAR, str(scores.period), ""
        without = scores.table.height - ranked
        cities = text(
            "book.scores.about.cities.value",
            "{measured:,} measured, {scored:,} with a score, {without:,} without",
            measured=scores.table.height,
            scored=ranked,
            without=without,
        )
        yield text("book.scores.about.cities", "Cities"), cities, ""
        none = text("book.scores.about.steps.none", "none")
        yield text("book.scores.about.steps", "Steps"), " > ".join(map(str, index.steps)) or none, ""
        means = text(
            "book.scores.about.aggregation.value",
            "{means} (lowest level first)",
            means=" > ".join(map(str, index.aggregate)),
        )
        yield text("book.scores.about.aggregation", "Aggregation"), means, ""
        yield text("book.scores.about.weighting", "Weighting"), weighting_words(index), ""
        needed = text(
            "book.scores.about.needed.value",
            "{share:.0%} of the indicators must be known",
            share=index.availability,
        )
        yield text("book.scores.about.needed", "Required for a score"), needed, ""
        age = texts(
            "book.scores.about.age.value",
            "up to {count} year before {year}",
            "up to {count} years before {year}",
            count=index.maximum_age,
            year=scores.period,
        )
        yield text("book.scores.about.age", "Age of figures"), age, ""
        yield text("book.scores.about.made_by", "Made by"), f"urbium {metadata.version('urbium')}", ""
        for name, value in sorted(scores.settings.items()):
            if isinstance(value, str | int | float) and name not in _SAID:
                yield text("book.scores.about.setting", "Setting {name}", name=name), str(value), ""
        yield "", "", ""
        yield text("book.scores.about.sheets", "Sheets"), "", ""
        yield from (
            (name, text("book.scores.about.sheet", "{words}.", words=words), "") for name, words in listed
        )
        yield "", "", ""
        yield text("book.scores.about.colours", "Colours"), "", ""
        yield from ((fill, words, fill) for fill, (_, words) in FILLS.items())
        yield "", "", ""
        yield text("book.scores.about.remarks", "Assumptions and remarks"), index.note, ""
        for each in self.leaves():
            if each.note:
                yield each.name.get("en", each.id), each.note, ""

    def leaves(self) -> list[Indicator]:
        """The indicators, in the order of the tree."""
        return [self.catalogue.indicators[name] for name in self.scores.index.indicators]

    def who(self, codes: list[str] | None = None) -> list[Column]:
        """The columns that name the city."""
        codes = self.codes if codes is None else codes
        names = [self.names.get(code) or code for code in codes]
        return [
            Column(text("book.scores.city", "City"), names, width=20),
            Column(text("book.scores.code", "Code"), codes, width=10),
        ]

    def ranking(self) -> None:
        """The ranking, with whatever columns of doubt the scores carry."""
        table = self.scores.table
        where = table.select(code="city").join(self.places, on="code", how="left", maintain_order="left")
        first = [Column(text("book.scores.rank", "Rank"), table["rank"].to_list(), "0", 7), *self.who()]
        titles = {
            "name_zh": text("book.scores.city_zh", "City (Chinese)"),
            "province_en": text("book.scores.province", "Province"),
        }
        first += [Column(titles[name], where[name].to_list(), width=16) for name in where.columns[1:]]
        doubt = [
            Column(title, table[name].to_list(), form)
            for name, (title, form) in _KNOWN.items()
            if name in table.columns
        ]
        more = [
            Column(name, table[name].to_list(), _HUNDREDTHS if kind.is_float() else "")
            for name, kind in table.schema.items()
            if name not in _OWN and not kind.is_nested()
        ]
        columns = [
            *first,
            self.bars(
                text("book.scores.score_0_to_100", "Score (0 to 100)"), table["score"].to_list(), width=18
            ),
            *doubt,
            *more,
            Column(
                text("book.scores.known_indicators_share", "Known indicators (share)"),
                table["coverage"].to_list(),
                _SHARE,
                14,
                has_bars=True,
                low=0,
                high=1,
            ),
        ]
        if table["points"].count():
            columns.append(
                Column(
                    text("book.scores.points_against_benchmarks", "Points against benchmarks (%)"),
                    table["points"].to_list(),
                    _SCORE,
                    14,
                )
            )
            columns.append(
                Column(
                    text("book.scores.benchmarks_reported_share", "Benchmarks reported (share)"),
                    table["points_coverage"].to_list(),
                    _SHARE,
                    14,
                )
            )
        columns.append(
            Column(
                text("book.scores.why_there_is_no_score", "Why there is no score"),
                table["reason"].to_list(),
                width=70,
            )
        )
        note = text(
            "book.scores.ranking.note",
            "Best first. The narrower its range, the more certain a rank. Scores count known indicators.",
        )
        self.book.table("Ranking", self.title, note, columns, fixed=3)

    def bars(self, title: str, cells: list[float | None], *, width: float = 14) -> Column:
        """A column of scores with bars; from 0 to 100 unless the scores run beyond."""
        known = [cell for cell in cells if cell is not None]
        is_usual = all(0 <= cell <= _HUNDRED for cell in known)
        ends = (0.0, _HUNDRED) if is_usual else (None, None)
        return Column(title, cells, _SCORE, width, has_bars=True, low=ends[0], high=ends[1])

    def pillars(self) -> None:
        """The scores of every inner node, a column each."""
        layout = self.scores.build.layout
        rows = {(row["city"], row["node"]): row for row in self.scores.pillars.iter_rows(named=True)}
        columns = self.who()
        for place in layout.inner:
            node = layout.nodes[place]
            name = node.name.get("en", node.id)
            own = [rows[code, node.id] for code in self.codes]
            columns.append(
                self.bars(
                    text("book.scores.pillar", "{pillar}: score", pillar=name), [row["score"] for row in own]
                )
            )
            columns.append(
                Column(
                    text("book.scores.pillar_known", "{pillar}: known (share)", pillar=name),
                    [row["coverage"] for row in own],
                    _SHARE,
                    11,
                )
            )
        note = text(
            "book.scores.pillars.note",
            "Scores of each pillar, and the share of its indicators that are known.",
        )
        self.book.table(
            "Pillars",
            text("book.scores.pillars.title", "{title}: pillars", title=self.title),
            note,
            columns,
            fixed=2,
        )

    def indicators(self) -> None:
        """The values as measured, with what stood in and what was kept out coloured."""
        rows = {(row["city"], row["indicator"]): row for row in self.scores.indicators.iter_rows(named=True)}
        columns = self.who()
        for each in self.leaves():
            own = [rows[code, each.id] for code in self.codes]
            values = [row["value"] for row in own]
            marks = {place: mark for place, row in enumerate(own) if (mark := self.mark(row))}
            form = number_form(unit(each.unit).dimension, values)
            columns.append(Column(leaf_title(each), values, form, 15, marks=marks))
        note = text(
            "book.scores.indicators.note",
            "Values in their own units, before any step; an empty cell is not known (see Missing).",
        )
        self.book.table(
            "Indicators",
            text("book.scores.indicators.title", "{title}: indicators as measured", title=self.title),
            note,
            columns,
            fixed=2,
        )

    def mark(self, row: Mapping[str, Any]) -> Mark | None:
        """How an indicator of a city is coloured."""
        if row["proxy"]:
            other = self.catalogue.indicators[row["proxy"]]
            name = other.name.get("en", other.id)
            return Mark("proxy", text("book.scores.proxy", "{indicator} is used as a proxy", indicator=name))
        if row["value"] is None:
            is_suspect = row["status"] == "suspect"
            return Mark("suspect", row["reason"]) if is_suspect else Mark("missing")
        return None

    def weights(self) -> None:
        """The tree with weights, formulas and goalposts, from the root down."""
        layout, nodes = self.scores.build.layout, self.scores.build.layout.nodes
        posts = {row["indicator"]: row for row in self.scores.goalposts.iter_rows(named=True)}
        within, whole = [1.0] * len(nodes), [1.0] * len(nodes)
        for place, children in enumerate(layout.children):
            total = sum(nodes[child].weight for child in children)
            for child in children:
                within[child] = nodes[child].weight / total if total else 0.0
                whole[child] = whole[place] * within[child]
        known = [self.catalogue.indicators.get(node.id) if not layout.children[place] else None
                 for place, node in enumerate(nodes)]  # fmt: skip
        ways = {
            1: text("book.scores.higher", "higher is better"),
            -1: text("book.scores.lower", "lower is better"),
            0: text("book.scores.no_direction", "without direction"),
        }
        named = {node.id: node.name.get("en", node.id) for node in nodes}

        def post(end: str, *, holder: bool = False) -> list[Any]:
            rows = [posts.get(node.id, {}) for node in nodes]
            return [
                self.names.get(row.get(f"{end}_city") or "", "") if holder else row.get(end) for row in rows
            ]

        columns = [
            Column(
                text("book.scores.part_of_the_index", "Part of the index"),
                [named[node.id] for node in nodes],
                width=40,
            ),
            Column(text("book.scores.id", "Id"), [node.id for node in nodes], width=24),
            Column(
                text("book.scores.belongs_to", "Belongs to"),
                [named.get(node.parent, "") for node in nodes],
                width=24,
            ),
            Column(text("book.scores.weight_within_it_share", "Weight within it (share)"), within, "0.0%"),
            Column(
                text("book.scores.weight_in_the_whole_index_share", "Weight in the whole index (share)"),
                whole,
                "0.0%",
                has_bars=True,
            ),
            Column(
                text("book.scores.direction", "Direction"),
                [ways[each.direction] if each else "" for each in known],
                width=18,
            ),
            Column(text("book.scores.unit", "Unit"), [each.unit if each else "" for each in known], width=22),
            Column(
                text("book.scores.computed_as", "Computed as"),
                [self.formula(each) if each else "" for each in known],
                width=60,
            ),
            Column(
                text("book.scores.lowest_among_the_scored", "Lowest among the scored"),
                post("low"),
                "#,##0.00##",
                15,
            ),
            Column(text("book.scores.lowest_held_by", "Lowest held by"), post("low", holder=True), width=16),
            Column(
                text("book.scores.highest_among_the_scored", "Highest among the scored"),
                post("high"),
                "#,##0.00##",
                15,
            ),
            Column(
                text("book.scores.highest_held_by", "Highest held by"), post("high", holder=True), width=16
            ),
            Column(
                text("book.scores.benchmark", "Benchmark"),
                [each.benchmark if each else None for each in known],
                "#,##0.00##",
            ),
            Column(
                text("book.scores.standard", "Standard"),
                [f"{each.standard} {each.edition}" if each else "" for each in known],
                width=18,
            ),
        ]
        note = text(
            "book.scores.weights.note",
            "Where a part is not known, the weights of the known parts are scaled to sum to one.",
        )
        self.book.table(
            "Weights",
            text("book.scores.weights.title", "{title}: weights and formulas", title=self.title),
            note,
            columns,
        )

    def formula(self, indicator: Indicator) -> str:
        """The formula in the names of the variables."""

        def joined(part: tuple[tuple[str, int], ...]) -> str:
            known = self.catalogue.variables
            told = [f"{'+' if sign > 0 else '-'} {known[name].name.get('en', name)}" for name, sign in part]
            terms = " ".join(told).removeprefix("+ ")
            return f"({terms})" if len(part) > 1 else terms

        factor = "" if indicator.factor == 1 else f"{indicator.factor:.10g} x "
        below = f" / {joined(indicator.denominator)}, in base units" if indicator.denominator else ""
        return f"{factor}{joined(indicator.numerator)}{below}"

    def missing(self) -> None:
        """Every value that is not known, why, and what was filled in for it."""
        lacking = self.scores.indicators.filter(pl.col("value").is_null())
        order = {code: place for place, code in enumerate(self.codes)}
        rows = sorted(lacking.iter_rows(named=True), key=lambda row: order[row["city"]])
        named = {each.id: each.name.get("en", each.id) for each in self.leaves()}
        columns = [
            *self.who([row["city"] for row in rows]),
            Column(
                text("book.scores.indicator", "Indicator"),
                [named[row["indicator"]] for row in rows],
                width=42,
            ),
            Column(text("book.scores.state", "State"), [row["status"] for row in rows], width=10),
            Column(text("book.scores.why", "Why"), [row["reason"] for row in rows], width=70),
            Column(
                text("book.scores.filled_in_with", "Filled in with"),
                [row["entered"] for row in rows],
                "#,##0.00##",
                15,
            ),
            Column(text("book.scores.unit", "Unit"), [row["unit"] for row in rows], width=22),
        ]
        note = texts(
            "book.scores.missing.note",
            "{count} value is missing.",
            "{count:,} values are missing; reporting them would raise the coverage of these cities.",
            count=len(rows),
        )
        self.book.table(
            "Missing",
            text("book.scores.missing.title", "{title}: missing values", title=self.title),
            note,
            columns,
            fixed=2,
        )

    def cells(self, sheet: str, table: pl.DataFrame, note: Text, title: Text) -> None:
        """Observations with the cells they came from."""
        known = table.sort("city", "variable", "period", "area", "source", nulls_last=True)
        variables = [self.catalogue.variables[name] for name in known["variable"]]
        columns = [
            *self.who(known["city"].to_list()),
            Column(
                text("book.scores.variable", "Variable"),
                [each.name.get("en", each.id) for each in variables],
                width=42,
            ),
            Column(text("book.scores.variable_id", "Variable id"), known["variable"].to_list(), width=24),
        ]
        for name, heading in _CELLS.items():
            if name == "recorded_at":
                instants = [each.isoformat(" ", "seconds")[:19] if each else "" for each in known[name]]
                columns.append(Column(heading, instants, width=20))
            else:
                form = "#,##0.########" if name == "value" else ""
                columns.append(Column(heading, known[name].to_list(), form, 18))
        if "why" in known.columns:
            columns.insert(
                4,
                Column(
                    text("book.scores.why_it_was_not_used", "Why it was not used"),
                    known["why"].to_list(),
                    width=36,
                ),
            )
        self.book.table(sheet, title, note, columns, fixed=2)

    def sources(self) -> None:
        """Who published the figures, under what licence, and how many were used."""
        both = pl.concat([self.scores.used.select("source"), self.scores.withheld.select("source")])
        names = sorted({name or "" for name in both["source"]})
        used: dict[str, int] = dict(self.scores.used["source"].fill_null("").value_counts().iter_rows())
        known = [self.scores.sources.get(name) for name in names]
        parts = {
            "publisher": text("book.scores.publisher", "Publisher"),
            "title": text("book.scores.source_title", "Title"),
            "year": text("book.scores.edition", "Year or edition"),
            "licence": text("book.scores.licence", "Licence"),
            "origin": text("book.scores.address", "Address"),
            "note": text("book.scores.remark", "Remark"),
        }
        columns = [
            Column(
                text("book.scores.source", "Source"),
                [name or text("book.scores.not_stated", "not stated") for name in names],
                width=16,
            ),
            *(
                Column(title, [getattr(each, part) if each else "" for each in known], width=40)
                for part, title in parts.items()
            ),
            Column(
                text("book.scores.figures_used", "Figures used"),
                [used.get(name, 0) for name in names],
                "#,##0",
            ),
        ]
        note = text(
            "book.scores.sources.note",
            "Figures are quoted with their publisher; check the licence before passing them on.",
        )
        self.book.table(
            "Sources", text("book.scores.sources.title", "{title}: sources", title=self.title), note, columns
        )
