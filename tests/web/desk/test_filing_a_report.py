"""A yearly report is filed on its page as it is prepared: one amount changed, saved, sent."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar.testing import TestClient

from people_of import actor, staffed
from urbium.model.dossiers import Dossier
from urbium.web import create_app
from urbium.web.desk.copies import copied
from urbium.web.rendering.drawing import Drawer

REPORT = "/desk/reports/y2020"
TASK = {
    "code": "0503-PUMP", "title": "Pumping station", "body": "Works", "starts": 2020, "ends": 2021,
    "money": {"CITY": 23.4755},
}  # fmt: skip
TARGET = {"indicator": "own", "unit": "%", "year": 2021, "value": 20.0, "base": 10.0}
MEASURED = {"indicator": "no2_monthly_mean", "unit": "ug/m3", "year": 2021, "value": 40.0, "base": 60.0}
SHARED = {"indicator": "need", "unit": "share of the need", "year": 2021, "value": 0.2, "base": 0.5}
BOOK = {"title": "Pumps of Delft", "currency": "EUR", "tasks": [TASK], "targets": [TARGET, SHARED, MEASURED]}


@pytest.fixture
def programme():
    with staffed() as programme:
        programme.people.take_place("carl")
        book = Dossier(
            kind="taskbook", code="t1", state="in_force", content=BOOK, city="0503", province="Zuid-Holland"
        )
        programme.store.dossiers.record([book], by="test", what="x", reason="y")
        officer = actor(programme, "carl")
        programme.casework.begin(officer, "report", "y2020", {"title": "2020", "year": 2020}, parent="t1")
        yield programme


@pytest.fixture
def carl(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), is_demo=True)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
        visitor.post("/demo/take-place", data={"code": "carl"}, follow_redirects=False)
        yield visitor


def fields_of(page, action):
    """Return what the form of a step sends as it stands."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'value="{action}"' in one)
    inputs = re.findall(r"<input[^>]*>", form)
    sent = {
        re.search(r'name="([^"]+)"', one)[1]: (re.search(r'value="([^"]*)"', one) or ["", ""])[1]
        for one in inputs
        if "name=" in one and ("checkbox" not in one or "checked" in one)
    }
    sent |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL))
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        sent[name] = chosen[1]
    return sent


