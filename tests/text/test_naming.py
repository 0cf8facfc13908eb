"""A name is said in the reader's language, else in the first of the programme; another language is marked."""

import polars as pl

from urbium.spelling import in_order, sounded, typed
from urbium.text import MARKS, language, marking, named, text
from urbium.text.naming import by_language, names_by_code, with_names

PLACES = pl.DataFrame(
    {
        "code": ["1", "2", "3"],
        "name_en": ["Hanoi", None, None],
        "name_vi": ["Hà Nội", "Huế", None],
        "province_vi": ["Bắc", None, None],
    }
)


def test_a_reader_has_the_name_in_the_own_language_and_else_in_the_first_of_the_programme():
    names = names_by_code(PLACES, ["vi"])
    assert [names["1"].render(code) for code in ("en", "vi", "zh")] == ["Hanoi", "Hà Nội", "Hà Nội"]
    assert [names["2"].render(code) for code in ("en", "zh")] == ["Huế", "Huế"]
    assert (names["3"].render("vi"), names["3"].tongue("vi")) == ("3", "")


def test_a_table_has_the_names_of_the_language_that_is_spoken():
    table = pl.DataFrame({"city": ["2", "1", "9"]})
    with language("vi"):
        assert with_names(table, names_by_code(PLACES))["name"].to_list() == ["Huế", "Hà Nội", "9"]
    assert with_names(table, names_by_code(PLACES))["name"].to_list() == ["Huế", "Hanoi", "9"]


def test_parts_of_the_nation_are_named_as_places_are():
    assert names_by_code(PLACES, part="province")["1"].names == {"vi": "Bắc"}
    assert by_language({"name_pt_BR": "Vila", "name_en": ""}) == {"pt_BR": "Vila"}


def test_only_what_is_said_in_another_language_is_marked_and_only_where_it_is_asked_for():
    opened, says, closed = MARKS
    name = named({"vi": "Huế", "zh": "顺化"})
    with language("vi"):
        assert name.render() == "Huế"
        with marking():
            assert name.render() == "Huế"
            assert named({"zh": "顺化"}).render() == f"{opened}zh{says}顺化{closed}"
    with language("zh"), marking():
        assert name.render() == "顺化"
        assert text("{place}: {share:.1%}", place=name, share=0.5).render() == "顺化: 50.0%"


def test_chinese_names_are_sorted_and_found_by_their_sounds():
    assert sorted(["武汉市", "安庆市", "重庆市", "长沙市"], key=in_order) == [
        "安庆市",
        "长沙市",
        "重庆市",
        "武汉市",
    ]
    assert typed("石家庄市") == ("石家庄市", "shijiazhuangshi", "sjzs")
    assert "guangzhou" in {*sounded("廣州")} & {*sounded("广州")}
