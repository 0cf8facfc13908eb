"""The example in each docstring runs and prints what it says."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import urbium

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(urbium.__path__, "urbium.")
    if ".migrations" not in module.name and not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)

    assert result.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_of_a_module_exists_and_has_a_docstring(name):
    module = importlib.import_module(name)
    public = {entry: getattr(module, entry) for entry in getattr(module, "__all__", ())}
    spoken = {entry for entry, thing in public.items() if inspect.isclass(thing) or inspect.isroutine(thing)}

    assert [entry for entry in spoken if not inspect.getdoc(public[entry])] == []
