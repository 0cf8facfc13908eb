"""Data: problems found on import, sources that disagree, where figures come from, and what was assumed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from urbium.access import Actor
from urbium.catalogue import Catalogue
from urbium.catalogue.checks.norms import driver_units
from urbium.errors import retold
from urbium.explanation import Explanation
from urbium.model.figures import address_in
from urbium.nations import nation_names
from urbium.observations.reasons import reason_in_force
from urbium.packaged import original
from urbium.programme import Programme
from urbium.programme.base.pilots_register import COUNTED
from urbium.text import Text, declared, named, say, sentences, spoken, text
from urbium.text.naming import by_language, called
from urbium.web.rendering.check_words import meanings_of, rules_told_apart
from urbium.web.rendering.listing import Listed, Listing
from urbium.web.rendering.words import named_rows
from urbium.web.views.frames import lasting, matching, named_cities

_FIRST = 8
"""How many needs to be measured the page shows; the command has them all."""

_MOST = 10
"""How many disagreements the page shows; the API has them all."""

_SIZE = 8
"""How many findings or sources a page of them shows: each is some sentences long."""


@dataclass(frozen=True, slots=True)
class FindingsQuery:
    """Which findings are shown: words, severity, and rule."""

    words: str = ""
    severity: str = ""
    rule: str = ""


_LISTED: Final = (
    Listed("where", by="place"), Listed("city", by="shown_name"), Listed("variable", by="variable_name"),
    Listed("period"), Listed("value", by="value"), Listed("message"), Listed("remedy"), Listed("severity"),
)  # fmt: skip
"""What is shown of the findings: the problem says what the rule asks."""
_SOURCES: Final = (
    Listed("publisher"), Listed("title"), Listed("year"), Listed("licence"),
    Listed("remarks", title=text("Origin and remarks")),
)  # fmt: skip


def findings(office: Programme, query: FindingsQuery, *, order: str = "", page: int = 1) -> dict[str, Any]:
    """Gather the page of findings: what is suspect, in which cell, by which rule, and what to do."""
    everything = _in_words(office)
    names = named_cities(office).select("city", city_name="name")
    everywhere = str(say(text("all")))
    variables = named_rows(office.catalogue.variables)
    is_of_a_column = pl.col("city").fill_null("") == ""
    shown = (
        selected_faults(office, query)
        .join(names, on="city", how="left", maintain_order="left")
        .with_columns(
            place=pl.concat_str(pl.col("sheet", "cell").replace("", None), separator="!", ignore_nulls=True),
            shown_name=pl.coalesce(
                "city_name",
                pl.col("city").replace(nation_names(spoken())).replace("", None),
                pl.lit(everywhere),
            ),
            variable_name=pl.col("variable").replace(variables),
        )
        .sort(is_of_a_column, maintain_order=True)  # whole columns stand at the top of the page
    )
    differing = office.disagreements()
    columns = everything.filter(is_of_a_column)
    asked = {"q": query.words, "severity": query.severity, "rule": query.rule}
    meanings = meanings_of(office)
    return {
        "query": query,
        "told_apart": dict(rules_told_apart(office, everything.filter(pl.col("rule") != ""), variables)),
        "meaning": lambda rule: sentences(meanings(rule)),
        "summary": office.summary(),
        "claims": len(office.claims.kept()),
        "total": everything.height,
        "columns": columns.to_dicts(),
        "rules": everything.group_by("rule")
        .agg(count=pl.len(), severities=pl.col("severity").unique().sort(descending=True))
        .sort("count", "rule", descending=[True, False])
        .to_dicts(),
        "severities": sorted(everything["severity"].unique().to_list()),
        "names": variables,
        "order": order,
        "disagreements": lasting(
            office,
            "disagreements",
            lambda: _disagreements(office, differing.head(_MOST).join(names, on="city", how="left")),
        ),
        "table": Listing(shown, _LISTED, "/data", asked, order, page, _SIZE),
        "disagreeing": differing.height,
        "collect": lasting(office, "surveys", lambda: _surveys(office)),
    }


def _in_words(office: Programme) -> pl.DataFrame:
    """Return the findings in the reader's language."""

    def told() -> pl.DataFrame:
        faults = office.faults()
        rows, names = map(retold, faults.iter_rows(named=True)), named_rows(office.catalogue.variables)
        said = [{name: str(say(called(row[name], names))) for name in ("message", "remedy")} for row in rows]
        return faults.with_columns(
            pl.Series(name, [row[name] for row in said], dtype=pl.String) for name in ("message", "remedy")
        )

    return lasting(office, "findings in words", told)


