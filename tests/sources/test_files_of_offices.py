"""Files as the statistical offices of several nations lay them out: drafted, completed as asked, and read.

All figures are invented for the tests; only the layouts are those of the offices.
"""

import json
import tomllib
import unicodedata

import openpyxl
import polars as pl
import pytest

from urbium.sources import draft_mapping, read_cities, read_file

CITY = dict.fromkeys(
    ("code", "name_en", "name_zh", "province_en", "province_zh", "level", "parent"), pl.String
)
BRAZIL = [("3550308", "São Paulo"), ("3304557", "Rio de Janeiro"), ("5300108", "Brasília")]
POLAND = [("PL001C", "Warszawa"), ("PL003C", "Kraków")]
VIET_NAM = [("01", "Hà Nội"), ("48", "Đà Nẵng"), ("79", "Thành phố Hồ Chí Minh")]
MOROCCO = [("MA01", "Casablanca"), ("MA02", "Rabat"), ("MA03", "Fès")]
GEORGIA = [("GE-TB", "თბილისი"), ("GE-KU", "ქუთაისი"), ("GE-BA", "ბათუმი"), ("GE-RU", "რუსთავი")]
NATIONS = {"GEO": "Georgia", "BRA": "Brazil", "POL": "Poland", "VNM": "Viet Nam", "MAR": "Morocco"}


def register(nation, cities):
    rows = [(nation, NATIONS[nation], None, None, None, "nation", None)]
    rows += [(code, name, None, None, None, "city", nation) for code, name in cities]
    return pl.DataFrame(rows, schema=CITY, orient="row")


@pytest.fixture
def drafted(catalogue):
    """Return a function that drafts a mapping in the programme of a nation with no source of its own."""

    def draft(path, nation, cities, **options):
        places = register(nation, cities)
        return draft_mapping(path, variables=catalogue.variables, cities=places, nation=nation, **options)

    return draft


@pytest.fixture
def loaded(drafted, catalogue):
    """Return a function that completes a draft as it asks, reads by it, and returns the figures."""

    def read(path, nation, cities, answers, **options):
        draft = drafted(path, nation, cities, **options)
        for asked, answer in answers.items():
            assert asked in draft, draft
            draft = draft.replace(asked, answer)
        mapping = tomllib.loads(draft) | {"source": "ccsy", "quality": "measured"}
        reading = read_file(path, catalogue=catalogue, cities=register(nation, cities), mapping=mapping)
        assert not reading.is_refused, list(reading.lines())
        return reading

    return read


def figures(reading, variable):
    rows = reading.table.filter(pl.col("variable") == variable).select("city", "period", "value").iter_rows()
    return {(city, period): value for city, period, value in rows}


