"""Curriculum: what the people of an occupation need to know, and from which occupations they could come."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import NotFoundError
from urbium.talent.references import References
from urbium.talent.staffing_rows import occupation_titles

_MOST_SKILLS: Final = 15
_MOST_RELATED: Final = 5
_YES: Final = "Y"


@dataclass(frozen=True)
class Curriculum:
    """What the people of an occupation need to know.

    Parameters
    ----------
    isco08, title : the occupation
    onet : codes and titles of O*NET that stand for it
    skills : skill, group, hot, in_demand, occupations (of O*NET that name it), the most asked first
    related : onet_soc, title, rank: occupations from which people could be trained, the nearest first
    zone : how much preparation it needs, 1 to 5, as O*NET has it; None where that is not known
    esco : title and address of its occupations in ESCO
    esco_skills : title, relation, skill, skill_uri; empty where no such file was brought
    """

    isco08: str
    title: str
    onet: tuple[tuple[str, str], ...]
    skills: pl.DataFrame
    related: pl.DataFrame
    zone: int | None
    esco: tuple[tuple[str, str], ...]
    esco_skills: pl.DataFrame


def curriculum(isco08: str, catalogue: Catalogue, references: References) -> Curriculum:
    """Return what the people of an occupation need to know.

    Parameters
    ----------
    isco08 : its code, one that the catalogue's solutions need
    catalogue : which occupations of O*NET and ESCO stand for it
    references : the files of both that were brought

    Raises NotFoundError, with the nearest code, for an occupation that no solution needs.
    """
    titles = occupation_titles(catalogue)
    if isco08 not in titles:
        raise NotFoundError.named("occupation", isco08, titles)
    needs = [skill for skill in catalogue.skills if skill.isco08 == isco08]
    codes = list(dict.fromkeys(skill.onet_soc for skill in needs if skill.onet_soc))
    tables = references.tables
    names = dict(tables["titles"].select("onet_soc", "title").iter_rows())
    zones = tables["zones"].filter(pl.col("onet_soc").is_in(codes))["zone"].to_list()
    labels = list(dict.fromkeys(skill.title for skill in needs))
    esco = tuple((label, uri) for label in labels if (uri := references.esco_uri(isco08, label)))
    return Curriculum(
        isco08,
        titles[isco08],
        tuple((code, names.get(code, "")) for code in codes),
        _technology(tables["technology"], codes),
        _related(tables["related"], codes, names),
        max((int(zone) for zone in zones if zone.isdecimal()), default=None),
        esco,
        _of_esco(tables["esco_skills"], esco),
    )


def _technology(table: pl.DataFrame, codes: list[str]) -> pl.DataFrame:
    """The technology of an occupation, what employers ask for first."""
    yes = [(pl.col(name) == _YES).any().alias(name) for name in ("hot", "in_demand")]
    return (
        table.filter(pl.col("onet_soc").is_in(codes))
        .group_by("skill", "group")
        .agg(*yes, occupations=pl.col("onet_soc").n_unique())
        .sort("in_demand", "hot", "occupations", "skill", descending=[True, True, True, False])
        .head(_MOST_SKILLS)
    )


def _related(table: pl.DataFrame, codes: list[str], names: dict[str, str]) -> pl.DataFrame:
    """The occupations nearest to it that do not stand for it themselves."""
    mine = table.filter(pl.col("onet_soc").is_in(codes) & ~pl.col("related").is_in(codes))
    title = pl.col("onet_soc").replace_strict(names, default="", return_dtype=pl.String)
    return (
        mine.group_by(onet_soc="related")
        .agg(rank=pl.col("rank").cast(pl.Int64, strict=False).min())
        .with_columns(title=title)
        .sort("rank", "onet_soc")
        .head(_MOST_RELATED)
        .select("onet_soc", "title", "rank")
    )


def _of_esco(table: pl.DataFrame, esco: tuple[tuple[str, str], ...]) -> pl.DataFrame:
    """The skills that ESCO names for its occupations."""
    labels = {uri: label for label, uri in esco}
    return table.filter(pl.col("uri").is_in(list(labels))).select(
        title=pl.col("uri").replace(labels), relation="relation", skill="skill", skill_uri="skill_uri"
    )
