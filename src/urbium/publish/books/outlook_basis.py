"""Outlook basis: what the forecasts leave out, and who published what they use, as tables of a workbook."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from urbium.columns import schema_of
from urbium.model import Source
from urbium.packaged import words_of
from urbium.publish.books.band_columns import Listing, Names, called, heads
from urbium.result import Result
from urbium.text import Text, declared, say, text

if TYPE_CHECKING:
    from urbium.forecast import NationOutlook, Outlook, Workforce

Parts = Mapping[str, Any]
_PARTS: Final = words_of("part of an outlook")


def in_words(result: Result, table: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Return a table of a part with its messages in the language that is spoken, and variables by name."""
    variables = [name for name in ("variable", "what") if name in table.columns]
    return result.in_words(table).with_columns(pl.col(name).replace(dict(names)) for name in variables)


def left_out_listing(parts: Parts, names: Names) -> Listing:
    """List the places and figures that the parts do not use, with the reason."""
    wanted = schema_of("place what area period reason value")
    left_out: list[tuple[str, Text, pl.DataFrame]] = []
    if "population" in parts:
        outlook: Outlook = parts["population"]
        excluded = outlook.excluded.rename({"city": "place", "variable": "what"})
        left_out += [
            ("population", text("Population"), outlook.refused.rename({"city": "place"})),
            ("population", text("Population, one figure"), excluded),
        ]
    if "nation" in parts:
        nation: NationOutlook = parts["nation"]
        outside = nation.outside.rename({"city": "place"})
        left_out += [("nation", text("Nation: not counted separately"), outside)]
    if "households" in parts:
        left_out += [("households", text("Households"), parts["households"].refused)]
    if "workforce" in parts:
        work: Workforce = parts["workforce"]
        of_a_year = work.excluded.rename({"series": "what", "year": "period"})
        left_out += [
            ("workforce", text("Sectors"), work.refused.rename({"series": "what"})),
            ("workforce", text("Sectors, one year"), of_a_year),
        ]
    tables = [
        in_words(parts[part], table, names).select(
            part=pl.lit(str(say(words))),
            **{
                name: pl.col(name).cast(kind) if name in table.columns else pl.lit(None, kind)
                for name, kind in wanted.items()
            },
        )
        for part, words, table in left_out
    ]
    rows = pl.concat(tables) if tables else pl.DataFrame(schema={"part": pl.String, **wanted})
    return Listing(
        "Not used",
        text("What the forecasts do not include, and why"),
        text(
            "Places for which no forecast could be made, and individual figures that were not used. "
            "Values are as reported."
        ),
        called(rows, "place", names),
        heads(
            "left_out.part", "place.name", "code.place", "what", "area", "period", "left_out.value", "reason"
        ),
    )


def sources_listing(parts: Parts) -> Listing:
    """List the publishers of the figures and norms behind the parts."""
    used: dict[str, dict[str, int]] = {}
    published: dict[str, Source] = {}
    for part, result in parts.items():
        published |= result.sources
        for name in _sources_of(part, result):
            used.setdefault(name or "", {}).setdefault(part, 0)
            used[name or ""][part] += 1
    names = sorted(used)
    sources = [published.get(name) for name in names]
    columns = (
        {
            "id": [name or str(say(text("not stated"))) for name in names],
            "parts": [
                str(say(text("{parts:commas}", parts=[_PARTS[part] for part in used[name]])))
                for name in names
            ],
            "figures": [sum(used[name].values()) for name in names],
        }
        | {
            field: [str(getattr(source, field)) if source else "" for source in sources]
            for field in ("publisher", "title", "year", "licence", "origin")
        }
        | {"note": [str(say(declared(source.note))) if source else "" for source in sources]}
    )
    return Listing(
        "Sources",
        text("Publishers of figures and norms"),
        text(
            "Statistical facts are quoted with their publisher; check the licence before passing figures on."
        ),
        pl.DataFrame(
            columns, schema_overrides={name: pl.Int64 if name == "figures" else pl.String for name in columns}
        ),
        heads(
            "sources.id",
            "publisher",
            "sources.title",
            "sources.year",
            "licence",
            "origin",
            "parts",
            "sources.figures",
            "note",
        ),
        1,
    )


def _sources_of(part: str, result: Any) -> list[str]:  # noqa: ANN401 - the result class of the part
    """Return the source of each figure behind a part."""
    if part == "pressure":
        norms = [norm.source for norm in result.norms.values()]
        return [*norms, *result.capacity.figures["source"]]
    if part == "ages":
        return list(result.inputs.table["source_id"])
    return list(result.figures["source"])
