"""The operations that list and count executions, open and closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from py_swf.local.machine.execution.entity import Wire
from py_swf.local.machine.operations.executions import execution_info
from py_swf.local.machine.operations.operation import Operation
from py_swf.local.machine.operations.pages import page_size, position, token
from py_swf.local.machine.state.domain import Domain
from py_swf.local.machine.state.listings import Listing, filter_key
from py_swf.local.machine.state.service_state import ServiceState

__all__ = ["VISIBILITY_OPERATIONS"]


def _open_listing(domain: Domain, request: Wire) -> tuple[Listing, Wire]:
    listing = domain.listings.listing("open", filter_key(request))
    return listing, request["startTimeFilter"]


def _closed_listing(domain: Domain, request: Wire) -> tuple[Listing, Wire]:
    by_start = request.get("startTimeFilter")
    order = "closed by close" if by_start is None else "closed by start"
    listing = domain.listings.listing(order, filter_key(request))
    return listing, request["closeTimeFilter"] if by_start is None else by_start


Source = Callable[[Domain, Wire], tuple[Listing, Wire]]


def _lister(operation: str, source: Source) -> Operation:
    def list_executions(state: ServiceState, request: Wire) -> Wire:
        domain = state.domain(request["domain"])
        place = position(state, operation, request, float, int)
        after = None if place is None else (place[0], place[1])
        listing, times = source(domain, request)
        span = listing.span(times["oldestDate"], times.get("latestDate"))
        ascending = request.get("reverseOrder", False)
        found, last = listing.page(span, page_size(state, request), ascending, after)
        answer: Wire = {"executionInfos": [execution_info(execution) for execution in found]}
        if last is not None:
            answer["nextPageToken"] = token(state, operation, request, [float(last[0]), last[1]])
        return answer

    return list_executions


def _counter(source: Source) -> Operation:
    def count_executions(state: ServiceState, request: Wire) -> Wire:
        listing, times = source(state.domain(request["domain"]), request)
        start, end = listing.span(times["oldestDate"], times.get("latestDate"))
        return {"count": end - start, "truncated": False}

    return count_executions


VISIBILITY_OPERATIONS: Mapping[str, Operation] = {
    "ListOpenWorkflowExecutions": _lister("ListOpenWorkflowExecutions", _open_listing),
    "ListClosedWorkflowExecutions": _lister("ListClosedWorkflowExecutions", _closed_listing),
    "CountOpenWorkflowExecutions": _counter(_open_listing),
    "CountClosedWorkflowExecutions": _counter(_closed_listing),
}
