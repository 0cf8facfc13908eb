"""Programme: the one object a user holds; it joins the stages and the store, and nothing else does."""

from urbium.programme.programme import Programme, new, open_programme

__all__ = ["Programme", "new", "open_programme"]
