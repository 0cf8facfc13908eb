"""Money as arrays: groups of projects with the same terms, and which fund may pay them."""

from functools import cached_property

import numpy as np
import polars as pl

from urbium.plan.variables.projects import Floats, Integers, Projects

_TERMS = ("finance_models", "foreign_share_max", "outside_share_max", "own_shares")


class Terms(Projects):
    """Adds groups of projects with the same terms, and pairs of group and fund."""

    @cached_property
    def _own_shares(self) -> dict[str, dict[str, float]]:
        """A project's own largest shares: fund to share."""
        shares: dict[str, dict[str, float]] = {}
        for project, fund, share in self.roadmap.fund_shares.sort("project", "fund").iter_rows():
            shares.setdefault(project, {})[fund] = share
        return shares

    @cached_property
    def _terms(self) -> tuple[Integers, pl.DataFrame]:
        """The group of each project, and the groups: number, city, and their terms."""
        road = self.roadmap
        keys = ["city", *_TERMS]
        shares = [
            ",".join(f"{fund} {share:g}" for fund, share in self._own_shares.get(p, {}).items())
            for p in road.projects["project"]
        ]
        projects = road.projects.with_columns(own_shares=pl.Series(shares, dtype=pl.String))
        groups = projects.select("project", *keys).unique(keys, keep="first", maintain_order=True)
        groups = groups.with_row_index("group")
        joined = projects.select(keys).join(groups, on=keys, how="left", maintain_order="left")
        return joined["group"].to_numpy().astype(np.int64), groups

    @property
    def group(self) -> Integers:
        """The group of each project."""
        return self._terms[0]

    @property
    def groups(self) -> pl.DataFrame:
        """The groups of projects with the same terms: group, project (the first), city, and the terms."""
        return self._terms[1]

    @cached_property
    def eligible(self) -> tuple[Integers, Integers, Floats]:
        """Pairs (group, fund) in which the fund may pay, and its largest share."""
        funds = [
            (k, name, set(m.split(";")) - {""}, s)
            for k, (name, m, s) in enumerate(
                self.roadmap.funds.select("fund", "finance_models", "share_max").iter_rows()
            )
        ]
        pairs = [
            (group, fund, most)
            for group, (project, text) in enumerate(
                self.groups.select("project", "finance_models").iter_rows()
            )
            for fund, name, models, share in funds
            if models & set(text.split(";"))
            and (most := self._own_shares.get(project, {}).get(name, share)) > 0
        ]
        group, fund, share = (list(column) for column in zip(*pairs, strict=True)) if pairs else ([], [], [])
        return np.array(group, dtype=np.int64), np.array(fund, dtype=np.int64), np.array(share, dtype=float)

    @cached_property
    def city_of_group(self) -> Integers:
        """The city of each group, as a row number of the roadmap's cities."""
        return self.city_number(self.groups["city"])

    def group_name(self, group: int) -> str:
        """Return a readable name of a group: its city, its finance models, and what else its terms are."""
        city, models, foreign, outside, shares = self._group_keys[group]
        name = f"{city},{models.replace(';', '+')}{'' if foreign == 1 else f'/{foreign:g}'}"
        name += "" if outside == 1 else f"/outside {outside:g}"
        return name + (f"/{shares}" if shares else "")

    @cached_property
    def _group_keys(self) -> list[tuple[str, str, float, float, str]]:
        return self.groups.select("city", *_TERMS).rows()

    @cached_property
    def budgets_of_city(self) -> Floats:
        """The sum of each city's budgets of all years, in millions: (cities,)."""
        number_of = {code: k for k, code in enumerate(self.roadmap.cities["city"])}
        total = np.zeros(len(number_of))
        for place, amount in self.roadmap.budgets.select("place", "amount").iter_rows():
            if place in number_of:
                total[number_of[place]] += amount
        return total
