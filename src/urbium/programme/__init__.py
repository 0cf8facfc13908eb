"""Programme: the one object a user holds; it joins the stages and the store, and nothing else does."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urbium.plan import Plan
    from urbium.programme.catalogues import start_catalogue
    from urbium.programme.kept_store import restart_clock, verify_store
    from urbium.programme.opening import new, open_programme, upgrade
    from urbium.programme.plan_checks import plan_name
    from urbium.programme.programme import Programme
    from urbium.programme.publications import verify_bundle
    from urbium.sources import Reading
    from urbium.sources.mapping_keys import mapping_keys
    from urbium.sources.packaged_mappings import packaged_mappings

__all__ = [
    "Plan", "Programme", "Reading", "mapping_keys", "new", "open_programme", "packaged_mappings", "plan_name",
    "restart_clock", "start_catalogue", "upgrade", "verify_bundle", "verify_store",
]  # fmt: skip

_HOMES = {
    "Plan": "urbium.plan",
    "Reading": "urbium.sources",
    "mapping_keys": "urbium.sources.mapping_keys",
    "packaged_mappings": "urbium.sources.packaged_mappings",
    "plan_name": "urbium.programme.plan_checks",
    "Programme": "urbium.programme.programme",
    "new": "urbium.programme.opening",
    "start_catalogue": "urbium.programme.catalogues",
    "open_programme": "urbium.programme.opening",
    "upgrade": "urbium.programme.opening",
    "restart_clock": "urbium.programme.kept_store",
    "verify_store": "urbium.programme.kept_store",
    "verify_bundle": "urbium.programme.publications",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import what is asked for when it is asked for: the stages can be read without what is heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'urbium.programme' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
