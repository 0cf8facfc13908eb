"""One function a rule of the catalogue: each yields the faults it finds; only load_catalogue raises."""

import graphlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from urbium.errors import Fault, nearest
from urbium.model import (
    Assumption,
    Ceiling,
    FinanceTerm,
    Fund,
    Occupation,
    Promise,
    Proxy,
    Region,
    SkillNeed,
    Weighting,
)
from urbium.text import text
from urbium.units import units

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

__all__ = ["cycles", "dimensions", "missing", "ranges", "references", "trees", "variations", "weightings"]

_WEIGHT_TOLERANCE = 1e-9


def missing(kind: str, owner: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for each of ``names`` that is not among those ``known``."""
    for name in names:
        if name not in known:
            yield Fault(
                "error",
                text(
                    "catalogue.reference.not_declared",
                    "{owner} refers to the {kind} {name!r}, which is not declared",
                    owner=owner,
                    kind=kind,
                    name=name,
                ),
                nearest(name, known),
                "reference",
            )


def _priorities(c: "Catalogue") -> Iterator[Fault]:
    for variable in c.variables.values():
        yield from missing("source", f"variable {variable.id}", variable.source_priority, c.sources)


def references(c: "Catalogue") -> Iterator[Fault]:
    """Every name that a row uses is declared."""
    clauses = {f"{r['standard']}:{r['edition']} {r['clause']}" for r in c.crosswalk.iter_rows(named=True)}
    for indicator in c.indicators.values():
        yield from missing("variable", f"indicator {indicator.id}", indicator.variables, c.variables)
    for index in c.indices.values():
        yield from missing("indicator", f"index {index.id}", index.indicators, c.indicators)
    for solution in c.solutions.values():
        owner = f"solution {solution.code}"
        yield from missing(
            "solution", owner, (*solution.prerequisites, *solution.soft_prerequisites), c.solutions
        )
        yield from missing("source", owner, solution.sources, c.sources)
    for effect in c.effects:
        owner = f"effect of {effect.solution} on {effect.indicator}"
        yield from missing("solution", owner, [effect.solution], c.solutions)
        yield from missing("source", owner, [effect.source], c.sources)
        if effect.indicator_code:
            yield from missing("indicator", owner, [effect.indicator_code], c.indicators.keys() | clauses)
    for skill in c.skills:
        yield from missing("solution", f"skill {skill.title}", [skill.solution], c.solutions)
    for rule in c.rules:
        yield from missing("variable", f"rule {rule.id}", rule.variables, c.variables)
    for proxy in c.proxies:
        owner = f"proxy of {proxy.indicator}"
        yield from missing("indicator", owner, [proxy.indicator], c.indicators.keys() | clauses)
        yield from missing("indicator", owner, [proxy.proxy], c.indicators)
    yield from _owed(c)
    yield from _priorities(c)
    sourced: tuple[
        Ceiling | SkillNeed | FinanceTerm | Fund | Assumption | Proxy | Occupation | Promise | Region, ...
    ]
    learned = (row for table in c.learned.values() for row in table.values())
    declared = (*c.assumptions.values(), *learned)
    sourced = (*c.ceilings, *c.skills, *c.terms, *c.funds.values(), *declared, *c.proxies)
    sourced += (*c.occupations.values(), *c.promises.values(), *c.regions.values())
    for row in sourced:
        yield from missing("source", f"{type(row).__name__.lower()} row", [row.source], c.sources)


def _owed(c: "Catalogue") -> Iterator[Fault]:
    for promise in c.promises.values():
        yield from missing("solution", f"standard {promise.id}", promise.solutions, c.solutions)


def cycles(c: "Catalogue") -> Iterator[Fault]:
    """No solution needs itself first, directly or through others."""
    needs = {code: [*s.prerequisites, *s.soft_prerequisites] for code, s in c.solutions.items()}
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        path = " -> ".join(error.args[1])
        yield Fault(
            "error",
            text("catalogue.prerequisites.circle", "prerequisites run in a circle: {path}", path=path),
            text("catalogue.circle.remedy", "take one of them out"),
            "prerequisite-cycle",
        )


def trees(c: "Catalogue") -> Iterator[Fault]:
    """An index has one root, every node hangs below it, and the weights of siblings sum to one."""
    for index in c.indices.values():
        known = {node.id for node in index.nodes}
        roots = [node.id for node in index.nodes if not node.parent]
        if roots != [index.id]:
            yield Fault(
                "error",
                text("catalogue.index.roots", "index {id} has the roots {roots}", id=index.id, roots=roots),
                text("catalogue.index.roots.remedy", "give it the one root {id}", id=index.id),
                "index-root",
            )
        yield from missing("node", f"index {index.id}", {n.parent for n in index.nodes if n.parent}, known)
        siblings: dict[str, float] = defaultdict(float)
        for node in index.nodes:
            siblings[node.parent] += node.weight
        for parent, total in siblings.items():
            if abs(total - 1) > _WEIGHT_TOLERANCE:
                below = parent or index.id
                yield Fault(
                    "error",
                    text(
                        "catalogue.index.weights",
                        "the weights below {below} sum to {total:.9g}, not 1",
                        below=below,
                        total=total,
                    ),
                    text("catalogue.index.weights.remedy", "mend the weights"),
                    "weights",
                )


def weightings(c: "Catalogue") -> Iterator[Fault]:
    """The weights of an index come from where weights can come from."""
    words = [word.value for word in Weighting]
    for index in c.indices.values():
        if index.weighting.name not in words:
            yield Fault(
                "error",
                text(
                    "catalogue.index.weighting",
                    "index {index} has the weighting {name!r}, which is not known",
                    index=index.id,
                    name=index.weighting.name,
                ),
                nearest(index.weighting.name, words),
                "index-weighting",
            )


def variations(c: "Catalogue") -> Iterator[Fault]:
    """What varies is an index that is declared, or every index (``*``)."""
    for each in c.variations:
        if each.index != "*":
            yield from missing("index", f"variation of {each.part}", [each.index], c.indices)


def dimensions(c: "Catalogue") -> Iterator[Fault]:
    """The terms of a sum measure the same thing."""
    for indicator in c.indicators.values():
        for part in (indicator.numerator, indicator.denominator):
            kinds = {units()[c.variables[name].unit].dimension for name, _ in part if name in c.variables}
            if len(kinds) > 1:
                yield Fault(
                    "error",
                    text(
                        "catalogue.indicator.unlike",
                        "indicator {id} adds {names}",
                        id=indicator.id,
                        names=" and ".join(sorted(kinds)),
                    ),
                    text("catalogue.indicator.unlike.remedy", "add like to like"),
                    "dimension",
                )


def ranges(c: "Catalogue") -> Iterator[Fault]:
    """A range has its lower end first, and the plausible lies within the possible."""
    for v in c.variables.values():
        ends = [end for end in (v.hard_min, v.plausible_min, v.plausible_max, v.hard_max) if end is not None]
        if ends != sorted(ends):
            yield Fault(
                "error",
                text(
                    "catalogue.variable.ranges",
                    "the ranges of variable {id} cross: {ends}",
                    id=v.id,
                    ends=ends,
                ),
                text("catalogue.variable.ranges.remedy", "order them"),
                "range",
            )
