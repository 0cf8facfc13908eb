"""The example in each docstring runs and prints what it says, and every public name has a docstring."""

import doctest
import importlib
import inspect
import pkgutil
from itertools import groupby

import pytest

import urbium

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(urbium.__path__, "urbium.")
    if ".migrations" not in module.name and not module.name.endswith("__main__")
)
ROOMS = {room: list(names) for room, names in groupby(MODULES, lambda name: name.split(".")[1])}


@pytest.mark.parametrize("room", ROOMS)
def test_the_examples_of_a_room_run(room):
    results = {
        name: doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
        for name in ROOMS[room]
    }

    assert [name for name, result in results.items() if result.failed] == []


def test_every_public_name_has_a_docstring():
    without = [
        f"{name}.{entry}"
        for name in MODULES
        for entry, thing in vars(importlib.import_module(name)).items()
        if not entry.startswith("_") and _is_spoken(thing) and thing.__module__ == name
        if not inspect.getdoc(thing)
    ]

    assert without == []


def _is_spoken(thing):
    return inspect.isclass(thing) or inspect.isfunction(thing)
