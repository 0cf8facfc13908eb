"""Columns: what the columns of tables in documents are called, each once."""

from collections.abc import Mapping
from typing import Final

from urbium.text import Text, text

__all__ = ["columns"]

_COLUMNS: Final[Mapping[str, Text]] = {
    "about": text("publish.column.about", "About"),
    "already": text("publish.column.already", "Cities already short"),
    "before": text("publish.column.before", "Needs first"),
    "building": text("publish.column.building", "Under construction"),
    "capacity": text("publish.column.capacity", "Capacity (latest reported)"),
    "capital": text("publish.column.capital", "Construction cost"),
    "case": text("publish.column.case", "Kind"),
    "change": text("publish.column.change", "Expected change"),
    "city": text("publish.column.city", "City"),
    "count": text("publish.column.count", "How many"),
    "declared": text("publish.column.declared", "Declared"),
    "demand": text("publish.column.demand", "Demand at the end of the outlook"),
    "edition": text("publish.column.edition", "Edition or years"),
    "evidence": text("publish.column.evidence", "Evidence"),
    "field": text("publish.column.field", "Field"),
    "finished": text("publish.column.finished", "Completed by year-end"),
    "high": text("publish.column.high", "High (80 %)"),
    "indicator": text("publish.column.indicator", "Indicator"),
    "judged": text("publish.column.judged", "Cities with known demand and capacity"),
    "kind": text("publish.column.kind", "Kind"),
    "known": text("publish.column.known", "Known by name"),
    "licence": text("publish.column.licence", "Licence"),
    "low": text("publish.column.low", "Low (80 %)"),
    "occupation": text("publish.column.occupation", "Occupation (ISCO-08)"),
    "on": text("publish.column.on", "Adopted on"),
    "operation": text("publish.column.operation", "Running cost a year"),
    "persons": text("publish.column.persons", "Persons"),
    "planned": text("publish.column.planned", "Projects"),
    "population": text("publish.column.population", "Population"),
    "posts": text("publish.column.posts", "Full-time posts"),
    "project": text("publish.column.project", "Project"),
    "publisher": text("publish.column.publisher", "Publisher"),
    "range": text("publish.column.range", "80 % range"),
    "rank": text("publish.column.rank", "Rank"),
    "rank_of": text("publish.column.rank_of", "Rank among cities that report it"),
    "result": text("publish.column.result", "Result"),
    "round": text("publish.column.round", "Round"),
    "score": text("publish.column.score", "Score (0–100)"),
    "sentence": text("publish.column.sentence", "What the plan says"),
    "service": text("publish.column.service", "Service"),
    "shortage": text("publish.column.shortage", "Shortage"),
    "solution": text("publish.column.solution", "Solution"),
    "source": text("publish.column.source", "Source"),
    "source_title": text("publish.column.source_title", "Title"),
    "standards": text("publish.column.standards", "Standards"),
    "starts": text("publish.column.starts", "Start"),
    "state": text("publish.column.state", "State"),
    "titles": text("publish.column.titles", "Projects of the plan"),
    "to_build": text("publish.column.to_build", "Construction"),
    "to_run": text("publish.column.to_run", "Operation"),
    "unit": text("publish.column.unit", "Unit"),
    "value": text("publish.column.value", "Value"),
    "version": text("publish.column.version", "Version"),
    "what": text("publish.column.what", "What it is"),
    "year": text("publish.column.year", "Year"),
    "years": text("publish.column.years", "Built"),
}


def columns(*names: str) -> tuple[Text, ...]:
    """Return the headings of columns.

    >>> columns("year", "unit")
    ('Year', 'Unit')
    """
    return tuple(_COLUMNS[name] for name in names)
