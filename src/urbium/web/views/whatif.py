"""What-if: reads changed weights, ways and means from an address, and shows what they do to the ranks."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from urbium.errors import Fault, InputError, nearest
from urbium.model import Choice, Index, IndexNode
from urbium.programme import Programme
from urbium.programme.base.method import (
    STEPS,
    Purpose,
    is_for,
    mean_options,
    needs_above_zero,
    normalising_options,
)
from urbium.text import coded, named, text, texts
from urbium.text.advice import advice
from urbium.web.rendering.language import COOKIE
from urbium.web.views.index import RankChanges, index_of, moved, scores_of

_PREFIX: Final = "w."
_NAMES: Final = ("way", "mean", "of", "figure", "value")
_ELSEWHERE: Final = ("show", "city", COOKIE)  # of the page, and no change
_FIGURE: Final = re.compile(r"-?\d{1,15}(\.\d{1,12})?", re.ASCII)
_NUMBER: Final = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)
_MOST: Final = 100.0
_LONGEST: Final = 24


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for in words of the address: weights in percent by node, a way, a mean, a figure.

    ``figure`` is the indicator of which the city ``of`` is to have another ``value``; an empty value takes
    its figure away.
    """

    weights: Mapping[str, float]
    way: str = ""
    mean: str = ""
    of: str = ""
    figure: str = ""
    value: str = ""

    @property
    def query(self) -> list[tuple[str, str]]:
        """The same as names and values of an address."""
        pairs = [(f"{_PREFIX}{node}", f"{value:g}") for node, value in self.weights.items()]
        return [*pairs, *((name, getattr(self, name)) for name in _NAMES if getattr(self, name))]


def asked(index: Index, given: Mapping[str, str], *, variables: Iterable[str] = ()) -> Asked:
    """Read the changes from the names and values of an address.

    ``w.NODE`` is a weight from 0 to 100 beside the declared percents of the node's siblings, ``way`` one of
    the ways and ``mean`` one of the means on offer; ``of`` a city, ``figure`` an indicator and ``value``
    what it is to be. ``variables`` may stand for indicators. Raises InputError with every fault named, also
    for a name that means nothing.
    """
    nodes = {node.id: node for node in index.nodes if node.parent}
    weights = {name.removeprefix(_PREFIX): value for name, value in given.items() if name.startswith(_PREFIX)}
    read = {name: given.get(name, "").strip() for name in _NAMES}
    faults = [
        *_faults(weights, nodes),
        *_unknown("way", read["way"], normalising_options()),
        *_unknown("mean", read["mean"], mean_options()),
        *_figure_faults([*index.indicators, *variables], read),
        *_strange(given),
    ]
    if faults:
        raise InputError(
            coded("web.change.unreadable", "the change cannot be read"),
            remedy=text("start again from the index as declared"),
            faults=faults,
        )
    declared = _percents(index)
    tops = {node.id for node in _pillars(index)}
    changed = {
        node: float(value)
        for node, value in weights.items()
        if not (node in tops and float(value) == round(declared[node]))
    }
    if not (read["of"] and read["figure"]):
        read |= {"of": "", "figure": "", "value": ""}
    return Asked(changed, **read)


def changes(index: Index, wanted: Asked) -> RankChanges:
    """Return the change in the words of the method: weights beside the declared ones, steps, means.

    >>> from urbium.catalogue import load_catalogue
    >>> found = changes(load_catalogue().indices["yearbook"], Asked({"economy": 50.0}, "rank", "geometric"))
    >>> found.weights, found.steps.rpartition(" ")[2], found.aggregate
    ({'economy': 0.5}, 'rank', 'geometric')
    """
    nodes = {node.id: node for node in index.nodes}
    wholes = _wholes(index)
    weights = {name: value / _MOST * wholes[nodes[name].parent] for name, value in wanted.weights.items()}
    step = STEPS[wanted.way].offered if wanted.way else ""
    if wanted.mean and needs_above_zero(Choice(wanted.mean)):
        declared = [choice.name for choice in index.steps if is_for(choice, Purpose.NORMALISE)]
        name = wanted.way or (declared or [""])[-1]
        step = (STEPS[name].above_zero if name else "") or step
    steps = " > ".join(_replaced(index, step)) if step else ""
    value = float(wanted.value) if wanted.value else None
    values = {(wanted.of, wanted.figure): value} if wanted.figure else {}
    return RankChanges(weights, steps, wanted.mean, values)


