"""Settings: name, nation, money, words and map of a programme, stored as versions with who and why.

The second country is Mexico: figures of population are those of the United Nations, World Urbanization
Prospects 2018 (Mexico City 21,581, Guadalajara 5,023, Monterrey 4,712 thousand in 2018), retyped; 18.66 MXN
per USD is the mean of 2016 of the Banco de México's FIX rate.
"""

import datetime as dt
import json
from dataclasses import fields

import pytest

from urbium.catalogue.ready_made import ready_made_sets
from urbium.cli import main
from urbium.cli.settings import Said
from urbium.errors import InputError, NotFoundError
from urbium.model import ProgrammeSettings
from urbium.programme import new, open_programme
from urbium.programme.base import settings as settings_module
from urbium.programme.base.settings import read_rate
from urbium.programme.base.typed_settings import ALONE, SERVER, TOGETHER
from urbium.text import language

RATE = "18.66 MXN/USD 2016 Banco de México, FIX"


@pytest.fixture
def mexico(tmp_path):
    with new(tmp_path / "mx.db", nation="MX", name="Cities of Mexico", rates=[RATE]) as programme:
        yield programme


def run(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main([*words, "--json"])
    said = capsys.readouterr()
    assert stop.value.code in (None, 0), said.err
    return json.loads(said.out)


def refused(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main(list(words))
    assert stop.value.code not in (None, 0)
    return capsys.readouterr().err


def test_a_new_programme_has_its_name_its_nation_and_the_money_of_the_nation(mexico):
    settings = mexico.settings()

    assert mexico.summary()["name"] == "Cities of Mexico"
    assert (settings.nation, settings.currency) == ("MEX", "MXN")
    assert mexico.nation() == "MEX"
    assert mexico.cities().is_empty()
    assert mexico.places()["name_en"].to_list() == ["Mexico"]


def test_a_programme_of_nothing_said_has_no_nation_and_no_currency(tmp_path):
    with new(tmp_path / "blank.db") as programme:
        assert (programme.settings().nation, programme.settings().currency) == ("", "")
        assert programme.places().is_empty()


@pytest.mark.parametrize(
    ("ready", "said"),
    [
        ("china-2012", ("CHN", "CNY", 1, "province")),
        ("china-2025", ("CHN", "CNY", 1, "province")),
        ("india-scm", ("IND", "INR", 4, "state")),
        ("eu-mission", ("", "EUR", 1, "member state")),
        ("blank", ("", "", 1, "region")),
    ],
)
def test_a_ready_made_set_gives_nation_money_words_and_year(tmp_path, ready, said):
    with new(tmp_path / "ready.db", set=ready, name="Ours") as programme:
        settings = programme.settings()
        region = programme.settings.word("region")
        assert (settings.nation, settings.currency, settings.fiscal_year, region) == said
        assert programme.settings.name() == "Ours"


def test_only_the_sets_of_china_know_their_projection_and_all_others_are_fitted(tmp_path):
    kinds = {name: known.projection for name, known in ready_made_sets().items()}
    assert {kinds.pop("china-2012"), kinds.pop("china-2025")} == {"conic 105 25 47"}
    assert set(kinds.values()) == {"fitted"}


def test_a_change_is_a_version_with_who_and_why_and_the_chain_holds(mexico):
    before = mexico.store.audit().height
    mexico.settings.change(by="ann", reason="what states are called", words={"region": "state"})

    entry = mexico.store.audit().row(-1, named=True)
    assert (entry["who"], entry["why"]) == ("ann", "what states are called")
    assert mexico.store.audit().height == before + 1
    assert mexico.settings.versions()["version"].to_list() == [1, 2]
    assert mexico.settings.word("region") == "state"
    mexico.store.verify()


def test_a_name_is_said_in_the_language_of_the_reader(tmp_path):
    names = {"es": "Ciudades de México", "zh": "墨西哥城市"}
    with new(tmp_path / "two.db", name=names, languages="es,zh") as programme:
        assert programme.summary()["name"] == "Ciudades de México"
        with language("zh"):
            assert programme.summary()["name"] == "墨西哥城市"


def test_a_language_of_a_country_has_the_messages_of_the_language(tmp_path):
    with new(tmp_path / "tw.db", languages="zh-tw,de-at") as programme:
        assert programme.settings.untranslated() == ["German"]


def test_the_name_of_the_first_language_counts_while_english_is_spoken_for_want_of_messages(tmp_path):
    names = {"en": "Cities of Brazil", "pt": "Cidades do Brasil"}
    with new(tmp_path / "br.db", name=names, languages="pt,en") as programme:
        assert programme.settings.name() == "Cidades do Brasil"
        assert "in English until urbium has a catalogue of messages in Portuguese" in str(
            programme.settings.facts()["mind"]
        )
    with new(tmp_path / "uk.db", name=names) as programme:
        assert programme.settings.name() == "Cities of Brazil"
        assert not programme.settings.facts()["mind"]


def test_another_process_reads_the_same_settings(mexico):
    with open_programme(mexico.store.place) as again:
        assert again.settings() == mexico.settings()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"nation": "MEXX"}, "no nation as an ISO 3166 code 'MEXX'"),
        ({"currency": "MXX"}, "no ISO 4217 currency code 'MXX'"),
        ({"fiscal_year": 13}, "a year cannot begin in month 13"),
        ({"projection": "conic 400 1 2"}, "not a projection"),
        ({"languages": "Spanish!"}, "not the code of a language"),
        ({"languages": "pt,xx"}, "'xx' is not the code of a language"),
        ({"price_year": "last"}, "not a period"),
        ({"rates": ["18,66 MXN"]}, "write a decimal point: 18.66 MXN"),
        ({"rates": ["0 MXN/USD 2016 nobody"]}, "is not an exchange rate with a date and a source"),
        ({"set": "mexico"}, "no set of settings called 'mexico'"),
        ({"project_prefix": "oc4ids abc"}, "'oc4ids abc' is not an OC4IDS prefix"),
    ],
)
def test_a_wrong_setting_is_refused_and_nothing_is_made(tmp_path, given, said):
    with pytest.raises((InputError, NotFoundError), match=said):
        new(tmp_path / "wrong.db", **given)

    assert not (tmp_path / "wrong.db").exists()


