"""How fast need is set against capacity: 286 cities, all declared services, 24 years, 1,000 paths.

Beside it the same work in the plainest way, one city and service after the other through numpy's quantile;
the middle and the limits must agree. Times are those of the processor.

    python bench/pressure.py [--paths 1000] [--cities 286]
"""

import argparse
import resource
import time

import numpy as np
import polars as pl

import history
from urbium.catalogue import load_catalogue
from urbium.forecast import forecast_pressure
from urbium.forecast.paths import LIMITS, Paths
from urbium.forecast.pressure.demand import chances, factors
from urbium.model import OBSERVATION

YEARS = np.arange(2012, 2036)
SHARES = (0.5, 0.1, 0.9, 0.025, 0.975)


def people(cities: int, paths: int) -> Paths:
    """Return cities that grow at rates which wander."""
    rng = np.random.default_rng(0)
    steps = rng.normal(0.01, 0.02, (cities, len(YEARS), paths))
    steps[:, 0] = 0.0
    size = rng.uniform(5e5, 8e6, (cities, 1, 1))
    return Paths(tuple(f"C{at:05d}" for at in range(cities)), YEARS, size * np.exp(np.cumsum(steps, axis=1)))


def beds(population: Paths) -> pl.DataFrame:
    """Return beds of every city in the first year, 5 per 1,000 people."""
    rows = [
        {"city": city, "variable": "hospital_beds", "period": "2012", "unit": "beds", "area": "prefecture"}
        | {"status": "reported", "quality": "measured", "value": float(0.005 * first[0])}
        for city, first in zip(population.keys, population.values[:, 0], strict=True)
    ]
    return pl.DataFrame(rows, schema=OBSERVATION)


def main() -> None:
    """Measure, compare and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cities", type=int, default=286)
    parser.add_argument("--paths", type=int, default=1_000)
    history.add_option(parser)
    asked = parser.parse_args()
    catalogue = load_catalogue()
    population = people(asked.cities, asked.paths)
    observed = beds(population)
    ages = pl.DataFrame(
        {"place": "N", "year": 2012, "sex": "B", "age": range(0, 100, 5), "value": [1.0] * 20}
    )

    begun = time.process_time()
    pressure = forecast_pressure(
        observed,
        {"prefecture": population},
        catalogue.norms.values(),
        cities=population.keys,
        variables=catalogue.variables,
        workers={"prefecture": population},
        ages=ages,
        nation="N",
    )
    took = time.process_time() - begun
    services = pressure.table["service"].n_unique()

    begun = time.process_time()
    rows = [norm for norm in catalogue.norms.values() if norm.service == "hospital_beds"]
    need = factors(rows, YEARS, chances("hospital_beds", asked.paths, 0))
    plain = np.stack([np.quantile(own * need, SHARES, axis=1).T for own in population.values])
    peer = (time.process_time() - begun) * services
    own = pressure.table.filter(service="hospital_beds").select("demand", *LIMITS[1:]).to_numpy()
    agrees = np.allclose(own.reshape(plain.shape), plain)

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"{asked.cities} cities, {services} services, {len(YEARS)} years, {asked.paths:,} paths")
    print(f"urbium          {took:8.2f} s   (target 10)   peak {peak:.2f} GB (target 2)")
    print(f"plain numpy     {peer:8.2f} s   ratio {peer / took:.1f}; bands of need only")
    print(f"bands agree     {agrees}")
    if asked.record:
        figures = {
            "urbium_seconds": took,
            "plain_numpy_seconds": peer,
            "peak_gb": peak,
            "services": float(services),
        }
        case = f"{asked.cities} cities, {asked.paths} paths"
        history.record("pressure", figures, case=case, units={"services": "count"})


if __name__ == "__main__":
    main()
