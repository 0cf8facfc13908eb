"""How soon a nation's plan is proven near the best: the demo (N), and seeded instances by size and seed.

For each instance: rows and columns of the full model, seconds to the first plan that lacks nothing, to 5 %,
2 %, 1 % and 0.5 % proven, the last gap, whether the certificate accepts it, and the most memory used. With
``--peers`` HiGHS, SCIP and CP-SAT solve the same full model in the same run and time (``peers.py``). Seconds
are of the wall; the processor's are printed beside them, since other people's work makes the first longer.
Kernels are compiled before the clock starts.

    python bench/plan.py [--sizes S,M,L] [--seeds 1,2] [--tight] [--seconds 180] [--peers] [--quick] [--json]
"""

import argparse
import json
import os
import resource
import time
from typing import Any

import demo_plan
from national import seeded
from peers import by_peers, told
from urbium.plan.national import Instance, NationalPlan, certify_national, solve_national
from urbium.plan.national.city_model import city_model

SECONDS = {"N": 300.0, "S": 60.0, "M": 180.0, "L": 300.0, "XL": 3600.0}
TARGET = {"N": 0.01, "S": 0.005, "M": 0.01, "L": 0.01, "XL": 0.01}
GAPS = (0.05, 0.02, 0.01, 0.005)
QUICK_SECONDS = 30.0


def size_of(instance: Instance) -> tuple[int, int]:
    """Return rows and columns of the full model, added up by city."""
    models = [city_model(instance, city) for city in range(instance.count)]
    own = instance.occupations * instance.years + len(instance.regions)
    return (
        instance.rows + sum(len(model.lower) for model in models),
        own + sum(len(model.cost) for model in models),
    )


def reached(plan: NationalPlan, gap: float) -> float | None:
    """Return the seconds after which a plan was proven within a gap."""
    return next((s.seconds for s in plan.history if s.value > 0 and s.bound - s.value <= gap * s.value), None)


def planned(instance: Instance, seconds: float, seed: int) -> dict[str, Any]:
    """Plan an instance and say what came of it."""
    processor = time.process_time()
    plan = solve_national(instance, time_limit=seconds, seed=seed)
    first = next((step.seconds for step in plan.history if step.value > 0), None)
    return {
        "first plan": first,
        **{f"{gap:.1%}": reached(plan, gap) for gap in GAPS},
        "gap": plan.gap,
        "value": plan.value,
        "bound": plan.bound,
        "shortfalls": len(plan.shortfalls),
        "valid": certify_national(instance, plan).is_valid,
        "seconds": plan.history[-1].seconds,
        "processor seconds": time.process_time() - processor,
        "memory GB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def warm() -> None:
    """Compile what is not on disk yet."""
    solve_national(seeded("S", 1), time_limit=1.0, rounds=1)


def shown(row: dict[str, Any]) -> str:
    """Return one line of the table."""
    times = "  ".join(
        f"{name} {row[name]:.0f} s" if row[name] is not None else f"{name} -"
        for name in ("first plan", *(f"{gap:.1%}" for gap in GAPS))
    )
    target = "met" if row["gap"] <= row["target"] else "not met"
    line = (
        f"{row['instance']:<12} {row['rows']:>9,} rows {row['columns']:>9,} columns  {times}  "
        f"gap {row['gap']:.2%} in {row['seconds']:.0f} s ({row['processor seconds']:.0f} s of processor), "
        f"target {row['target']:.1%} {target}, "
        f"certificate {'valid' if row['valid'] else 'NOT VALID'}, {row['memory GB']:.1f} GB"
    )
    for name, found in row.get("peers", {}).items():
        line += f"\n{'':<12} {told(name, found)}"
    return line


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="N,S,M,L")
    parser.add_argument("--seeds", default="1,2,3,4,5")
    parser.add_argument("--seconds", type=float, help="for each instance; by size without")
    parser.add_argument("--tight", action="store_true", help="parity 0.85 and least closing 0.22")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--quick", action="store_true", help="the small size, one seed, within a minute")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    sizes, seeds = ("S", "1") if asked.quick else (asked.sizes, asked.seeds)
    warm()
    rows = []
    for size in sizes.split(","):
        if size == "N":
            seconds = asked.seconds or SECONDS[size]
            rows.append({"instance": "N", "target": TARGET[size]} | demo_plan.planned(seconds, GAPS))
            if not asked.json:
                print(shown(rows[-1]), flush=True)
            continue
        for seed in (int(each) for each in seeds.split(",")):
            instance = seeded(size, seed, is_tight=asked.tight)
            seconds = asked.seconds or (QUICK_SECONDS if asked.quick else SECONDS[size])
            name = f"{size} seed {seed}" + (" tight" if asked.tight else "")
            counts = dict(zip(("rows", "columns"), size_of(instance), strict=True))
            row = {"instance": name, "target": TARGET[size], **counts, **planned(instance, seconds, 0)}
            if asked.peers:
                row["peers"] = by_peers(instance, seconds)
            rows.append(row)
            if not asked.json:
                print(shown(row), flush=True)
    load = os.getloadavg()[0]
    if asked.json:
        print(json.dumps({"load": load, "rows": rows}, indent=1))
    else:
        print(f"load of the machine at the end: {load:.1f}")


if __name__ == "__main__":
    main()
