"""Words that are searched for on a page are found in any case and encoding, and without their accents."""

import polars as pl
import pytest

from urbium.spelling import plain, typed
from urbium.web.views.frames import matching

PLACES = pl.DataFrame(
    {
        "code": ["1", "2", "3", "4"],
        "name": ["León de los Aldama", "Ioánnina", "合肥市", "がき"],
        "note": ["", None, "省", ""],
    }
)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("leon", ["1"]), ("LEÓN aldama", ["1"]), ("Leo\N{COMBINING ACUTE ACCENT}n", ["1"]),
        ("ioannina", ["2"]),
        ("合肥", ["3"]), ("か", []), ("が", ["4"]), ("", ["1", "2", "3", "4"]), ("leon paris", []),
    ],
)  # fmt: skip
def test_words_are_found_in_any_spelling(words, codes):
    assert matching(PLACES, words, "name", "note")["code"].to_list() == codes


CITIES = pl.DataFrame({"code": ["1", "2", "3"], "name": ["合肥市", "广州市", "重庆市"]}).with_columns(
    sought=pl.Series(["\n".join(typed(name)) for name in ("合肥市", "广州市", "重庆市")])
)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("合肥", ["1"]), ("hefei", ["1"]), ("hf", ["1"]), ("ＨＥＦＥＩ", ["1"]),
        ("廣州", ["2"]), ("gz", ["2"]),
        ("重慶", ["3"]), ("chongqing", ["3"]), ("巴黎", []),
    ],
)  # fmt: skip
def test_a_chinese_name_is_found_by_sounds_initials_width_and_traditional_characters(words, codes):
    assert matching(CITIES, words, "sought")["code"].to_list() == codes


def test_a_table_is_spelt_as_a_single_text_is():
    names = ["Çeşme", "Łódź", "Åre", "Ẅ", "ＧＤＰ", "Ρόδος", "й", "Straße"]
    found = [
        matching(PLACES.head(1).with_columns(name=pl.lit(name)), plain(name), "name").height for name in names
    ]
    assert found == [1] * len(names)
