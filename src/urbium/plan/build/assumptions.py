"""Declared assumptions by id, and how sure a figure is that is made of several."""

from urbium.catalogue import Catalogue
from urbium.errors import NotFoundError
from urbium.model import Evidence

__all__ = ["RANK", "Assumed"]

RANK = {level: rank for rank, level in enumerate(Evidence)}
"""Evidence levels from the surest on."""


class Assumed:
    """Reads a declared assumption by its id; one that is not declared is refused, never guessed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._known = catalogue.assumptions

    def __call__(self, name: str) -> float:
        """Return the value of an assumption; raise NotFoundError when it is not declared."""
        if name not in self._known:
            raise NotFoundError.named("assumption", name, self._known)
        return self._known[name].value
