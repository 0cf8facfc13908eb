"""Programme: the one object a user holds; it joins the stages and the store, and nothing else does.

Who does what with the store. A room holds the nouns of its subject: ``base`` what everything else stands
on, ``results`` what stages returned, ``cases`` the dossiers of people, ``money``, ``people``, ``platform``,
``publishing``. Here: the programme that is composed of them, how it is opened, and long work (``jobs``,
``worker``).

Not here: what a dossier, resource or message holds, and the checks that need no store (``pilot``,
``market``, ``platform``); arithmetic (the stages); pages and commands (``web``, ``cli``).

Where to change what:

- how a programme is made, opened and brought up to date: ``opening.py``
- a kind of long work: what it asks for: ``job_requests.py``; what makes it, and what is known to be wrong
  before it begins: a row of ``job_kinds.py``; its form: ``web/office/job_forms.py`` and ``fields.csv``
- who may ask for a kind of long work (publish, plan): rows ``job`` of ``data/rules/rights.csv``, refused by
  ``check`` of ``jobs.py``

See ADR 0122.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbium.plan import Plan
    from urbium.programme.base.catalogues import start_catalogue
    from urbium.programme.base.kept_store import backup_store, copy_store, health, restart_clock, verify_store
    from urbium.programme.opening import new, open_programme, upgrade
    from urbium.programme.programme import Programme
    from urbium.programme.publishing.publications import verify_bundle
    from urbium.programme.results.plan_checks import certify_file, plan_name
    from urbium.sources import Reading
    from urbium.sources.mappings.mapping_keys import mapping_keys
    from urbium.sources.mappings.packaged_mappings import packaged_mappings

__all__ = [
    "Plan", "Programme", "Reading", "backup_store", "certify_file", "copy_store", "health", "mapping_keys",
    "new", "open_programme", "packaged_mappings", "plan_name",
    "restart_clock", "start_catalogue", "upgrade", "verify_bundle", "verify_store",
]  # fmt: skip

_HOMES = {
    "Plan": "urbium.plan",
    "Reading": "urbium.sources",
    "mapping_keys": "urbium.sources.mappings.mapping_keys",
    "packaged_mappings": "urbium.sources.mappings.packaged_mappings",
    "certify_file": "urbium.programme.results.plan_checks",
    "plan_name": "urbium.programme.results.plan_checks",
    "Programme": "urbium.programme.programme",
    "new": "urbium.programme.opening",
    "start_catalogue": "urbium.programme.base.catalogues",
    "open_programme": "urbium.programme.opening",
    "upgrade": "urbium.programme.opening",
    "copy_store": "urbium.programme.base.kept_store",
    "backup_store": "urbium.programme.base.kept_store",
    "health": "urbium.programme.base.kept_store",
    "restart_clock": "urbium.programme.base.kept_store",
    "verify_store": "urbium.programme.base.kept_store",
    "verify_bundle": "urbium.programme.publishing.publications",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import what is asked for when it is asked for: the stages can be read without what is heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'urbium.programme' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
