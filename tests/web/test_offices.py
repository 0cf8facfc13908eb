"""The pages of accounts, people, the log and figures: who sees them, and what their forms do."""

import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import polars as pl
import pyotp
import pytest

from people_of import PASSWORD, actor, staffed
from test_language import PSEUDO, pseudo, untranslated  # noqa: F401 - a fixture
from urbium.programme.people.invitations import FOUNDER
from urbium.store import Letter
from urbium.text import translation
from urbium.web.rendering.words import moment
from urbium.web.server.shelf import Shelf

HEAD = "city,variable,period,value,unit,source\n"


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


@pytest.fixture
def become(visitor):
    def take(code):
        visitor.post("/demo/take-place", data={"code": code}, follow_redirects=False)
        return visitor

    return take


def send(visitor, page, address, **fields):
    csrf = re.search(r'name="csrf" value="(\w+)"', visitor.get(page).text)[1]
    return visitor.post(address, data={"csrf": csrf} | fields, follow_redirects=False)


def upload(visitor, content, name="figures.csv"):
    csrf = re.search(r'name="csrf" value="(\w+)"', visitor.get("/figures").text)[1]
    return visitor.post(
        "/figures/check", data={"csrf": csrf}, files={"file": (name, content)}, follow_redirects=False
    )


# --- one's own account --------------------------------------------------------------------------------------


def test_a_password_is_changed_by_who_knows_the_old_one_and_other_sessions_end(programme, become):
    programme.people.accept(programme.people.invite_again(FOUNDER, "carl"), PASSWORD)
    other = programme.people.sign_in("carl", PASSWORD).secret
    carl = become("carl")
    wrong = send(
        carl, "/account", "/account/password", old="must differ from the one", new="a new long password"
    )
    assert (wrong.status_code, 'aria-describedby="wrong-old"' in wrong.text) == (403, True)
    weak = send(carl, "/account", "/account/password", old=PASSWORD, new="short")
    assert (weak.status_code, 'aria-describedby="wrong-new"' in weak.text) == (422, True)
    changed = send(carl, "/account", "/account/password", old=PASSWORD, new="a new long password")
    assert changed.status_code == 303
    assert programme.people.actor(other) is None
    assert ">Carl</a>" in carl.get("/account").text
    assert programme.people.sign_in("carl", "a new long password").actor.account == "carl"


def test_one_time_codes_are_set_up_by_a_qr_code_and_a_code_of_it(programme, become):
    programme.people.accept(programme.people.invite_again(FOUNDER, "pia"), PASSWORD)
    pia = become("pia")
    page = send(pia, "/account", "/account/one-time").text
    assert "<svg" in page
    secret = re.search(r'name="secret" value="(\w{32})"', page)[1]
    wrong = send(pia, "/account", "/account/one-time/confirm", secret=secret, one_time="000")
    assert secret in wrong.text
    assert 'aria-describedby="wrong-one_time"' in wrong.text
    unproved = send(
        pia, "/account", "/account/one-time/confirm", secret=secret, one_time=pyotp.TOTP(secret).now()
    )
    assert 'aria-describedby="wrong-proof"' in unproved.text
    send(
        pia,
        "/account",
        "/account/one-time/confirm",
        secret=secret,
        one_time=pyotp.TOTP(secret).now(),
        proof=PASSWORD,
    )
    assert programme.people.has_one_time(actor(programme, "pia"))
    assert secret not in pia.get("/account").text


def test_a_token_is_shown_once_and_can_be_revoked(programme, become):
    eva = become("eva")
    page = send(eva, "/account", "/account/tokens", title="reader", grant="0", days="30").text
    secret = re.search(r'class="secret" translate="no">([\w-]+)<', page)[1]
    assert programme.people.actor(secret).account == "eva"
    listed = eva.get("/account").text
    assert secret not in listed
    assert "reader" in listed
    send(eva, "/account", "/account/tokens/revoke", token=re.search(r'name="token" value="(\w+)"', listed)[1])
    assert programme.people.actor(secret) is None
    assert send(eva, "/account", "/account/tokens", title="x", grant="9", days="30").status_code == 422


