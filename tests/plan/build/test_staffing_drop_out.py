"""Seats of training are filled by those who do not drop out."""

from dataclasses import replace

import polars as pl

from urbium.catalogue import load_catalogue
from urbium.plan.build.staffing import people_tables


def test_a_unit_of_training_adds_the_posts_of_those_who_stay():
    catalogue = load_catalogue()
    ict = replace(catalogue.occupations["ICT"], training_drop_out=0.25)
    declared = replace(catalogue, occupations={"ICT": ict})
    sized = pl.DataFrame({"code": ["A"], "people": [1e5], "served": [1e5]})
    projects = pl.DataFrame({"project": ["A:IOC"], "city": ["A"], "solution": ["IOC"], "rest": [1.0]})

    tables = people_tables(declared, sized, projects, range(2020, 2022), lambda _: 1.0)

    assert tables["training"]["places"].to_list() == [75.0]  # of 100 seats
