"""Chart files: a picture and data that leave the page say what they show and whence they are."""

import json
import re
from xml.etree import ElementTree as ET

import polars as pl

from urbium import charts
from urbium.charts.chart_files import Caption, file_of

SPEC = charts.ranking(
    pl.DataFrame({"name": ["=Hefei", "<Wuhu>"], "score": [61.0, 40.0]}), title="Scores & ranks"
)
CAPTION = Caption.of(SPEC, "", "Source: a <register>; licence CC BY 4.0 {as stated}")


def test_the_title_is_what_the_figures_say_and_the_subject_what_is_drawn():
    assert (CAPTION.title, CAPTION.subject) == ("Highest: =Hefei, 61", "Scores & ranks")
    assert Caption.of(SPEC, "Scores of two", "").subject == "Scores of two"


def test_a_vector_picture_says_its_title_and_source_to_people_and_to_programs():
    drawn = ET.fromstring(file_of(SPEC, ".svg", CAPTION))
    shown = [each.text for each in drawn.findall("{*}text")]
    assert shown == [
        "Highest: =Hefei, 61",
        "Scores & ranks",
        "Source: a <register>; licence CC BY 4.0 {as stated}",
    ]
    said = {each.tag.rpartition("}")[2]: each.text for each in drawn.iter() if "purl.org" in each.tag}
    assert said == {"title": CAPTION.title, "description": CAPTION.subject, "source": CAPTION.source}


def test_a_long_source_is_broken_into_lines_within_the_picture():
    long = Caption.of(SPEC, "", "word " * 80)
    drawn = ET.fromstring(file_of(SPEC, ".svg", long))
    lines = [float(each.get("y")) for each in drawn.findall("{*}text")]
    assert len(lines) > 4
    assert max(lines) < float(drawn.get("height"))


def test_a_long_chinese_source_is_broken_into_lines_within_the_picture():
    long = Caption.of(SPEC, "", "来源：中国城市（演示）；由urbium计算。" * 12)
    drawn = ET.fromstring(file_of(SPEC, ".svg", long))
    lines = [each.text for each in drawn.findall("{*}text")][2:]
    room = float(drawn.get("width")) / 11  # characters of the size of the source
    assert "".join(lines) == long.source
    assert max(len(re.findall("[\u2e80-\uffff]", line)) for line in lines) < room
    assert not any(line.startswith(("，", "；", "。", "）")) for line in lines)


def test_a_picture_of_points_is_drawn():
    assert file_of(SPEC, ".png", CAPTION).startswith(b"\x89PNG")


def test_the_data_run_nothing_in_a_spreadsheet_and_are_described_beside_them():
    assert file_of(SPEC, ".csv", CAPTION).decode().splitlines()[1] == "'=Hefei,61.0"
    about = json.loads(file_of(SPEC, "-metadata.json", CAPTION))
    assert (about["url"], about["dc:source"]) == ("Scores%20%26%20ranks.csv", CAPTION.source)
    assert [column["titles"] for column in about["tableSchema"]["columns"]] == ["name", "Score (0 to 100)"]
    assert not any("name" in column for column in about["tableSchema"]["columns"])
