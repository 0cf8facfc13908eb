"""One function a rule of the catalogue: each yields the faults it finds; only load_catalogue raises."""

import graphlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from urbium.catalogue.checks.findings import At, found
from urbium.catalogue.tables.table_kinds import KEY_SIGN
from urbium.errors import Fault, nearest
from urbium.model import Effect, Evidence, Index, Proxy, ResultKind, SkillNeed, Weighting
from urbium.text import Text, coded, text
from urbium.units import is_money, units

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

_WEIGHT_TOLERANCE = 1e-9

DEEPEST: Final = 12
"""Levels of an index, at most."""


VARIABLE = text("variable")
INDICATOR = text("indicator")
SOLUTION = text("solution")
SOURCE = text("source")
DOMAIN = text("domain")
_CEILING = text("ceiling")
_ROLE = text("role")
_MONEY = "money"
_INDEX = text("index")
_NODE = text("node")


def missing(
    kind: Text, owner: Text, names: Iterable[str], declared: Iterable[str], at: At
) -> Iterator[Fault]:
    """Yield a fault for each of ``names`` that is not among those ``declared``."""
    for name in names:
        if name not in declared:
            yield found(
                (at),
                coded(
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
        owner = text("role {id}", id=filler.role)
        row = "roles", f"{filler.role}{KEY_SIGN}{filler.variable}"
        yield from missing(_ROLE, owner, [filler.role], c.roles.kinds, (*row, "role"))
        yield from missing(VARIABLE, owner, [filler.variable], c.variables, (*row, "variable"))
        if filler.role in c.roles.kinds and filler.variable in c.variables:
            measures = c.roles.kinds[filler.role].measures
            kind = units()[c.variables[filler.variable].unit].dimension
            if kind != measures and not (measures == _MONEY and is_money(kind)):
                yield found(
                    (*row, "variable"),
                    coded("catalogue.role.unit", "{variable} measures {kind}, but the role {role} is "
                                                 "for {measures}",
                         variable=filler.variable, kind=kind, role=filler.role, measures=measures),
                    text("name a variable that measures {measures}",
                         measures=measures),
                    "reference",
                )  # fmt: skip


def _indicator(name: str) -> Text:
    return text("indicator {id}", id=name)


def _index(name: str) -> Text:
    return text("index {id}", id=name)


def references(c: "Catalogue") -> Iterator[Fault]:
    """Every name that a row uses is declared."""
    clauses = {f"{r['standard']}:{r['edition']} {r['clause']}" for r in c.crosswalk.iter_rows(named=True)}
    for indicator in c.indicators.values():
        for column, part in (("numerator", indicator.numerator), ("denominator", indicator.denominator)):
            at = ("indicators", indicator.id, column)
            terms = [name for name, _ in part]
            yield from missing(VARIABLE, _indicator(indicator.id), terms, c.variables, at)
    for index in c.indices.values():
        for leaf in index.indicators:
            at = ("index_tree", f"{index.id}{KEY_SIGN}{leaf}", "id")
            yield from missing(INDICATOR, _index(index.id), [leaf], c.indicators, at)
    for solution in c.solutions.values():
        owner = text("solution {id}", id=solution.code)
        place = ("solutions", solution.code)
        yield from missing(SOLUTION, owner, solution.prerequisites, c.solutions, (*place, "prerequisites"))
        yield from missing(
            SOLUTION, owner, solution.soft_prerequisites, c.solutions, (*place, "soft_prerequisites")
        )
        yield from missing(SOURCE, owner, solution.sources, c.sources, (*place, "sources"))
        for column, variable in (("cost_unit", solution.cost_unit.variable), ("stock", solution.stock)):
            yield from missing(VARIABLE, owner, [variable] if variable else [], c.variables, (*place, column))
    for effect in c.effects:
        owner = text(
            "effect of {solution} on {indicator}",
            solution=effect.solution, indicator=effect.indicator
        )  # fmt: skip
        row = ("effects", f"{effect.solution}{KEY_SIGN}{effect.indicator}")
        yield from missing(SOLUTION, owner, [effect.solution], c.solutions, (*row, "solution_code"))
        yield from missing(SOURCE, owner, [effect.source], c.sources, (*row, "source_id"))
        if effect.indicator_code:
            measurable = c.indicators.keys() | clauses
            yield from missing(
                INDICATOR, owner, [effect.indicator_code], measurable, (*row, "indicator_code")
            )
    for skill in c.skills:
        owner = text("skill {title}", title=skill.title)
        at = ("skills", _skill(skill), "solution_code")
        yield from missing(SOLUTION, owner, [skill.solution], c.solutions, at)
    yield from _rules(c, clauses)
    yield from _sources(c)


def _rules(c: "Catalogue", clauses: set[str]) -> Iterator[Fault]:
    """Every name that a row of ``data/rules`` uses is declared."""
    for rule in c.rules:
        owner = text("rule {id}", id=rule.id)
        yield from missing(VARIABLE, owner, rule.variables, c.variables, ("checks", rule.id, "variables"))
    for proxy in c.proxies:
        owner = text("proxy of {indicator}", indicator=proxy.indicator)
        measurable = c.indicators.keys() | clauses
        yield from missing(
            INDICATOR, owner, [proxy.indicator], measurable, ("proxies", _proxy(proxy), "indicator")
        )
        yield from missing(INDICATOR, owner, [proxy.proxy], c.indicators, ("proxies", _proxy(proxy), "proxy"))
    for promise in c.promises.values():
        owner = text("standard {id}", id=promise.id)
        yield from missing(
            SOLUTION, owner, promise.solutions, c.solutions, ("promises", promise.id, "solutions")
        )
    for variable in c.variables.values():
        owner = text("variable {id}", id=variable.id)
        at = ("variables", variable.id, "source_priority")
        yield from missing(SOURCE, owner, variable.source_priority, c.sources, at)


def _sources(c: "Catalogue") -> Iterator[Fault]:
    """Every row that names one source names a declared one."""
    learned = [(name, row) for name, table in c.learned.items() for row in table.values()]
    sourced: list[tuple[Text, str, At]] = [
        *((text("ceiling of {indicator}", indicator=row.indicator), row.source,
           ("ceilings", row.indicator, "source_id")) for row in c.ceilings),
        *((text("skill {title}", title=row.title), row.source,
           ("skills", _skill(row), "source_id")) for row in c.skills),
        *((text("term {item} of {model}", item=row.item, model=row.model), row.source,
           ("terms", f"{row.model}{KEY_SIGN}{row.item}", "source_id")) for row in c.terms),
        *((text("fund {id}", id=row.id), row.source, ("funds", row.id, "source"))
          for row in c.funds.values()),
        *((text("assumption {id}", id=row.id), row.source,
           (name, row.id, "source"))
          for name, row in (*(("assumptions", row) for row in c.assumptions.values()), *learned)),
        *((text("proxy of {indicator}", indicator=row.indicator), row.source,
           ("proxies", _proxy(row), "source")) for row in c.proxies),
        *((text("occupation {id}", id=row.id), row.source,
           ("occupations", row.id, "source")) for row in c.occupations.values()),
        *((text("standard {id}", id=row.id), row.source,
           ("promises", row.id, "source")) for row in c.promises.values()),
        *((text("need {id}", id=row.id), row.source, ("needs", row.id, "source"))
          for row in c.needs.values()),
        *((text("candidate rule {id}", id=row.id), row.source,
           ("candidates", row.id, "source")) for row in c.candidates.values()),
        *((text("{fact} of {province}", fact=row.fact,
                province=row.province), row.source,
           ("province_facts", f"{row.province}{KEY_SIGN}{row.fact}", "source")) for row in c.province_facts),
        *((text("region of {province}", province=row.province), row.source,
           ("regions", row.province, "source")) for row in c.regions.values()),
    ]  # fmt: skip
    for owner, source, at in sourced:
        yield from missing(SOURCE, owner, [source], c.sources, at)


def _skill(row: SkillNeed) -> str:
    return KEY_SIGN.join((row.solution, row.isco08, row.title))


def _proxy(row: Proxy) -> str:
    return KEY_SIGN.join((row.indicator, row.proxy, row.use))


def kinds(c: "Catalogue") -> Iterator[Fault]:
    """An indicator is output or outcome in all its effects, and an output where it counts the roll-out."""
    first: dict[str, Effect] = {}
    for effect in c.effects:
        earlier = first.setdefault(effect.indicator_code or effect.indicator, effect)
        if effect.kind != earlier.kind:
            yield found(
                (("effects"), f"{effect.solution}{KEY_SIGN}{effect.indicator}", "kind"),
                coded(
                    "catalogue.effect.kinds",
                    "{indicator} is of kind {kind} in the effect of {solution}, but of kind {other} in "
                    "the effect of {earlier}",
                    indicator=effect.indicator,
                    kind=effect.kind.value,
                    solution=effect.solution,
                    other=earlier.kind.value,
                    earlier=earlier.solution,
                ),
                text("enter the same value in every row for the indicator"),
                "effect-kind",
            )
        if effect.evidence is Evidence.BY_CONSTRUCTION and effect.kind is not ResultKind.OUTPUT:
            yield found(
                (("effects"), f"{effect.solution}{KEY_SIGN}{effect.indicator}", "kind"),
                coded(
                    "catalogue.effect.rolled_out",
                    "{indicator} measures the roll-out of {solution} itself, yet it is classed as an outcome",
                    indicator=effect.indicator,
                    solution=effect.solution,
                ),
                text("class it as an output, or supply other evidence"),
                "effect-kind",
            )


def domains(c: "Catalogue") -> Iterator[Fault]:
    """Domains and ceilings of indicators are declared, and the same in all effects that say one."""
    names = {solution.domain for solution in c.solutions.values()}
    published = {ceiling.indicator for ceiling in c.ceilings}
    first: dict[tuple[str, Text], tuple[str, Effect]] = {}
    for effect in c.effects:
        owner = text(
            "effect of {solution} on {indicator}",
            solution=effect.solution, indicator=effect.indicator
        )  # fmt: skip
        key = f"{effect.solution}{KEY_SIGN}{effect.indicator}"
        for kind, column, said, declared in (
            (DOMAIN, "domain", effect.domain, names), (_CEILING, "ceiling", effect.ceiling, published),
        ):  # fmt: skip
            if not said:
                continue
            yield from missing(kind, owner, [said], declared, ("effects", key, column))
            indicator = effect.indicator_code or effect.indicator
            earlier, other = first.setdefault((indicator, kind), (said, effect))
            if said != earlier:
                yield found(
                    ("effects", key, column),
                    coded(
                        "catalogue.effect.domains",
                        "the {kind} of {indicator} is {said!r} in the effect of {solution}, but "
                        "{earlier!r} in the effect of {other}",
                        kind=kind, indicator=effect.indicator, said=said, solution=effect.solution,
                        earlier=earlier, other=other.solution
                    ),
                    text("enter the same value in every row for the indicator"),
                    "effect-kind",
                )  # fmt: skip


def cycles(c: "Catalogue") -> Iterator[Fault]:
    """No solution needs itself first, directly or through others."""
    needs = {code: [*s.prerequisites, *s.soft_prerequisites] for code, s in c.solutions.items()}
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        path = " -> ".join(error.args[1])
        yield found(
            (("solutions"), str(error.args[1][0]), "prerequisites"),
            coded("catalogue.prerequisites.circle", "prerequisites form a cycle: {path}", path=path),
            text("remove one of these links"),
            "prerequisite-cycle",
        )


def trees(c: "Catalogue") -> Iterator[Fault]:
    """An index has one root, every node hangs below it, and the weights of siblings sum to one."""
    for index in c.indices.values():
        if not index.nodes:
            yield found(
                ("indices", index.id, "id"),
                coded("catalogue.index.no_nodes", "index {id} has no nodes", id=index.id),
                text("declare them in indicators/index_tree.csv"),
                "index-root",
            )  # fmt: skip
            continue
        nodes = {node.id for node in index.nodes}
        yield from _twice(index)
        roots = [node.id for node in index.nodes if not node.parent]
        if roots and roots != [index.id]:  # without any, a parent is not declared or in a circle: said there
            yield found(
                ("index_tree", f"{index.id}{KEY_SIGN}{roots[-1]}", "parent"),
                coded(
                    "catalogue.index.roots",
                    "index {id} must have {id} as its only root, not {roots:list}",
                    id=index.id,
                    roots=roots,
                ),
                text("use the single root {id}", id=index.id),
                "index-root",
            )  # fmt: skip
        for node in index.nodes:
            at = ("index_tree", f"{index.id}{KEY_SIGN}{node.id}", "parent")
            yield from missing(_NODE, _index(index.id), [node.parent] if node.parent else [], nodes, at)
        yield from _loose(index, nodes)
        yield from _weights(index)


def _twice(index: Index) -> Iterator[Fault]:
    """No node stands twice in a tree."""
    for name, count in Counter(node.id for node in index.nodes).items():
        if count > 1:
            yield found(
                ("index_tree", f"{index.id}{KEY_SIGN}{name}", "id"),
                coded("catalogue.index.twice", "the node {node!r} appears {count} times in index {id}",
                     node=name, count=count, id=index.id),
                text("keep one of them"), "index-node",
            )  # fmt: skip


def _loose(index: Index, nodes: set[str]) -> Iterator[Fault]:
    """Every node is reached from the root, within so many levels."""
    parents = {node.id: node.parent for node in index.nodes}
    reached, loose = {""}, set(nodes)
    for _ in range(DEEPEST):
        loose = {name for name in loose if parents[name] not in reached}
        reached = (nodes - loose) | {""}
    for name in sorted(name for name in loose if parents[name] in nodes):
        yield found(
            ("index_tree", f"{index.id}{KEY_SIGN}{name}", "parent"),
            coded(
                "catalogue.index.loose",
                "{node!r} in index {id} is not within {levels} levels of the root",
                node=name, id=index.id, levels=DEEPEST
            ),
            text("its parents may form a cycle: place the node below a different node"),
            "index-tree",
        )  # fmt: skip


def _weights(index: Index) -> Iterator[Fault]:
    """No weight is negative, and those of siblings sum to one."""
    siblings: dict[str, float] = defaultdict(float)
    for node in index.nodes:
        siblings[node.parent] += node.weight
        if not 0 <= node.weight <= 1:
            yield found(
                ("index_tree", f"{index.id}{KEY_SIGN}{node.id}", "weight"),
                coded("catalogue.index.weight", "the weight of {node!r} in index {id} is {weight:g}",
                     node=node.id, id=index.id, weight=node.weight),
                text("enter a share from 0 to 1; the direction already states the sign"),
                "weights",
            )  # fmt: skip
    first = {node.parent: node.id for node in reversed(index.nodes)}
    for parent, total in siblings.items():
        if abs(total - 1) > _WEIGHT_TOLERANCE:
            below = parent or index.id
            yield found(
                ("index_tree", f"{index.id}{KEY_SIGN}{first[parent]}", "weight"),
                coded(
                    "catalogue.index.weights",
                    "the weights below {below} sum to {total:.9g}, not 1",
                    below=below,
                    total=total
                ),
                text("correct the weights"),
                "weights",
            )  # fmt: skip


def weightings(c: "Catalogue") -> Iterator[Fault]:
    """The weights of an index come from where weights can come from."""
    words = [word.value for word in Weighting]
    for index in c.indices.values():
        if index.weighting.name not in words:
            yield found(
                (("indices"), index.id, "weighting"),
                coded(
                    "catalogue.index.weighting",
                    "index {index} has the weighting {name!r}, which is unknown",
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
            owner = text("variation of {part}", part=variation.part)
            key = KEY_SIGN.join((variation.index, variation.part, str(variation.alternative)))
            yield from missing(_INDEX, owner, [variation.index], c.indices, ("variations", key, "index"))


def measured_solutions(c: "Catalogue") -> Iterator[Fault]:
    """What a solution is counted by is measured in a unit that turns into that of its column."""
    for solution in c.solutions.values():
        for column, name, per in (
            ("cost_unit", solution.cost_unit.variable, solution.cost_unit.unit),
            ("stock", solution.stock, "ratio"),
        ):
            variable = c.variables.get(name)
            if variable is None or units()[per].dimension == units()[variable.unit].dimension:
                continue
            yield found(
                ("solutions", solution.code, column),
                coded(
                    "catalogue.cost_unit.unlike",
                    "{variable} is measured in {unit}, which cannot be converted to {per}",
                    variable=variable.id, unit=variable.unit, per=per
                ),
                text("name a variable measured in {per}, or use a unit of the same kind as {unit}",
                     per=per, unit=variable.unit),
                "dimension",
            )  # fmt: skip


def ranges(c: "Catalogue") -> Iterator[Fault]:
    """A range has its lower end first, and the plausible lies within the possible; amounts have both ends."""
    for ceiling in c.ceilings:
        ends = [end for end in (ceiling.amount_low, ceiling.amount_high) if end is not None]
        if len(ends) != (2 if ceiling.amount_unit else 0) or ends != sorted(ends):
            yield found(
                ("ceilings", ceiling.indicator, "amount_low"),
                coded(
                    "catalogue.ceiling.amount",
                    "the ceiling amount of {indicator} needs a low figure, a high figure and a unit",
                    indicator=ceiling.indicator,
                ),
                text(
                    "fill in amount_low, amount_high (the larger one) and amount_unit, or leave all "
                    "three blank"
                ),
                "range",
            )
    for v in c.variables.values():
        ends = [end for end in (v.hard_min, v.plausible_min, v.plausible_max, v.hard_max) if end is not None]
        if ends != sorted(ends):
            yield found(
                (("variables"), v.id, "hard_min"),
                coded(
                    "catalogue.variable.ranges",
                    "the limits of variable {id} are not in ascending order: {ends}",
                    id=v.id,
                    ends=ends,
                ),
                text("enter the limits in ascending order"),
                "range",
            )
