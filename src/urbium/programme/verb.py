"""Verb: a method of one of the nouns of a programme, said to the programme itself."""

from collections.abc import Callable
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast, overload

Noun = TypeVar("Noun")
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class Verb(Generic[Noun, Asked, Answer]):
    """Makes ``programme.measure(...)`` the same as ``programme.scores.measure(...)``, with its signature.

    Parameters
    ----------
    noun : the attribute of the programme that answers
    method : what it does
    """

    def __init__(self, noun: str, method: Callable[Concatenate[Noun, Asked], Answer]) -> None:
        self._noun = noun
        self._method = method
        self.__doc__ = method.__doc__

    @overload
    def __get__(self, programme: None, owner: type) -> Callable[Concatenate[Noun, Asked], Answer]: ...

    @overload
    def __get__(self, programme: object, owner: type) -> Callable[Asked, Answer]: ...

    def __get__(self, programme: object, owner: type) -> Callable[..., Answer]:
        """Return the method of the programme's noun; of the class, the method as it is declared."""
        if programme is None:
            return self._method
        bound: Any = self._method
        return cast("Callable[..., Answer]", bound.__get__(getattr(programme, self._noun)))
