"""Workflows: how they end, children, continuing as new, cancellation."""

import asyncio

import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.local import LocalSWF
from py_swf.testing import play
from tests.flow.shop import add, history_of, of_type


@pytest.fixture
def swf():
    """A local SWF that the test can look into."""
    return LocalSWF()


@flow.workflow(child_policy="ABANDON")
async def child(x: int) -> int:
    """Add ten."""
    return await add(x, y=10)


def test_a_return_completes(swf):
    """The return value of a workflow is the result of its execution."""

    @flow.workflow
    async def short(x: int) -> dict[str, int]:
        return {"x": x}

    assert play(short, 4, on=swf) == {"x": 4}
    assert history_of(swf)[-1].result == '{"x":4}'


def test_an_exception_fails(swf):
    """An exception in a workflow fails its execution, with type, message and traceback."""

    @flow.workflow
    async def broken() -> None:
        raise ValueError("no such order")

    with pytest.raises(flow.WorkflowFailed) as caught:
        play(broken, on=swf)
    assert caught.value.reason == "ValueError: no such order"
    assert "Traceback" in caught.value.details


def test_fail_workflow_fails_with_its_own_words():
    """FailWorkflow says reason and details itself."""

    @flow.workflow
    async def broken() -> None:
        raise flow.FailWorkflow("nobody approved", "order 17")

    with pytest.raises(flow.WorkflowFailed) as caught:
        play(broken)
    assert (caught.value.reason, caught.value.details) == ("nobody approved", "order 17")


def test_an_input_that_does_not_fit_fails():
    """An input that is not what the function takes fails the execution and says what is wrong."""

    @flow.workflow("typed")
    async def sender(x: str) -> None: ...

    @flow.workflow("typed")
    async def typed(x: int) -> None: ...

    swf = LocalSWF()
    with pytest.raises(flow.WorkflowFailed, match=r"the input of .*typed"):
        play(_as_started_by(typed, sender), "text", on=swf)


def _as_started_by(workflow, other):
    """Return a workflow whose starter encodes its input as another does."""
    workflow.encode_input = other.encode_input
    return workflow


def test_a_result_that_is_too_long_fails():
    """A result of more than 32,768 characters fails the execution and says so."""

    @flow.workflow
    async def large() -> str:
        return "x" * 40_000

    with pytest.raises(flow.WorkflowFailed, match="result has 40002 characters"):
        play(large)


def test_only_async_functions():
    """A plain function is refused when it is decorated."""
    with pytest.raises(TypeError, match="async function"):
        flow.workflow("plain")(add.fn)


def test_a_name_is_checked():
    """A name that the service would refuse is refused when it is given."""
    with pytest.raises(ValueError, match=r"RegisterWorkflowType\.name 'a/b'"):
        flow.workflow("a/b")(child.fn)


class TestChildren:
    """Executions that workflows start."""

    def test_an_await_is_the_result(self, swf):
        """Awaiting a workflow starts a child and gives its result."""

        @flow.workflow
        async def parent() -> list[int]:
            return list(await asyncio.gather(child(1), child(2)))

        assert play(parent, on=swf, activities=[add], workflows=[child]) == [11, 12]
        initiated = of_type(history_of(swf), ev.StartChildWorkflowExecutionInitiated)
        assert [event.control for event in initiated] == ["child-1", "child-2"]
        assert len({event.workflow_id for event in initiated}) == 2
        assert {event.child_policy for event in initiated} == {"ABANDON"}

    def test_begin_knows_the_run(self, swf):
        """begin() waits for the start, and gives the ids; awaiting that gives the result."""

        @flow.workflow
        async def parent() -> int:
            started = await child.options(workflow_id="my-child").begin(1)
            assert started.workflow_id == "my-child"
            assert started.run_id
            return await started + await started.result()

        assert play(parent, on=swf, activities=[add], workflows=[child]) == 22

    def test_how_a_child_ends_otherwise(self, swf):
        """A child that failed, timed out or was never started raises its own error."""

        @flow.workflow
        async def fails() -> None:
            raise flow.FailWorkflow("because", "of this")

        @flow.workflow(execution_start_to_close_timeout=60)
        async def lasts() -> None:
            await asyncio.sleep(1000)

        @flow.workflow
        async def unknown() -> None: ...

        @flow.workflow
        async def parent() -> list[str]:
            with pytest.raises(flow.ChildFailed) as failed:
                await fails()
            with pytest.raises(flow.ChildTimedOut) as timed_out:
                await lasts()
            with pytest.raises(flow.ChildNotStarted) as not_started:
                await unknown()
            with pytest.raises(flow.ChildNotStarted) as running:
                await child.options(workflow_id="play")(1)
            with pytest.raises(flow.ChildNotStarted):
                await unknown.begin()
            assert failed.value.details == "of this"
            return [
                str(failed.value.reason),
                timed_out.value.timeout_type,
                not_started.value.cause,
                running.value.cause,
            ]

        assert play(parent, on=swf, activities=[add], workflows=[fails, lasts, child]) == [
            "because",
            "START_TO_CLOSE",
            "WORKFLOW_TYPE_DOES_NOT_EXIST",
            "WORKFLOW_ALREADY_RUNNING",
        ]

    @pytest.mark.parametrize(
        ("mode", "requests", "status"),
        [("request", 1, "CANCELED"), ("wait", 1, "CANCELED"), ("abandon", 0, "COMPLETED")],
    )
    def test_canceled_with_who_awaits_it(self, swf, mode, requests, status):
        """A child whose await is canceled is asked to cancel itself, unless it is abandoned."""

        @flow.workflow(child_policy="ABANDON")
        async def lasts() -> None:
            await asyncio.sleep(1000)

        @flow.workflow(child_policy="ABANDON")
        async def parent() -> str:
            task = asyncio.ensure_future(lasts.options(workflow_id="c", on_cancel=mode)())
            await asyncio.sleep(10)
            task.cancel()
            await asyncio.sleep(2000)
            return "done"

        assert play(parent, on=swf, workflows=[lasts]) == "done"
        sent = of_type(history_of(swf), ev.RequestCancelExternalWorkflowExecutionInitiated)
        assert len(sent) == requests
        closed = type(history_of(swf, "c")[-1]).__name__
        assert closed == f"WorkflowExecution{status.capitalize()}"

    def test_wait_awaits_its_cleanup(self, swf):
        """With on_cancel="wait" the await raises when the child has ended."""

        @flow.workflow
        async def cleans() -> None:
            try:
                await asyncio.sleep(1000)
            finally:
                await asyncio.sleep(100)

        @flow.workflow
        async def parent() -> str:
            try:
                await asyncio.wait_for(cleans.options(on_cancel="wait")(), 10)
            except asyncio.TimeoutError:
                return str(flow.now())
            return "?"

        assert play(parent, on=swf, workflows=[cleans]) == "2026-01-01 00:01:50+00:00"

    def test_start_child_is_the_decision(self):
        """A decider written by hand takes the decision with the same input and settings."""
        decision = child.options(tag_list=["a"]).start_child("by-hand", 3)

        assert (decision.workflow_id, decision.input) == ("by-hand", '{"x":3}')
        assert (decision.child_policy, decision.tag_list) == ("ABANDON", ("a",))


