"""One function a rule of the catalogue: each yields the faults it finds; only load_catalogue raises."""

import graphlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from urbium.errors import Fault, nearest
from urbium.model import Effect, Evidence, ResultKind, Weighting
from urbium.text import Text, text
from urbium.units import is_money, units

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

__all__ = [
    "INDICATOR", "SOLUTION", "SOURCE", "VARIABLE", "cycles", "dimensions", "domains", "kinds", "missing",
    "ranges", "references", "roles", "trees", "variations", "weightings",
]  # fmt: skip

_WEIGHT_TOLERANCE = 1e-9


VARIABLE = text("catalogue.kind.variable", "variable")
INDICATOR = text("catalogue.kind.indicator", "indicator")
SOLUTION = text("catalogue.kind.solution", "solution")
SOURCE = text("catalogue.kind.source", "source")
_DOMAIN = text("catalogue.kind.domain", "domain")
_CEILING = text("catalogue.kind.ceiling", "ceiling")
_ROLE = text("catalogue.kind.role", "role")
_MONEY = "money"
_INDEX = text("catalogue.kind.index", "index")
_NODE = text("catalogue.kind.node", "node")


def missing(kind: Text, owner: Text, names: Iterable[str], declared: Iterable[str]) -> Iterator[Fault]:
    """Yield a fault for each of ``names`` that is not among those ``declared``."""
    for name in names:
        if name not in declared:
            yield Fault(
                "error",
                text(
                    "catalogue.reference.not_declared",
                    "{owner} refers to the {kind} {name!r}, which is not declared",
                    owner=owner,
                    kind=kind,
                    name=name,
                ),
                nearest(name, declared),
                "reference",
            )


def roles(c: "Catalogue") -> Iterator[Fault]:
    """Yield the roles and variables that rows of roles name and that are not declared, and wrong units."""
    for filler in c.roles.fillers:
        owner = text("catalogue.owner.role", "role {id}", id=filler.role)
        yield from missing(_ROLE, owner, [filler.role], c.roles.kinds)
        yield from missing(VARIABLE, owner, [filler.variable], c.variables)
        if filler.role in c.roles.kinds and filler.variable in c.variables:
            measures = c.roles.kinds[filler.role].measures
            kind = units()[c.variables[filler.variable].unit].dimension
            if kind != measures and not (measures == _MONEY and is_money(kind)):
                yield Fault(
                    "error",
                    text("catalogue.role.unit", "{variable} measures {kind}, role {role} is {measures}",
                         variable=filler.variable, kind=kind, role=filler.role, measures=measures),
                    text("catalogue.role.unit.remedy", "name a variable that measures {measures}",
                         measures=measures),
                    "reference",
                )  # fmt: skip


def _indicator(name: str) -> Text:
    return text("catalogue.owner.indicator", "indicator {id}", id=name)


def _solution(name: str) -> Text:
    return text("catalogue.owner.solution", "solution {id}", id=name)


def _index(name: str) -> Text:
    return text("catalogue.owner.index", "index {id}", id=name)


def references(c: "Catalogue") -> Iterator[Fault]:
    """Every name that a row uses is declared."""
    clauses = {f"{r['standard']}:{r['edition']} {r['clause']}" for r in c.crosswalk.iter_rows(named=True)}
    for indicator in c.indicators.values():
        yield from missing(VARIABLE, _indicator(indicator.id), indicator.variables, c.variables)
    for index in c.indices.values():
        yield from missing(INDICATOR, _index(index.id), index.indicators, c.indicators)
    for solution in c.solutions.values():
        owner = _solution(solution.code)
        earlier = (*solution.prerequisites, *solution.soft_prerequisites)
        yield from missing(SOLUTION, owner, earlier, c.solutions)
        yield from missing(SOURCE, owner, solution.sources, c.sources)
    for effect in c.effects:
        owner = text(
            "catalogue.owner.effect", "effect of {solution} on {indicator}",
            solution=effect.solution, indicator=effect.indicator,
        )  # fmt: skip
        yield from missing(SOLUTION, owner, [effect.solution], c.solutions)
        yield from missing(SOURCE, owner, [effect.source], c.sources)
        if effect.indicator_code:
            yield from missing(INDICATOR, owner, [effect.indicator_code], c.indicators.keys() | clauses)
    for skill in c.skills:
        owner = text("catalogue.owner.skill", "skill {title}", title=skill.title)
        yield from missing(SOLUTION, owner, [skill.solution], c.solutions)
    yield from _rules(c, clauses)
    yield from _sources(c)


def _rules(c: "Catalogue", clauses: set[str]) -> Iterator[Fault]:
    """Every name that a row of ``data/rules`` uses is declared."""
    for rule in c.rules:
        owner = text("catalogue.owner.rule", "rule {id}", id=rule.id)
        yield from missing(VARIABLE, owner, rule.variables, c.variables)
    for proxy in c.proxies:
        owner = text("catalogue.owner.proxy", "proxy of {indicator}", indicator=proxy.indicator)
        yield from missing(INDICATOR, owner, [proxy.indicator], c.indicators.keys() | clauses)
        yield from missing(INDICATOR, owner, [proxy.proxy], c.indicators)
    for promise in c.promises.values():
        owner = text("catalogue.owner.promise", "standard {id}", id=promise.id)
        yield from missing(SOLUTION, owner, promise.solutions, c.solutions)
    for variable in c.variables.values():
        owner = text("catalogue.owner.variable", "variable {id}", id=variable.id)
        yield from missing(SOURCE, owner, variable.source_priority, c.sources)


