"""Rules of base data, city services and outlines: each yields its faults; only load_catalogue raises."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from urbium.catalogue.checks.findings import found
from urbium.catalogue.checks.references import DOMAIN, SOLUTION, VARIABLE, missing
from urbium.catalogue.tables.table_kinds import KEY_SIGN
from urbium.errors import Fault
from urbium.nations import is_nation
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

_OUTLINE = text("outline")


def base_data(c: "Catalogue") -> Iterator[Fault]:
    """Every variable that says how many records a base database is to hold is declared."""
    for key, one in c.base_data.items():
        owner = text("base database {id}", id=key)
        yield from missing(VARIABLE, owner, one.expected, c.variables, ("base_data", key, "expected"))


def city_services(c: "Catalogue") -> Iterator[Fault]:
    """Every solution whose working a kind of problem depends on is declared."""
    for key, one in c.city_services.items():
        needed = [one.solution] if one.solution else []
        owner = text("city service {id}", id=key)
        yield from missing(SOLUTION, owner, needed, c.solutions, ("city_services", key, "solution"))


def outlines(c: "Catalogue") -> Iterator[Fault]:
    """An outline belongs to a nation that there is, or to none, and has sections; these speak of fields.

    Fields are asked of the programme's own sections alone: it may have retired the solutions of the others.
    """
    domains = {one.domain for one in c.solutions.values()}
    for one in c.outline_sections:
        key = f"{one.outline}{KEY_SIGN}{one.number}"
        owner = text("section {number} of an outline", number=one.number)
        yield from missing(_OUTLINE, owner, [one.outline], c.outlines, ("outline_sections", key, "outline"))
        if ("outline_sections", key) in c.own:
            yield from missing(DOMAIN, owner, one.domains, domains, ("outline_sections", key, "domains"))
    for name, outline in c.outlines.items():
        if outline.nation and not is_nation(outline.nation):
            yield found(
                ("outlines", name, "nation"),
                coded("catalogue.outline.nation", "{nation!r} is not a nation", nation=outline.nation),
                text("enter a nation's three-letter code (ISO 3166), or leave the cell blank"),
                "outline",
            )
        if name not in {one.outline for one in c.outline_sections}:
            yield found(
                ("outlines", name, "id"),
                coded("catalogue.outline.empty", "the outline {name!r} has no sections", name=name),
                text("add rows for it in documents/outline_sections.csv"),
                "outline",
            )
