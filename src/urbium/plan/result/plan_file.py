"""Plan file: a plan with its roadmap, money and prices as one JSON file, for anybody to check again."""

import json
from pathlib import Path

from polars.exceptions import PolarsError

from urbium.errors import InputError
from urbium.plan.result.plan import Plan
from urbium.text import coded, text


def plan_file(plan: Plan) -> bytes:
    """Return a plan as a file that :func:`read_plan` reads."""
    return json.dumps(plan.pack()).encode()


def read_plan(path: str | Path) -> Plan:
    """Read the file of a plan; raise InputError where there is none, or it holds no plan."""
    try:
        return Plan.unpack(json.loads(Path(path).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, PolarsError):
        raise InputError(
            coded("plan.unread", "this is not a plan file"),
            place=str(path),
            remedy=text(
                "download plan.json from the page that shows the plan's proof, and give its path here"
            ),
        ) from None