def _sources(c: "Catalogue") -> Iterator[Fault]:
    """Every row that names one source names a declared one."""
    learned = [row for table in c.learned.values() for row in table.values()]
    sourced: list[tuple[Text, str]] = [
        *((text("catalogue.owner.ceiling", "ceiling of {indicator}", indicator=row.indicator), row.source)
          for row in c.ceilings),
        *((text("catalogue.owner.skill", "skill {title}", title=row.title), row.source) for row in c.skills),
        *((text("catalogue.owner.term", "term {item} of {model}", item=row.item, model=row.model), row.source)
          for row in c.terms),
        *((text("catalogue.owner.fund", "fund {id}", id=row.id), row.source) for row in c.funds.values()),
        *((text("catalogue.owner.assumption", "assumption {id}", id=row.id), row.source)
          for row in (*c.assumptions.values(), *learned)),
        *((text("catalogue.owner.proxy", "proxy of {indicator}", indicator=row.indicator), row.source)
          for row in c.proxies),
        *((text("catalogue.owner.occupation", "occupation {id}", id=row.id), row.source)
          for row in c.occupations.values()),
        *((text("catalogue.owner.promise", "standard {id}", id=row.id), row.source)
          for row in c.promises.values()),
        *((text("catalogue.owner.need", "need {id}", id=row.id), row.source) for row in c.needs.values()),
        *((text("catalogue.owner.candidate", "candidate rule {id}", id=row.id), row.source)
          for row in c.candidates.values()),
        *((text("catalogue.owner.province_fact", "{fact} of {province}", fact=row.fact,
                province=row.province), row.source) for row in c.province_facts),
        *((text("catalogue.owner.region", "region of {province}", province=row.province), row.source)
          for row in c.regions.values()),
    ]  # fmt: skip
    for owner, source in sourced:
        yield from missing(SOURCE, owner, [source], c.sources)


def kinds(c: "Catalogue") -> Iterator[Fault]:
    """An indicator is output or outcome in all its effects, and an output where it counts the roll-out."""
    first: dict[str, Effect] = {}
    for effect in c.effects:
        earlier = first.setdefault(effect.indicator_code or effect.indicator, effect)
        if effect.kind != earlier.kind:
            yield Fault(
                "error",
                text(
                    "catalogue.effect.kinds",
                    "{indicator} is an {kind} in the effect of {solution}, an {other} in that of {earlier}",
                    indicator=effect.indicator,
                    kind=effect.kind.value,
                    solution=effect.solution,
                    other=earlier.kind.value,
                    earlier=earlier.solution,
                ),
                text("catalogue.effect.kinds.remedy", "say the same in every row of the indicator"),
                "effect-kind",
            )
        if effect.evidence is Evidence.BY_CONSTRUCTION and effect.kind is not ResultKind.OUTPUT:
            yield Fault(
                "error",
                text(
                    "catalogue.effect.rolled_out",
                    "{indicator} counts the roll-out of {solution} itself, yet it is called an outcome",
                    indicator=effect.indicator,
                    solution=effect.solution,
                ),
                text("catalogue.effect.rolled_out.remedy", "call it an output, or give other evidence"),
                "effect-kind",
            )


def domains(c: "Catalogue") -> Iterator[Fault]:
    """Domains and ceilings of indicators are declared, and the same in all effects that say one."""
    names = {solution.domain for solution in c.solutions.values()}
    published = {ceiling.indicator for ceiling in c.ceilings}
    first: dict[tuple[str, Text], tuple[str, Effect]] = {}
    for effect in c.effects:
        owner = text(
            "catalogue.owner.effect", "effect of {solution} on {indicator}",
            solution=effect.solution, indicator=effect.indicator,
        )  # fmt: skip
        for kind, said, declared in ((_DOMAIN, effect.domain, names), (_CEILING, effect.ceiling, published)):
            if not said:
                continue
            yield from missing(kind, owner, [said], declared)
            earlier, other = first.setdefault((effect.indicator_code, kind), (said, effect))
            if said != earlier:
                yield Fault(
                    "error",
                    text(
                        "catalogue.effect.domains",
                        "the {kind} of {indicator} is {said!r} in the effect of {solution}, {earlier!r} in "
                        "that of {other}",
                        kind=kind, indicator=effect.indicator, said=said, solution=effect.solution,
                        earlier=earlier, other=other.solution,
                    ),
                    text("catalogue.effect.kinds.remedy", "say the same in every row of the indicator"),
                    "effect-kind",
                )  # fmt: skip


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
        nodes = {node.id for node in index.nodes}
        roots = [node.id for node in index.nodes if not node.parent]
        if roots != [index.id]:
            yield Fault(
                "error",
                text("catalogue.index.roots", "index {id} has the roots {roots}", id=index.id, roots=roots),
                text("catalogue.index.roots.remedy", "give it the one root {id}", id=index.id),
                "index-root",
            )
        yield from missing(_NODE, _index(index.id), {n.parent for n in index.nodes if n.parent}, nodes)
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
    for variation in c.variations:
        if variation.index != "*":
            owner = text("catalogue.owner.variation", "variation of {part}", part=variation.part)
            yield from missing(_INDEX, owner, [variation.index], c.indices)


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
                        "indicator {id} adds {names:list}",
                        id=indicator.id,
                        names=sorted(kinds),
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
