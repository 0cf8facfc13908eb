"""Parameters: what a handler or a view is given: the programme, the drawer, and the parts of an address."""

from collections.abc import Mapping
from typing import Annotated

from litestar.di import NamedDependency
from litestar.params import PathParameter, QueryParameter, SkipValidation

from urbium.access import Actor
from urbium.programme import Programme
from urbium.web.rendering.drawing import Drawer

_LONGEST = 80


FromOffice = NamedDependency[SkipValidation[Programme]]
"""The programme, as a handler receives it."""
FromDrawer = NamedDependency[SkipValidation[Drawer]]
"""The drawer of charts, as a handler receives it."""
FromActor = NamedDependency[SkipValidation[Actor]]
"""Who asks, as a handler receives it."""
Segment = Annotated[str, PathParameter(max_length=_LONGEST)]
"""A part of an address: a city's code or name, a kind of explanation, a file."""
Word = Annotated[str, QueryParameter(max_length=_LONGEST)]
"""A word asked for."""
Words = Annotated[str, QueryParameter(name="q", max_length=_LONGEST)]
"""The words of a search."""
Given = NamedDependency[Mapping[str, str]]
"""Every name and value of an address, for what is named by its data, such as the weights of nodes."""
OfCity = Annotated[str, QueryParameter(name="city", max_length=_LONGEST)]
"""The city that is asked about, by code or name."""
PageNumber = Annotated[int, QueryParameter(name="page", ge=1, le=100_000)]
"""Which page of a long table."""
