"""Names: short names of a JSON-LD context become full ones, and full ones short again.

A context store compares full names. What a context may say is bounded, and what would change more than names
(scoped contexts, reverse and nested terms, imports, aliases of keywords) is refused rather than misread. The
core context of NGSI-LD comes last and wins (GS CIM 009, clause 4.4 and annex B). References: JSON-LD 1.1,
sections 4.1 to 4.3 and 6.2 of the processing algorithms.
"""

import csv
import math
import re
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from urbium.errors import InputError, UnavailableError
from urbium.text import coded, text

CORE_URL: Final = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"
"""The address by which answers name the core context."""
_CORE_ADDRESSES: Final = re.compile(
    r"https?://uri\.etsi\.org/ngsi-ld/v1/ngsi-ld-core-context(-v\d+\.\d+)?\.jsonld"
)
_VOCABULARY: Final = "https://uri.etsi.org/ngsi-ld/default-context/"
_TERMS: Final = Path(__file__).parents[2] / "data" / "ngsi_ld" / "core_terms.csv"
_DELIMITERS: Final = tuple(":/?#[]@")
_CHANGES_MORE: Final = ("@context", "@reverse", "@nest", "@index")
_MOST_TERMS, _MOST_REMOTE, _DEEPEST, _LONGEST = 20_000, 10, 4, 2_000
_MOST_KEPT, _MOST_KEPT_TERMS = 200, 100_000
_REMEMBERED: Final = 60.0
"""Seconds for which what an address gave is remembered."""


class ContextUnavailableError(UnavailableError):
    """A context that a document names cannot be had."""


