"""Metrics of calls, decisions and activities, as OpenTelemetry's SDK collects them."""

from __future__ import annotations

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from py_swf.daemon import Calling
from py_swf.flow.metering import call_metrics
from tests.flow.hosting.test_worker import WAIT, outside, running, started, sums, swf, worker_on

__all__ = ["outside", "swf"]


def measured():
    """Return a reader of metrics, and the hook for calls."""
    reader = InMemoryMetricReader()
    return reader, call_metrics(MeterProvider([reader]))


def collected(reader):
    """Return name -> {attributes: data point} of what a reader has."""
    (resource,) = reader.get_metrics_data().resource_metrics
    (scope,) = resource.scope_metrics
    assert scope.scope.name == "py_swf.flow"
    return {
        metric.name: {
            tuple(sorted(point.attributes.items())): point for point in metric.data.data_points
        }
        for metric in scope.metrics
    }


def test_calls_are_counted_and_measured():
    """Each operation and outcome has a histogram of seconds; a failure has its type."""
    reader, on_call = measured()

    on_call("PollForDecisionTask", 42.0, "empty")
    on_call("RespondDecisionTaskCompleted", 0.03, "ok")
    on_call("RespondDecisionTaskCompleted", 0.04, "ok")
    on_call("RespondDecisionTaskCompleted", 0.05, "ThrottlingException")

    points = collected(reader)["swf.call.duration"]
    told = {attributes: (point.count, point.sum) for attributes, point in points.items()}
    respond = ("swf.operation", "RespondDecisionTaskCompleted")
    assert told == {
        (("swf.operation", "PollForDecisionTask"), ("swf.outcome", "empty")): (1, 42.0),
        (respond, ("swf.outcome", "ok")): (2, 0.07),
        (("error.type", "ThrottlingException"), respond, ("swf.outcome", "ThrottlingException")): (
            1,
            0.05,
        ),
    }
    bounds = points[respond, ("swf.outcome", "ok")].explicit_bounds
    assert bounds[0] == 0.001
    assert 60 in bounds


def test_decisions_and_activities_have_metrics_of_their_own():
    """They are not calls to the service."""
    reader, on_call = measured()

    on_call("decide", 0.002, "ok")
    on_call("handler", 7.0, "ValueError")
    on_call("handler", 8.0, "CancelRequested")

    assert {name: set(points) for name, points in collected(reader).items()} == {
        "swf.decision.duration": {(("swf.outcome", "ok"),)},
        "swf.activity.duration": {
            (("error.type", "ValueError"), ("swf.outcome", "ValueError")),
            (("swf.outcome", "CancelRequested"),),
        },
    }


def test_a_worker_is_measured(swf, outside):
    """A worker with it counts its polls and answers, its decisions and its activities."""
    reader, on_call = measured()

    with running(worker_on(swf, calling=Calling(on_call=on_call))):
        assert started(sums, outside, 5).result(WAIT) == 7

    points = collected(reader)
    (decisions,), (activities,) = (
        points[f"swf.{name}.duration"].values() for name in ("decision", "activity")
    )
    assert (decisions.count, activities.count) == (3, 2)
    answered = (("swf.operation", "RespondDecisionTaskCompleted"), ("swf.outcome", "ok"))
    assert points["swf.call.duration"][answered].count == 3
