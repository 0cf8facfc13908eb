"""Papers: letters of the office and yearly reports as official documents."""

from datetime import UTC, datetime

from urbium.pilot.attachments import checked_attachment
from urbium.pilot.circulars import Circular, CityLetter
from urbium.pilot.contracts.reports import Progress, Reached, Report
from urbium.publish.documents.document import Table
from urbium.publish.documents.files import content
from urbium.publish.documents.papers import _progress, notice, self_evaluation

DAY = datetime(2026, 5, 4, tzinfo=UTC)


def test_a_letter_is_a_notice_with_addressees_day_and_a_number_that_is_left_to_the_office():
    letter = Circular(
        title="Yearly reports", text="Send your report.\n\nUse the form.", answer_by="2026-06-30"
    )
    paper = notice(letter, code="c1", to=["Aston", "Barton"], programme="Smart", created=DAY)

    assert [str(part) for part in paper.sections[0].parts] == [
        "Send your report.", "Use the form.", "Please answer by 30 Jun 2026.",
    ]  # fmt: skip
    assert paper.official.to == "To: Aston, Barton"
    assert paper.official.number == "No. ____ of 2026"
    assert (paper.official.issuer, paper.official.signed, paper.official.is_printed) == (
        "Programme office",
        DAY.date(),
        True,
    )


def test_a_draft_of_a_letter_bears_no_head_number_day_or_imprint():
    paper = notice(
        CityLetter(title="News", text="Read it."),
        code="l1", to=["Aston"], programme="Smart", created=DAY, is_draft=True,
    ).official  # fmt: skip

    assert (paper.number, paper.signed, paper.is_printed, paper.has_head) == ("", None, False, False)


def test_addressees_of_an_official_paper_are_parted_alike_in_chinese():
    cities = ["合肥市", "芜湖市", "蚌埠市"]
    paper = notice(CityLetter(title="通知", text="阅。"), code="l1", to=cities, programme="试点", created=DAY)

    assert "合肥市、芜湖市、蚌埠市" in paper.official.to.render("zh")


def test_a_letter_to_all_cities_lists_none_and_one_without_an_answer_asks_for_none():
    paper = notice(
        CityLetter(title="News", text="Read it."), code="l1", to=[], programme="Smart", created=DAY
    )

    assert paper.official.to == "To all cities in the programme"
    assert [str(part) for part in paper.sections[0].parts] == ["Read it."]


def test_a_report_says_its_words_the_money_of_its_tasks_and_what_was_reached():
    report = Report(
        title="2025", year=2025, narrative="Much was done.",
        progress=[Progress(task="HUB", planned=4.0, tendered=4.0, contracted=3.0, done=2.5, spent=2.0)],
        reached=[
            Reached(indicator="EC: 5C", value=0.4, unit="share of the need", source="survey"),
            Reached(indicator="Hub"),
        ],
        attachments=[checked_attachment("acceptance.txt", b"accepted", "HUB")],
    )  # fmt: skip
    paper = self_evaluation(
        report,
        code="r1",
        city="Aston",
        office="Office",
        tasks={"HUB": "Data platform"},
        indicators={"EC: 5C": "Public Wi-Fi"},
        currency="CNY",
        created=DAY,
    )
    words, tasks, reached, files = paper.sections

    assert [str(part) for part in words.parts] == ["Much was done."]
    assert [str(cell) for cell in tasks.parts[0].rows[0]] == [
        "Data platform",
        "4.00",
        "4.00",
        "3.00",
        "2.50",
        "2.00",
    ]
    assert "2025" in tasks.parts[0].basis
    assert [[str(cell) for cell in row] for row in reached.parts[0].rows] == [
        ["Public Wi-Fi", "40.00", "% of the need still unmet", "survey"]
    ]
    assert str(reached.parts[1]) == "No value was reported for 1 indicator in the task book."
    assert [[str(cell) for cell in row] for row in files.parts[0].rows] == [
        ["acceptance.txt", "Data platform"]
    ]
    assert isinstance(tasks.parts[0], Table)
    unknown = Report(title="2025", year=2025, progress=[Progress(task="HUB", planned=4.0)])
    (table,) = _progress(unknown, {}, "CNY")
    assert [str(cell) for cell in table.rows[0]][1:3] == ["4.00", "–"]
    assert str(table.basis).endswith("a dash stands for an unknown amount")
    assert paper.official.issuer == "Aston"
    assert content(paper, "md").decode().startswith("# 2025")


def test_a_report_of_nothing_says_so():
    paper = self_evaluation(
        Report(title="2025", year=2025),
        code="r1",
        city="Aston",
        office="Office",
        tasks={},
        indicators={},
        currency="CNY",
        created=DAY,
    )

    assert [str(section.parts[0]) for section in paper.sections] == [
        "The report contains no text of its own.",
        "No tasks have been reported on.",
        "No indicators have been reported on.",
    ]
