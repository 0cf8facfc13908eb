"""Nouns of a programme, and its verbs: methods of a noun, said to the programme itself."""

from collections.abc import Callable
from functools import cached_property
from operator import attrgetter
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

T = TypeVar("T")
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class Noun(cached_property[T]):
    """An attribute of a programme that is made when it is first asked for; its class says what it is.

    What a noun takes are nouns, too, and their classes say what they are: the ``desk`` is what may be asked,
    the ``casework`` what actors see and do. A ``clock`` returns the present in microseconds since 1970.

    Parameters
    ----------
    kind : its class
    parts : the attributes of the programme that it is made of, in their order
    """

    def __init__(self, kind: Callable[..., T], *parts: str) -> None:
        super().__init__(lambda programme: kind(*(attrgetter(part)(programme) for part in parts)))
        self.__doc__ = (kind.__doc__ or "").partition("\n\n")[0]


class Verb(Generic[T, Asked, Answer]):
    """Makes ``programme.measure(...)`` the same as ``programme.scores.measure(...)``, with its signature.

    Parameters
    ----------
    noun : the attribute of the programme that answers
    method : what it does
    """

    def __init__(self, noun: str, method: Callable[Concatenate[T, Asked], Answer]) -> None:
        self._noun = attrgetter(noun)
        self._method = method
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, programme: None, owner: type) -> Callable[Concatenate[T, Asked], Answer]: ...

    @overload
    def __get__(self, programme: object, owner: type) -> Callable[Asked, Answer]: ...

    def __get__(self, programme: object, owner: type) -> Callable[..., Answer]:
        """Return the method of the programme's noun; of the class, the method as it is declared."""
        if programme is None:
            return self._method
        bound: Any = self._method
        return cast("Callable[..., Answer]", bound.__get__(self._noun(programme)))