def _surveys(office: Programme) -> dict[str, Any] | None:
    """Return what to collect first for the adopted plan, in words and rows; None without a plan."""
    if office.adopted("plan") is None:
        return None
    surveys = office.once("surveys", office.surveys)
    rows = surveys.table.filter(pl.col("uncertain") > 0)
    worded = [
        row | {part: surveys.said(row[part]) for part in ("name", "collect", "stand_ins")}
        for row in rows.head(_FIRST).to_dicts()
    ]
    return {"words": surveys.sentence, "rows": worded}


def _disagreements(office: Programme, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return disagreements with what a reader needs: who says what, which counts, and why."""
    sources = office.sources()

    def publisher(code: str | None) -> str:
        return sources[code].publisher if code is not None and code in sources else code or ""

    return [
        row
        | {
            "publisher": publisher(row["source"]),
            "why": reason_in_force({**row, "is_in_force": True, "rivals": row["figures"]}),
            "others": [other | {"publisher": publisher(other["source"])} for other in row["others"]],
        }
        for row in rows.iter_rows(named=True)
    ]


def selected_faults(office: Programme, query: FindingsQuery) -> pl.DataFrame:
    """Return the findings that are asked for, gravest first."""
    grave = {"error": 0, "warning": 1, "note": 2}
    names = named_cities(office).select("city", "sought")
    faults = _in_words(office).join(names, on="city", how="left", maintain_order="left")
    faults = matching(faults, query.words, "city", "sought", "variable", "cell", "message", "rule", "sheet")
    for column, wanted in (("severity", query.severity), ("rule", query.rule)):
        if wanted:
            faults = faults.filter(pl.col(column) == wanted)
    order = pl.col("severity").replace_strict(grave, default=len(grave), return_dtype=pl.Int64)
    is_single = pl.col("city").fill_null("") != ""
    return faults.sort(order, is_single, maintain_order=True).drop("sought")


def assumptions(office: Programme) -> dict[str, Any]:
    """Gather the page of what nobody published for this use: assumed numbers, solutions, funds."""
    catalogue, places = office.catalogue, office.register.provinces()
    variables, names = named_rows(catalogue.variables), office.solution_names()
    titles = {one.indicator_code: one.title for one in catalogue.effects if one.indicator_code}
    return {
        "assumptions": list(catalogue.assumptions.values()),
        "borrowed": office.doctor.borrowed(),
        "solutions": sorted(
            catalogue.solutions.values(), key=lambda solution: (solution.domain, solution.name)
        ),
        "observed": office.track.observed(),
        "funds": list(catalogue.funds.values()),
        "occupations": list(catalogue.occupations.values()),
        "promises": [
            replace(one, solutions=tuple(names.get(code, code) for code in one.solutions))
            for one in catalogue.promises.values()
        ],
        "nations": nation_names(spoken()),
        "regions": _regions(catalogue, places),
        "needs": [
            (rule, [titles.get(one, one) for one in rule.indicators]) for rule in catalogue.needs.values()
        ],
        "candidates": [
            (catalogue.solutions[rule.solution].name, rule) for rule in catalogue.candidates.values()
        ],
        "norms": [
            replace(norm, provinces=tuple(places.get(one, one) for one in norm.provinces))
            for norm in sorted(catalogue.norms.values(), key=lambda norm: (norm.service, norm.valid_from))
        ],
        "drivers": driver_units(catalogue.norms.values()),
        "learned": {name: list(table.values()) for name, table in catalogue.learned.items()},
        "base_data": [
            replace(row, expected=tuple(variables.get(one, one) for one in row.expected))
            for row in catalogue.base_data.values()
        ],
        "profiles": catalogue.profiles,
        "outlines": list(catalogue.outlines.values()),
        "sources": catalogue.sources,
    }


def pilots(office: Programme) -> dict[str, Any]:
    """Gather the pilots: what each is, of which round, in which city, and whether its list was seen."""
    names = office.register.names()
    rows = [
        row
        | {
            "city_name": names.get(row["city"] or "", ""),
            "name": named(by_language(row)),
            "is_part": not {*by_language(row).values()} & {*names[row["city"]].names.values()}
            if row["city"] in names
            else False,
            "round_said": _round(row["round"], row["kind"]),
            "status_said": _LISTS.get(row["status"], text("not stated")),
            "source": _address_and_remark(row["source"]),
        }
        for row in office.pilots().iter_rows(named=True)
    ]
    said = text(
        "Pilots registered: {count:,}; in a published list or notice: {seen:,}; not confirmed: "
        "{unseen:,}. Linked to a city: {linked:,}.",
        count=len(rows),
        seen=sum(row["status"] == "seen" for row in rows),
        unseen=sum(row["status"] != "seen" for row in rows),
        linked=sum(bool(row["city_name"]) for row in rows),
    )
    counted = office.pilots_register
    counts = [row | {"kind_said": COUNTED[row["kind"]]} for row in counted.table().to_dicts()]
    return {"pilots": rows, "said": said, "counted": counted.said(), "counts": counts}


def _address_and_remark(origin: str) -> list[str]:
    """Return the address that the origin of a source begins with, and the remark behind it."""
    address = address_in(origin)
    return [part for part in (address, origin.removeprefix(address).lstrip(";, ")) if part]


_LISTS = {
    "seen": text("seen"),
    "not seen": text("not seen"),
}


def _round(name: str, kind: str) -> Text:
    """Say of which round a pilot is, and whether it was added to it later."""
    if not name:
        return text("unknown")
    if kind == "widened":
        return text("{name}, widened", name=name)
    return text("{name}", name=name)


def _regions(catalogue: Catalogue, places: Mapping[str, str]) -> list[tuple[str, str, list[str]]]:
    """Return each region with its source and its provinces."""
    regions: dict[tuple[str, str], list[str]] = {}
    for region in catalogue.regions.values():
        regions.setdefault((named(region.name, region.province), region.source), []).append(
            places.get(region.province, region.province)
        )
    return [(*key, provinces) for key, provinces in regions.items()]


def explained(
    office: Programme, actor: Actor, tree: Explanation, variable: str = "", city: str = ""
) -> dict[str, Any]:
    """Gather an explanation and its sources: each publication once, with every cell that was read from it.

    Of each file stands what its reader can do to have it; of one figure, a ``variable`` of a ``city``, where
    its source has it.
    """
    grouped: dict[tuple[str, ...], dict[str, dict[str, Any]]] = {}
    for origin in tree.sources:
        files = grouped.setdefault((origin.publisher, origin.title, origin.year, origin.licence), {})
        if origin.file not in files:
            files[origin.file] = {"cells": [], "had": office.source_files.of(actor, origin)}
        files[origin.file]["cells"].append("!".join(part for part in (origin.sheet, origin.cell) if part))
    names = {**named_rows(office.catalogue.variables), **office.register.names()}
    published = {(one.publisher, one.title, one.year, one.licence): one for one in office.sources().values()}
    return {
        "explanation": _in_names(tree, names),
        "origins": [
            (source, files, _address_and_remark(published[source].read_at) if source in published else (),
             declared(published[source].note) if source in published else "",
             original(published[source].id, variable, city, tree.period) if source in published else None)
            for source, files in grouped.items()
        ],
    }  # fmt: skip


def _in_names(node: Explanation, names: Mapping[str, str]) -> Explanation:
    """Return an explanation that calls cities and variables by their names."""
    return replace(
        node, what=called(node.what, names), note=called(node.note, names),
        children=tuple(_in_names(child, names) for child in node.children),
    )  # fmt: skip


def sources(office: Programme, words: str = "", *, order: str = "", page: int = 1) -> dict[str, Any]:
    """Gather the page of sources: publisher, title, year, licence and origin of those that words match."""
    rows = [
        {
            **{name: str(say(getattr(one, name))) for name in ("publisher", "title", "year", "licence")},
            "address": _address_and_remark(str(say(one.read_at))),
            "note": str(say(declared(one.note))),
            "remarks": str(say(sentences([str(say(one.read_at)), declared(one.note)]))),
        }
        for one in office.sources().values()
    ]
    frame = matching(pl.DataFrame(rows), words, *(str(one.source) for one in _SOURCES))
    frame = frame.sort("publisher", "title")
    table = Listing(frame, _SOURCES, "/about/sources", {"q": words}, order, page, 2 * _SIZE)
    return {"words": words, "table": table}
