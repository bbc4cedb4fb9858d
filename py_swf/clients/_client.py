"""What the four clients share: each call is named after its AWS operation, and made here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from py_swf._from_wire import read_record
from py_swf._to_wire import members, pages, snake_case
from py_swf.clients import _boto_client, _whole_answers

if TYPE_CHECKING:
    from mypy_boto3_swf import SWFClient

__all__ = ["Client"]

RecordT = TypeVar("RecordT")


class Client:
    """Calls the operations of a boto3 client, with values given by their Python names.

    :param boto_client: the boto3 client.
    :param config: the argument that was given with it, to tell the two apart.
    :raises TypeError: when the two are in the wrong order, or the client is an asynchronous one.
    """

    #: the operations whose answers are checked for being whole
    _checked: ClassVar[tuple[str, ...]] = ()

    def __init__(self, boto_client: SWFClient, config: Any = None) -> None:
        _boto_client.check(type(self).__name__, boto_client, config)
        self.boto_client = boto_client
        _whole_answers.install(boto_client, *self._checked)

    def _method(self, operation: str) -> Callable[..., Any]:
        """Return the method of the boto3 client: ``list_domains`` for ListDomains."""
        method: Callable[..., Any] = getattr(self.boto_client, snake_case(operation))
        return _whole_answers.checked(method) if operation in self._checked else method

    def _call(self, operation: str, **values: Any) -> Any:
        """Make one call, with values as the service spells them, and return its answer."""
        return self._method(operation)(**members(operation, **values))

    def _count(self, operation: str, **values: Any) -> tuple[int, bool]:
        """Return what an operation counts, and whether there are more."""
        answer = self._call(operation, **values)
        return answer["count"], answer.get("truncated", False)

    def _list(
        self, operation: str, record: type[RecordT], listed_in: str, **values: Any
    ) -> Iterator[RecordT]:
        """Yield the records that an operation lists, page by page as they are asked for.

        :param listed_in: the member of a page that holds them.
        """
        params = members(operation, **values)
        return (
            read_record(record, info)
            for page in pages(self._method(operation), **params)
            for info in page[listed_in]
        )
