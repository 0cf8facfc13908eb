"""Queues: the throughput of a closed population against textbooks and against the balance of its states."""

import numpy as np
import pytest

from queueing import service_time, throughput


def test_one_worker_and_many_people_are_the_queue_of_textbooks():
    """M/M/1, with arrivals of a vast population: the response is S / (1 - load) (Kleinrock 1975, ch. 3)."""
    people, think, load = 200_000, 200_000.0, 0.6
    rate = throughput(people, think, load, 1)

    assert people / rate - think == pytest.approx(0.6 / (1 - 0.6), rel=2e-3)


def test_two_workers_and_many_people_are_the_queue_of_textbooks():
    """M/M/2: the response is S / (1 - load squared), the load being that of each worker."""
    people, think, service = 200_000, 200_000.0, 1.6
    rate = throughput(people, think, service, 2)

    assert people / rate - think == pytest.approx(1.6 / (1 - 0.8**2), rel=2e-3)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_chances_of_all_states_balance(workers):
    """The flows between states, written down one by one and solved, give the same throughput."""
    people, think, service = 7, 2.0, 0.9
    flows = np.zeros((people + 1, people + 1))
    for waiting in range(people):
        flows[waiting, waiting + 1] = (people - waiting) / think
        flows[waiting + 1, waiting] = min(waiting + 1, workers) / service
    np.fill_diagonal(flows, -flows.sum(axis=1))
    equations = np.vstack([flows.T, np.ones(people + 1)])
    chances = np.linalg.lstsq(equations, np.append(np.zeros(people + 1), 1.0), rcond=None)[0]
    served = sum(chance * min(waiting, workers) / service for waiting, chance in enumerate(chances))

    assert throughput(people, think, service, workers) == pytest.approx(served)


def test_the_service_time_is_the_one_that_gives_the_throughput():
    assert service_time(100, 1.0, throughput(100, 1.0, 0.013, 1)) == pytest.approx(0.013)


def test_workers_that_nobody_waits_for_change_nothing():
    assert throughput(10, 1.0, 0.25, 10) == pytest.approx(10 / 1.25)
