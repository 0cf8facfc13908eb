"""The house is told by its names: what stands in a file is what its name says, and nothing hides it."""

import importlib
import pkgutil
from types import ModuleType

import urbium

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(urbium.__path__, "urbium.")
    if "migrations" not in module.name and not module.name.endswith("__main__")
)


def test_no_module_is_hidden_by_what_its_package_exports():
    for name in MODULES:
        importlib.import_module(name)
    pairs = [(name, *name.rpartition(".")[::2]) for name in MODULES]

    hidden = [
        name
        for name, package, last in pairs
        if not isinstance(getattr(importlib.import_module(package), last), ModuleType)
    ]

    assert hidden == []