def test_every_session_of_a_person_ends_at_once(programme, become):
    other = programme.people.take_place("erik").secret
    erik = become("erik")
    assert send(erik, "/account", "/account/sessions/end").headers["location"] == "/sign-in"
    assert programme.people.actor(other) is None


# --- people and the log -------------------------------------------------------------------------------------


def test_no_role_is_chosen_before_the_office_chooses_one_or_follows_a_link_that_names_it(become):
    chosen = re.compile(r'<select name="role".*?</select>', re.DOTALL)
    olga = become("olga")

    assert "selected" not in chosen.search(olga.get("/people").text)[0]
    assert '<option value=""></option>' in chosen.search(olga.get("/people").text)[0]
    assert '<option value="expert" selected>' in chosen.search(olga.get("/people?role=expert").text)[0]


def test_the_office_invites_by_a_citys_name_and_the_invitation_is_shown_once(programme, become):
    olga = become("olga")
    page = send(
        olga, "/people", "/people/invite", code="rosa", display="Rosa", role="officer", where="Rotterdam"
    ).text
    secret = re.search(r"/invitation#([\w-]+)", page)[1]
    assert secret not in olga.get("/people").text
    assert programme.people.accept(secret, PASSWORD).actor.grants[0].code == "0599"


@pytest.mark.parametrize(
    ("role", "where", "status"),
    [("officer", "", 422), ("province", "Nowhere", 404), ("king", "", 422), ("officer", "Atlantis", 404)],
)
def test_a_wrong_invitation_is_refused_and_what_was_typed_stays(become, programme, role, where, status):
    olga = become("olga")
    sent = send(olga, "/people", "/people/invite", code="bad", display="Bad", role=role, where=where)
    assert sent.status_code == status
    assert 'value="Bad"' in sent.text
    assert "bad" not in programme.people.codes()


def test_a_closed_account_opens_nothing_until_it_is_opened_again(programme, become):
    nora = programme.people.take_place("nora").secret
    olga, version = become("olga"), programme.store.dossiers.one("account", "nora").version
    send(olga, "/people", "/people/close", code="nora", action="close", version=str(version))
    assert programme.people.actor(nora) is None
    send(olga, "/people", "/people/close", code="nora", action="reopen", version=str(version + 1))
    assert programme.store.dossiers.one("account", "nora").state == "active"


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("carl", "/people", 404), ("ada", "/people", 404), ("carl", "/log", 404), ("ada", "/log", 200),
        ("olga", "/log?who=test&what=towns&since=2020-01-01&until=9999-12-31&page=9", 200),
        ("eva", "/figures", 404), ("carl", "/figures/suspects", 404), ("olga", "/figures/suspects", 200),
        ("", "/verify", 200), ("", "/verify/AAAAA-BBBBB", 404), ("", "/certificates/none", 404),
        ("", "/people", 303), ("", "/log", 303), ("", "/account", 303), ("", "/figures", 303),
    ],
)  # fmt: skip
def test_a_page_is_there_for_whom_it_is(become, who, address, status):
    assert become(who).get(address, follow_redirects=False).status_code == status


def test_a_suspect_figure_is_rejected_on_its_page_and_the_city_says_who_and_why(become, programme):
    rows = "0344,population,2001,600000,persons,wup14\n0344,population,2002,6000000,persons,wup14\n"
    olga = become("olga")
    report = upload(olga, "city,variable,period,value,unit,source_id\n" + rows).headers["location"]
    send(olga, report, f"{report}/store", why="counts")
    figure = {"city": "0344", "variable": "population", "period": "2002"}
    page = "/figures/suspects"
    single = f"{page}?by=figure"
    assert send(olga, single, f"{page}/reject", **figure, why="").status_code == 422
    assert send(olga, single, f"{page}/reject", **figure, why="a zero too many").status_code == 303
    assert re.findall(r'name="period" value="(\d+)"', olga.get(single).text) == ["2001"] * 2
    shown = olga.get("/cities/0344/figures").text
    assert "Rejected as wrong, and never used" in shown
    assert "Olga · a zero too many" in shown
    assert send(olga, single, f"{page}/forget", **figure, why="x").status_code == 404