def test_one_amount_is_changed_and_the_report_is_saved_and_sent(carl):
    page = carl.get(REPORT).text
    assert re.findall(r'<summary><span translate="no">(.*?)</span>', page) == ["Pumping station"]
    changed = {"progress[0].tendered": "1.5", "narrative": "Tendered in May."}
    saved = fields_of(page, "change") | changed
    assert saved["reached[0].value"] == ""
    answer = carl.post(f"{REPORT}/act", data=saved, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    page = carl.get(REPORT).text
    assert "1.5" in page
    assert fields_of(page, "change")["progress[0].spent"] == ""
    answer = carl.post(f"{REPORT}/act", data=fields_of(page, "submit"), follow_redirects=False)
    assert answer.status_code == 303, answer.text


def test_the_form_says_what_earlier_reports_add_up_to_what_the_targets_are_and_what_will_stand_out(carl):
    sent = fields_of(carl.get(REPORT).text, "change") | {"progress[0].tendered": "1.5", "narrative": "Done."}
    page = carl.get(REPORT).text
    assert "What will stand out if the case is sent today" in page
    assert "days late" in page
    assert "In the task book, 50.0% of the need was still unmet; target for 2021: 20.0%." in page
    assert "10% in the task book; target for 2021: 20%." in page
    assert re.search(r"60 \S+ in the task book; target for 2021: 40 \S+\.", page), "with its unit"
    assert "The earlier reports add up to" not in page
    carl.post(f"{REPORT}/act", data=sent | {"then": "submit"}, follow_redirects=False)
    assert "What will stand out" not in carl.get(REPORT).text
    begin = fields_of(carl.get("/desk/reports/begin?parent=t1").text, "sent") | {
        "title": "2021",
        "year": "2021",
    }
    address = carl.post("/desk/reports/begin/send", data=begin, follow_redirects=False).headers["location"]
    assert (
        "The earlier reports add up to: tendered EUR 1.50 million, contracted EUR 0.00"
        in carl.get(address).text
    )


def test_evidence_is_attached_to_a_task_kept_in_the_copy_and_removed(programme, carl):
    page = carl.get(REPORT).text
    at, csrf = "/attachments/reports/y2020", fields_of(page, "change")["csrf"]
    assert re.findall(r"<option[^>]*>(.*?)</option>", page[page.index('name="document"') :])[:2] == [
        "The report as a whole",
        "Pumping station",
    ]
    assert "The file is kept only once you press Attach: no other button sends it." in page
    sent = {"csrf": csrf, "version": "1", "document": TASK["code"]}
    file = {"file": ("acceptance.txt", b"the pumps run", "text/plain")}
    assert carl.post(f"{at}/send", data=sent | {"document": "roof"}, files=file).status_code == 422
    answer = carl.post(f"{at}/send", data=sent, files=file, follow_redirects=False)
    assert answer.headers["location"] == f"{REPORT}#files"
    page = carl.get(REPORT).text
    address = re.search(rf'href="({at}/[^"]+)"', page)[1]
    assert carl.get(address).content == b"the pumps run"
    assert "Pumping station · 1 kB" in page

    copy = copied(programme, actor(programme, "carl"), "reports", "y2020")
    kept = programme.documents.content(copy, "md").decode()
    assert re.search(r"acceptance.txt +\| Pumping station +\| ([0-9a-f]{8} ?){8}", kept)
    gone = {"csrf": csrf, "version": "2", "document": TASK["code"], "name": "acceptance.txt"}
    assert carl.post(f"{at}/remove", data=gone, follow_redirects=False).status_code == 303
    assert "acceptance.txt" not in carl.get(REPORT).text
    assert carl.get(address).status_code == 404


def test_files_of_the_same_content_keep_their_own_names(carl):
    at = "/attachments/reports/y2020"
    for version, name in enumerate(("outline.txt", "plan.txt"), start=1):
        sent = fields_of(carl.get(REPORT).text, "change") | {
            "version": str(version),
            "document": TASK["code"],
        }
        carl.post(f"{at}/send", data=sent, files={"file": (name, b"the pumps run", "text/plain")})
    links = re.findall(rf'href="({at}/[^"]+)"', carl.get(REPORT).text)
    assert [carl.get(one).headers["content-disposition"].rpartition("'")[2] for one in links] == [
        "outline.txt",
        "plan.txt",
    ]


def test_the_copy_and_the_official_document_have_names_of_their_own(carl):
    answers = [carl.get(f"/{kind}/reports/y2020") for kind in ("copies", "papers")]
    assert [one.headers["content-disposition"].rpartition("'")[2] for one in answers] == [
        "y2020-copy.pdf",
        "y2020.pdf",
    ]


def test_a_copy_sets_amounts_to_the_right_with_their_unit_said_once(programme, carl):
    document = copied(programme, actor(programme, "carl"), "reports", "y2020")
    assert str(document.first_line).startswith("Report y2020: ")
    (table,) = next(one.parts for one in document.sections if str(one.title) == "Progress of the tasks")
    assert [str(head) for head in table.headings][:2] == ["Task", "Planned"]
    assert (str(table.basis), table.numbers) == ("in EUR million", frozenset({1}))


def test_tasks_are_called_by_their_names_and_not_by_their_codes(carl):
    words = re.sub(r"<[^>]*>", " ", carl.get(REPORT).text)
    assert "Pumping station" in words
    assert "0503-PUMP" not in words


def test_parts_in_which_nothing_was_entered_are_not_done(carl):
    def stands(title, page):
        return re.search(rf'<li><a href="#part-\d"[^>]*>{title}</a> (.*?)</li>', page)[1]

    page = carl.get(REPORT).text
    assert "0 of 1" in stands("Progress of the tasks", page)
    assert "0 of 3" in stands("What was reached", page)
    entered = fields_of(page, "change") | {"progress[0].tendered": "1.5"}
    carl.post(f"{REPORT}/act", data=entered, follow_redirects=False)
    page = carl.get(REPORT).text
    assert "done" in stands("Progress of the tasks", page)
    assert "Saved. 1 entry still needs to be filled in or corrected." in page
    assert "Saved. 1 entry" not in carl.get(REPORT).text


def test_emptied_rows_are_filled_in_again_when_the_report_is_saved(carl):
    page = carl.get(REPORT).text
    kept = fields_of(page, "change")
    emptied = {name: "" if name.startswith("reached[") else value for name, value in kept.items()}
    assert carl.post(f"{REPORT}/act", data=emptied, follow_redirects=False).status_code == 303
    again = fields_of(carl.get(REPORT).text, "change")
    assert [again[name] for name in again if name.endswith("].indicator")] == [
        kept[name] for name in kept if name.endswith("].indicator")
    ]


def test_a_share_of_a_need_says_what_it_is_and_is_refused_where_it_is_none(carl):
    page = carl.get(REPORT).text
    assert "% of the need still unmet" in page
    assert "three quarters of that value is still unmet" in page
    typed = {"reached[1].value": "155", "reached[1].source": "police"}
    sent = fields_of(page, "change") | typed
    assert sent["reached[1].unit"] == "share of the need"
    assert carl.post(f"{REPORT}/act", data=sent, follow_redirects=False).status_code == 303
    page = carl.get(REPORT).text
    assert "155% is not a share of the need, from 0% to 100%" in page
    assert "done" not in re.search(r'<li><a href="#part-\d"[^>]*>What was reached</a> (.*?)</li>', page)[1]


def test_an_amount_that_is_not_a_number_is_advised_in_the_unit_shown(carl):
    sent = fields_of(carl.get(REPORT).text, "change") | {"progress[0].tendered": "a lot"}
    answer = carl.post(f"{REPORT}/act", data=sent, follow_redirects=False)
    assert "write the amount in the unit shown, such as 12.5" in answer.text
