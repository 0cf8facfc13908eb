"""What hangs on a dossier of a city is begun by those who may act for that city."""

import pytest

from urbium.access import Actor, Grant, Role
from urbium.model.dossiers import Dossier
from urbium.programme.cases.kinds import KINDS
from urbium.web.desk.cards import may_begin_below

OFFICER = Actor("carl", (Grant(Role.OFFICER, "city", "0503"),))
OFFICE = Actor("olga", (Grant(Role.OFFICE, "all", ""),))


def above(kind, city):
    return Dossier(kind=kind, code="above", state="selected", content={}, city=city)


@pytest.mark.parametrize(
    ("actor", "kind", "parent", "may"),
    [
        (OFFICER, "taskbook", above("application", "0503"), True),
        (OFFICER, "taskbook", above("application", "0344"), False),
        (OFFICE, "taskbook", above("application", "0503"), False),
        (OFFICE, "review", above("application", "0344"), True),
        (OFFICER, "application", above("round", ""), True),
    ],
    ids=["of its own city", "of another city", "not the office's", "of any city", "of no city yet"],
)
def test_a_dossier_is_begun_below_one_of_the_own_city_alone(actor, kind, parent, may):
    assert may_begin_below(actor, KINDS[kind], parent) == may