def test_a_reason_that_is_refused_stands_in_the_form_of_its_figure(become):
    rows = "0599,population,2001,600000,persons,wup14\n0599,population,2002,6000000,persons,wup14\n"
    olga, page = become("olga"), "/figures/suspects"
    report = upload(olga, "city,variable,period,value,unit,source_id\n" + rows).headers["location"]
    send(olga, report, f"{report}/store", why="counts")
    form = next(
        part
        for part in olga.get(f"{page}?by=figure").text.split(f'action="{page}/')
        if part.startswith("reject") and 'value="0599"' in part
    )
    figure = dict(re.findall(r'name="(city|variable|period|area|source)" value="([^"]*)"', form))
    refused = send(olga, f"{page}?by=figure", f"{page}/reject", **figure, why="a zero\0").text
    assert refused.count('aria-describedby="wrong-why"') == refused.count('id="wrong-why"') == 1
    assert refused.count("<details open>") == refused.count('value="a zero') == 1
    gone = send(olga, f"{page}?by=figure", f"{page}/reject", **{**figure, "period": "1999"}, why="not there")
    assert (gone.status_code, '<span translate="no">not there</span>' in gone.text) == (404, True)


def test_the_log_is_filtered(become):
    ada = become("ada")
    rows = ada.get("/log?who=test").text.split("<tbody")[1]
    assert "towns" in rows
    assert "account: create" not in rows
    assert "Nothing matches." in ada.get("/log?until=1999-01-01").text


def test_the_log_shows_a_step_as_soon_as_it_was_taken(programme, become):
    ada = become("ada")
    assert "late entry" not in ada.get("/log").text
    programme.casework.begin(
        actor(programme, "olga"), "organisation", "late", {"title": "Late"}, reason="late entry"
    )
    assert "late entry" in ada.get("/log").text


# --- figures ------------------------------------------------------------------------------------------------


def test_an_officer_submits_figures_of_the_own_city_after_seeing_what_was_found(programme, become):
    carl = become("carl")
    assert '<select name="source"' not in carl.get("/figures").text
    page = upload(carl, f"{HEAD}0503,population,2020,100000,persons,\n".encode()).headers["location"]
    before = programme.observations().height
    checked = carl.get(page).text
    assert "Send the figures" in checked
    assert "Until then, only the city, its province and the office see them." in checked
    beside = re.search(r'id="values".*?</table>', checked, re.DOTALL)[0]
    assert re.search(r"100,000 persons</td><td[^>]*>–", beside)  # nothing counts yet
    unsaid = send(carl, page, f"{page}/store", why="")
    assert (unsaid.status_code, "The figures cannot be stored" in unsaid.text) == (422, False)
    assert '<small class="wrong" id="wrong-why">A reason is needed for the record' in unsaid.text
    unreadable = send(carl, page, f"{page}/store", why="yearly\0report")
    assert (unreadable.status_code, 'value="yearly' in unreadable.text) == (422, True)
    case = send(carl, page, f"{page}/store", why="yearly report").headers["location"]
    shown = carl.get(case).text
    assert "100,000 persons" in shown
    assert "Inhabitants of the city" in re.search(r"What the file contains.*?</section>", shown, re.DOTALL)[0]
    assert "Withdraw" in shown
    assert programme.observations().height == before
    assert carl.get(page).status_code == 404
    assert carl.get(case.replace("/desk/submissions", "/submissions") + "/file").content.startswith(b"city,")
    assert become("gus").get(case).status_code == 404


def test_the_office_accepts_what_a_city_submitted_from_its_desk(programme, become):
    carl = become("carl")
    page = upload(carl, f"{HEAD}0503,population,2017,101000,persons,\n".encode()).headers["location"]
    case = send(carl, page, f"{page}/store", why="yearly report").headers["location"]
    olga = become("olga")
    assert f'href="{case}"' in olga.get("/desk").text
    assert "city_0503" not in olga.get("/cities/0503/figures").text
    assert '<input type="checkbox" name="left_out[0].value"' in olga.get(case).text
    send(olga, case, f"{case}/act", action="accept", version="1", ticks="sent", left_out="", answer="")
    assert programme.observations(periods=["2017"])["source"].to_list() == ["city_0503"]


