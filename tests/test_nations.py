"""Nations and currencies by the codes of ISO 3166 and ISO 4217.

Codes and names: the lists of the ISO Online Browsing Platform, retyped.
"""

import pytest

from urbium.errors import NotFoundError
from urbium.nations import check_currency, is_nation, nation, nation_names, tenders
from urbium.units import convert, is_money, unit

ISO = [
    ("MX", "MEX", "Mexico", "MXN"), ("ES", "ESP", "Spain", "EUR"), ("IN", "IND", "India", "INR"),
    ("GB", "GBR", "United Kingdom", "GBP"), ("KE", "KEN", "Kenya", "KES"), ("DE", "DEU", "Germany", "EUR"),
    ("BR", "BRA", "Brazil", "BRL"), ("ID", "IDN", "Indonesia", "IDR"), ("ZA", "ZAF", "South Africa", "ZAR"),
    ("FJ", "FJI", "Fiji", "FJD"), ("CH", "CHE", "Switzerland", "CHF"), ("UA", "UKR", "Ukraine", "UAH"),
]  # fmt: skip


@pytest.mark.parametrize(("short", "code", "name", "currency"), ISO)
def test_a_nation_is_known_by_both_codes(short, code, name, currency):
    for given in (short, code, code.lower()):
        found = nation(given)
        assert (found.code, found.short, found.name["en"]) == (code, short, name)
    if code != "CHE":  # CLDR lists the complementary currencies of Switzerland too
        assert nation(code).currency == currency
    assert is_nation(code)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_nations_in_force_are_listed_once_each(language):
    names = nation_names(language)
    assert len(set(names.values())) == len(names) == 250
    withdrawn = {"BUR", "DDR", "FXX", "TMP", "YMD", "ZAR"}
    no_nations = {"QUU", "XAA", "XBB", "ZZZ", "ASC", "CPT", "DGA", "TAA"}
    assert not names.keys() & (withdrawn | no_nations)
    assert [nation(short).code for short in ("MM", "DE", "FR", "TL", "YE", "CD")] == [
        "MMR", "DEU", "FRA", "TLS", "YEM", "COD"
    ]  # fmt: skip


def test_a_code_of_no_nation_is_refused_with_the_nearest():
    with pytest.raises(NotFoundError, match="there is no nation as an ISO 3166 code 'MEXX'") as refused:
        nation("MEXX")

    assert "MEX" in refused.value.remedy


def test_a_code_of_no_currency_is_refused_and_the_code_of_none_is_never_suggested():
    with pytest.raises(NotFoundError, match="there is no ISO 4217 currency code 'MXX'") as refused:
        check_currency("MXX")

    assert "XXX" not in refused.value.remedy
    with pytest.raises(NotFoundError, match="XXX"):
        check_currency("XXX")


def test_every_tender_has_its_units_of_money():
    assert len(tenders()) > 140
    assert convert(2.0, "billion MXN", "million MXN") == 2000.0
    assert unit("INR per person").dimension == "INR per person"
    assert is_money(unit("10k KES").dimension)
    assert not is_money(unit("persons").dimension)


def test_nations_are_chosen_in_the_order_of_their_names_as_readers_sort_them():
    english, chinese = (list(nation_names(code).values()) for code in ("en", "zh"))

    assert english[:3] == ["Afghanistan", "Åland Islands", "Albania"]
    assert chinese.index("阿尔巴尼亚") < chinese.index("德国") < chinese.index("法国") < chinese.index("中国")
