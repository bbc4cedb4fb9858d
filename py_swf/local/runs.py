"""The operations on executions: to start, reach, end and describe them, to list and count them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .defaults import EXECUTION, resolve
from .execution import Execution, begin
from .faults import Fault, unknown
from .pages import page_size, position, token, window
from .records import Wire
from .registry import unknown_type
from .visibility import Listing, execution_info, filter_key
from .world import DEPRECATED, Domain, World

__all__ = ["run_operations", "unknown_run"]

Operation = Callable[[World, Wire], Wire]


def unknown_run(workflow_id: str, run_id: str) -> Fault:
    """Return the fault that names a run which is not there, or is closed."""
    return unknown(
        f"Unknown execution: WorkflowExecution=[workflowId={workflow_id}, runId={run_id}]"
    )


def _open_run(world: World, request: Wire) -> Execution:
    domain, workflow_id = world.domain(request["domain"]), request["workflowId"]
    run = domain.open.get(workflow_id)
    run_id = request.get("runId")
    if run_id is None and run is None:
        raise unknown(f"Unknown execution, workflowId = {workflow_id}")
    if run is None or run_id not in {None, run.run_id}:
        raise unknown_run(workflow_id, run_id or "")
    return run


def _any_run(world: World, request: Wire) -> Execution:
    domain, named = world.domain(request["domain"]), request["execution"]
    run = world.runs.get(named["runId"])
    if run is None or run.domain is not domain or run.workflow_id != named["workflowId"]:
        raise unknown_run(named["workflowId"], named["runId"])
    return run


def start_workflow_execution(world: World, request: Wire) -> Wire:
    """Start an execution and return its run id."""
    domain, wanted = world.domain(request["domain"]), request["workflowType"]
    kind = domain.workflow_types.items.get((wanted["name"], wanted["version"]))
    if domain.status == DEPRECATED:
        raise Fault(world.choices.deprecated_domain_fault, domain.name)
    if kind is None:
        raise unknown_type("WorkflowType", wanted)
    if kind.status == DEPRECATED:
        name, version = kind.key
        raise Fault("TypeDeprecatedFault", f"WorkflowType=[name={name}, version={version}]")
    settings, missing = resolve(EXECUTION, request, kind.defaults)
    if missing is not None:
        raise Fault("DefaultUndefinedFault", missing)
    if request["workflowId"] in domain.open:
        message = world.choices.already_started_message
        raise Fault("WorkflowExecutionAlreadyStartedFault", message)
    if len(domain.open) + domain.starting >= world.limits.open_executions:
        limit = world.limits.open_executions
        raise Fault("LimitExceededFault", f"At most {limit} open executions in a domain")
    return {"runId": begin(world, domain, request["workflowId"], wanted, settings).run_id}


def signal_workflow_execution(world: World, request: Wire) -> Wire:
    """Record a signal."""
    _open_run(world, request).record(
        "WorkflowExecutionSignaled",
        signalName=request["signalName"],
        input=request.get("input"),
        externalInitiatedEventId=0,
    )
    return {}


def request_cancel_workflow_execution(world: World, request: Wire) -> Wire:
    """Record a cancel request; what comes of it is the decider's."""
    run = _open_run(world, request)
    run.cancel_requested = True
    run.record("WorkflowExecutionCancelRequested", externalInitiatedEventId=0)
    return {}


def terminate_workflow_execution(world: World, request: Wire) -> Wire:
    """Close an execution at once."""
    run = _open_run(world, request)
    run.record(
        "WorkflowExecutionTerminated",
        reason=request.get("reason"),
        details=request.get("details"),
        childPolicy=request.get("childPolicy", run.settings["childPolicy"]),
        cause="OPERATOR_INITIATED",
    )
    return {}


_CONFIGURATION = (
    "taskStartToCloseTimeout",
    "executionStartToCloseTimeout",
    "taskList",
    "taskPriority",
    "childPolicy",
    "lambdaRole",
)


def describe_workflow_execution(world: World, request: Wire) -> Wire:
    """Return what is known of an execution, open or closed."""
    run = _any_run(world, request)
    settings = run.settings
    answer: Wire = {
        "executionInfo": execution_info(run),
        "executionConfiguration": {m: settings[m] for m in _CONFIGURATION if m in settings},
        "openCounts": dict(run.open_counts()),
    }
    if run.latest_activity is not None:
        answer["latestActivityTaskTimestamp"] = run.latest_activity
    if run.context is not None:
        answer["latestExecutionContext"] = run.context
    return answer


def get_workflow_execution_history(world: World, request: Wire) -> Wire:
    """Return a page of an execution's events."""
    run, operation = _any_run(world, request), "GetWorkflowExecutionHistory"
    place = position(world, operation, request)
    reverse = request.get("reverseOrder", False)
    first, last = (1, len(run.events)) if place is None else place
    if not reverse:
        last = len(run.events)
    size = page_size(world, request)
    events, left = window(run.events, first, last, size, reverse)
    answer: Wire = {"events": events}
    if left is not None:
        answer["nextPageToken"] = token(world, operation, request, list(left))
    return answer


def _open_listing(domain: Domain, request: Wire) -> tuple[Listing, Wire]:
    listing = domain.visibility.listing("open", filter_key(request))
    return listing, request["startTimeFilter"]


def _closed_listing(domain: Domain, request: Wire) -> tuple[Listing, Wire]:
    by_start = request.get("startTimeFilter")
    order = "closed by close" if by_start is None else "closed by start"
    listing = domain.visibility.listing(order, filter_key(request))
    return listing, request["closeTimeFilter"] if by_start is None else by_start


Source = Callable[[Domain, Wire], tuple[Listing, Wire]]


def _lister(operation: str, source: Source) -> Operation:
    def handle(world: World, request: Wire) -> Wire:
        domain = world.domain(request["domain"])
        place = position(world, operation, request)
        after = None if place is None else (place[0], place[1])
        listing, times = source(domain, request)
        span = listing.span(times["oldestDate"], times.get("latestDate"))
        ascending = request.get("reverseOrder", False)
        runs, last = listing.page(span, page_size(world, request), ascending, after)
        answer: Wire = {"executionInfos": [execution_info(run) for run in runs]}
        if last is not None:
            answer["nextPageToken"] = token(world, operation, request, list(last))
        return answer

    return handle


def _counter(source: Source) -> Operation:
    def handle(world: World, request: Wire) -> Wire:
        listing, times = source(world.domain(request["domain"]), request)
        start, end = listing.span(times["oldestDate"], times.get("latestDate"))
        return {"count": end - start, "truncated": False}

    return handle


def run_operations() -> Mapping[str, Operation]:
    """Return the 10 operations of this module by name."""
    return {
        "StartWorkflowExecution": start_workflow_execution,
        "SignalWorkflowExecution": signal_workflow_execution,
        "RequestCancelWorkflowExecution": request_cancel_workflow_execution,
        "TerminateWorkflowExecution": terminate_workflow_execution,
        "DescribeWorkflowExecution": describe_workflow_execution,
        "GetWorkflowExecutionHistory": get_workflow_execution_history,
        "ListOpenWorkflowExecutions": _lister("ListOpenWorkflowExecutions", _open_listing),
        "ListClosedWorkflowExecutions": _lister("ListClosedWorkflowExecutions", _closed_listing),
        "CountOpenWorkflowExecutions": _counter(_open_listing),
        "CountClosedWorkflowExecutions": _counter(_closed_listing),
    }