def brazilian_workbook(path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Tabela 1"
    for row in (
        ["Tabela 1 - Leitos e água dos municípios"],
        [],
        ["Código", "Município", "População (mil pessoas)", None, None, "Internet (%)", None, None],
        [None, None, 2018, 2019, 2020, 2018, 2019, 2020],
        ["3550308", "São Paulo", "14.002,6", 812.345, 15900, "71,2", 75.5, "80,1"],
        ["3304557", "Rio de Janeiro", "9.100,0", "...", "9.912,4", 66, "68,9", "70,0"],
        ["5300108", "Brasília", 7000.5, "7.100,5", 7200, "80,0", "81,0", "82,5"],
        ["Fonte: figuras inventadas"],
    ):
        page.append(row)
    for area in ("A1:H1", "A3:A4", "B3:B4", "C3:E3", "F3:H3", "A8:H8"):
        page.merge_cells(area)
    book.save(path)
    return path


def test_a_workbook_of_brazil_with_group_heads_over_years_and_numbers_among_texts(loaded, tmp_path):
    answers = {
        '"População (mil pessoas)" = "..."': '"População (mil pessoas)" = "population"',
        '"Internet (%)" = "..."': '"Internet (%)" = "..."',
    }
    path = brazilian_workbook(tmp_path / "tabela.xlsx")
    reading = loaded(path, "BRA", BRAZIL, answers)
    assert figures(reading, "population") == pytest.approx(
        {
            ("3550308", "2018"): 14_002_600, ("3550308", "2019"): 812_345, ("3550308", "2020"): 15_900_000,
            ("3304557", "2018"): 9_100_000, ("3304557", "2020"): 9_912_400,
            ("5300108", "2018"): 7_000_500, ("5300108", "2019"): 7_100_500, ("5300108", "2020"): 7_200_000,
        }
    )  # fmt: skip
    assert any(fault.rule == "skipped-variable" for fault in reading.faults)


def test_the_same_heads_in_a_text_file_have_no_merged_cells_and_are_read_alike(loaded, tmp_path):
    path = tmp_path / "tabela.csv"
    path.write_text(
        "Tabela 1;;;;;\n;;;;;\nCódigo;Município;População (hab.);;Leitos (leitos);\n;;2019;2020;2019;2020\n"
        "3550308;São Paulo;1.200.000;1.250.000,0;30.500;31.000\n",
        encoding="cp1252",
    )
    answers = {
        '"População (hab.)" = "..."': '"População (hab.)" = "population"',
        '"Leitos (leitos)" = "..."': '"Leitos (leitos)" = "hospital_beds"',
    }
    reading = loaded(path, "BRA", BRAZIL, answers, encoding="cp1252")
    assert figures(reading, "population") == {
        ("3550308", "2019"): 1_200_000,
        ("3550308", "2020"): 1_250_000,
    }
    assert figures(reading, "hospital_beds") == {("3550308", "2019"): 30_500, ("3550308", "2020"): 31_000}


def test_a_text_of_brazil_in_cp1252_with_dates_units_and_decimal_commas(loaded, tmp_path):
    path = tmp_path / "municipios.csv"
    path.write_text(
        "Município;Data;População estimada (hab.);PM2,5 (µg/m³);PIB per capita (R$)\n"
        "São Paulo;31/12/2020;1.200.000;17,3;54.000,50\nBrasília;31/12/2020;300.000;x;80.500,00\n",
        encoding="cp1252",
    )
    answers = {
        '# {column = "População estimada (hab.)", variable = "..."': (
            '{column = "População estimada (hab.)", variable = "population"'
        ),
        '# {column = "PM2,5 (µg/m³)", variable = "...", unit = "ug/m3"': (
            '{column = "PM2,5 (µg/m³)", variable = "concentration_pm25", unit = "ug/m3"'
        ),
        '# {column = "PIB per capita (R$)", variable = "...", unit = "BRL per person"': (
            '# {column = "PIB per capita (R$)", variable = "...", unit = "BRL per person"'
        ),
    }
    reading = loaded(path, "BRA", BRAZIL, answers, encoding="cp1252")
    assert figures(reading, "population") == {("3550308", "2020"): 1_200_000, ("5300108", "2020"): 300_000}
    assert figures(reading, "concentration_pm25") == {("3550308", "2020"): 17.3}


def test_a_workbook_of_viet_nam_with_decomposed_names_and_no_heading_over_them(loaded, tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["Dân số trung bình phân theo địa phương"],
        ["Đơn vị: Nghìn người"],
        [],
        [None, 2019, 2020, "Sơ bộ 2021"],
        ["Hà Nội", "8.093,9", "8.246,6", "8.330,8"],
        ["Đà Nẵng", "1.141,1", "1.169,5", ".."],
        ["Thành phố Hồ Chí Minh", 9038.6, "9.227,6", "9.166,8"],
    ):
        book.active.append(
            [unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell for cell in row]
        )
    book.save(tmp_path / "E02.xlsx")
    answers = {'# variable = {value = "..."}': 'variable = {value = "population"}'}
    reading = loaded(tmp_path / "E02.xlsx", "VNM", VIET_NAM, answers)
    assert figures(reading, "population") == pytest.approx(
        {
            ("01", "2019"): 8_093_900, ("01", "2020"): 8_246_600, ("01", "2021"): 8_330_800,
            ("48", "2019"): 1_141_100, ("48", "2020"): 1_169_500,
            ("79", "2019"): 9_038_600, ("79", "2020"): 9_227_600, ("79", "2021"): 9_166_800,
        }
    )  # fmt: skip


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_a_text_of_poland_with_variable_year_and_unit_in_one_heading(loaded, tmp_path, space):
    path = tmp_path / "BDL.csv"
    rows = (
        'Kod;Nazwa;"ogółem;2019;[osoba]";"ogółem;2020;[osoba]";'
        '"dochody;2019;[tys. zł]";"dochody;2020;[tys. zł]"\n'
        "PL001C;Warszawa;1_790_658;1_794_166;18_012_345,60;18_500_000,10\n"
        "PL003C;Kraków;779_115;779_966;6_100_000,50;6_200_000,00\n"
    )
    path.write_text(rows.replace("_", space), encoding="utf-8")
    answers = {'"ogółem" = "..."': '"ogółem" = "population"', '"dochody" = "1k PLN"': '"dochody" = "1k PLN"'}
    assert figures(loaded(path, "POL", POLAND, answers), "population") == {
        ("PL001C", "2019"): 1_790_658, ("PL001C", "2020"): 1_794_166,
        ("PL003C", "2019"): 779_115, ("PL003C", "2020"): 779_966,
    }  # fmt: skip


def test_a_text_of_eurostat_with_several_parts_in_one_column_and_flags(loaded, tmp_path):
    path = tmp_path / "urb_cpop1.tsv"
    path.write_text(
        "freq,indic_ur,cities\\TIME_PERIOD\t2018 \t2019 \t2020 \n"
        "A,DE1001V,PL001C\t1777972 \t1790658 e\t1794166 b\n"
        "A,DE1001V,PL003C\t: \t779115 \t779966 bp\n"
        "A,DE1001V,XX999C\t1 \t: c\t3 \nA,SA1001V,PL001C\t1 \t2 \t3 \n",
        encoding="utf-8",
    )
    answers = {'"A,DE1001V" = "..."': '"A,DE1001V" = "population"'}
    assert figures(loaded(path, "POL", POLAND, answers), "population") == {
        ("PL001C", "2018"): 1_777_972, ("PL001C", "2019"): 1_790_658, ("PL001C", "2020"): 1_794_166,
        ("PL003C", "2019"): 779_115, ("PL003C", "2020"): 779_966,
    }  # fmt: skip


def test_a_text_of_morocco_in_two_scripts_with_a_mark_is_read_by_its_draft(loaded, tmp_path):
    path = tmp_path / "villes.csv"
    path.write_text(
        "المدينة,Ville,Année,Population (habitants),Recettes (millions de dirhams)\n"
        'الدار البيضاء,Casablanca,2020,"3 566 000","4 512,5"\nفاس,Fès,2020,"1 200 000",n.d.\n',
        encoding="utf-8-sig",
    )
    answers = {'variable = "...", unit = "million MAD"': 'variable = "...", unit = "million MAD"'}
    reading = loaded(path, "MAR", MOROCCO, answers)
    assert figures(reading, "population") == {("MA01", "2020"): 3_566_000, ("MA03", "2020"): 1_200_000}


def test_bulk_files_of_the_world_bank_are_read_below_their_first_four_lines(tmp_path, catalogue):
    path = tmp_path / "API_SP.URB.TOTL.csv"
    path.write_text(
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2026-01-28",\n\n'
        '"Country Name","Country Code","Indicator Name","Indicator Code","2019","2020",\n'
        '"Brazil","BRA","Urban population","SP.URB.TOTL","183","185",\n'
        '"Poland","POL","Urban population","SP.URB.TOTL","22","",\n',
        encoding="utf-8-sig",
    )
    cities = register("BRA", BRAZIL)
    reading = read_file(path, catalogue=catalogue, cities=cities, mapping="world-bank-bulk")
    assert reading.table.select("city", "period", "value", "cell").rows() == [
        ("BRA", "2019", 183.0, "E6"),
        ("BRA", "2020", 185.0, "F6"),
    ]


def test_merged_cells_among_figures_stay_refused(tmp_path, catalogue):
    book = openpyxl.Workbook()
    for row in (["code", "2019", "2020"], ["PL001C", 5, None], ["PL003C", 6, 7]):
        book.active.append(row)
    book.active.merge_cells("B2:C2")
    book.save(tmp_path / "a.xlsx")
    mapping = {
        "source": "ccsy",
        "tables": [{"layout": "periods", "city": "code", "variable": {"value": "hospitals"}}],
    }
    reading = read_file(
        tmp_path / "a.xlsx", catalogue=catalogue, cities=register("POL", POLAND), mapping=mapping
    )
    assert [fault.cell for fault in reading.faults if fault.rule == "merged-cells"] == ["B2:C2"]


def test_years_that_stand_twice_below_group_heads_are_told_how_to_be_read(tmp_path, catalogue):
    path = brazilian_workbook(tmp_path / "tabela.xlsx")
    mapping = {
        "source": "ccsy",
        "tables": [
            {
                "header": [3, 4],
                "layout": "periods",
                "city": "Município",
                "variable": {"value": "population"},
            }
        ],
    }
    reading = read_file(path, catalogue=catalogue, cities=register("BRA", BRAZIL), mapping=mapping)
    remedies = {fault.remedy for fault in reading.faults if fault.rule == "duplicated-heading"}
    assert any('variable = {from = "header"}' in remedy for remedy in remedies)


# The register, at the first door that a new office comes through.


def test_a_register_in_another_language_code_page_and_decimal_comma_is_drafted_and_read(drafted, tmp_path):
    path = tmp_path / "municipios.csv"
    path.write_text(
        "Código;Município;Latitude;Longitude\n3550308;São Paulo;-23,55;-46,63\n"
        "3304557;Rio de Janeiro;-22,91;-43,17\n",
        encoding="cp1252",
    )
    mapping = tomllib.loads(drafted(path, "BRA", [], encoding="cp1252"))
    read = read_cities(path, registered=None, mapping=mapping)
    assert [fault.message for fault in read.faults if fault.severity == "error"] == []
    assert [(city.code, city.name["en"], city.level, city.latitude) for city in read.cities] == [
        ("3550308", "São Paulo", "city", -23.55),
        ("3304557", "Rio de Janeiro", "city", -22.91),
    ]


def test_areas_of_geojson_are_registered_with_a_point_within_them(drafted, tmp_path):
    square = [[[-7.6, 33.5], [-7.4, 33.5], [-7.4, 33.7], [-7.6, 33.7], [-7.6, 33.5]]]
    features = [
        {"type": "Feature", "properties": {"Code": "MA01", "Nom": "Casablanca", "Genre": "préfecture"},
         "geometry": {"type": "Polygon", "coordinates": square}},
        {"type": "Feature", "properties": {"Code": "MA02", "Nom": "Rabat", "Genre": "préfecture"},
         "geometry": {"type": "Point", "coordinates": [-6.8, 34.0]}},
    ]  # fmt: skip
    path = tmp_path / "villes.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    mapping = tomllib.loads(drafted(path, "MAR", []))
    mapping["cities"]["level"] = "Genre"
    read = read_cities(path, mapping=mapping)
    assert [(city.code, city.level, city.longitude) for city in read.cities] == [
        ("MA01", "préfecture", pytest.approx(-7.5)),
        ("MA02", "préfecture", pytest.approx(-6.8)),
    ]


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"type": "FeatureCollection", "features": []}'])
def test_what_is_no_collection_of_features_is_refused(tmp_path, content):
    path = tmp_path / "villes.geojson"
    path.write_bytes(content)
    with pytest.raises(Exception, match=r"GeoJSON|features") as refused:
        read_cities(path)
    assert refused.value.remedy


