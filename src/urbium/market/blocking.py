"""Blocking: which projects and mandates would rather put money into each other than what they have agreed.

With money as capacity a stable matching need not exist (three projects and two investors suffice), so what is
left is not an error: it is listed, with the amount that each pair would move.
"""

from dataclasses import dataclass

from urbium.market.placement import Tickets
from urbium.market.seats import Floats

_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Blocking:
    """A pair that both sides would rather have paid more.

    Parameters
    ----------
    project, mandate : their codes
    paid : what is paid now
    wanted : what would be paid
    """

    project: str
    mandate: str
    paid: float
    wanted: float

    @property
    def moved(self) -> float:
        """The amount that the pair would move towards itself."""
        return self.wanted - self.paid


def blocking_money(tickets: Tickets, amounts: Floats) -> list[Blocking]:
    """Return the pairs that would both rather have more of each other, the largest amounts first.

    Each side may leave open what it wishes and give up, wholly, what it likes less than the pair. The pair
    blocks when the ticket that then fits is within its limits and above what it is paid now.

    Parameters
    ----------
    tickets : what may be paid, on which shortlists
    amounts : (K,) what is paid by pair
    """
    pairs = tickets.pairs
    entries = list(
        zip(
            pairs.project.tolist(),
            pairs.mandate.tolist(),
            pairs.liking.tolist(),
            pairs.interest.tolist(),
            amounts.tolist(),
            strict=True,
        )
    )
    of_project: dict[int, list[tuple[float, str, float]]] = {}
    of_mandate: dict[int, list[tuple[float, str, float]]] = {}
    for project, mandate, liking, interest, amount in entries:
        if amount > 0:
            of_project.setdefault(project, []).append((-liking, pairs.mandates[mandate], amount))
            of_mandate.setdefault(mandate, []).append((-interest, pairs.projects[project], amount))
    rows = []
    for at, (project, mandate, liking, interest, paid) in enumerate(entries):
        code, other = pairs.projects[project], pairs.mandates[mandate]
        room = min(
            _room(tickets.lacking[project], of_project.get(project, []), (-liking, other)),
            _room(tickets.budget[mandate], of_mandate.get(mandate, []), (-interest, code)),
        )
        wanted = min(float(tickets.most[at]), room)
        if wanted >= tickets.least[at] - _ROUNDING and wanted > paid + _ROUNDING:
            rows.append(Blocking(code, other, paid, wanted))
    return sorted(rows, key=lambda row: (-row.moved, row.project, row.mandate))


def _room(whole: float, paid: list[tuple[float, str, float]], choice: tuple[float, str]) -> float:
    """Return what a side can put into a choice when all that it likes less is given up."""
    return float(whole) - sum(amount for *other, amount in paid if tuple(other) < choice)
