"""A message is a string in English, and the same message in every other language."""

import json
import pickle

import pytest

from urbium.money import Money
from urbium.text import Text, coded, language, listed, say, sentences, text, texts
from urbium.text.formats import written
from urbium.text.translation import _installed

SAID = coded("test.paid", "{place} pays {amount:,.1f}", place="Hefei", amount=1234.5)


@pytest.fixture(autouse=True, scope="module")
def shout():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(_installed, "en-XB", lambda _, one, many, n: f"!{many if many and n != 1 else one}!")
        yield


def test_a_message_reads_as_english():
    assert SAID == "Hefei pays 1,234.5"
    assert json.loads(json.dumps({"said": SAID})) == {"said": "Hefei pays 1,234.5"}


def test_a_message_is_said_in_the_language_that_is_spoken():
    with language("en-XB"):
        assert say(SAID) == "!Hefei pays 1,234.5!"
    assert say(SAID) == "Hefei pays 1,234.5"


def test_figures_are_written_as_the_language_writes_them():
    assert SAID.render("de") == "Hefei pays 1.234,5"
    assert text("{amount:compact}", amount=12_345_000_000).render("zh") == "123亿"


def test_messages_within_a_message_are_said_in_its_language():
    outer = text("because {reason}", reason=SAID)
    assert outer.render("en-XB") == "!because !Hefei pays 1,234.5!!"
    assert sentences([SAID, "", "known"]).render("en-XB") == "!!Hefei pays 1,234.5!; known!"
    assert listed([SAID, "b"]).render("en-XB") == "!!Hefei pays 1,234.5! and b!"


@pytest.mark.parametrize(("count", "said"), [(1, "1 plan"), (0, "0 plans"), (3000, "3,000 plans")])
def test_one_is_said_of_one_only(count, said):
    assert texts("{count} plan", "{count:,} plans", count=count) == said


def test_code_and_parameters_survive_being_stored_and_sent():
    again = pickle.loads(pickle.dumps(SAID))
    assert (again, again.code, dict(again.parameters)) == (SAID, SAID.code, dict(SAID.parameters))
    record = SAID.record()
    assert record == {
        "code": "test.paid",
        "parameters": {"place": "Hefei", "amount": 1234.5},
        "text": "Hefei pays 1,234.5",
    }


def test_a_figure_that_is_not_known_is_a_dash():
    assert text("{amount:,.1f}", amount=None) == "–"
    assert text("{amount:,.1f}", amount=float("nan")) == "–"


def test_what_describes_itself_is_a_plain_string():
    assert type(str(Money(2.5e6, "CNY"))) is str
    assert isinstance(SAID, Text)
    assert type(str(SAID)) is str


def test_a_value_in_per_cent_stands_as_near_to_its_sign_as_a_share():
    said = text("from {low:g} to {high:g} {unit}", low=5, high=52, unit="%")
    assert said == "from 5 to 52%"
    assert "52\xa0%" in said.render("de")
    assert text("from {low:g} to {high:g} {unit}", low=5, high=52, unit="km") == "from 5 to 52 km"


def test_a_name_with_its_unit_in_per_cent_keeps_its_space():
    assert text("{name} {unit}", name="Coverage", unit="%") == "Coverage %"


@pytest.mark.parametrize("name", ["en", "zh"])
@pytest.mark.parametrize(
    ("value", "spec", "said"),
    [
        (62.625, ",.4g", "62.63"),
        (76.25, ",.1f", "76.3"),
        (0.125, ".0%", "13%"),
        (1_250, ",.1f", "1,250.0"),
        (10.25, "compact", "10.3"),
        (2.665, ".2f", "2.67"),
        (62.6249, ",.4g", "62.62"),
    ],
)
def test_an_exact_tie_is_rounded_up_as_a_spreadsheet_does(name, value, spec, said):
    assert written(value, spec, name) == said
