"""Problem reports: who may send, read and decide, what everybody reads, and what is forgotten."""

from dataclasses import replace

import pytest

from people_of import actor, staffed
from reports_of import SENT, reported, take, take_reports
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.model import City
from urbium.platform.service_requests import KEPT_DAYS
from urbium.programme import new
from urbium.programme.people.invitations import FOUNDER
from urbium.programme.platform import problem_reports

DAY = 24 * 3600 * 1_000_000


@pytest.fixture
def programme():
    with staffed() as one:
        take_reports(one)
        yield one


@pytest.fixture
def reports(programme):
    return programme.problem_reports


def test_a_city_that_has_chosen_nothing_takes_no_report(reports):
    assert [one.code for one in reports.offered("0503")] == ["street_light", "road"]
    assert reports.offered("0599") == []
    with pytest.raises(InputError):
        reports.report("0599", SENT)


def test_what_a_solution_provides_is_possible_only_where_it_is_at_work(reports):
    assert "bike_share" not in {one.code for one in reports.possible("0503")}


def test_the_officer_of_another_city_and_the_province_choose_nothing(programme, reports):
    for who in ("gus", "pia", "eva", "ada"):
        with pytest.raises(ForbiddenError):
            reports.choose(actor(programme, who), "0503", [], reason="a test")
    reports.choose(actor(programme, "olga"), "0599", ["road"], reason="a test")
    assert reports.cities() == ["0503", "0599"]


def test_every_fault_of_a_report_is_named_at_its_field(reports):
    wrong = replace(SENT, service="dragon", description=" ", place="", latitude="nan", longitude="")
    with pytest.raises(InputError) as refused:
        reports.report("0503", wrong)
    assert [one.cell for one in refused.value.faults] == [
        "service", "description", "place", "point",
    ]  # fmt: skip


def test_a_place_far_from_the_city_is_refused_as_a_slip_of_the_numbers(reports, programme):
    here = replace(programme.city("0503"), latitude=52.01, longitude=4.36)
    programme.register(cities=[here], by="test", reason="to know where it lies")
    with pytest.raises(InputError) as refused:
        reports.report("0503", replace(SENT, latitude="4.35678", longitude="52.01234"))
    (fault,) = refused.value.faults
    assert (fault.cell, str(fault.message)) == ("point", "this place is 6,866 km from the middle of Delft")


def test_a_report_goes_from_received_to_done_and_its_author_reads_how_it_stands(reports, programme):
    secret, id_ = reported(programme)
    states = [reports.of_secret(secret).state]
    for action in ("accept", "begin", "finish"):
        take(programme, id_, action)
        states.append(reports.of_secret(secret).state)
    assert states == ["received", "accepted", "begun", "done"]
    assert reports.of_secret(secret).answer == "done so"


def test_a_refusal_needs_a_reason_and_takes_a_report_from_the_public_list(reports, programme):
    secret, id_ = reported(programme)
    take(programme, id_, "accept")
    assert [one.id for one in reports.public("0503")] == [id_]
    with pytest.raises(InputError):
        take(programme, id_, "refuse", answer=" ")
    take(programme, id_, "refuse", answer="this is a private road")
    assert reports.public("0503") == []
    assert reports.of_secret(secret).answer == "this is a private road"


def test_everybody_reads_what_the_city_accepted_and_nothing_that_was_sent(reports, programme):
    _, id_ = reported(programme)
    assert reports.public("0503") == []
    with pytest.raises(NotFoundError):
        reports.public_one(id_)
    take(programme, id_, "accept")
    (one,) = reports.public("0503")
    assert (one.public_words, one.public_place) == ("a hole", "Markt")
    assert (one.latitude, one.longitude) == (52.012, 4.357)
    assert "cnr-" not in repr(one)
    assert not one.digest


@pytest.mark.parametrize("who", ["gus", "pia", "eva", "ada", "sven"])
def test_nobody_else_reads_or_decides_a_report(reports, programme, who):
    _, id_ = reported(programme)
    with pytest.raises(NotFoundError):
        reports.opened(actor(programme, who), id_)
    with pytest.raises(NotFoundError):
        reports.act(actor(programme, who), id_, "refuse", {"answer": "no"}, changed=0)
    with pytest.raises(NotFoundError):
        reports.assign(actor(programme, who), id_, "carl", changed=0)
    assert reports.listed(actor(programme, who)) == []
    assert reports.waiting(actor(programme, who)) == 0