def test_a_figure_far_from_the_citys_own_past_is_said_before_it_is_sent_and_never_held_back(
    programme, become
):
    olga, rows = become("olga"), "0503,population,2011,100000,persons,wdi\n"
    page = upload(olga, f"{HEAD}{rows}".encode()).headers["location"]
    send(olga, page, f"{page}/store", why="what was known")
    carl = become("carl")
    page = upload(carl, f"{HEAD}0503,population,2012,278000,persons,\n".encode()).headers["location"]
    shown = carl.get(page).text
    told = re.search(r'id="departures".*?</div>', shown, re.DOTALL)[0]
    assert "278,000 persons is 178% more than 100,000 in 2011" in told
    cell = carl.get(unescape(re.search(r'href="([^"#]*)#cell', told)[1])).text
    assert "178% more than" in cell.split('id="cell"')[1].split("</section>")[0]
    case = send(carl, page, f"{page}/store", why="census", remark="Two towns were joined.").headers[
        "location"
    ]
    read = become("olga").get(case).text
    assert "Two towns were joined." in read
    assert "178% more than" in read


def test_one_cause_is_told_once_and_the_marked_file_is_downloaded(become):
    olga = become("olga")
    rows = "".join(f"0503,population,{year},1,persons,no_such\n" for year in range(1990, 2007))
    page = upload(olga, f"{HEAD}{rows}0503,population,2090,1,persons,wdi\n".encode()).headers["location"]
    shown = olga.get(page).text
    assert shown.count("no_such") == 1
    assert "and 14 more" in shown
    assert "--projected-from" not in shown
    assert "mapping file" not in shown
    assert olga.get(f"{page}/marked.xlsx").content[:2] == b"PK"
    assert become("oscar").get(f"{page}/marked.xlsx").status_code == 404


def test_an_officer_stores_no_figure_of_another_city(programme, become):
    carl = become("carl")
    rows = "0503,population,2021,100000,persons,wdi\n0599,population,2021,650000,persons,wdi\n"
    page = upload(carl, f"{HEAD}{rows}".encode()).headers["location"]
    answer = carl.get(page)
    assert answer.status_code == 403
    assert "You may not change the figures of these cities: 0599" in answer.text
    assert "Rotterdam" not in answer.text
    assert "Send the figures" not in answer.text
    before = programme.observations().height
    assert send(carl, "/figures", f"{page}/store", why="mine now").status_code == 403
    assert programme.observations().height == before


def test_an_officer_takes_the_template_of_his_own_city_and_who_loads_none_takes_none(become):
    answer = become("carl").get("/figures/template.xlsx")
    rows = pl.read_excel(io.BytesIO(answer.content), sheet_name="Data", engine="openpyxl")
    assert set(rows["city_code"]) == {"0503"}
    assert 'href="/figures/template.xlsx"' in become("carl").get("/figures").text
    assert become("eva").get("/figures/template.xlsx").status_code == 404


def test_a_finding_leads_to_its_cell_and_the_cells_around_it(become):
    olga = become("olga")
    page = upload(olga, f"{HEAD}0503,population,2022,many,persons,wdi\n".encode()).headers["location"]
    link = re.search(r'href="(/figures/[^"]+cell=D2[^"]*)"', olga.get(page).text)[1].replace("&amp;", "&")
    near = olga.get(link).text
    assert '<td class="here">many</td>' in near
    assert "<td>population</td>" in near
    assert olga.get(f"{page}?cell=ZZ99").status_code == 200


def test_findings_are_a_list_that_is_sorted_and_handed_out_and_a_cause_stands_once_with_its_count(become):
    olga = become("olga")
    rows = "".join(f"0503,population,{year},many,persons,wdi\n" for year in range(1990, 2000))
    content = f"{HEAD}{rows}0503,no_such_variable,2022,1,persons,wdi\n".encode()
    page = upload(olga, content).headers["location"]
    shown = olga.get(f"{page}?order=count").text
    cause = re.search(r'<tr><th scope="row">(?:(?!</tr>).)*many(?:(?!</tr>).)*</tr>', shown)[0]
    assert 'data-title="Times found">10<' in cause
    assert "and 7 more" in cause
    assert re.search(r'aria-sort="descending"><a href="[^"]+order=-count#findings">Times found', shown)
    file = olga.get(f"{page}?order=count&format=csv")
    assert (file.headers["content-type"], len(file.text.splitlines())) == ("text/csv; charset=utf-8", 3)
    assert file.text.splitlines()[1].startswith('"D2, D3, D4",10,')


