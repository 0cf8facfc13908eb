"""Step: what a row of the table of steps holds, and what steps are for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from numpy.typing import NDArray

from urbium.measure.matrix import Matrix
from urbium.model import Choice
from urbium.packaged import words_of
from urbium.text import Text

_BETWEEN: Final = "|"

Outcome = tuple[Matrix, Mapping[str, NDArray[Any]]]
"""The matrix that a step leaves, and what it did, by name."""


class Purpose(StrEnum):
    """What a step is for."""

    DIVIDE = "divide"
    SCREEN = "screen"
    IMPUTE = "impute"
    TREAT = "treat"
    TRANSFORM = "transform"
    NORMALISE = "normalise"

    @property
    def words(self) -> Text:
        """What such a step does to the values, without a full stop."""
        return words_of("Purpose")[self]

    @property
    def changes_unit(self) -> bool:
        """Whether the values are in another unit afterwards."""
        return self in {Purpose.DIVIDE, Purpose.TRANSFORM, Purpose.NORMALISE}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One way of doing a step.

    Attributes
    ----------
    make : takes the matrix and the parameters by name, and returns what it made
    words : what it does, as a page says it; where that depends on how it is chosen, from the choice and the
        least share of indicators asked for
    ends : where its scale begins and ends, from the choice; None where that depends on the cities
    is_by_column : what becomes of a value depends on its own column only
    above_zero : how it is written on a scale above zero, as some means need
    option : how it is called where it is offered, empty when it is not; ``offered`` is how it is written then
    """

    purpose: Purpose
    make: Callable[..., Outcome]
    words: Text | Callable[[Choice, float], Text]
    ends: Callable[[Choice], tuple[float, float]] | None = None
    is_by_column: bool = True
    above_zero: str = ""
    option: Text | None = None
    offered: str = ""


def listed_codes(codes: str) -> list[str]:
    """Read codes with a bar between them.

    >>> listed_codes("beds | staff")
    ['beds', 'staff']
    """
    return [code.strip() for code in codes.split(_BETWEEN) if code.strip()]
