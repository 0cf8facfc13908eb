"""What a model of queues foretells of two workers from a run with one, and what a run with two then shows.

People ask, read for a second, and ask again; requests wait for a worker. That is a closed network of two
stations: people who read, and workers. With as many requests at the workers as there are people who wait,

.. math:: p_k \\propto \\binom{N}{k} \\frac{k!}{\\prod_{i \\le k} \\min(i, c)} (S / Z)^k

for N people, Z seconds of reading, S seconds of service and c workers. The law holds for every distribution
of reading times, and of service times where those who are served share the worker, as threads do (Baskett,
Chandy, Muntz and Palacios 1975, *Journal of the ACM* 22). The service time is the one with which the model
has the throughput of one worker; so it holds what the machine adds. The response is N / X - Z (Little 1961).
That a second worker has a processor of its own is an assumption: people, PostgreSQL and both workers should
leave some of the processors idle.

    python bench/queueing.py [--people 100] [--seconds 60] [--database URL] [--record]
"""

import argparse
import asyncio
import math
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.optimize import brentq

import history
import serve
import server

MOST_ERROR = 0.1
"""Share by which the throughput of two workers may differ from what was foretold."""


def throughput(people: int, think: float, service: float, workers: int) -> float:
    """Return the requests a second of a closed population.

    Parameters
    ----------
    people : how many there are
    think : seconds between an answer and the next request, more than 0
    service : seconds of a worker that a request takes, more than 0
    workers : how many there are

    Returns
    -------
    The mean number of busy workers over the seconds of service.

    >>> round(throughput(2, 1.0, 1.0, 1), 6)  # of two people one waits 2/5 of the time, both 2/5: 4/5 busy
    0.8
    """
    waiting = np.arange(1, people + 1)
    steps = np.log((people - waiting + 1) / np.minimum(waiting, workers) * service / think)
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    chances = np.exp(logs - logs.max())
    busy = np.minimum(np.arange(people + 1), workers) @ chances / chances.sum()
    return float(busy / service)


def service_time(people: int, think: float, rate: float) -> float:
    """Return the seconds of service with which one worker has a throughput.

    >>> round(service_time(2, 1.0, 0.8), 6)
    1.0
    """
    return float(math.exp(brentq(lambda log: throughput(people, think, math.exp(log), 1) - rate, -14.0, 7.0)))


def main() -> int:
    """Run with one worker, foretell, run with two, and compare; return 1 when the model is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--database", default="")
    history.add_option(parser)
    options = parser.parse_args()
    rates: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        database = options.database or str(Path(folder) / "queueing.db")
        people = serve.founded(database, options.people, 0)
        for workers in (1, 2):
            with server.served(database, workers) as (base, process):
                measured = asyncio.run(serve.run(base, people, options.seconds, process))
            rates[workers] = float(str(measured["requests_a_second"]))
            processor = measured["server_ms"]
            print(f"workers: {workers}; {rates[workers]} requests/s, {processor} ms of processor each")
    service = service_time(options.people, serve.PAUSE, rates[1])
    foretold = throughput(options.people, serve.PAUSE, service, 2)
    figures = {
        "one_worker_requests_a_second": rates[1],
        "two_workers_requests_a_second": rates[2],
        "foretold_requests_a_second": foretold,
        "service_ms": 1000 * service,
        "response_ms": 1000 * (options.people / rates[2] - serve.PAUSE),
        "foretold_response_ms": 1000 * (options.people / foretold - serve.PAUSE),
        "error_ratio": foretold / rates[2] - 1,
    }
    for name, value in figures.items():
        print(f"{name:32}{value:10.3f}")
    is_met = abs(figures["error_ratio"]) <= MOST_ERROR
    print(f"target: throughput of two workers within {MOST_ERROR:.0%}: {'met' if is_met else 'MISSED'}")
    if options.record:
        case = f"{options.people} people, {options.seconds:g} s, {server.engine(database)}"
        history.record("queueing", figures, case=case)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