def test_a_submission_is_a_list_of_figures_that_the_office_sorts_and_pages(become):
    carl = become("carl")
    rows = "".join(f"0503,population,{year},{100000 + year},persons,\n" for year in range(1950, 2010))
    page = upload(carl, f"{HEAD}{rows}".encode()).headers["location"]
    sent = send(carl, page, f"{page}/store", why="the register of inhabitants").headers["location"]
    olga = become("olga")
    shown = olga.get(sent).text
    assert "Rows 1 to 50 of 60." in shown
    assert re.search(r'data-title="Period">(\d+)<', shown)[1] == "1950"
    last = olga.get(f"{sent}?order=-sent&page=2").text
    assert re.findall(r'data-title="Value sent">([\d,]+) persons', last)[-1] == "102,009"
    file = olga.get(f"{sent}?format=csv").text.splitlines()
    assert (len(file), file[0].lstrip("\ufeff")) == (
        61,
        "Variable,Period,Value sent,Counts now,Period of the figure that counts now,Why it is suspect",
    )


def test_a_submission_and_the_check_before_it_show_the_newest_figure_where_its_period_has_none(become):
    olga = become("olga")
    page = upload(olga, f"{HEAD}0503,population,1948,70123,persons,wdi\n".encode()).headers["location"]
    send(olga, page, f"{page}/store", why="an old census")
    carl = become("carl")
    page = upload(carl, f"{HEAD}0503,population,1949,71000,persons,\n".encode()).headers["location"]
    now = r'data-title="Counts now">([\d,]+ persons)<small>(\d{4})'
    checked = re.search(now, carl.get(page).text)
    sent = send(carl, page, f"{page}/store", why="the register of inhabitants").headers["location"]
    assert re.search(now, carl.get(sent).text)[0] == checked[0]


def test_a_file_is_its_senders_alone(become):
    page = upload(become("olga"), f"{HEAD}0503,population,2023,1,persons,wdi\n".encode()).headers["location"]
    assert become("oscar").get(page).status_code == 404


def test_a_file_that_cannot_be_stored_is_not_headed_store_it(become):
    olga = become("olga")
    wrong = b"city,variable,period,value,unit,source_id\n0503,population,1999,many,persons,wup14\n"
    page = olga.get(upload(olga, wrong).headers["location"]).text
    assert ("The figures cannot be stored" in page, "Store it" in page) == (True, False)
    assert 'name="file" required' in page, "the corrected file is sent from here"
    row = re.search(r'<tr><th scope="row"><span.*?</tr>', page, re.DOTALL)[0]
    assert re.search(r'translate="no">Delft</td><td data-title="Variable" translate="no">\w+', row)
    right = wrong.replace(b"many", b"100000")
    page = olga.get(upload(olga, right).headers["location"]).text
    assert ("The figures cannot be stored" in page, "Store it" in page) == (False, True)


def test_what_is_no_table_is_refused_on_the_page(become):
    answer = upload(become("olga"), b"\x00\x01\x02", "figures.exe")
    assert answer.status_code in (415, 422)
    assert 'role="alert"' in answer.text


def test_a_file_waits_for_an_hour_and_no_name_leads_out_of_its_folder():
    clock = [0.0]
    shelf = Shelf(lambda: clock[0])
    key = shelf.put("carl", "../../etc/x.csv", b"a", lambda path: path.name)
    kept = shelf.get("carl", key)
    assert kept.reading == "x.csv"
    clock[0] = 3601.0
    assert shelf.get("carl", key) is None
    assert not kept.path.exists()


def test_a_file_that_one_process_was_sent_is_there_for_another(tmp_path):
    one, other = Shelf(folder=tmp_path), Shelf(folder=tmp_path)
    key = one.put("carl", "x.csv", b"a", lambda path: path.read_bytes())
    assert other.get("carl", key).reading == b"a"
    assert other.get("olga", key) is None
    assert other.get("carl", "../x") is None
    other.drop(key)
    assert one.get("carl", key) is None


