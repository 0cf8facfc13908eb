"""Jobs in a store: a lease, a beat, and that nobody finishes what another worker has."""

import pytest

from urbium.errors import ConflictError, NotFoundError
from urbium.store import Job

NOW = 1_000_000


@pytest.fixture
def jobs(store):
    for number in (1, 2):
        store.jobs.add(Job(f"j{number}", "export", "ann", {"asked": {}}, NOW + number))
    return store.jobs


def test_the_oldest_job_is_taken_first_and_each_once(jobs):
    taken = [jobs.lease(name, now=NOW, until=NOW + 10) for name in ("a", "b", "c")]
    assert [job and (job.id, job.worker, job.state, job.attempts) for job in taken] == [
        ("j1", "a", "running", 1),
        ("j2", "b", "running", 1),
        None,
    ]


def test_a_lease_that_runs_out_goes_to_another_and_the_first_can_do_nothing_more(jobs):
    jobs.lease("a", now=NOW, until=NOW + 10)
    jobs.lease("b", now=NOW, until=NOW + 99)
    again = jobs.lease("c", now=NOW + 11, until=NOW + 20)
    assert (again.id, again.worker, again.attempts) == ("j1", "c", 2)
    assert not jobs.beat("j1", "a", until=NOW + 30)
    assert not jobs.report("j1", "a", {"share": 1.0}, now=NOW + 12)
    assert not jobs.finish("j1", "a", answer={"x": 1}, now=NOW + 12)
    with pytest.raises(ConflictError, match="no longer belongs to this worker"):
        jobs.demand_held("j1", "a")
    assert jobs.finish("j1", "c", answer={"x": 2}, now=NOW + 12)
    assert (jobs.one("j1").state, jobs.one("j1").answer) == ("done", {"x": 2})


def test_a_beat_holds_a_job(jobs):
    jobs.lease("a", now=NOW, until=NOW + 10)
    jobs.lease("b", now=NOW, until=NOW + 99)
    assert jobs.beat("j1", "a", until=NOW + 40)
    assert jobs.lease("c", now=NOW + 30, until=NOW + 50) is None


def test_a_job_that_was_lost_three_times_has_failed_with_its_reason(jobs):
    jobs.cancel("j2", now=NOW)
    for number in range(3):
        assert (
            jobs.lease(f"w{number}", now=NOW + 20 * number, until=NOW + 20 * number + 10).attempts
            == number + 1
        )
    assert jobs.lease("w3", now=NOW + 60, until=NOW + 70) is None
    job = jobs.one("j1")
    assert (job.state, job.attempts) == ("failed", 3)
    assert job.answer["problem"]["code"] == "store.job.lost"


def test_a_cancelled_job_is_nobodys_and_stays_so(jobs):
    jobs.lease("a", now=NOW, until=NOW + 10)
    assert jobs.cancel("j1", now=NOW + 1).state == "cancelled"
    assert not jobs.beat("j1", "a", until=NOW + 30)
    assert not jobs.finish("j1", "a", answer={}, now=NOW + 2)
    with pytest.raises(ConflictError, match="has already ended"):
        jobs.cancel("j1", now=NOW + 3)
    with pytest.raises(NotFoundError):
        jobs.cancel("j9", now=NOW)


def test_changes_of_a_job_are_told_apart_when_the_clock_stands(jobs):
    jobs.lease("a", now=NOW, until=NOW + 10)
    seen = [jobs.one("j1").changed]
    for share in (0.1, 0.2):
        jobs.report("j1", "a", {"share": share}, now=NOW)
        seen.append(jobs.one("j1").changed)
    assert seen == sorted(set(seen))


def test_lists_leave_out_what_is_long_and_what_is_another_accounts(jobs, store):
    store.jobs.add(Job("j3", "export", "bob", {"asked": {"x": 1}}, NOW))
    assert [job.id for job in jobs.listed(None)] == ["j3", "j2", "j1"]
    assert [job.id for job in jobs.listed("ann", before="j2")] == ["j1"]
    assert jobs.listed("bob")[0].request == {}


def test_a_result_is_stored_with_the_end_of_its_job_or_not_at_all(jobs, store):
    jobs.lease("a", now=NOW, until=NOW + 10)
    jobs.cancel("j1", now=NOW + 1)

    def finish():
        with store.together():
            store.keep("note", "result", {"a": 1}, by="ann", reason="job")
            jobs.demand_held("j1", "a")

    with pytest.raises(ConflictError):
        finish()
    assert store.kept("note", "result") is None
    store.verify()


def test_ended_jobs_are_dropped_after_thirty_days(jobs, store):
    jobs.cancel("j1", now=NOW)
    store.jobs.add(Job("j4", "export", "ann", {}, NOW + 31 * 24 * 3600 * 1_000_000))
    assert [job.id for job in jobs.listed(None)] == ["j4", "j2"]