class TestContinueAsNew:
    """Runs that go on with an empty history."""

    def test_the_next_run_has_the_arguments_and_the_settings(self, swf):
        """The next run is given the arguments, and has the settings of the one before."""

        @flow.workflow
        async def counts(n: int) -> list[object]:
            info = flow.info()
            if n < 3:
                await flow.continue_as_new(n + 1)
            return [n, info.task_list, info.child_policy, info.continued_from is not None]

        assert play(counts, 0, on=swf) == [3, "play", "TERMINATE", True]

    def test_it_comes_back_for_a_signal(self):
        """If a signal has arrived since, the wait returns, and the code sees the signal."""
        word = flow.Signal("word", str)

        @flow.workflow
        async def counts(words: list[str]) -> list[str]:
            if len(words) == 2:
                return words
            await asyncio.sleep(1)
            while True:
                waiting = word.pending()
                await flow.continue_as_new([*words, *waiting])

        assert play(counts, [], signals=[(word, "a"), (word, "b")]) == ["a", "b"]

    def test_settings_can_be_changed(self, swf):
        """Options of the workflow say what differs in the next run."""

        @flow.workflow
        async def tagged(n: int) -> tuple[str, ...]:
            if n == 0:
                await tagged.options(tag_list=["x", "y"]).continue_as_new(1)
            return flow.info().tag_list

        assert play(tagged, 0, on=swf) == ("x", "y")

    def test_a_refusal_is_raised(self):
        """A version that does not exist is ContinueAsNewRefused, with the cause."""

        @flow.workflow
        async def moves(n: int) -> str:
            try:
                await moves.options(version="2").continue_as_new(1)
            except flow.ContinueAsNewRefused as error:
                return error.cause
            return "?"

        assert play(moves, 0) == "WORKFLOW_TYPE_DOES_NOT_EXIST"

    def test_only_as_itself(self):
        """A workflow cannot continue as another one."""

        @flow.workflow
        async def moves() -> None:
            await child.continue_as_new(1)

        with pytest.raises(flow.WorkflowFailed, match="cannot continue as"):
            play(moves)


class TestCancellation:
    """A request to cancel the execution."""

    def cancel(self, workflow, after, *, swf):
        """Play a workflow that is asked to cancel after some seconds."""

        @flow.workflow(child_policy="ABANDON")
        async def operator() -> None:
            started = await workflow.options(workflow_id="w", child_policy="ABANDON").begin()
            await asyncio.sleep(after)
            started.request_cancel()
            with pytest.raises(flow.ChildCanceled):
                await started

        play(operator, on=swf, activities=[add], workflows=[workflow])
        return history_of(swf, "w")

    def test_it_is_raised_where_the_code_waits(self, swf):
        """CancelledError at the end closes the execution as canceled."""

        @flow.workflow
        async def lasts() -> None:
            await asyncio.sleep(1000)

        events = self.cancel(lasts, 10, swf=swf)
        assert isinstance(events[-1], ev.WorkflowExecutionCanceled)

    def test_cleanup_may_await(self, swf):
        """Cleanup code may await anything, and the execution is canceled after it."""

        @flow.workflow
        async def lasts() -> None:
            try:
                await asyncio.sleep(1000)
            finally:
                await add(1)
                await asyncio.sleep(60)

        events = self.cancel(lasts, 10, swf=swf)
        assert len(of_type(events, ev.ActivityTaskCompleted)) == 1
        assert [e.start_to_fire_timeout for e in of_type(events, ev.TimerStarted)] == [1000, 60]
        assert len(of_type(events, ev.TimerCanceled)) == 1
