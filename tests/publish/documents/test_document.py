"""What a document may hold: no figure without unit, year and basis, and no chart without words."""

import pytest

from urbium.errors import InputError
from urbium.publish.documents.document import Figure, Picture, Table, figures
from written import fan

WHOLE = {"label": "People", "value": "101,000", "unit": "persons", "year": "2019", "basis": "yearbook"}


@pytest.mark.parametrize("lacking", ["unit", "year", "basis", "value"])
def test_a_figure_without_unit_year_or_basis_is_refused(lacking):
    with pytest.raises(InputError, match="must have a name, a value, a unit"):
        Figure(**WHOLE | {lacking: ""})


def test_figures_stand_in_a_table_with_their_basis():
    assert figures([Figure(**WHOLE)]).rows == [("People", "101,000", "persons", "2019", "yearbook")]


def test_a_table_of_figures_without_a_basis_is_refused():
    with pytest.raises(InputError, match="does not state their"):
        Table(["Year", "EUR"], [["2020", "1"]], numbers=frozenset({1}))


def test_a_row_of_another_length_than_its_heading_is_refused():
    with pytest.raises(InputError, match="or shorter"):
        Table(["Year", "EUR"], [["2020"]])


@pytest.mark.parametrize("given", [("", "adopted plan"), ("People by year", "")])
def test_a_chart_without_words_or_basis_is_refused(given):
    with pytest.raises(InputError, match="lacks its text or the basis"):
        Picture(fan(), *given)
