"""urbium: a national smart-city programme as one integrated model.

>>> import urbium as ub
>>> prog = ub.open("programme.db")  # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbium.demo import open_demo
    from urbium.programme import Programme, new
    from urbium.programme import open_programme as open  # noqa: A004 - urbium.open reads as it should

__all__ = ["Programme", "__version__", "new", "open", "open_demo"]

__version__ = "0.1.0"

_HOMES = {
    "Programme": ("urbium.programme", "Programme"),
    "new": ("urbium.programme", "new"),
    "open": ("urbium.programme", "open_programme"),
    "open_demo": ("urbium.demo", "open_demo"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import what is asked for when it is asked for, so that ``urbium --help`` answers at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'urbium' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
