"""Figures that a city sends: until the programme office accepts them, nothing shows them."""

import base64
import shutil

import pytest

from people_of import actor, staffed
from urbium.access import ANYBODY
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.programme.job_kinds import prepare
from urbium.programme.opening import open_programme
from urbium.programme.people.invitations import FOUNDER

HEAD = "city,variable,period,value,unit,source\n"
ROWS = "0503,population,2020,100000,persons,wdi\n0503,population,2021,101000,persons,\n"


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    path = tmp_path_factory.mktemp("begun") / "begun.db"
    with staffed(f"sqlite:///{path}"):
        return path


@pytest.fixture
def programme(begun, tmp_path):
    path = shutil.copy(begun, tmp_path / "city.db")
    with open_programme(f"sqlite:///{path}") as programme:
        yield programme


@pytest.fixture
def send(programme, tmp_path):
    def sent(rows=ROWS, who="carl", **more):
        path = tmp_path / "figures.csv"
        path.write_text(HEAD + rows)
        sender = actor(programme, who)
        reading = programme.figures.check(sender, path)
        return programme.figures.submit(
            sender, reading, path.read_bytes(), reason=more.get("reason", "yearbook")
        )

    return sent


def act(programme, who, code, action, **changes):
    return programme.casework.act(
        actor(programme, who), "submission", code, action, changes, version=1
    ).dossier


def test_what_a_city_sends_changes_nothing_that_anybody_reads(programme, send):
    before = (programme.store.last_fact(), programme.summary(), programme.observations().height)
    submission = send()
    assert submission.state == "submitted"
    assert (programme.store.last_fact(), programme.summary(), programme.observations().height) == before
    assert programme.register.figures_of("0503").is_empty()
    assert "city_0503" not in programme.sources()


def test_accepted_figures_count_from_the_acceptance_on_and_their_source_is_the_city(programme, send):
    submission = send()
    between = programme.store.last_change()
    act(programme, "olga", submission.code, "accept")
    figures = programme.observations(cities=["0503"])
    assert figures["value"].to_list() == [100000.0, 101000.0]
    assert set(figures["source"]) == {"city_0503"}
    assert programme.sources()["city_0503"].publisher == "Delft, city government"
    assert figures["reason"].to_list()[0] == "as given by wdi"
    assert figures["reason"].to_list()[1] == f"yearbook (submission {submission.code}, sent by carl)"
    assert programme.observations(as_known_on=between).is_empty()
    assert [who for who, what in programme.store.audit().select("who", "what").rows() if what == "load"] == [
        "olga"
    ]


def test_a_submission_is_seen_by_its_city_its_province_and_the_office_alone(programme, send):
    code = send().code
    for who in ("carl", "sven", "pia", "olga", "ada"):
        assert programme.casework.opened(actor(programme, who), "submission", code).dossier.code == code
        assert programme.figures.submitted(actor(programme, who), code).table.height == 2
    for stranger in (ANYBODY, actor(programme, "gus"), actor(programme, "nora"), actor(programme, "eva")):
        with pytest.raises(NotFoundError):
            programme.casework.opened(stranger, "submission", code)
        with pytest.raises(NotFoundError):
            programme.figures.submitted_file(stranger, code)


def test_a_province_sends_figures_of_its_cities_as_their_source(programme, send):
    submission = send(who="pia")
    assert submission.content["province"] == "Zuid-Holland"
    assert programme.casework.opened(actor(programme, "carl"), "submission", submission.code)
    act(programme, "olga", submission.code, "accept")

    assert set(programme.observations(cities=["0503"])["source"]) == {"province_Zuid-Holland"}
    publisher = programme.sources()["province_Zuid-Holland"].publisher
    assert publisher == "Zuid-Holland, provincial government"


def test_who_is_an_officer_of_the_city_and_of_its_province_sends_for_the_city(programme, send):
    grants = [
        {"role": "officer", "scope": "city", "code": "0503"},
        {"role": "province", "scope": "province", "code": "Zuid-Holland"},
    ]
    programme.people.invite(FOUNDER, "both", {"display": "Both", "grants": grants})
    submission = send(who="both")
    act(programme, "olga", submission.code, "accept")

    assert set(programme.observations(cities=["0503"])["source"]) == {"city_0503"}


def test_a_province_sends_no_figures_of_another(programme, send):
    with pytest.raises(ForbiddenError, match="0344"):
        send("0344,population,2020,1000,persons,\n", who="pia")
    with pytest.raises(ForbiddenError):
        send(who="nora")


def test_a_province_brings_figures_by_a_job_and_no_other_work(programme, tmp_path):
    content = base64.b64encode((HEAD + ROWS).encode()).decode()
    job = {"name": "a.csv", "content": content, "reason": "yearbook"}
    finish = prepare(programme, "import", actor(programme, "pia"), job, lambda _: None)
    assert "submission" in finish()
    with pytest.raises(ForbiddenError):
        prepare(programme, "measure", actor(programme, "pia"), {}, lambda _: None)


