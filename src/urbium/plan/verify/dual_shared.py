"""The parts of the bound that belong to no project: gaps, limits, and all else that may be decided."""

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.verify.dual_prices import Prices
from urbium.plan.verify.objective import closing_terms, gap_worth, years_ahead


def gaps(prices: Prices) -> float:
    """Return the most that closing may be worth after paying for what is attained."""
    road = prices.road
    curve = road.curve.sort("segment").select("width", "slope").rows()
    city = dict(road.projects.select("project", "city").iter_rows())
    touched = {
        (city[project], indicator)
        for project, indicator in road.effects.select("project", "indicator").iter_rows()
    }
    terms = closing_terms(road)
    total = 0.0
    for (place, indicator), (worth, ceiling) in gap_worth(road).items():
        if (place, indicator) not in touched:
            continue
        fair = prices.of_closing.get(place, 0.0) * terms.get((place, indicator), 0.0)
        for k, year in enumerate(prices.years):
            alpha, left = prices.get(f"attainment[{place}:{indicator},{year}]"), ceiling
            stands = sum(years_ahead(road, year).values())
            unit = worth * prices.factor[k] * stands + (fair if k == prices.n - 1 else 0.0)
            for width, slope in curve:
                total += min(left, width) * max(0.0, unit * slope - alpha)
                left -= min(left, width)
    return total


def limits(prices: Prices) -> float:
    """Return price x limit of every priced limit of the tables."""
    road = prices.road
    total = 0.0
    for (limit, place, year), amount in prices.limited.items():
        if limit == "people":
            continue
        raised = prices.overruns.get((limit, place, year), 0.0) if limit != "start_limit" else 0.0
        total += prices.charge(limit, place, year) * (amount + raised)
    for city, occupation in prices.needed:
        for year in prices.years:
            key = ("people", f"{city},{occupation}", year)
            allowed = prices.limited[key] + prices.overruns.get(key, 0.0)
            total += prices.of_people(city, occupation, year) * allowed
    total += sum(prices.get(f"exclusion[{group}]") for group in road.exclusions["group"].unique())
    total -= sum(prices.get(f"alternative[{group}]") for group in road.alternatives["group"].unique())
    total -= sum(prices.of_standard(standard) for standard in road.standards["standard"])
    least = [row for row in road.fairness.select("rule", "place", "share").rows() if row[0] != "parity"]
    total -= sum(prices.of_rule(rule, place) * share for rule, place, share in least)
    for fund in road.funds.iter_rows(named=True):
        if fund["city_budgets_share_max"] is not None:
            for city in road.cities["city"]:
                allowed = fund["city_budgets_share_max"] * prices.budgets_of_city.get(city, 0.0)
                total += prices.of_budgets_share(city, fund) * allowed
    return float(total)


def others(prices: Prices) -> float:
    """Return the most that training, kept money and missing prerequisites may bring at the prices."""
    return _training(prices) + _kept(prices) + _prerequisites(prices)


def _training(prices: Prices) -> float:
    total, spending = 0.0, prices.road.settings.spending_price
    for row in prices.road.training.iter_rows(named=True):
        if row["occupation"] not in prices.lent:
            continue
        for k, year in enumerate(prices.years):
            cost = row["cost"] * (spending * prices.factor[k] + prices.charge("budget", NATIONWIDE, year))
            gain = sum(
                row["places"] * prices.charge("people_of_nation", row["occupation"], later)
                for later in prices.years[k + row["lag"] :]
            )
            total += row["most"] * max(0.0, gain - cost)
    return total


def _kept(prices: Prices) -> float:
    """Money kept from one year for the next: at most all that the place had, when it spent nothing."""
    carried, total = prices.road.settings.carry_over, 0.0
    most: dict[tuple[str, int], float] = {}
    rows = prices.road.budgets.select("place", "year", "amount").sort("year")
    for place, year, amount in rows.iter_rows():
        most[place, year] = amount + carried * most.get((place, year - 1), 0.0)
    for (place, year), unspent in most.items():
        later = prices.charge("budget", place, year + 1)
        gain = carried * later - prices.charge("budget", place, year)
        total += unspent * max(0.0, gain)
    return total


def _prerequisites(prices: Prices) -> float:
    """A soft prerequisite may be lacking when that costs less than its rows are priced."""
    total = 0.0
    build = dict(prices.road.projects.select("project", "build_years").iter_rows())
    rows = prices.road.soft_prerequisites.select("project", "requires", "loss").iter_rows()
    for project, requires, loss in rows:
        years = prices.years[: max(prices.last_start(build[project]) + 1, 0)]
        price = sum(prices.get(f"soft_precedence[{project}<-{requires},{year}]") for year in years)
        total += max(0.0, price - loss)
    return total
