"""Metrics by OpenTelemetry: calls, decisions, activities. It needs the extra ``otel``."""

from __future__ import annotations

try:
    from opentelemetry import metrics
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(f"{missing}; install it with: pip install 'py-swf[otel]'") from None

from py_swf.daemon.calling import OnCall

__all__ = ["call_metrics"]

#: bounds of the histograms, in seconds; a poll takes up to 60
_BOUNDS = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10,
    30,
    60,
    300,
    3600,
)
#: what is not a call to the service -> the name and description of its own metric
_OWN = {
    "decide": ("swf.decision.duration", "How long a decision took"),
    "handler": ("swf.activity.duration", "How long an activity took"),
}
#: outcomes that are not failures
_WELL = ("ok", "empty", "unanswered", "CancelRequested")


def call_metrics(meter_provider: metrics.MeterProvider | None = None) -> OnCall:
    """Return an ``on_call`` that counts and times what a daemon does::

        flow.Worker(..., calling=Calling(on_call=call_metrics()))

    There are three histograms of seconds, which count, too: ``swf.call.duration`` of calls to the
    service, with the attribute ``swf.operation``; ``swf.decision.duration``; and
    ``swf.activity.duration``. Each has ``swf.outcome``, as passed to ``on_call``, and
    ``error.type`` if that is a failure.

    :param meter_provider: makes the metrics; None is OpenTelemetry's global one.
    """
    meter = metrics.get_meter("py_swf.flow", meter_provider=meter_provider)

    def histogram(name: str, description: str) -> metrics.Histogram:
        return meter.create_histogram(
            name, "s", description, explicit_bucket_boundaries_advisory=_BOUNDS
        )

    calls = histogram("swf.call.duration", "How long a call to the service took")
    own = {operation: histogram(*of) for operation, of in _OWN.items()}

    def on_call(operation: str, seconds: float, outcome: str) -> None:
        attributes = {"swf.outcome": outcome}
        if outcome not in _WELL:
            attributes["error.type"] = outcome
        if operation in own:
            own[operation].record(seconds, attributes)
        else:
            calls.record(seconds, {**attributes, "swf.operation": operation})

    return on_call