def test_the_office_sees_the_reports_of_every_city(reports, programme):
    take_reports(programme, "0599", "gus")
    reported(programme)
    reported(programme, city="0599")
    assert {one.city for one in reports.listed(actor(programme, "olga"))} == {"0503", "0599"}
    assert (reports.waiting(actor(programme, "olga")), reports.waiting(actor(programme, "gus"))) == (2, 1)


def test_a_report_is_assigned_to_an_officer_of_its_city(reports, programme):
    _, id_ = reported(programme)
    changed = reports.opened(actor(programme, "carl"), id_).changed
    reports.assign(actor(programme, "carl"), id_, "carl", changed=changed)
    assert reports.opened(actor(programme, "carl"), id_).officer == "carl"
    with pytest.raises(NotFoundError):
        reports.assign(actor(programme, "carl"), id_, "gus", changed=changed)


def test_who_saw_an_older_report_decides_nothing(reports, programme):
    _, id_ = reported(programme)
    one = reports.opened(actor(programme, "carl"), id_)
    take(programme, id_, "accept")
    with pytest.raises(InputError):
        reports.act(actor(programme, "carl"), id_, "refuse", {"answer": "no"}, changed=one.changed)
    with pytest.raises(ConflictError):
        programme.store.requests.decide(
            one, {"state": "refused"}, now=0, by="carl", what="refuse", reason="no"
        )


def test_what_was_sent_is_forgotten_some_time_after_it_is_closed(reports, programme):
    store = programme.store.requests
    secret, id_ = reported(programme)
    take(programme, id_, "accept", "finish")
    closed = reports.of_secret(secret).closed
    assert store.forget(before=closed) == 0
    assert store.forget(before=closed + 1) == 1
    one = reports.opened(actor(programme, "carl"), id_)
    assert "cnr-" not in repr(one)
    assert (one.public_words, one.answer) == ("a hole", "done so")


def test_a_served_programme_forgets_without_being_asked(programme, monkeypatch):
    secret, id_ = reported(programme)
    take(programme, id_, "refuse")
    later = programme.problem_reports.of_secret(secret).closed + (KEPT_DAYS + 1) * DAY
    monkeypatch.setattr(programme.feeds, "clock", lambda: later)
    programme.live.run(until_idle=True)
    assert not programme.problem_reports.of_secret(secret).description


def test_nothing_that_was_sent_is_in_the_log_and_the_store_still_verifies(programme):
    secret, id_ = reported(programme)
    take(programme, id_, "accept", "begin", "finish")
    log = repr(programme.store.audit().to_dicts())
    assert "service request: accept" in log
    assert "cnr-" not in log
    assert secret not in log
    programme.store.verify()


def test_a_city_takes_so_many_reports_a_day_and_no_more(reports, programme, monkeypatch):
    monkeypatch.setattr(problem_reports, "_A_DAY", 2)
    reported(programme)
    reported(programme)
    with pytest.raises(InputError):
        reported(programme)
    tomorrow = reports.clock() + DAY + 1
    monkeypatch.setattr(reports, "clock", lambda: tomorrow)
    reported(programme)


def test_a_secret_that_is_wrong_or_empty_opens_nothing(reports, programme):
    secret, id_ = reported(programme)
    for wrong in ("", id_, secret[:-1], secret + "x", secret.upper()):
        with pytest.raises(NotFoundError):
            reports.of_secret(wrong)


def test_a_nation_declares_kinds_of_problems_and_days_of_its_own(tmp_path):
    table = tmp_path / "own" / "platform" / "city_services.csv"
    table.parent.mkdir(parents=True)
    table.write_text(
        "code,name_en,name_es,words,days,solution,source\nbache,Pothole,Bache,hoyo,4,,reglamento municipal\n",
        encoding="utf-8",
    )
    with new(":memory:", nation="MEX", currency="MXN") as mexico:
        mexico.register(cities=[City("MX1", {"es": "León"}, "city")], by="test", reason="towns")
        mexico.import_catalogue(tmp_path / "own", by="test", reason="our own")
        mexico.people.invite(FOUNDER, "olga", {"display": "Olga", "grants": [{"role": "office"}]})
        mexico.problem_reports.choose(actor(mexico, "olga"), "MX1", ["bache"], reason="a test")
        secret, _ = reported(mexico, replace(SENT, service="bache"), "MX1")
        one = mexico.problem_reports.of_secret(secret)
        assert one.due - one.made == 4 * DAY
        (service,) = mexico.city_services.services("MX1")
        assert (service["service_name"], service["keywords"]) == ("Pothole", "hoyo")
