"""What is typed into forms is read as the language of the form writes sizes, money and years."""

import pytest

from urbium.errors import InputError
from urbium.market.offers import Interest
from urbium.pilot.calls.applications import Application
from urbium.text import language
from urbium.web.desk.typed import decimal, read_form


def read(content, kind, **data):
    with language("zh"):
        return read_form(kind, content, frozenset({*content.__struct_fields__}), data, currency="CNY")


def test_a_project_is_typed_with_words_for_sizes_money_and_years():
    typed = {"projects[1].cost": "2000万元", "projects[1].private": "390万", "projects[1].starts": "2016年"}
    values, faults = read(Application, "application", **typed)
    (project,) = values["projects"]
    assert (project["cost"], project["private"], project["starts"]) == (20_000_000, 3_900_000, 2016)
    assert [one.cell for one in faults if one.cell in ("projects.1.cost", "projects.1.starts")] == []


@pytest.mark.parametrize(("typed", "millions"), [("50", 50), ("5000万元", 50), ("1.2亿", 120)])
def test_an_amount_in_millions_may_say_its_size(typed, millions):
    values, faults = read(Interest, "interest", amount=typed)
    assert (values["amount"], faults) == (millions, [])


@pytest.mark.parametrize(("typed", "measure"), [("390万美元", "money"), ("390万", ""), ("390万", "share")])
def test_another_currency_and_a_size_of_what_has_none_are_refused(typed, measure):
    with language("zh"), pytest.raises(InputError):
        decimal(typed, measure, "CNY")
