"""What is missed at a price is said, all of it, and nothing else."""

from collections.abc import Iterator

from urbium.plan.verify.audit import Audit
from urbium.plan.verify.objective import recomputed_shortfalls
from urbium.plan.verify.result import TOLERANCE, Check, measure


def promises(audit: Audit) -> Iterator[Check]:
    """Yield the check that stated shortfalls are the real ones; a plan that states none is not checked."""
    if audit.plan.shortfalls is None:
        return
    real = {
        (kind, place, what): amount
        for kind, place, what, amount in recomputed_shortfalls(audit.road, audit.start)
    }
    stated: dict[tuple[str, str, str], float] = {}
    for kind, place, what, amount in audit.plan.shortfalls.select("kind", "place", "what", "amount").rows():
        stated[kind, place, what] = stated.get((kind, place, what), 0.0) + amount
    yield measure(
        "shortfalls are stated",
        [
            (",".join(key), abs(stated.get(key, 0.0) - real.get(key, 0.0)), TOLERANCE)
            for key in sorted(set(stated) | set(real))
        ],
    )
