"""The page of what changed lists corrected figures with both values, or says that none was corrected."""

import re

import polars as pl
import pytest

import urbium
from urbium.model import City, Source
from urbium.programme.people.invitations import FOUNDER
from urbium.store import FileStamp

ROW = {
    "city": "340200", "variable": "gdp", "period": "2020", "unit": "10k CNY", "area": "prefecture",
    "status": "reported", "quality": "not graded", "source": "yb", "file": "yearbook.csv", "sheet": "",
    "cell": "B2", "reason": "",
}  # fmt: skip


@pytest.fixture(scope="module")
def programme():
    with urbium.new(":memory:") as made:
        city = City("340200", {"en": "Wuhu"}, "prefecture", {"en": "Anhui"})
        made.register(cities=[city], sources=[Source("yb", "Bureau of Wuhu", "Yearbook")], by="o", reason="r")
        yield made


def record(programme, value, reason):
    table = pl.DataFrame([ROW | {"value": value}])
    programme.store.record(table, by="olga", reason=reason, file=FileStamp("yearbook.csv", "0" * 64))


def test_a_figure_is_listed_with_what_it_was_and_is_who_changed_it_and_why(programme, visitor):
    record(programme, 100.0, "as published")
    assert "No figure has been corrected since" in visitor.get("/?since=2020-01-01").text
    record(programme, 120.0, "a digit was lost")
    page = visitor.get("/?since=2020-01-01").text
    (row,) = re.findall(r"<tr>.*?</tr>", page[page.index('id="corrected"') :], re.DOTALL)[1:]
    words = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert all(
        one in words for one in ("Wuhu", "2020", "100", "120", "Bureau of Wuhu", "a digit was lost", "olga")
    )
    assert "explain/figure?name=gdp" in row
    assert "No figure has been corrected since" in visitor.get("/?since=2099-01-01").text


def test_the_public_reads_the_role_of_who_corrected_a_figure_and_an_auditor_the_name(programme, visitor):
    for code, role in (("olga", "office"), ("ada", "auditor")):
        grant = {"role": role, "scope": "all", "code": ""}
        programme.people.invite(FOUNDER, code, {"display": code.title(), "grants": [grant]})
    record(programme, 130.0, "another digit was lost")
    for who, said, unsaid in (("", "programme office", "Olga"), ("ada", "Olga", "programme office")):
        visitor.post("/demo/take-place", data={"code": who}, follow_redirects=False)
        page = visitor.get("/?since=2020-01-02").text
        row = page[page.index('id="corrected"') :].split("</table>")[0]
        assert said in row
        assert unsaid not in row
        assert ("Steps that you took yourself are not listed here." in page) is bool(who)
