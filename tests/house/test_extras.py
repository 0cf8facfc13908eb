"""What the library needs and what an extra brings: each package is declared where it is imported."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from urbium.extras import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME = re.compile(r"[A-Za-z0-9._-]+")
INNER = (
    "urbium.plan.search.national.",
    *(f"urbium.publish.documents.{name}" for name in ("official_word", "web_page", "word")),
)
"""Modules that nobody imports but who asked for the extra first: the planner, and the files of documents."""
WALK = """
import importlib, json, pkgutil, sys
blocked = json.loads(sys.argv[1])
sys.modules.update(dict.fromkeys(blocked))
import urbium
from urbium.errors import InputError
ways = {}
for one in pkgutil.walk_packages(urbium.__path__, "urbium.", onerror=lambda name: None):
    if one.name == "urbium.__main__" or ".migrations." in one.name:
        continue
    try:
        importlib.import_module(one.name)
    except InputError as error:
        ways[one.name] = str(error.remedy)
    except ModuleNotFoundError as error:
        ways[one.name] = f"no package {error.name}"
print(json.dumps(ways))
"""


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def required(extra):
    """Return the distributions that an extra names, without other extras of urbium."""
    named = {plain(NAME.match(one)[0]) for one in PROJECT["optional-dependencies"][extra]}
    return named - {"urbium"}


@pytest.mark.parametrize("extra", PACKAGES)
def test_an_extra_installs_the_packages_that_are_asked_for(extra):
    of = packages_distributions()

    assert required(extra) <= {plain(name) for package in PACKAGES[extra] for name in of[package]}


def test_no_package_of_the_library_is_one_of_an_extra():
    library = {plain(NAME.match(one)[0]) for one in PROJECT["dependencies"]}

    assert {extra: both for extra in PACKAGES if (both := required(extra) & library)} == {}


@pytest.mark.long
def test_without_any_extra_every_room_but_the_web_and_documents_is_there():
    """And what is not there says in a sentence what to install."""
    blocked = [package for packages in PACKAGES.values() for package in packages]
    run = subprocess.run(
        [sys.executable, "-c", WALK, json.dumps(blocked)], capture_output=True, text=True, check=False
    )
    ways = json.loads(run.stdout.splitlines()[-1])
    rooms = {"urbium.web": "server", "urbium.publish.documents": "documents"}
    rooms["urbium.publish.certificates"] = "documents"
    unsaid = {
        name: way
        for name, way in ways.items()
        if not name.startswith(INNER)
        and not any(
            name.startswith(room) and way == f"install it: pip install 'urbium[{extra}]'"
            for room, extra in rooms.items()
        )
    }

    assert run.stderr == ""
    assert ways["urbium.web"] == "install it: pip install 'urbium[server]'"
    assert unsaid == {}