def test_the_command_makes_a_programme_with_its_settings_and_changes_them(tmp_path, capsys):
    path = str(tmp_path / "mx.db")
    made = run(capsys, "new", path, "--nation", "MX", "--currency", "MXN", "--name", "Cities of Mexico")
    changed = run(capsys, "settings", "-d", path, "--rate", RATE, "--word", "region=state", "--by", "ann")

    assert (made["name"], made["nation"], made["currency"]) == ("Cities of Mexico", "MEX", "MXN")
    assert changed["rates"] == ["MXN 18.66 per USD, 2016, Banco de México, FIX (published)"]
    assert "region: state" in changed["words"]
    assert run(capsys, "settings", "-d", path) == changed


def test_the_command_refuses_a_wrong_code_with_the_nearest(tmp_path, capsys):
    said = refused(capsys, "new", str(tmp_path / "mx.db"), "--nation", "MEXX")

    assert "no nation as an ISO 3166 code 'MEXX'; did you mean 'MEX'?" in said


class HalfPastSixInMexico(dt.datetime):
    """The last day of March, 18:30 in Mexico City: in UTC April has begun."""

    @classmethod
    def now(cls, tz=None):
        return dt.datetime(2026, 4, 1, 0, 30, tzinfo=dt.UTC).astimezone(tz)


@pytest.mark.parametrize(
    ("zone", "today"),
    [({}, "2026-03-31"), ({"time_zone": "UTC"}, "2026-04-01"), ({"time_zone": "Asia/Tokyo"}, "2026-04-01")],
)
def test_the_day_ends_when_it_ends_where_the_programme_is(tmp_path, monkeypatch, zone, today):
    monkeypatch.setattr(settings_module, "datetime", HalfPastSixInMexico)
    with new(tmp_path / "mx.db", nation="MX", **zone) as programme:
        assert programme.settings.today() == dt.date.fromisoformat(today)


@pytest.mark.parametrize(
    ("nation", "zone"),
    [("VN", "Asia/Ho_Chi_Minh"), ("BR", "America/Sao_Paulo"), ("PL", "Europe/Warsaw"), ("", "UTC")],
)
def test_a_programme_lives_in_the_time_zone_of_its_nations_capital(tmp_path, nation, zone):
    with new(tmp_path / "one.db", nation=nation) as programme:
        assert programme.settings().time_zone == zone


def test_a_time_zone_that_does_not_exist_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(NotFoundError, match="America/Mexico_City"):
        new(tmp_path / "one.db", nation="MX", time_zone="America/Mexico")


def test_a_rate_with_a_decimal_comma_is_refused_with_its_decimal_point():
    with pytest.raises(InputError) as refused:
        read_rate("5,16 BRL/USD 2020 IPEA")
    assert refused.value.remedy == "write a decimal point: 5.16 BRL/USD 2020 IPEA"


def test_a_licence_is_an_address(mexico):
    with pytest.raises(InputError, match="CC BY"):
        mexico.settings.change(by="office", reason="ours", licence="CC BY")
    mexico.settings.change(by="office", reason="ours", licence="https://example.org/ours")

    assert mexico.settings.facts()["licence"] == "https://example.org/ours"


def test_each_setting_is_read_shown_and_changed_on_a_page_or_by_a_command(mexico):
    names = {item.name for item in fields(ProgrammeSettings)} - {"ready_made"}
    options = {item.name: ["1=2"] for item in fields(Said)}

    assert set(settings_module._CHECKS) == names
    assert {name.replace("_", " ") for name in names} <= set(mexico.settings.facts())
    assert {*ALONE, *TOGETHER, *SERVER} == names - {"nation"}
    assert set(Said(**options).given()) == names - {"nation"}
