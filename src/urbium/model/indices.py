"""Indices: formulas over variables, and how they are brought together to one score."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from urbium.errors import Fault, InputError, refuse
from urbium.model.figures import Names
from urbium.text import coded
from urbium.text import text as sentence


@dataclass(frozen=True, slots=True)
class Indicator:
    """A formula over variables, defined by a standard in an edition: factor x numerator / denominator.

    ``numerator`` and ``denominator`` name variables joined by ``+`` or ``-``; an empty denominator means
    that the indicator is the numerator itself. ``factor`` turns the quotient into ``unit``.

    Attributes
    ----------
    unit : of the indicator
    numerator, denominator : variables, such as ``beds_public + beds_private``
    factor : what turns the quotient, in base units, into ``unit``
    direction : 1 more is better, -1 less is better, 0 neither
    standard, edition : who defines it, and when
    pillar : the part of its standard
    benchmark : the value at which the target is reached
    status : whether its definition was seen (``confirmed``), listed or recalled
    """

    id: str
    name: Names
    unit: str
    numerator: tuple[tuple[str, int], ...]
    denominator: tuple[tuple[str, int], ...]
    factor: float
    direction: int
    standard: str
    edition: str
    pillar: str = ""
    benchmark: float | None = None
    evidence: str = ""
    status: str = ""
    note: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables the formula reads."""
        return tuple(name for name, _ in (*self.numerator, *self.denominator))


@dataclass(frozen=True, slots=True)
class IndexNode:
    """A node of an index: an indicator, or a pillar that gathers others.

    Attributes
    ----------
    index : the index it is a part of
    id : of the indicator, or a name of its own for a pillar; the root is called like the index
    parent : the node above; empty for the root
    weight : its share of the parent; the weights below a node sum to 1
    """

    id: str
    parent: str
    weight: float
    name: Names


_CHOICE = re.compile(r"\s*([a-z][a-z-]*)\s*(?:\(([^()]*)\))?\s*$")


@dataclass(frozen=True, slots=True)
class Choice:
    """A named way of doing one step of an index, with its parameters: ``winsorise(limit=5, then=log)``.

    >>> Choice.parse("z-score(mean=10, spread=2)").parameters["spread"]
    2.0
    >>> " > ".join(map(str, Choice.row("screen(availability=0.9)>min-max")))
    'screen(availability=0.9) > min-max'
    """

    name: str
    parameters: Mapping[str, float | str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a choice as people write it; raise InputError when it cannot be read."""
        match = _CHOICE.match(text)
        if match is None:
            raise InputError(
                coded("model.choice.unreadable", "{text!r} is not a step of an index", text=text.strip())
                if text.strip()
                else coded("model.choice.empty", "an empty text is not a step of an index"),
                remedy=sentence("write it like min-max or winsorise(limit=5)"),
            )
        parameters: dict[str, float | str] = {}
        for part in (part for part in (match[2] or "").split(",") if part.strip()):
            key, is_pair, value = (piece.strip() for piece in part.partition("="))
            if not (key and is_pair and value):
                raise InputError(
                    coded(
                        "model.choice.no_value",
                        "{part!r} in {text!r} has no value",
                        part=part.strip(),
                        text=text,
                    ),
                    remedy=sentence("use the form limit=5"),
                )
            parameters[key] = _number_or_text(value)
        return cls(match[1], MappingProxyType(parameters))

    @classmethod
    def row(cls, text: str) -> tuple[Self, ...]:
        """Read choices in a row, with ``>`` between them; an empty text is no choice.

        Raises InputError, with every part that cannot be read.
        """
        if not text.strip():
            return ()
        read: list[Self] = []
        faults: list[Fault] = []
        for part in text.split(">"):
            try:
                read.append(cls.parse(part))
            except InputError as error:
                faults.append(Fault("error", error.message, error.remedy))
        refuse(faults, repr(text), coded("model.choice.row", "the sequence of choices cannot be read"))
        return tuple(read)

    def __str__(self) -> str:
        return f"{self.name}({self.settings})" if self.parameters else self.name

    @property
    def settings(self) -> str:
        """Its parameters, as they are typed: ``limit=5, then=log``."""
        return ", ".join(f"{key}={self.text(key)}" for key in self.parameters)

    def text(self, key: str) -> str:
        """Return a parameter as it is written, empty when it is not given: a code may look like a number."""
        value = self.parameters.get(key, "")
        return repr(value).removesuffix(".0") if isinstance(value, float) else value

    def __hash__(self) -> int:
        return hash((self.name, frozenset(self.parameters.items())))


def _number_or_text(value: str) -> float | str:
    """Read a number; a code that begins with a zero stays a text."""
    try:
        number = float(value)
    except ValueError:
        return value
    is_code = value.startswith("0") and value.isdigit() and value != "0"
    return value if is_code or not math.isfinite(number) else number


class Weighting(StrEnum):
    """Where the weights of an index come from."""

    DECLARED = "declared"
    EQUAL = "equal"
    PRINCIPAL_COMPONENTS = "principal-components"
    EQUAL_INFLUENCE = "equal-influence"
    BUDGET_ALLOCATION = "budget-allocation"
    PAIRWISE_COMPARISON = "pairwise-comparison"


@dataclass(frozen=True, slots=True)
class Index:
    """A composite: a weighted tree over indicators, with its rules of normalising and availability.

    ``steps`` lead from values to normalised values, in their order; ``aggregate`` holds the mean of each
    level from the bottom up, the last one for all levels above. ``availability`` is the least share (0 to 1)
    of the indicators below a node that must be known for the node to have a score. ``maximum_age`` is how
    many years back a figure may be taken from. ``weighting`` says where the weights come from, one of
    :class:`Weighting`; the weights of the nodes themselves when left out.

    Attributes
    ----------
    steps : what is done to the values, in a row: ``screen > winsorise > min-max``
    aggregate : the mean of each level from the bottom up
    availability : the least share (0 to 1) of what is below a node that must be known
    maximum_age : how many years back a figure may be taken from
    weighting : where weights come from; ``declared`` when left out
    standard : who defines it
    """

    id: str
    name: Names
    nodes: tuple[IndexNode, ...]
    steps: tuple[Choice, ...]
    aggregate: tuple[Choice, ...]
    availability: float
    maximum_age: int
    standard: str = ""
    note: str = ""
    weighting: Choice = field(default_factory=lambda: Choice(Weighting.DECLARED.value))

    @property
    def indicators(self) -> tuple[str, ...]:
        """The leaves of the tree, in its order."""
        parents = {node.parent for node in self.nodes}
        return tuple(node.id for node in self.nodes if node.id not in parents)


@dataclass(frozen=True, slots=True)
class Variation:
    """One alternative of what varies when the ranks of an index are put in doubt.

    ``part`` is ``aggregate`` (a mean), ``weights`` (a relative width: 0.25 is a quarter more or less),
    ``data`` (a factor on the spread of each quality grade), ``missing`` (``peers``: a gap may be anything
    that the cities in the comparison report), or the name of a step, whose alternative is a row of steps. The
    index ``*`` stands for every index that has no variations of its own.

    Attributes
    ----------
    index : an index, or ``*``
    part : what varies
    alternative : what it may be instead
    """

    index: str
    part: str
    alternative: str
    note: str = ""
