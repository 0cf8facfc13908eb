"""What the figures of a planned project rest on: the catalogue's rows with their publishers, in words.

A plan explains itself by its roadmap. This module puts names in place of codes, and adds where the roadmap's
figures come from: cost per head, exchange rate and effects of the catalogue, each with its evidence level.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from urbium.catalogue import Catalogue
from urbium.explanation import Explanation, Origin
from urbium.model import Evidence, Source

__all__ = ["in_words", "rests_on"]

_PROJECT = re.compile(r"\b(\w+):([A-Z][A-Z0-9_]*)\b")
_HEAD = re.compile(r"\b([A-Z][A-Z0-9_]*) in (\w+)$")
_LIMIT = re.compile(r"\b([a-z_]+)\[([^\]]+)\]")
_RATE = "exchange_rate.CNY_per_USD"


def in_words(told: Explanation, *, cities: Mapping[str, str], solutions: Mapping[str, str]) -> Explanation:
    """Return the explanation with the names of cities and solutions in place of their codes.

    >>> told = Explanation("requires 130100:IOC", note="budget[130100,2020] binds")
    >>> said = in_words(told, cities={"130100": "Shijiazhuang"}, solutions={"IOC": "Operations centre"})
    >>> said.what, said.note
    ('requires Operations centre', 'budget of Shijiazhuang, 2020 binds')
    """

    def project(match: re.Match[str]) -> str:
        return solutions.get(match[2], match[0]) if match[1] in cities else match[0]

    def head(match: re.Match[str]) -> str:
        return f"{solutions.get(match[1], match[1])} in {cities.get(match[2], match[2])}"

    def limit(match: re.Match[str]) -> str:
        places = [cities.get(part.strip(), part.strip()) for part in match[2].split(",")]
        return f"{match[1].replace('_', ' ')} of {', '.join(places)}"

    def words(text: str) -> str:
        return _LIMIT.sub(limit, _HEAD.sub(head, _PROJECT.sub(project, text)))

    return replace(
        told,
        what=words(told.what),
        value=words(told.value) if isinstance(told.value, str) else told.value,
        note=words(told.note),
        children=tuple(in_words(child, cities=cities, solutions=solutions) for child in told.children),
    )


def rests_on(catalogue: Catalogue, code: str) -> Iterator[Explanation]:
    """Yield what is declared of a solution: its cost, the exchange rate, and each of its effects."""
    if code not in catalogue.solutions:
        yield Explanation(
            "no solution of the catalogue", kind="setting", note="the figures are the roadmap's own"
        )
        return
    solution = catalogue.solutions[code]
    yield Explanation(
        "cost per head",
        f"{solution.capital_low:g} to {solution.capital_high:g}",
        f"USD of {solution.price_year}",
        kind=_kind(solution.evidence),
        grade=solution.evidence,
        origin=Origin("urbium catalogue", solution.name, file="solutions.csv", cell=code),
        note=solution.note,
        children=tuple(_source(catalogue.sources[name]) for name in solution.sources),
    )
    rate = catalogue.assumptions[_RATE]
    yield Explanation(
        "exchange rate",
        rate.value,
        rate.unit,
        kind=_kind(rate.evidence),
        grade=rate.evidence,
        origin=Origin("urbium catalogue", "declared assumptions", file="assumptions.csv", cell=rate.id),
        note=rate.note,
    )
    for effect in catalogue.effects:
        if effect.solution == code:
            yield Explanation(
                f"effect on {effect.indicator}",
                f"{effect.direction} {effect.low:g} to {effect.high:g}",
                effect.unit,
                kind=_kind(effect.evidence),
                grade=effect.evidence,
                area=effect.scope,
                note=effect.note,
                children=(_source(catalogue.sources[effect.source]),),
            )


def _kind(evidence: Evidence) -> str:
    return "assumption" if evidence is Evidence.ASSUMPTION else "setting"


def _source(source: Source) -> Explanation:
    origin = Origin(source.publisher, source.title, source.year, source.licence, file=source.origin)
    return Explanation("source", kind="setting", origin=origin, note=source.note)
