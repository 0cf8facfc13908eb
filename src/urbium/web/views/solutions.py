"""Solutions: what cities can plan: what each does, which norms it has to meet, its effects, who plans it.

Costs stand with the assumptions (``data.py``); a project of a solution is ``plans/project.py``.
"""

from collections import Counter
from functools import cache
from typing import Any, Final

import polars as pl

from urbium.errors import NotFoundError
from urbium.model import UNSEEN
from urbium.packaged import packaged_rows
from urbium.programme import Programme
from urbium.programme.base.labels import label
from urbium.text import Text, declared, named, say, text
from urbium.text.naming import by_language
from urbium.web.rendering.listing import Listed, Listing
from urbium.web.rendering.parameters import FromOffice, PageNumber, Segment, Word, Words
from urbium.web.views.finding import projects_of
from urbium.web.views.frames import matching, solutions_planned
from urbium.web.views.plans.owed import income_basis
from urbium.web.views.plans.project import effects_found

_COLUMNS: Final = (
    Listed("name", "solution"), Listed("domain", by="field"),
    Listed("description", by="what", title=text("What it does")),
    Listed("standards", by="norms", title=text("Norms")), Listed("projects", "ranking.projects"),
)  # fmt: skip
_ROWS: Final = 30
"""Solutions of a page of the list."""


def solutions_page(
    office: FromOffice, *, words: Words = "", order: Word = "", page: PageNumber = 1
) -> dict[str, Any]:
    """Gather the solutions that words match: by name, field, what they do, norms."""
    planned = Counter(solutions_planned(office).values())
    rows = [
        {
            "code": one.code,
            "name": str(say(one.name)),
            "field": label(one.domain),
            "what": str(say(declared(one.description))),
            "norms": text("{names:list}", names=[_norm(name) for name in one.standards]).render(),
            "projects": planned[one.code],
        }
        for one in office.catalogue_of("plan").solutions.values()
    ]
    frame = pl.DataFrame(rows).sort("field", "name")
    shown = matching(frame, words, "name", "field", "what", "norms")
    return {
        "words": words,
        "table": Listing(shown, _COLUMNS, "/about/solutions", {"q": words}, order, page, _ROWS),
    }


def solution_page(office: FromOffice, code: Segment) -> dict[str, Any]:
    """Gather a solution; NotFoundError where the catalogue has none of this code."""
    catalogue = office.catalogue_of("plan")
    solutions, sources = catalogue.solutions, catalogue.sources
    if code not in solutions:
        raise NotFoundError.named("solution", code, solutions)
    one = solutions[code]
    return {
        "solution": one,
        "norms": [(_norm(name), _norms().get(name, ("", ""))[1]) for name in one.standards],
        "found": effects_found(office, code),
        "income": _income(office, code),
        "needs": [(name, solutions[name].name) for name in one.prerequisites if name in solutions],
        "sources": [sources[name] for name in one.sources if name in sources],
        "planned": sum(solution == code for solution in solutions_planned(office).values()),
        "projects": projects_of(code),
    }


def _income(office: Programme, code: str) -> dict[str, Any]:
    """Gather what is counted as a solution's income, with its sources; or why nothing is."""
    booking, sources = office.finances.booked_income(code)
    row = booking.inflow
    if row is None:
        return {"reason": booking.reason, "basis": None}
    return {"reason": "", "basis": income_basis(row, sources), "is_counted": row.outcome not in UNSEEN}


def _norm(name: str) -> Text | str:
    """Return what a norm is called in the reader's language: by its own name, where nothing else is said."""
    return _norms().get(name, (name, ""))[0]


@cache
def _norms() -> dict[str, tuple[Text, Text]]:
    """Return what each norm is called, and what it is about, by its name."""
    return {
        row["standard"]: (
            named({"en": row["standard"], **by_language(row, "standard")}),
            named(by_language(row)),
        )
        for row in packaged_rows("solutions/standards")
    }