def test_who_sent_figures_does_not_accept_them(programme, send):
    code = send().code
    grants = [{"role": "office", "scope": "all", "code": ""}]
    programme.casework.act(FOUNDER, "account", "carl", "change", {"grants": grants}, version=1)
    with pytest.raises(ForbiddenError, match=r"someone (else|other)"):
        act(programme, "carl", code, "accept")
    with pytest.raises(ForbiddenError):
        act(programme, "pia", code, "accept")
    assert programme.observations().is_empty()


def test_a_variable_can_be_left_out_with_a_reason(programme, send):
    rows = ROWS + "0503,green_cover_rate,2020,31,%,\n"
    code = send(rows).code
    with pytest.raises(InputError) as refused:
        act(programme, "olga", code, "accept", left_out=["green_cover_rate"])
    assert "no reason is given" in str(refused.value.faults[0].message)
    act(programme, "olga", code, "accept", left_out=["green_cover_rate"], answer="of another year")
    assert set(programme.observations()["variable"]) == {"population"}


@pytest.mark.parametrize(
    ("left_out", "said"),
    [(["populaton"], "no figures for 'populaton'"), (["population"], "nothing would be accepted")],
)
def test_what_cannot_be_left_out_is_refused(programme, send, left_out, said):
    with pytest.raises(InputError) as refused:
        act(programme, "olga", send().code, "accept", left_out=left_out, answer="why")
    assert said in str(refused.value.faults[0].message)
    assert programme.observations().is_empty()


def test_suspect_figures_stay_suspect_unless_they_are_accepted_too(programme, send):
    rows = "0503,population,2001,100000,persons,\n0503,population,2002,1000000,persons,\n"
    act(programme, "olga", send(rows).code, "accept")
    assert set(programme.observations()["status"]) == {"suspect"}
    again = "0503,population,2011,100000,persons,\n0503,population,2012,1100000,persons,\n"
    act(programme, "olga", send(again).code, "accept", takes_suspects=True)
    assert programme.observations(periods=["2012"])["status"].to_list() == ["accepted"]


def test_a_submission_is_sent_back_with_a_reason_or_withdrawn_and_then_never_counts(programme, send):
    first, second = send().code, send(reason="again").code
    with pytest.raises(InputError, match="not possible yet"):
        act(programme, "olga", first, "return")
    assert act(programme, "olga", first, "return", answer="2021 is missing").state == "returned"
    with pytest.raises(ForbiddenError):
        act(programme, "olga", second, "withdraw")
    assert act(programme, "carl", second, "withdraw").state == "withdrawn"
    for code in (first, second):
        with pytest.raises(ConflictError):
            programme.casework.act(actor(programme, "olga"), "submission", code, "accept", {}, version=2)
    assert programme.observations().is_empty()


def test_the_office_finds_what_waits_on_its_desk_and_its_own_figures_count_at_once(programme, send, tmp_path):
    code = send().code
    waiting = programme.casework.waiting(actor(programme, "olga"))
    assert [one.dossier.code for one in waiting] == [code]
    assert not programme.casework.waiting(actor(programme, "carl"))
    path = tmp_path / "office.csv"
    path.write_text(HEAD + "0503,population,2019,99000,persons,wdi\n")
    olga = actor(programme, "olga")
    programme.figures.record(olga, programme.figures.check(olga, path))
    assert programme.observations()["source"].to_list() == ["wdi"]


def test_an_officer_can_neither_load_nor_send_figures_of_another_city(programme, send, tmp_path):
    with pytest.raises(ForbiddenError):
        send("0599,population,2020,650000,persons,\n")
    path = tmp_path / "mine.csv"
    path.write_text(HEAD + ROWS)
    carl = actor(programme, "carl")
    reading = programme.figures.check(carl, path)
    with pytest.raises(ForbiddenError):
        programme.figures.record(carl, reading)
    with pytest.raises(ForbiddenError):
        programme.figures.check(actor(programme, "eva"), path)


def test_a_submission_names_no_file_of_the_server(programme, send):
    sha256 = send().content["sha256"]
    carl = actor(programme, "carl")
    for content, error in (
        ({"title": "x", "name": "a.csv", "sha256": sha256, "mapping": "/etc/passwd"}, NotFoundError),
        ({"title": "x", "name": "a.csv", "sha256": "0" * 64}, InputError),
    ):
        with pytest.raises(error):
            programme.casework.begin(carl, "submission", "0503-x", content, city="0503")


def test_a_job_that_imports_a_citys_file_submits_it(programme):
    asked = {"name": "a.csv", "content": base64.b64encode((HEAD + ROWS).encode()).decode(), "reason": "2020"}
    carl = actor(programme, "carl")
    answer = prepare(programme, "import", carl, asked, lambda _: None)()
    assert answer["figures"] == 2
    assert programme.casework.opened(carl, "submission", answer["submission"]).dossier.state == "submitted"
    assert programme.observations().is_empty()
