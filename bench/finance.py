"""How fast many projects are appraised: 22,000 projects, 30 years, 1,000 draws, value and rate of return.

Every project has inflows, and is replaced at the end of its catalogue life, so that most flows change sign
several times: that a rate is the only one is shown for each draw. Beside it, in the same run, pyxirr and
numpy-financial solve a sample of the same flows; what they take is scaled to all of them, and the rates must
agree wherever a flow has one change of sign. Wall times grow with other people's work, so times of the
processor stand beside them.

    python bench/finance.py [--projects 22000] [--draws 1000] [--quick] [--record]
"""

import argparse
import resource
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy_financial
import pyxirr

import history
from urbium.catalogue import load_catalogue
from urbium.finance.cash_flow import CashFlows, ProjectCosts, Terms, cash_flows
from urbium.finance.draws import Uncertainty, draw, in_blocks
from urbium.finance.flow_roots import NO_ROOT, SEVERAL
from urbium.finance.inflows import Inflow
from urbium.finance.prices import Basis, DiscountRate
from urbium.model import Evidence

YEARS = range(2016, 2046)
BASIS = Basis("USD", "2016")
TERMS = Terms(years=YEARS, rate=DiscountRate(0.04, True, "assumption", "example"), basis=BASIS)
SAMPLE, SLOW_SAMPLE = 20_000, 400


def flows_of(projects: int) -> tuple[CashFlows, Uncertainty]:
    """Return projects of the catalogue's solutions, of random size, and the ranges of their costs."""
    rng = np.random.default_rng(0)
    solutions = list(load_catalogue().solutions.values())
    costs, inflows, ranges = [], [], {}
    for at in range(projects):
        solution = solutions[at % len(solutions)]
        name, capital = f"P{at}", float(rng.lognormal(3, 1))
        operation = capital * solution.operation_share
        brought = operation + capital * (0.04 / (1 - 1.04**-solution.lifetime)) * rng.uniform(0.5, 2.5)
        costs.append(ProjectCosts(
            project=name, city=f"C{at // len(solutions)}", solution=solution.code, operation=operation,
            capital={2016: capital / 2, 2017: capital / 2}, first_use=2018, life=solution.lifetime,
            evidence="derived", basis=BASIS,
        ))  # fmt: skip
        inflows.append(Inflow(
            project=name, kind="revenue", receiver="operator", low=brought * 0.7,
            high=brought * 1.3, basis=BASIS, evidence=Evidence.DERIVED,
        ))  # fmt: skip
        spread = float(np.sqrt(solution.capital_high / solution.capital_low)) if solution.capital_low else 1.0
        ranges[name] = (1 / spread, spread)
    return cash_flows(costs, inflows, TERMS), Uncertainty(costs=ranges)


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what work gives, and its seconds by the wall and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - processor


def counted(flows: CashFlows, uncertainty: Uncertainty) -> dict[str, float]:
    """Value all draws, and count in how many there is one rate, none, or several."""
    one, none, several = 0, 0, 0
    for block in in_blocks(flows, uncertainty):
        assert block.rates is not None
        none += int((block.rates == NO_ROOT).sum())
        several += int((block.rates == SEVERAL).sum())
        one += int((block.rates > -1).sum())
    return {"one": one, "none": none, "several": several}


def peers(flows: CashFlows) -> dict[str, float]:
    """Return microseconds a flow of the processor for each peer, on a sample of the planned flows."""
    net = flows.net.amounts
    rows = [net[at % len(net)] for at in range(SAMPLE)]
    rate = TERMS.rate.value
    work: dict[str, tuple[int, Callable[[Any], Any]]] = {
        "pyxirr_irr": (SAMPLE, pyxirr.irr),
        "pyxirr_npv": (SAMPLE, lambda flow: pyxirr.npv(rate, flow)),
        "numpy_financial_irr": (SLOW_SAMPLE, numpy_financial.irr),
        "numpy_financial_npv": (SLOW_SAMPLE, lambda flow: numpy_financial.npv(rate, flow)),
    }
    return {
        name: timed(partial(list, map(solve, rows[:count])))[2] / count * 1e6
        for name, (count, solve) in work.items()
    }


def disagreement(flows: CashFlows) -> float:
    """Return by how much rates differ from pyxirr's at most, where a planned flow has one change of sign."""
    certain = Uncertainty(count=1)
    flat = CashFlows(
        terms=flows.terms, lines=flows.lines, booked=flows.booked,
        projects=flows.projects.with_columns(inflow_low=1.0, inflow_high=1.0),
    )  # fmt: skip
    rates = np.concatenate(
        [block.rates[:, 0] for block in in_blocks(flat, certain) if block.rates is not None]
    )
    worst = 0.0
    for flow, rate in zip(flows.net.amounts[:SAMPLE], rates, strict=False):
        signs = np.sign(flow[flow != 0])
        if (np.diff(signs) != 0).sum() == 1:
            other = pyxirr.irr(flow)
            worst = max(worst, abs(other - rate)) if other is not None else worst
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--projects", type=int, default=22_000)
    parser.add_argument("--draws", type=int, default=1_000)
    parser.add_argument("--quick", action="store_true", help="a hundredth of it")
    history.add_option(parser)
    options = parser.parse_args()
    projects, draws = (220, 1_000) if options.quick else (options.projects, options.draws)
    (flows, uncertainty), made_wall, made = timed(lambda: flows_of(projects))
    uncertainty = Uncertainty(costs=uncertainty.costs, count=draws)
    counts, wall, processor = timed(lambda: counted(flows, uncertainty))
    bands, bands_wall, bands_processor = timed(lambda: draw(flows, uncertainty))
    others = peers(flows)
    worst = disagreement(flows)
    all_flows = projects * draws
    mine = processor / all_flows * 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{projects:,} projects, {len(YEARS)} years, {draws:,} draws: {all_flows:,} flows")
    print(f"cash flows made in {made_wall:.1f} s ({made:.1f} s of the processor)")
    print(
        f"net present value and rate of all draws: {wall:.1f} s ({processor:.1f} s of the processor), "
        f"{mine:.2f} us each"
    )
    print(
        f"the same with bands of projects, cities and the whole: {bands_wall:.1f} s ({bands_processor:.1f} s)"
    )
    print(f"one rate {counts['one'] / all_flows:.2%}, none {counts['none'] / all_flows:.2%}, "
          f"several {counts['several'] / all_flows:.2%}; most memory {peak:.2f} GB")  # fmt: skip
    print(bands)
    ratios = {}
    for name in ("pyxirr", "numpy_financial"):
        both = others[f"{name}_irr"] + others[f"{name}_npv"]
        print(
            f"{name}: rate {others[f'{name}_irr']:.2f} us, value {others[f'{name}_npv']:.2f} us; all flows "
            f"would take {both * all_flows / 1e6:,.0f} s of the processor, {both / mine:.1f} times ours"
        )
        ratios[f"{name}_ratio"] = both / mine
    print(f"largest difference of a rate to pyxirr's, where one change of sign: {worst:.1e}")
    if options.record:
        figures = {
            "wall_seconds": wall,
            "processor_seconds": processor,
            "bands_wall_seconds": bands_wall,
            "flows_wall_seconds": made_wall,
            "peak_gb": peak,
            "several": counts["several"] / all_flows,
            "largest_difference": worst,
            **ratios,
        }
        history.record(
            "finance", figures, case=f"{projects} projects, {draws} draws", units={"several": "share"}
        )


if __name__ == "__main__":
    main()
