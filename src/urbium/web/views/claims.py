"""Claims: the page of what others stated in figures, beside what the stored series say."""

from typing import Any

from urbium.explanation import Explanation
from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.text import named
from urbium.web.rendering.parameters import FromOffice
from urbium.web.views.frames import lasting


def claims(office: FromOffice) -> dict[str, Any]:
    """Gather the claims that are kept and the verdict on each; where none is, it says how to keep some."""
    if not office.claims.kept():
        return {"rows": [], "said": ""}
    checked = lasting(office, "claims", office.claims.check)
    return {"rows": _rows(office, checked), "said": checked}


def _rows(office: Programme, checked: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - urbium.measure.ClaimCheck
    """One row a claim: who stated it, the verdict, the figure that it names and the one that it matches."""
    declared, sources = office.catalogue.variables, office.sources()
    stated = {claim.id: sources.get(claim.source) for claim in office.claims.kept()}
    nation = office.nation()
    rows = []
    for row in checked.table.iter_rows(named=True):
        figures = [
            {
                "name": named(declared[row[series]].name, row[series]).render(),
                "value": row[f"{series}_value"],
                "unit": declared[row[series]].unit,
                "period": row[f"{series}_period"],
                "variable": row[series],
                "area": declared[row[series]].area,
            }
            for series in ("series", "match")
            if row[series] in declared
        ]
        judged = checked.explain(row["claim"])
        said = {"note": judged.note, "verdict": words_of("Verdict")[row["verdict"]]}
        shown = judged.children[: sum(bool(row[series]) for series in ("series", "match"))]
        cited = {"stated": stated.get(row["claim"]), "sources": _cited(shown)}
        rows.append(row | said | cited | {"figures": figures, "nation": nation})
    return rows


def _cited(figures: tuple[Explanation, ...]) -> list[tuple[str, ...]]:
    """Return what the figures were read from: publisher, title and year, each publication once."""
    origins = [part.origin for figure in figures for part in figure.children if part.origin]
    return list(dict.fromkeys((one.publisher, one.title, one.year) for one in origins))
