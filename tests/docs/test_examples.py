"""The example in each docstring runs and prints what it says, and every public name has a docstring."""

import doctest
import importlib
import inspect
import linecache
import pkgutil
from itertools import groupby

import pytest

import calibration
import urbium

MODULES = sorted(
    module.name
    for package in (urbium, calibration)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if ".migrations" not in module.name and not module.name.endswith("__main__")
)


def _room(name):
    """Return the room of a module; what learns coefficients stands in bench, and is one."""
    package, room, *_ = name.split(".")
    return room if package == "urbium" else package


COMPILING = "urbium.plan.search.national.compiling"
ROOMS = {room: list(names) for room, names in groupby((name for name in MODULES if name != COMPILING), _room)}


@pytest.mark.parametrize("room", ROOMS)
def test_the_examples_of_a_room_run(room):
    assert [name for name in ROOMS[room] if _has_failed(name)] == []


@pytest.mark.long
def test_the_examples_that_compile_the_loops_of_the_search_run():
    """They take fifty seconds of processor where the loops are not compiled yet."""
    assert not _has_failed(COMPILING)


def _has_failed(name):
    linecache.clearcache()  # each example asks the disk about every file that a traceback has ever named
    return doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS).failed


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
