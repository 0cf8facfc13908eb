"""Representations: how an entity is sent: normalized, concise, simplified, or as a feature of GeoJSON.

Reference: GS CIM 009, clauses 4.5.4, 4.5.5, 4.5.16 and 4.5.20.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from urbium.platform.context.entities import KINDS, RESERVED, SYSTEM, Entity, Instances
from urbium.platform.context.names import Names

FORMATS: Final = ("normalized", "concise", "simplified")
"""Formats; ``keyValues`` is another word for the last."""
_LOCATION: Final = "https://uri.etsi.org/ngsi-ld/location"


@dataclass(frozen=True, slots=True)
class Form:
    """How entities are sent.

    Parameters
    ----------
    format : one of :data:`FORMATS`
    has_system : whether ``createdAt`` and ``modifiedAt`` are told
    language : the language that is taken of attributes in several; empty for all
    attributes : full names of the attributes that are told, beside id, type and scope; None for all
    picked : members that alone are told, attributes by their full names; None for all
    omitted : members that are not
    datasets : only instances of these data sets; None for all
    """

    format: str = "normalized"
    has_system: bool = False
    language: str = ""
    attributes: Collection[str] | None = None
    picked: Collection[str] | None = None
    omitted: Collection[str] = field(default=())
    datasets: Collection[str] | None = None

    def tells(self, name: str) -> bool:
        """Say whether a member is told."""
        is_chosen = self.attributes is None or name in RESERVED or name in self.attributes
        return is_chosen and name not in self.omitted and (self.picked is None or name in self.picked)

    def tells_dataset(self, dataset: str | None) -> bool:
        """Say whether an instance of a data set is told; None is the default one."""
        return self.datasets is None or (dataset or "@none") in self.datasets


def represent(entity: Entity, names: Names, form: Form) -> dict[str, Any]:
    """Return an entity as it is sent, with short names and without its context."""
    types = [names.compact(one) for one in entity["type"]]
    sent: dict[str, Any] = {"id": entity["id"], "type": types if len(types) > 1 else types[0]}
    if "scope" in entity:
        scope = entity["scope"]
        sent["scope"] = scope if len(scope) > 1 else scope[0]
    if form.has_system:
        sent |= {word: entity[word] for word in SYSTEM if word in entity}
    sent = {name: member for name, member in sent.items() if form.tells(name)}
    for name, instances in entity.items():
        if name not in RESERVED and form.tells(name):
            chosen = [one for one in instances if form.tells_dataset(one.get("datasetId"))]
            if chosen:
                sent[names.compact(name)] = represent_attribute(chosen, names, form)
    return sent


def represent_attribute(instances: Instances, names: Names, form: Form) -> Any:  # noqa: ANN401 - any JSON
    """Return an attribute as it is sent; one of several data sets as a list, or a mapping when simplified."""
    if form.format == "simplified" and len(instances) > 1:
        return {"dataset": {one.get("datasetId", "@none"): _simple(one, names, form) for one in instances}}
    write = _simple if form.format == "simplified" else _whole
    parts = [write(one, names, form) for one in instances]
    return parts if len(parts) > 1 else parts[0]


def _held(instance: Mapping[str, Any], names: Names, form: Form) -> tuple[str, str, Any]:
    """Return kind, member and content of what an attribute says."""
    kind = instance["type"]
    word = KINDS[kind]
    value = instance.get(word)
    if kind in ("Property", "ListProperty"):
        value = names.compact_value(value) if isinstance(value, dict | list) else value
    elif kind == "VocabProperty":
        value = (
            [names.compact(one) for one in value] if isinstance(value, list) else names.compact(str(value))
        )
    elif kind == "LanguageProperty" and form.language:
        return "Property", "value", _spoken(instance[word], form.language)[1]
    return kind, word, value


def _spoken(texts: Mapping[str, Any], language: str) -> tuple[str, Any]:
    """Return the language that is nearest to the one wanted, and its text."""
    wanted = [part.partition(";")[0].strip() for part in language.split(",")]
    for one in [*wanted, *(part.partition("-")[0] for part in wanted), "@none", "en"]:
        if one in texts:
            return one, texts[one]
    return next(iter(texts.items()), ("@none", ""))


def _simple(instance: Mapping[str, Any], names: Names, form: Form) -> Any:  # noqa: ANN401 - any JSON
    kind, word, value = _held(instance, names, form)
    return {word: value} if kind in ("LanguageProperty", "VocabProperty", "JsonProperty") else value


def _whole(instance: Mapping[str, Any], names: Names, form: Form) -> Any:  # noqa: ANN401 - any JSON
    kind, word, value = _held(instance, names, form)
    is_concise = form.format == "concise"
    sent: dict[str, Any] = {} if is_concise else {"type": kind}
    sent[word] = value
    if kind != instance["type"]:
        sent["lang"] = _spoken(instance["languageMap"], form.language)[0]
    of_attribute = Form(form.format, form.has_system, form.language)
    for name, member in instance.items():
        if name in SYSTEM:
            sent |= {name: member} if form.has_system else {}
        elif isinstance(member, list) and name not in KINDS.values():
            sent[names.compact(name)] = represent_attribute(member, names, of_attribute)
        elif name not in ("type", KINDS[instance["type"]]):
            sent[name] = member
    is_plain = is_concise and len(sent) == 1 and kind in ("Property", "GeoProperty")
    if is_plain and not (isinstance(value, dict) and (kind == "Property") and _looks_like_attribute(value)):
        return value
    return sent


def _looks_like_attribute(value: Mapping[str, Any]) -> bool:
    return value.get("type") in KINDS or any(word in value for word in KINDS.values())


def feature(
    entity: Entity,
    names: Names,
    form: Form,
    *,
    geometry: str = _LOCATION,
    with_context: Any = None,  # noqa: ANN401
) -> dict[str, Any]:
    """Return an entity as a feature; its geometry is that of one attribute, null where it has none."""
    sent = represent(entity, names, form)
    instances = entity.get(geometry) or [{}]
    default = next((one for one in instances if "datasetId" not in one), instances[0])
    place = default.get("value") if default.get("type") == "GeoProperty" else None
    properties = {name: member for name, member in sent.items() if name != "id"}
    answer = {"id": entity["id"], "type": "Feature", "properties": properties, "geometry": place}
    return answer if with_context is None else answer | {"@context": with_context}