def answered(office: Programme, name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what a change does, for programs: what was changed, the shares of the pillars, every city.

    Raises NotFoundError when there is no such index, or no adopted scores of it.
    """
    index = index_of(office, name)
    wanted = asked(index, given)
    if scores_of(office, index) is None:
        office.required("scores")
        raise InputError(
            coded("web.change.other_index", "the adopted scores do not belong to {index}", index=name),
            remedy=advice(
                text("run urbium measure {index} --period YEAR --adopt", index=name),
                text("ask the programme office to measure the cities and adopt the scores"),
            ),
        )
    change = changes(index, wanted)
    table = moved(office, change)
    return {
        "index": index.id,
        "weights": {control["node"]: control["share"] for control in controls(index, wanted)},
        "steps": change.steps or " > ".join(map(str, index.steps)),
        "aggregate": change.aggregate or " > ".join(map(str, index.aggregate)),
        "is_changed": change.is_made,
        "said": said(table, office.register.names()),
        "cities": table.to_dicts(),
    }


def controls(index: Index, wanted: Asked) -> list[dict[str, Any]]:
    """Return a slider for each pillar: its node, name, declared percent, value, and the share it makes."""
    declared = _percents(index)
    values = {node.id: wanted.weights.get(node.id, declared[node.id]) for node in _pillars(index)}
    whole = sum(values.values())
    return [
        {
            "node": node.id,
            "name": named(node.name, node.id).render(),
            "declared": round(declared[node.id]),
            "value": f"{wanted.weights.get(node.id, round(declared[node.id])):g}",
            "share": values[node.id] / whole if whole else None,
        }
        for node in _pillars(index)
    ]


def said(table: pl.DataFrame, names: Mapping[str, str]) -> str:
    """Say in a sentence how many cities move, and which moves most."""
    ranked = table.drop_nulls("change")
    count = ranked.filter(pl.col("change") != 0).height
    if not count:
        return text("No city changes rank.")
    most = ranked.sort(pl.col("change").abs(), "city", descending=[True, False]).row(0, named=True)
    given = {"moved": count, "cities": ranked.height, "city": names.get(most["city"], most["city"]),
             "rank": most["rank"]}  # fmt: skip
    if most["change"] > 0:
        return texts(
            "Cities that change rank: {moved} of {cities}. {city} moves most, up {count} place to "
            "rank {rank}.",
            "Cities that change rank: {moved} of {cities}. {city} moves most, up {count} places to "
            "rank {rank}.",
            count=most["change"],
            **given,
        )
    return texts(
        "Cities that change rank: {moved} of {cities}. {city} moves most, down {count} place to rank {rank}.",
        "Cities that change rank: {moved} of {cities}. {city} moves most, down {count} places to "
        "rank {rank}.",
        count=-most["change"],
        **given,
    )


def _pillars(index: Index) -> list[IndexNode]:
    root = next(node.id for node in index.nodes if not node.parent)
    return [node for node in index.nodes if node.parent == root]


def _wholes(index: Index) -> dict[str, float]:
    """What the declared weights below each node sum to."""
    wholes: dict[str, float] = {}
    for node in index.nodes:
        wholes[node.parent] = wholes.get(node.parent, 0.0) + node.weight
    return wholes


def _percents(index: Index) -> dict[str, float]:
    """The declared weight of each node in percent of its siblings and itself."""
    wholes = _wholes(index)
    return {
        node.id: _MOST * node.weight / wholes[node.parent] if wholes[node.parent] else 0.0
        for node in index.nodes
    }


def _replaced(index: Index, step: str) -> Iterator[str]:
    """The declared steps with the way to one scale replaced."""
    is_given = False
    for declared in index.steps:
        if not isinstance(declared, Choice) or not is_for(declared, Purpose.NORMALISE):
            yield str(declared)
        elif not is_given:
            is_given = True
            yield step
    if not is_given:
        yield step


def _faults(weights: Mapping[str, str], nodes: Mapping[str, IndexNode]) -> Iterator[Fault]:
    if len(weights) > len(nodes):
        yield Fault(
            "error",
            coded(
                "web.change.too_many",
                "{weights} weights for {nodes} nodes",
                weights=len(weights),
                nodes=len(nodes),
            ),
            text("name each node once"),
        )
        return
    for node, written in weights.items():
        if node not in nodes:
            yield Fault(
                "error",
                coded("web.change.no_node", "there is no node {node!r} to weight", node=node[:_LONGEST]),
                nearest(node[:80], nodes),
            )
        elif not _NUMBER.fullmatch(written) or float(written) > _MOST:
            yield Fault(
                "error",
                coded(
                    "web.change.no_weight",
                    "{weight!r} is not a valid weight for {node}",
                    weight=written[:_LONGEST],
                    node=node,
                ),
                text("enter a number from 0 to 100"),
            )


def _figure_faults(figures: Iterable[str], read: Mapping[str, str]) -> Iterator[Fault]:
    if read["figure"]:
        yield from _unknown("indicator", read["figure"], dict.fromkeys(figures))
        if not read["of"]:
            yield Fault(
                "error",
                coded(
                    "web.change.no_city", "no city is named for {figure}", figure=read["figure"][:_LONGEST]
                ),
                text("name a city with of=CITY"),
            )
    if read["value"] and not _FIGURE.fullmatch(read["value"]):
        yield Fault(
            "error",
            coded("web.change.no_figure", "{value!r} is not a figure", value=read["value"][:_LONGEST]),
            text("write a number such as 45.5"),
        )


def _strange(given: Mapping[str, str]) -> Iterator[Fault]:
    allowed = [*_NAMES, *_ELSEWHERE]
    for name in given:
        if name not in allowed and not name.startswith(_PREFIX):
            yield Fault(
                "error",
                coded("web.change.unknown", "{name!r} cannot be changed", name=name[:_LONGEST]),
                text("write w.economy=50, or one of {names}", names=", ".join(_NAMES)),
            )


def _unknown(kind: str, name: str, offered: Mapping[str, Any]) -> Iterator[Fault]:
    if name and name not in offered:
        given = name[:_LONGEST]
        messages = {
            "way": coded("web.change.no_way", "there is no method {name!r}", name=given),
            "mean": coded("web.change.no_mean", "there is no type of mean called {name!r}", name=given),
            "indicator": coded("web.change.no_indicator", "there is no indicator {name!r}", name=given),
        }
        yield Fault("error", messages[kind], nearest(name[:80], offered))
