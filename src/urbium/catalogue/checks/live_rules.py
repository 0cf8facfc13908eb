"""Rules of declared live rules: each yields the faults it finds; only load_catalogue raises."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from urbium.catalogue.checks.findings import found
from urbium.catalogue.checks.references import SOURCE, VARIABLE, missing
from urbium.errors import Fault
from urbium.model.live import LiveStatistic
from urbium.text import coded, text
from urbium.units import units

if TYPE_CHECKING:
    from urbium.catalogue import Catalogue

_UNIT: Final = text("unit")
_ASKS: Final = (LiveStatistic.PERCENTILE, LiveStatistic.SHARE)


def references(c: "Catalogue") -> Iterator[Fault]:
    """Variable and source of a live rule are declared."""
    for rule in c.live.values():
        owner = text("live rule {id}", id=rule.id)
        yield from missing(VARIABLE, owner, [rule.variable], c.variables, ("live", rule.id, "variable"))
        yield from missing(SOURCE, owner, [rule.source], c.sources, ("live", rule.id, "source"))
    for one in c.live_attributes.values():
        owner = text("live attribute {id}", id=one.id)
        yield from missing(SOURCE, owner, [one.source], c.sources, ("live_attributes", one.id, "source"))
        yield from missing(_UNIT, owner, [one.unit], units(), ("live_attributes", one.id, "unit"))
    for row in c.live_retention.values():
        owner = text("live retention {id}", id=row.id)
        yield from missing(SOURCE, owner, [row.source], c.sources, ("live_retention", row.id, "source"))


def retention(c: "Catalogue") -> Iterator[Fault]:
    """One row says of all live values how long they are kept; what is thinner is kept as long or longer."""
    rows = list(c.live_retention.values())
    if not any(not row.entity_type and not row.attribute for row in rows):
        yield found(
            ("live_retention", rows[0].id if rows else "", "entity_type"),
            coded("catalogue.live.retention.all", "no row states how long live values are kept when no "
                "other row applies to them"),
            text("include a row whose entity_type and attribute are blank"),
            "live-retention",
        )  # fmt: skip
    for row in rows:
        days = [
            float("inf") if one is None else one for one in (row.whole_days, row.hourly_days, row.daily_days)
        ]
        if days != sorted(days):
            yield found(
                ("live_retention", row.id, "hourly_days"),
                coded("catalogue.live.retention.order",
                      "live retention {id}: hourly or daily values are deleted before finer ones", id=row.id),
                text("enter more days for the coarser values, or leave the cell blank"),
                "live-retention",
            )  # fmt: skip


def arguments(c: "Catalogue") -> Iterator[Fault]:
    """A percentile and a share say which; a least coverage says how often values are due."""
    for rule in c.live.values():
        if (rule.argument is None) == (rule.statistic in _ASKS):
            message = (
                coded("catalogue.live.no_argument", "live rule {id}: the argument of {statistic} is missing",
                     id=rule.id, statistic=rule.statistic)
                if rule.argument is None
                else coded("catalogue.live.argument", "live rule {id}: {statistic} takes no argument",
                          id=rule.id, statistic=rule.statistic)
            )  # fmt: skip
            remedy = text("enter an argument for a percentile or a share, but for no other statistic")
            yield found(("live", rule.id, "argument"), message, remedy, "live-rule")
        if rule.coverage is not None and rule.interval is None:
            yield found(
                ("live", rule.id, "interval"),
                coded("catalogue.live.interval", "live rule {id} requires coverage but does not state "
                                                 "how often values arrive",
                     id=rule.id),
                text("enter the number of hours between two values, or leave the coverage blank"),
                "live-rule",
            )  # fmt: skip