def test_coordinates_in_another_system_than_degrees_are_refused(tmp_path):
    feature = {"type": "Feature", "properties": {"code": "1"}, "geometry": None}
    system = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::31983"}}
    path = tmp_path / "villes.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature], "crs": system}))
    with pytest.raises(Exception, match="not in degrees of WGS 84"):
        read_cities(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_text_that_marks_its_encoding_is_read_at_every_door(drafted, tmp_path, encoding):
    path = tmp_path / "cities.csv"
    path.write_text("code,name,level\n1,São Paulo,city\n", encoding=encoding)
    assert read_cities(path).cities[0].name["en"] == "São Paulo"


def test_an_unmarked_text_is_refused_with_an_option_that_this_door_has(tmp_path):
    path = tmp_path / "cities.csv"
    path.write_text("code,name,level\n1,São Paulo,city\n", encoding="cp1252")
    with pytest.raises(Exception, match="not UTF-8") as refused:
        read_cities(path)
    assert "--encoding cp1252" in refused.value.remedy
    assert read_cities(path, encoding="cp1252").cities[0].name["en"] == "São Paulo"


def test_what_is_left_out_for_an_empty_cell_is_called_so(tmp_path, catalogue):
    path = tmp_path / "a.csv"
    path.write_text("city,beds\nPL001C,5\n,6\n", encoding="utf-8")
    columns = [{"column": "beds", "variable": "hospital_beds"}]
    table = {"city": {"column": "city", "others": "skip"}, "period": {"value": "2012"}, "columns": columns}
    mapping = {"source": "ccsy", "tables": [table]}
    reading = read_file(path, catalogue=catalogue, cities=register("POL", POLAND), mapping=mapping)
    (note,) = [fault for fault in reading.faults if fault.rule == "skipped-city"]
    assert note.message.endswith("because its city is unknown: an empty cell")


def test_a_column_of_years_of_which_no_two_stand_beside_each_other_gives_no_warning_of_numpy(
    tmp_path, catalogue, recwarn
):
    path = tmp_path / "a.csv"
    cities = [(f"C{i}", f"City {i}") for i in range(8)]
    lines = [f"C{i},{2010 + i % 3 * 2},{100 * (i + 1)}" for i in range(8)]
    path.write_text("city,year,beds\n" + "\n".join(lines) + "\n", encoding="utf-8")
    columns = [{"column": "beds", "variable": "hospital_beds"}]
    table = {"city": "city", "period": "year", "columns": columns}
    mapping = {"source": "ccsy", "tables": [table]}
    read_file(path, catalogue=catalogue, cities=register("POL", cities), mapping=mapping)
    assert [str(warning.message) for warning in recwarn if warning.category is RuntimeWarning] == []


def georgian_workbook(path):
    """Titles, headings in row 4, and cells of numbers among texts with a decimal comma."""
    book = openpyxl.Workbook()
    for row in (
        ["მუნიციპალიტეტები: ძირითადი მაჩვენებლები"],
        ["ათასი კაცი, ლარი"],
        [],
        ["კოდი", "მუნიციპალიტეტი", "წელი", "Hospitals", "Hospital beds", "public_toilets"],
        ["GE-TB", "თბილისი", 2022, "1 241,5", "…", 81],
        ["GE-KU", "ქუთაისი", 2022, 125.5, "…", 12],
        ["GE-BA", "ბათუმი", 2022, "172,5", "11 411,5", "…"],
        ["GE-RU", "რუსთავი", 2022, 130, "…", 34],
        ["წყარო: გამოგონილი"],
    ):
        book.active.append(row)
    book.save(path)
    return path


def test_numbers_among_texts_with_a_decimal_comma_are_drafted_and_read(tmp_path, loaded):
    path = georgian_workbook(tmp_path / "geostat.xlsx")
    reading = loaded(path, "GEO", GEORGIA, {"header = 4\n": "header = 4\nskip = [9]\n"})
    assert figures(reading, "hospitals") == {
        ("GE-TB", "2022"): 1241.5, ("GE-KU", "2022"): 125.5,
        ("GE-BA", "2022"): 172.5, ("GE-RU", "2022"): 130.0,
    }  # fmt: skip
    assert figures(reading, "hospital_beds") == {("GE-BA", "2022"): 11411.5}
    assert figures(reading, "public_toilets") == {
        ("GE-TB", "2022"): 81.0, ("GE-KU", "2022"): 12.0, ("GE-RU", "2022"): 34.0,
    }  # fmt: skip


def test_a_sign_for_no_figure_is_offered_where_it_is_the_only_text(tmp_path, drafted):
    book = openpyxl.Workbook()
    for row in (["City", "Year", "Hospitals"], ["ბათუმი", 2022, "…"], ["თბილისი", 2022, 81]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    draft = tomllib.loads(drafted(tmp_path / "a.xlsx", "GEO", GEORGIA))
    assert "…" in draft["missing"]
    assert [column["variable"] for column in draft["tables"][0]["columns"]] == ["hospitals"]


@pytest.mark.parametrize("codes", [["GE-TB", "GE-KU", "GE-BA"], ["TBS", "KUT", "BUS"], ["01", "02", "03"]])
def test_unique_short_codes_are_drafted_as_codes_and_not_as_names(tmp_path, drafted, codes):
    path = tmp_path / "qalaqebi.txt"
    names = ["თბილისი", "ქუთაისი", "ბათუმი"]
    rows = ["კოდი;სახელი;დონე;მხარე", *(f"{c};{n};ქალაქი;აჭარა" for c, n in zip(codes, names, strict=True))]
    path.write_text("\n".join(rows), encoding="utf-8")
    cities = tomllib.loads(drafted(path, "GEO", []))["cities"]
    assert (cities["code"], cities["name"]) == ("კოდი", "სახელი")


def test_a_unit_in_a_title_holds_for_headings_of_two_rows_too(tmp_path, drafted):
    book = openpyxl.Workbook()
    for row in (
        ["Unit: thousand persons"],
        ["City", "Population at year end", None, "Population at year end, urban", None],
        [None, 2022, 2023, 2022, 2023],
        ["ბათუმი", 172.5, 173, 160, 161],
        ["თბილისი", 1241.5, 1250, 1200, 1210],
    ):
        book.active.append(row)
    book.active.merge_cells("B2:C2")
    for area in ("A2:A3", "D2:E2"):
        book.active.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    draft = tomllib.loads(drafted(tmp_path / "a.xlsx", "GEO", GEORGIA))
    assert draft["tables"][0]["unit"] == {"value": "1k persons"}


def test_a_unit_that_is_not_understood_is_asked_and_not_taken_for_that_of_the_variable(tmp_path, drafted):
    path = tmp_path / "a.csv"
    path.write_text(
        "City;Hospital beds (qq/hab.);\n;2021;2023\nბათუმი;71;73\nთბილისი;41;43\n", encoding="utf-8"
    )
    assert '"Hospital beds (qq/hab.)" = "..."' in drafted(path, "GEO", GEORGIA).partition("unit =")[2]
    path.write_text("City;Year;Hospital beds (qq/hab.)\nბათუმი;2022;73\nთბილისი;2022;43\n", encoding="utf-8")
    assert 'variable = "hospital_beds", unit = "..."' in drafted(path, "GEO", GEORGIA)