# --- what everybody reads -----------------------------------------------------------------------------------


def test_the_public_reads_calls_and_agreements_and_nothing_internal(programme, become):
    cases, olga = programme.casework, actor(programme, "olga")
    cases.begin(olga, "round", "seen", {"title": "A call for all", "note": "hush"})
    cases.begin(olga, "round", "unseen", {"title": "A draft of a call"})
    cases.act(actor(programme, "oscar"), "round", "seen", "publish", version=1)
    public = become("")
    page = public.get("/programme").text
    assert "A call for all" in page
    assert "A draft of a call" not in page
    case = public.get("/programme/rounds/seen").text
    assert "hush" not in case
    assert "open for applications" in case
    assert public.get("/programme/rounds/unseen").status_code == 404
    assert public.get("/programme/accounts/olga").status_code == 404
    assert "hush" not in become("olga").get("/programme/rounds/seen").text


def test_a_city_is_found_from_every_page(become):
    assert 'role="search"><input type="search" name="q"' in become("").get("/notice").text


# --- in the reader's language -------------------------------------------------------------------------------


def test_letters_are_listed_with_what_became_of_them_to_the_office_and_to_their_receiver(programme, become):
    letters = [
        Letter(
            "1", "invitation", "carl", "account", "carl", 1, state="failed", failure="550 nobody", attempts=1
        ),
        Letter("2", "waits", "sven", "application", "hidden-one", 2),
    ]
    programme.store.letters.add(letters)
    page = become("olga").get("/letters").text
    assert "Could not be sent" in page
    assert "1 attempt: " in page
    assert "550 nobody" in page
    assert datetime.now(programme.settings.zone()).utcoffset() != timedelta()
    assert moment(datetime(1970, 1, 1, tzinfo=UTC), programme.settings.zone()) in page
    own = become("carl").get("/letters").text
    assert "Could not be sent" in own
    assert "550" not in own
    sven = become("sven")
    assert "Rows 1 to 1 of 1." in sven.get("/letters").text
    assert "hidden-one" not in sven.get("/letters").text + sven.get("/letters?format=csv").text
    assert become("").get("/letters", follow_redirects=False).status_code == 303


def test_every_word_of_the_pages_of_people_is_in_a_catalogue_or_is_data(
    programme,
    visitor,
    become,
    monkeypatch,
    pseudo,  # noqa: F811 - the fixture
):
    monkeypatch.setitem(translation._installed, PSEUDO, pseudo)
    cases = programme.casework
    cases.begin(actor(programme, "olga"), "round", "spoken", {"title": "A call"})
    version = cases.act(actor(programme, "oscar"), "round", "spoken", "publish", version=1).dossier.version
    assert version == 2
    cases.begin(
        actor(programme, "carl"), "application", "spoken", {"title": "T"}, city="0503", parent="spoken"
    )
    pages = {
        "olga": (
            "/desk",
            "/desk/rounds",
            "/desk/rounds/begin",
            "/people",
            "/log",
            "/letters",
            "/figures/suspects",
            "/figures/suspects?by=city",
            "/figures/suspects?by=figure",
            "/figures/decisions",
        ),
        "carl": ("/desk", "/desk/applications/spoken", "/desk/applications/begin", "/account", "/figures"),
        "": ("/programme", "/programme/rounds/spoken", "/sign-in", "/invitation"),
    }
    data = {"A call", "Carl", "Olga", *programme.cities()["name_en"].drop_nulls(), "Zuid-Holland"}
    plain = {}
    for who, addresses in pages.items():
        become(who)
        for address in addresses:
            words = untranslated(visitor.get(address, headers={"Accept-Language": PSEUDO}).text, data)
            plain |= {f"{who} {address}": words} if words else {}
    assert plain == {}


def test_a_file_of_a_chinese_excel_is_read_at_once_and_that_is_said(become):
    olga = become("olga")
    head = "城市代码,指标代码,年份,数值,单位,来源,备注"
    row = f"0503,population,2020年,100000,persons,wdi,{'各城市年末人口数' * 4}"
    answer = upload(olga, f"{head}\n{row}\n".encode("gbk"))
    page = olga.get(answer.headers["location"]).text
    assert "it was read as Chinese in GBK" in page
