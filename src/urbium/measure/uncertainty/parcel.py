"""Parcel: what is sent to other processes, frozen mappings included."""

import io
import pickle
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self


@dataclass(frozen=True)
class Parcel:
    """An object in a form that any executor can send; packed once, however often it is sent.

    >>> Parcel.of({"frozen": MappingProxyType({"limit": 5.0})}).opened()
    {'frozen': mappingproxy({'limit': 5.0})}
    """

    content: bytes

    @classmethod
    def of(cls, thing: object) -> Self:
        """Pack an object; raise what pickle raises for what cannot be sent, such as a lambda."""
        into = io.BytesIO()
        _Packer(into, protocol=pickle.HIGHEST_PROTOCOL).dump(thing)
        return cls(into.getvalue())

    def opened(self) -> Any:  # noqa: ANN401 - whatever was packed
        """Return a copy of what was packed."""
        return pickle.loads(self.content)  # noqa: S301 - packed by this programme, a moment ago


class _Packer(pickle.Pickler):
    """Writes read-only mappings, which pickle refuses, as what they hold."""

    def reducer_override(self, thing: object) -> Any:  # noqa: ANN401 - as pickle says
        if isinstance(thing, MappingProxyType):
            return _frozen, (dict(thing),)
        return NotImplemented


def _frozen(content: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(content)
