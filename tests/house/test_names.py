"""The house is told by its names: what stands in a file is what its name says, and nothing hides it."""

import importlib
import pkgutil
from types import ModuleType

import pytest

import urbium

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(urbium.__path__, "urbium.")
    if "migrations" not in module.name and not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_no_module_is_hidden_by_what_its_package_exports(name):
    package, _, last = name.rpartition(".")
    importlib.import_module(name)
    assert isinstance(getattr(importlib.import_module(package), last), ModuleType)
