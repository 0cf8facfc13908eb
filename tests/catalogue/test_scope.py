"""What was made for one nation: promises hold in it alone, numbers hold elsewhere and are named."""

import pytest

from urbium.catalogue import load_catalogue
from urbium.catalogue.scope import PLAN_TABLE, borrowed
from urbium.errors import InputError

HEAD = "id,value,unit,nation,evidence,source,note"


def names(catalogue, nation):
    return {name for row in borrowed(catalogue, [nation]) if row.table == PLAN_TABLE for name in row.names}


def own(folder, *rows, head=HEAD):
    (folder / "rules").mkdir()
    (folder / "rules" / "assumptions.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return load_catalogue(folder)


def test_what_the_nation_declares_itself_is_not_taken_over(tmp_path):
    share = "city_budget.share_of_fiscal_revenue"
    declared = own(tmp_path, f"{share},0.02,share,,assumption,ASSUME,what our cities spend")

    assert share in names(load_catalogue(), "BRA")
    assert names(load_catalogue(), "BRA") - names(declared, "BRA") == {share}
    assert names(load_catalogue(), "CHN") == set()


def test_a_number_of_no_nation_is_taken_over_by_nobody():
    assert "discount_rate" not in names(load_catalogue(), "BRA")


def test_a_programme_of_several_nations_takes_over_what_was_made_for_one():
    rows = borrowed(load_catalogue(), ["CHN", "IND"])
    assert "urban_share" in next(row for row in rows if row.table == PLAN_TABLE).names


def test_a_nation_that_is_none_is_refused_by_its_cell(tmp_path):
    with pytest.raises(InputError, match="nation listed in ISO 3166"):
        own(tmp_path, "inflation,0.04,share a year,Brazil,assumption,ASSUME,")


def test_a_table_without_the_column_is_of_no_nation(tmp_path):
    head = HEAD.replace(",nation", "")
    catalogue = own(tmp_path, "inflation,0.04,share a year,assumption,ASSUME,", head=head)
    assert catalogue.assumptions["inflation"].nation == ""
