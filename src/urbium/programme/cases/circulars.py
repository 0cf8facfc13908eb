"""Circulars: to which cities a letter goes, asked before it is released."""

from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.pilot.circulars import Circular
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.circular_rules import cities_of, unknown_in


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

    def unknown(self, circular: Dossier) -> list[Fault]:
        """Return a fault for each place to which a circular goes that there is not, or that is several."""
        return unknown_in(self._desk, circular.content_as(Circular))
