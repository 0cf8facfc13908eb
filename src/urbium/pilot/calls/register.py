"""Register: how many pilots, special projects and organisations a programme has, out of one model.

A number is a count of records. Where a source declares a total and not all are known by name, the number is
the declared one, with its source, and it is said how many of them are known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from urbium.pilot.calls.rounds import DeclaredTotal
from urbium.text import Text, coded, sentences

NEW, WIDENED, SPECIAL, ORGANISATION = "new", "widened", "special", "organisation"
COUNTED: Final = (NEW, WIDENED, SPECIAL, ORGANISATION)
"""What is counted: new pilots, widened ones, special projects, and the organisations that run these."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many of a kind a round has.

    Parameters
    ----------
    round : the round; empty for records of which no source says the round
    kind : one of :data:`COUNTED`
    known : records
    declared, source : the total that a source declares; None where none does
    """

    round: str
    kind: str
    known: int
    declared: int | None = None
    source: str = ""

    @property
    def total(self) -> int:
        """The declared total where there is one, else the records; never fewer than the records."""
        return max(self.known, self.declared or 0)


def counts(
    records: Iterable[tuple[str, str]],
    declared: Mapping[str, Sequence[DeclaredTotal]],
) -> list[Count]:
    """Return how many of each kind each round has.

    Parameters
    ----------
    records : round (empty when not known) and kind of each record
    declared : totals by round, the rounds in their order

    >>> counts([("1", "new"), ("1", "new")], {"1": [DeclaredTotal("new", 90, "a notice")]})[0].total
    90
    """
    known: dict[tuple[str, str], int] = {}
    for key in records:
        known[key] = known.get(key, 0) + 1
    totals = {(code, one.kind): one for code, rows in declared.items() for one in rows}
    rounds = [*declared, *sorted({code for code, _ in known} - set(declared) - {""}), ""]
    rows = []
    for code in rounds:
        for kind in COUNTED:
            total = totals.get((code, kind))
            number = known.get((code, kind), 0)
            if number or total:
                rows.append(
                    Count(code, kind, number, total.total if total else None, total.source if total else "")
                )
    return rows


def counts_by_kind(rows: Sequence[Count]) -> dict[str, Count]:
    """Return the counts of each kind over all rounds.

    Records of which no source says the round belong to one of the rounds; they add to what is known by name,
    and to the total only where no total is declared.
    """
    added: dict[str, Count] = {}
    for kind in COUNTED:
        mine = [row for row in rows if row.kind == kind]
        if not mine:
            continue
        known = sum(row.known for row in mine)
        of_rounds = sum(row.total for row in mine if row.round)
        is_declared = any(row.declared is not None for row in mine)
        sources = dict.fromkeys(row.source for row in mine if row.source)
        added[kind] = Count(
            "", kind, known, max(of_rounds, known) if is_declared else None, "; ".join(sources)
        )
    return added


def said_of_kind(rows: Sequence[Count], kind: str) -> Text:
    """Return the number of one kind as a sentence: its rounds, their sum, and how many are known by name."""
    mine = [row for row in rows if row.kind == kind and row.round and row.total]
    whole = counts_by_kind(rows)[kind]
    total = whole.total
    numbers = [row.total for row in mine]
    of_no_round = [total - sum(numbers)] if total > sum(numbers) else []
    parts = " + ".join(map(str, numbers + of_no_round))
    name = _named(kind, total)
    sum_of = (
        coded("pilot.register.sum", "{parts} = {total} {name}", parts=parts, total=total, name=name)
        if len(numbers + of_no_round) > 1
        else coded("pilot.register.one", "{total} {name}", total=total, name=name)
    )
    if whole.declared is None or whole.known >= total:
        return sum_of
    if not whole.known:
        return coded("pilot.register.unknown", "{sum}, none of them known by name", sum=sum_of)
    return coded(
        "pilot.register.known", "{sum}, {known} of them known by name", sum=sum_of, known=whole.known
    )


def said(rows: Sequence[Count]) -> Text:
    """Return the whole register in one sentence."""
    by_kind = counts_by_kind(rows)
    parts = [said_of_kind(rows, kind) for kind in by_kind]
    areas = [by_kind[kind] for kind in (NEW, WIDENED) if kind in by_kind]
    total, known = sum(row.total for row in areas), sum(row.known for row in areas)
    if len(areas) > 1 and known < total:
        parts.append(
            coded(
                "pilot.register.areas", "new and extended together: {total}, {known} of them known by name",
                total=total, known=known
            )
        )  # fmt: skip
    return sentences(parts)


def _named(kind: str, count: int) -> Text:
    match kind:
        case "new":
            return coded("pilot.register.new", "new pilot", "new pilots", count=count)
        case "widened":
            return coded("pilot.register.widened", "widened pilot", "widened pilots", count=count)
        case "special":
            return coded("pilot.register.special", "special project", "special projects", count=count)
        case _:
            return coded("pilot.register.organisations", "organisation", "organisations", count=count)
