"""Opening: the programme that a verb works on, closed again when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from urbium.cli.show import Common, tell

if TYPE_CHECKING:
    from urbium.programme import Programme

__all__ = ["opened"]


@contextmanager
def opened(common: Common) -> Iterator["Programme"]:
    """Open the programme named by ``--database``; say at the end which adopted results are out of date.

    Raises NotFoundError when there is none.
    """
    from urbium.programme import open_programme

    with open_programme(common.database, catalogue=common.catalogue) as programme:
        try:
            yield programme
        finally:
            programme.store.aside = ""
        for said in programme.outdated():
            tell(said)
