"""Watch: how closely figures are looked at, and what a flag says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.packaged import words_of
from urbium.text import Text


@dataclass(frozen=True, kw_only=True)
class Watch:
    """How closely figures are looked at; every number is an assumption.

    Attributes
    ----------
    chance : the largest chance (0 to 1), over all figures looked at together, at which something is flagged
    window : the relative distance from a threshold that counts as near
    whole : the least share of a variable's figures that must be shared for it to be copied as a whole
    shared : how many unlikely figures two cities must share
    likely : how many others must be expected to have a figure for it not to be unlikely
    years : how many years running a figure must be the same
    """

    chance: float = 0.01
    window: float = 0.02
    whole: float = 0.25
    shared: int = 3
    likely: float = 0.05
    years: int = 3


@dataclass(frozen=True)
class Flag:
    """Something that deserves a question; never a verdict.

    ``chance`` is how likely it is without anybody's doing, over all figures looked at together; None where it
    is not known.
    """

    kind: str
    subject: str
    cities: tuple[str, ...]
    evidence: str
    note: str
    period: str = ""
    value: float | None = None
    chance: float | None = None


_KINDS: Final = words_of("anomaly")


def kind_words(kind: str) -> str:
    """Return what a person reads of a kind of flag.

    >>> kind_words("same figure")
    'same figure'
    """
    return _KINDS[kind]


def flag_messages(flags: Iterable[Flag]) -> dict[str, Text]:
    """Return the messages of flags by their English words, which is all that a table keeps of them."""
    parts = [part for flag in flags for part in (flag.evidence, flag.note, flag.period)]
    return {str(part): part for part in parts if part and isinstance(part, Text)}


def flag_table(flags: Iterable[Flag]) -> pl.DataFrame:
    """Return flags as a table of kind, city (if it is one), cities, subject, period, value, evidence, ...

    >>> flag_table([Flag("same figure", "beds", ("a", "b"), "2 cities have 7,321", "ask")])["city"].to_list()
    [None]
    """
    rows = [
        (
            flag.kind,
            flag.cities[0] if len(flag.cities) == 1 else None,
            list(flag.cities),
            flag.subject,
            flag.period,
            flag.value,
            flag.evidence,
            flag.chance,
            flag.note,
        )
        for flag in flags
    ]
    words = dict.fromkeys(
        ("kind", "city", "cities", "subject", "period", "value", "evidence", "chance", "note")
    )
    schema = {name: pl.String() for name in words} | {
        "cities": pl.List(pl.String()),
        "value": pl.Float64(),
        "chance": pl.Float64(),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
