"""urbium: a national smart-city programme as one integrated model.

>>> import urbium as ub
>>> prog = ub.open("programme.db")  # doctest: +SKIP

A researcher needs no programme: ``ub.measure`` scores the rows of a data frame, ``ub.forecast_population``
projects them.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from inspect import Signature

    from urbium.catalogue import load_catalogue
    from urbium.examples.demo import open_demo
    from urbium.periods import Period
    from urbium.plan import Roadmap, solve
    from urbium.programme import Programme, new, start_catalogue
    from urbium.programme import open_programme as open  # noqa: A004 - urbium.open reads as it should
    from urbium.research import forecast_population, measure
    from urbium.units import convert

__all__ = [
    "Period", "Programme", "Roadmap", "__version__", "convert", "forecast_population", "load_catalogue",
    "measure", "new", "open", "open_demo", "solve", "start_catalogue",
]  # fmt: skip

__version__ = "1.0.0"

_HOMES = {
    "Period": ("urbium.periods", "Period"),
    "Programme": ("urbium.programme", "Programme"),
    "Roadmap": ("urbium.plan", "Roadmap"),
    "convert": ("urbium.units", "convert"),
    "forecast_population": ("urbium.research", "forecast_population"),
    "load_catalogue": ("urbium.catalogue", "load_catalogue"),
    "new": ("urbium.programme", "new"),
    "open": ("urbium.programme", "open_programme"),
    "open_demo": ("urbium.examples.demo", "open_demo"),
    "solve": ("urbium.plan", "solve"),
    "start_catalogue": ("urbium.programme", "start_catalogue"),
}


_MEASURE: Final = "measure"
"""A room and a verb: ``ub.measure(frame, tree)`` scores a data frame, ``urbium.measure`` is the stage."""


class _Measure(ModuleType):
    """The room of measuring, which may be called."""

    def __call__(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401 - as urbium.research.measure
        """Score the rows of a data frame: see :func:`urbium.research.measure`."""
        from urbium.research import measure as scored  # noqa: PLC0415 - heavy, and only when it is asked for

        return scored(*given, **named)

    @property
    def __signature__(self) -> "Signature":
        """What the verb takes, for editors and notebooks."""
        from inspect import signature  # noqa: PLC0415 - as above

        from urbium.research import measure as scored  # noqa: PLC0415

        return signature(scored)


class _Package(ModuleType):
    """The package: the room of measuring is made callable when it is imported, by whomever."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == _MEASURE and isinstance(value, ModuleType):
            value.__class__ = _Measure
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    """Return what the library offers, though most of it is imported only when it is asked for."""
    return sorted(__all__)


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import what is asked for when it is asked for, so that ``urbium --help`` answers at once."""
    if name == _MEASURE:
        return import_module("urbium.measure")
    if name not in _HOMES:
        raise AttributeError(f"module 'urbium' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
