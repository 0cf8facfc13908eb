"""Parts: what a page is made of, each made for itself; one that cannot be made says why instead."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from jinja2 import ChainableUndefined

from urbium.errors import UnavailableError, UrbiumError
from urbium.text import Text, text


def made_of_parts(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a view gathered with its parts made, and as ``not_shown`` why any of them is absent.

    A part is a ``functools.partial`` that makes it. That something which it reads is not known, such as the
    ages of the nation, is no reason to answer that the address does not exist: the part is empty in its
    template, and the page says what is missing and what to do. What the address itself names is looked up by
    the view, not in a part.

    Examples
    --------
    >>> from urbium.errors import NotFoundError
    >>> def unknown():
    ...     raise NotFoundError("no counts by age are stored", remedy="load them")
    >>> page = made_of_parts({"place": "Aston", "people": partial(unknown)})
    >>> page["place"], bool(page["people"]), page["not_shown"]
    ('Aston', False, ['Part of this page is not shown: no counts by age are stored; load them'])
    """
    reasons: dict[Text, Text] = {}
    return _made(context, reasons) | {"not_shown": list(reasons.values())}


def _made(context: Mapping[str, Any], reasons: dict[Text, Text]) -> dict[str, Any]:
    """Make the parts, also those of a part, and gather why any cannot be made, each reason once."""
    gathered = {}
    for name, value in context.items():
        try:
            shown = value() if isinstance(value, partial) else value
        except UnavailableError:
            raise
        except UrbiumError as error:
            shown = ChainableUndefined(name=name)
            reasons[error.on_page] = text("Part of this page is not shown: {reason}", reason=error.on_page)
        gathered[name] = _made(shown, reasons) if isinstance(shown, dict) else shown
    return gathered
