"""What repaying loans and partners costs a plan of the demo: its benefit with the rule and without it.

    python bench/repayments.py [--database demo.db] --seconds 60

Each plan lies within its gap, so that the difference is an estimate; the bounds say how far it may be off.
"""

import argparse
from pathlib import Path

import polars as pl

from demo_plan import roadmap
from urbium.plan import Plan, Roadmap, solve
from urbium.plan.result.years import later_use

_ROUNDING = 1e-6


def planned(road: Roadmap, seconds: float) -> Plan:
    """Plan, and stop where the independent check does not pass."""
    plan = solve(road, time_limit=seconds)
    if not plan.certificate.is_valid:
        raise SystemExit(str(plan.certificate))
    return plan


def line(name: str, plan: Plan) -> str:
    """Return a plan as a row of the table."""
    outside = plan.roadmap.funds.filter(pl.col("payer") == "outside")["fund"].implode()
    capital = plan.money.filter(pl.col("kind") == "capital")
    total = float(capital["amount"].sum())
    drawn = float(capital.filter(pl.col("fund").is_in(outside))["amount"].sum()) / max(total, 1e-9)
    return (
        f"| {name} | {plan.objective:,.1f} | {plan.bound:,.1f} | {plan.gap:.1%} | {plan.table.height:,} | "
        f"{total / 1e3:,.1f} | {drawn:.0%} |"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=float, default=60.0)
    arguments.add_argument("--size", choices=["D", "N"], default="D")
    arguments.add_argument("--database", type=Path, help="a demo that is there; otherwise one is made")
    options = arguments.parse_args()
    road = roadmap(options.size, options.database)
    kept = planned(road, options.seconds)
    free = planned(road.replace(repayments=road.repayments.clear()), options.seconds)
    print("| repayments | plan benefit | bound | gap | projects | capital, CNY bn | from outside |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(line("kept", kept))
    print(line("left out", free))
    print(f"the rule costs {1 - kept.objective / free.objective:.1%} of the benefit of the plans found")
    ten = later_use(kept).filter(pl.col("year") <= kept.years[-1] + 10)
    above = ten.filter(pl.col("used") > pl.col("amount") * (1 + _ROUNDING))
    cities = ten["place"].n_unique()
    print(f"kept: {above['place'].n_unique()} of {cities} places above their limit to {kept.years[-1] + 10}")
    owed = free.money.join(road.repayments.filter(pl.col("payer") == "city"), on="fund").filter(
        pl.col("kind") == "capital"
    )
    due = owed.group_by("city", year=pl.col("year") + pl.col("after")).agg(
        repaid=(pl.col("amount") * pl.col("share")).sum()
    )
    running = free.table.group_by("city").agg(pl.col("operation").sum())
    limits = road.upkeep.select(city="place", most="amount")
    owed = (
        due.join(running, on="city")
        .join(limits, on="city")
        .filter(pl.col("year") > free.years[-1], pl.col("year") <= free.years[-1] + 10)
    )
    above = owed.filter(pl.col("repaid") + pl.col("operation") > pl.col("most") * (1 + _ROUNDING))
    print(
        f"left out: {above['city'].n_unique()} of {cities} places would be, if they repaid on the same terms"
    )


if __name__ == "__main__":
    main()
