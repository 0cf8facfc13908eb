"""Circulars: to which cities a letter goes, asked before it is released."""

from urbium.model.dossiers import Dossier
from urbium.pilot.circulars import Circular
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.circular_rules import cities_of


class Circulars:
    """The letters of the office to many cities."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def cities(self, circular: Dossier) -> dict[str, str]:
        """Return the cities that a circular goes to, their names by code.

        Raises NotFoundError where it names a city or province that there is not.
        """
        names = self._desk.register.names()
        codes = cities_of(self._desk, circular.content_as(Circular))
        return {code: names.get(code) or code for code in codes}
