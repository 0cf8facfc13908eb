"""Naming: what places are called on a page, in the language of its reader; another language is marked."""

from collections.abc import Callable
from typing import Any

from urbium.model import Names
from urbium.programme import Programme
from urbium.text import named


def naming(office: Programme) -> dict[str, Callable[..., Any]]:
    """Return what templates call to name cities and parts of the nation by their codes."""

    def other_names(names: Names) -> list[tuple[str, str]]:
        """Return what a place is called in those languages of the programme that are not spoken."""
        shown = named(names)
        others = [code for code in office.settings().languages if code != shown.tongue() and names.get(code)]
        return [(code, names[code]) for code in others if names[code] != shown.render()]

    return {
        "city_name": lambda code: office.register.names().get(code, code),
        "region_name": lambda key: office.register.provinces().get(key, key) if key else "",
        "other_names": other_names,
    }