class Names:
    """The names of one context, the core context over it.

    Parameters
    ----------
    parts : its parts, resolved, the first first

    Attributes
    ----------
    size : how many terms the parts define
    """

    def __init__(self, parts: Iterable[Mapping[str, Any]]) -> None:
        self._terms: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        self._vocabulary = ""
        self.size = 0
        for part in parts:
            self.size += len(part)
            check_size(self.size)
            self._define(part)
        self._define(core_context())
        self._expanded: dict[str, str] = {}
        self._compacted: dict[str, str] = {}
        self._short: dict[str, str] = {}
        for term, iri in sorted(self._terms.items(), key=_by_length):
            self._short.setdefault(iri, term)
        self._starts: dict[int, dict[str, list[str]]] = {}  # prefixes by what they stand for, by its length
        for prefix, start in sorted(self._prefixes.items(), key=_by_length):
            self._starts.setdefault(len(start), {}).setdefault(start, []).append(prefix)

    def expand(self, name: str) -> str:
        """Return the full name of a short one; a full one is returned as it is, and a keyword.

        >>> Names([{"ex": "https://example.org/"}]).expand("ex:beds")
        'https://example.org/beds'
        """
        expanded = self._expanded.get(name)
        if expanded is None:
            expanded = _resolve(name, self._terms, self._prefixes, self._vocabulary)
            if len(self._expanded) < _MOST_TERMS:
                self._expanded[name] = expanded
        return expanded

    def compact(self, iri: str) -> str:
        """Return the short name of a full one, as short as the context allows.

        >>> Names([{"ex": "https://example.org/"}]).compact("https://example.org/beds")
        'ex:beds'
        """
        short = self._compacted.get(iri)
        if short is None:
            short = self._shortest(iri)
            if len(self._compacted) < _MOST_TERMS:
                self._compacted[iri] = short
        return short

    def _shortest(self, iri: str) -> str:
        if iri in self._short:
            return self._short[iri]
        rest = iri.removeprefix(self._vocabulary)
        if rest and rest != iri and self.expand(rest) == iri:
            return rest
        compacts = (
            f"{prefix}:{iri[length:]}"
            for length, starts in self._starts.items()
            if length < len(iri)
            for prefix in starts.get(iri[:length], ())
        )
        return min(
            (one for one in compacts if one not in self._terms), key=lambda one: (len(one), one), default=iri
        )

    def expand_value(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a value with the full names of its members; raise ValueError where two become one."""
        if isinstance(value, list):
            return [self.expand_value(one) if isinstance(one, dict | list) else one for one in value]
        if not isinstance(value, dict):
            return value
        full: dict[str, Any] = {}
        for name, member in value.items():
            if name in ("type", "@type"):
                full[name] = self._types(member, self.expand)
            else:
                full[name if name in _KEYWORDS else self.expand(name)] = self.expand_value(member)
        if len(full) < len(value):
            raise ValueError(", ".join(value))
        return full

    def compact_value(self, value: Any) -> Any:  # noqa: ANN401 - any JSON
        """Return a value with the short names of its members."""
        if isinstance(value, list):
            return [self.compact_value(one) if isinstance(one, dict | list) else one for one in value]
        if not isinstance(value, dict):
            return value
        return {
            (name if name in _KEYWORDS else self.compact(name)): self._types(member, self.compact)
            if name in ("type", "@type")
            else self.compact_value(member)
            for name, member in value.items()
        }

    @staticmethod
    def _types(value: Any, rename: Callable[[str], str]) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, list):
            return [rename(one) if isinstance(one, str) else one for one in value]
        return rename(value) if isinstance(value, str) else value

    # --- definitions ------------------------------------------------------------------------------------

    def _define(self, part: Mapping[str, Any]) -> None:
        """Add the terms of a part; each may stand on others of it, in any order, but not on itself."""
        for word in ("@import", "@propagate"):
            if word in part:
                raise _unsupported(word, word)
        if "@vocab" in part:
            vocabulary = part["@vocab"] or ""
            if not isinstance(vocabulary, str):
                raise _unsupported("@vocab", "@vocab")
            self._vocabulary = _resolve(vocabulary, self._terms, self._prefixes, "") if vocabulary else ""
        at_work: set[str] = set()
        done: set[str] = set()
        for term in part:
            if not term.startswith("@"):
                self._define_term(term, part, at_work, done)

    def _define_term(
        self, term: str, part: Mapping[str, Any], at_work: set[str], done: set[str], depth: int = 0
    ) -> None:
        if term in done:
            return
        if term in at_work or depth > _DEEPEST * 8:
            raise _wrong(coded("platform.context.names.circle", "a name is defined in terms of itself"), term)
        at_work.add(term)
        definition = part[term]
        target = _target(term, definition)
        prefix = target.partition(":")[0]
        for needed in (target, prefix):
            if needed != term and needed in part:
                self._define_term(needed, part, at_work, done, depth + 1)
        iri = self._iri_of(term, target)
        for names in (self._terms, self._prefixes):
            names.pop(term, None)
        self._terms[term] = iri
        is_simple = isinstance(definition, str) and iri.endswith(_DELIMITERS)
        if is_simple or (isinstance(definition, dict) and definition.get("@prefix") is True):
            self._prefixes[term] = iri
        at_work.discard(term)
        done.add(term)

    def _iri_of(self, term: str, target: str) -> str:
        if target == term:  # it stands for what it would without a definition
            return _resolve(term, {}, self._prefixes, self._vocabulary)
        if target.startswith("@"):
            if (term, target) in (("id", "@id"), ("type", "@type")):
                return target
            raise _unsupported(term, target)
        iri = _resolve(target, self._terms, self._prefixes, self._vocabulary)
        if ":" not in iri:
            raise _wrong(coded("platform.context.names.target", "a name must map to an address"), term)
        return iri


_KEYWORDS: Final = frozenset({"id", "@id", "type", "@type", "@value", "@language", "@list", "@set", "@none"})


def check_size(terms: int) -> None:
    """Raise InputError where the contexts of one request define too many terms."""
    if terms > _MOST_TERMS:
        raise _wrong(
            coded("platform.context.names.many", "the context has more than 20,000 names"), "@context"
        )


def _by_length(pair: tuple[str, str]) -> tuple[int, str]:
    return len(pair[0]), pair[0]


def _resolve(name: str, terms: Mapping[str, str], prefixes: Mapping[str, str], vocabulary: str) -> str:
    if name.startswith("@") or name in terms:
        return terms.get(name, name)
    prefix, colon, rest = name.partition(":")
    if colon:
        return prefixes[prefix] + rest if prefix in prefixes and not rest.startswith("//") else name
    return vocabulary + name


def _target(term: str, definition: Any) -> str:  # noqa: ANN401 - any JSON
    """Return what a definition says that a name stands for; raise InputError where it says none or more."""
    if isinstance(definition, dict):
        for word in _CHANGES_MORE:
            if word in definition:
                raise _unsupported(term, word)
    target = definition.get("@id", term) if isinstance(definition, dict) else definition
    if not isinstance(target, str) or not 0 < len(target) <= _LONGEST or not target.isprintable():
        raise _wrong(coded("platform.context.names.target", "a name must map to an address"), term)
    return target


@cache
def core_context() -> dict[str, Any]:
    """Return the core context of NGSI-LD: its terms were retyped from GS CIM 009 V1.9.1, annex B."""
    context: dict[str, Any] = {}
    with _TERMS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            words = {"@id": row["iri"], "@type": row["type"], "@container": row["container"]}
            definition = {word: value for word, value in words.items() if value}
            context[row["term"]] = definition if len(definition) > 1 else row["iri"]
    return context | {"@vocab": _VOCABULARY}


class Contexts:
    """The contexts that documents name, resolved and remembered.

    Parameters
    ----------
    kept : returns the context that is kept of an address, as JSON; None where there is none
    fetch : gets the context of an address from an allowed host, and keeps it
    clock : seconds, to read what an address gives anew after a minute: another process may have changed it
    """

    def __init__(
        self,
        kept: Callable[[str], str | None] = lambda _: None,
        fetch: Callable[[str], str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept, self._fetch, self._clock = kept, fetch, clock
        self._names: dict[bytes, tuple[Names, float]] = {}

    def forget(self) -> None:
        """Read again what addresses give."""
        self._names.clear()

    def names(self, context: Any = None) -> Names:  # noqa: ANN401 - any JSON
        """Return the names of an ``@context``: an address, a mapping, or a list of them; None for the core's.

        Raises InputError for a context that cannot be understood, ContextUnavailableError for an address
        from which none can be had.
        """
        key, now = msgspec.json.encode(context), self._clock()
        names, until = self._names.get(key, (None, now))
        if names is None or until <= now:
            budget = [_MOST_REMOTE]
            names = Names(self._parts(context, budget, ()))
            while self._names and self._is_full(names):
                self._names.pop(next(iter(self._names)), None)
            self._names[key] = names, now + (_REMEMBERED if budget[0] < _MOST_REMOTE else math.inf)
        return names

    def _is_full(self, more: Names) -> bool:
        """Say whether others must go before more names are remembered."""
        terms = sum(names.size for names, _ in self._names.values())
        return len(self._names) >= _MOST_KEPT or terms + more.size > _MOST_KEPT_TERMS

    def _parts(self, context: Any, budget: list[int], path: tuple[str, ...]) -> list[Mapping[str, Any]]:  # noqa: ANN401
        if context is None:
            return []
        if isinstance(context, list):
            if len(context) > _MOST_REMOTE * 2 or len(path) > _DEEPEST:
                raise _wrong(
                    coded("platform.context.names.deep", "the context has too many parts"), "@context"
                )
            return [part for one in context for part in self._parts(one, budget, (*path, ""))]
        if isinstance(context, dict):
            return self._parts(context["@context"], budget, path) if "@context" in context else [context]
        if not isinstance(context, str) or not context.startswith(("http://", "https://", "/")):
            raise _wrong(coded("platform.context.names.kind", "this is not a context"), "@context")
        if _CORE_ADDRESSES.fullmatch(context):
            return []
        budget[0] -= 1
        if context in path or budget[0] < 0 or len(path) > _DEEPEST:
            raise _wrong(coded("platform.context.names.deep", "the context has too many parts"), context)
        return self._parts(self._read(context), budget, (*path, context))

    def _read(self, url: str) -> Any:  # noqa: ANN401 - any JSON
        content = self._kept(url)
        if content is None and self._fetch is not None:
            content = self._fetch(url)
        if content is None:
            raise ContextUnavailableError(
                coded("platform.context.names.missing", "this context is not stored here"),
                place=url,
                remedy=text("send it to /ngsi-ld/v1/jsonldContexts, or include it in the document itself"),
            )
        return context_of(content, url)


def context_link(address: str) -> str:
    """Return the header ``Link`` that names the context of an address."""
    return f'<{address}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


def context_of(content: str, url: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the context of a document from an address; raise InputError where it is none."""
    try:
        document = msgspec.json.decode(content)
        return document["@context"]
    except (msgspec.DecodeError, RecursionError, TypeError, KeyError) as error:
        raise _wrong(coded("platform.context.names.kind", "this is not a context"), url) from error


def _wrong(message: str, place: str) -> InputError:
    remedy = text("use a context that maps short names to full addresses")
    return InputError(message, place=place, remedy=remedy)


def _unsupported(term: str, word: str) -> InputError:
    message = coded("platform.context.names.unsupported", "{word} is not supported in a context", word=word)
    return _wrong(message, term)
