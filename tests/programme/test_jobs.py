"""Long work of a programme: who may ask for what, and that a result is stored once or not at all."""

import base64
import io
import zipfile

import pytest

from people_of import actor, staffed
from urbium.access import Actor, Grant, Role
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.programme.worker import do

HEAD = "city,variable,period,value,unit,source_id\n"
NOW = 10**18  # later than every clock


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


def file(*rows):
    content = HEAD + "".join(f"{row},persons,ccsy\n" for row in rows)
    return {"name": "a.csv", "content": base64.b64encode(content.encode()).decode()}


def lease(programme, worker="w"):
    return programme.store.jobs.lease(worker, now=NOW, until=NOW + 1)


def done(programme, who, kind, asked, worker="w"):
    """Ask for a job, do it as a worker would, and return it."""
    begun = programme.jobs.begin(who, kind, asked)
    assert lease(programme, worker).id == begun.id
    do(programme, begun.id, worker)
    return programme.jobs.opened(who, begun.id)


@pytest.mark.parametrize(
    ("who", "kind"),
    [("carl", "plan"), ("carl", "export"), ("eva", "measure"), ("ada", "export")],
)
def test_who_may_not_do_the_work_may_not_ask_for_it(programme, who, kind):
    with pytest.raises(ForbiddenError):
        programme.jobs.begin(actor(programme, who), kind, {})


@pytest.mark.parametrize(
    ("kind", "asked", "error"),
    [
        ("dance", {}, NotFoundError),
        ("forecast", {"what": "population"}, InputError),
        ("forecast", {"to": "soon"}, InputError),
        ("export", {"path": "/etc"}, InputError),
        ("plan", {"years": "2016-2020", "budget": "1 bn EUR/year", "time_limit": -1}, InputError),
    ],
)
def test_a_request_that_the_kind_does_not_understand_is_refused_at_once(programme, kind, asked, error):
    with pytest.raises(error):
        programme.jobs.begin(actor(programme, "olga"), kind, asked)


def test_an_import_is_stored_and_its_receipt_is_the_answer(programme):
    job = done(programme, actor(programme, "olga"), "import", file("0503,population,2019,101000"))
    assert (job.state, job.answer["stored"]) == ("done", 1)
    assert programme.store.audit()["who"][-1] == "olga"


def test_an_import_of_another_citys_figures_fails_and_stores_nothing(programme):
    before = programme.store.last_change()
    rows = ("0503,population,2018,100000", "0599,population,2018,600000")
    job = done(programme, actor(programme, "carl"), "import", file(*rows))
    assert (job.state, job.answer["problem"]["type"]) == ("failed", "urn:urbium:forbidden")
    assert programme.store.last_change() == before


def test_work_that_is_not_possible_fails_with_its_reason(programme):
    job = done(programme, actor(programme, "olga"), "documents", {"kind": "no-such"})
    assert (job.state, job.answer["problem"]["status"]) == ("failed", 404)


def test_an_export_is_one_file_of_the_open_files(programme):
    olga = actor(programme, "olga")
    job = done(programme, olga, "export", {})
    assert job.state == "done"
    made = programme.jobs.file(olga, job.id)
    names = zipfile.ZipFile(io.BytesIO(made.content)).namelist()
    assert "urbium/cities.csv" in names


def test_a_worker_whose_job_another_has_stores_nothing(programme):
    carl = actor(programme, "carl")
    begun = programme.jobs.begin(carl, "import", file("0503,population,2017,99000"))
    lease(programme, "late")
    programme.store.jobs.beat(begun.id, "late", until=0)
    assert lease(programme, "new").attempts == 2
    before = programme.store.last_change()
    do(programme, begun.id, "late")
    assert programme.store.last_change() == before
    do(programme, begun.id, "new")
    do(programme, begun.id, "new")  # what has ended is not done again
    assert programme.jobs.opened(carl, begun.id).state == "done"
    assert programme.store.audit().filter(what="submission: create", who="carl").height == 1


def test_a_job_that_is_cancelled_while_it_is_done_stores_nothing(programme, monkeypatch):
    olga = actor(programme, "olga")
    begun = programme.jobs.begin(olga, "import", file("0503,population,2016,98000"))
    lease(programme, "w")
    read = programme.figures.check

    def read_and_cancel(*arguments, **more):
        reading = read(*arguments, **more)
        programme.jobs.cancel(olga, begun.id)
        return reading

    monkeypatch.setattr(programme.figures, "check", read_and_cancel)
    loads = programme.store.audit().filter(what="load").height
    do(programme, begun.id, "w")
    assert programme.jobs.opened(olga, begun.id).state == "cancelled"
    assert programme.store.audit().filter(what="load").height == loads
    with pytest.raises(ConflictError):
        programme.jobs.cancel(olga, begun.id)


def test_a_job_has_no_more_rights_than_who_asked_had_and_has_still(programme):
    wide = Actor("carl", (Grant(Role.OFFICE),))  # a role that the account does not have (any more)
    job = done(programme, wide, "export", {})
    assert (job.state, job.answer["problem"]["status"]) == ("failed", 403)


def test_jobs_are_seen_by_who_asked_the_office_and_the_auditor(programme):
    carl, gus, olga, ada = (actor(programme, code) for code in ("carl", "gus", "olga", "ada"))
    begun = programme.jobs.begin(carl, "import", file("0503,population,2015,97000"))
    for who in (carl, olga, ada):
        assert begun.id in {job.id for job in programme.jobs.listed(who)}
    assert not programme.jobs.listed(gus)
    assert not programme.jobs.listed(Actor())
    for who in (gus, Actor()):
        with pytest.raises(NotFoundError):
            programme.jobs.opened(who, begun.id)
    with pytest.raises(ForbiddenError):
        programme.jobs.cancel(ada, begun.id)
    programme.jobs.cancel(carl, begun.id)
