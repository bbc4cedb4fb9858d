"""asyncio on a history: each name of its loop works, or is refused with what to do instead."""

import asyncio
import contextvars
import gc
import inspect
import sys
import threading

import anyio
import pytest

from py_swf import events as ev
from py_swf import flow
from py_swf.flow.engine.loop import HistoryLoop, make_loop
from py_swf.local import LocalSWF
from py_swf.testing import play
from tests.flow.scenes import Scene
from tests.flow.shop import add, history_of, of_type

WORKS = {
    "call_soon",
    "call_later",
    "call_at",
    "time",
    "create_future",
    "create_task",
    "get_task_factory",
    "get_debug",
    "set_debug",
    "is_running",
    "is_closed",
    "call_exception_handler",
    "default_exception_handler",
    "get_exception_handler",
    "shutdown_asyncgens",
    "shutdown_default_executor",
}
LOOP = make_loop(None, lambda seconds, fired: None, lambda context: None)


def names():
    """Return the names of the methods that asyncio knows of a loop."""
    return [n for n, _ in inspect.getmembers(asyncio.AbstractEventLoop, callable) if n[0] != "_"]


@pytest.mark.parametrize("name", names())
def test_each_name_works_or_is_refused(name):
    """A method of the loop is one that works, or raises what to do instead."""
    if name in WORKS:
        assert name in vars(HistoryLoop)
    else:
        with pytest.raises(flow.NotForWorkflows, match=rf"loop\.{name}\(\) .+: .{{20,}}"):
            getattr(LOOP, name)()


@pytest.mark.parametrize(
    "use",
    [
        lambda: asyncio.to_thread(print),
        lambda: asyncio.open_connection("localhost", 1),
        lambda: asyncio.create_subprocess_exec("true"),
        lambda: asyncio.start_server(print, "localhost"),
        lambda: asyncio.get_running_loop().getaddrinfo("localhost", 1),
    ],
    ids=["to_thread", "open_connection", "create_subprocess_exec", "start_server", "getaddrinfo"],
)
def test_what_reaches_out_is_refused_with_a_sentence(use):
    """Threads, sockets and processes are refused in workflow code, and activities are named."""

    @flow.workflow
    async def reaches() -> str:
        try:
            await use()
        except flow.NotForWorkflows as error:
            return str(error)
        return "?"

    assert "activity" in play(reaches)


def test_asyncio_as_it_is():
    """Locks, conditions, events, queues, barriers of asyncio work unchanged."""

    @flow.workflow
    async def uses() -> list[str]:
        lines = []
        lock, event, condition = asyncio.Lock(), asyncio.Event(), asyncio.Condition()
        slots, queue = asyncio.BoundedSemaphore(2), asyncio.PriorityQueue()

        async def worker(n: int) -> None:
            async with slots:
                await asyncio.sleep(n)
            async with lock:
                lines.append(f"worker {n}")
            await queue.put(-n)
            async with condition:
                condition.notify_all()

        tasks = [asyncio.create_task(worker(n)) for n in (3, 1, 2)]
        async with condition:
            await condition.wait_for(lambda: queue.qsize() == 3)
        event.set()
        await asyncio.wait_for(event.wait(), 5)
        await asyncio.shield(asyncio.gather(*tasks))
        return [*lines, *(str(queue.get_nowait()) for _ in range(3))]

    assert play(uses) == ["worker 1", "worker 3", "worker 2", "-3", "-2", "-1"]


def test_wait_in_all_of_its_ways():
    """asyncio.wait returns on the first, on the first error, on all, or on time."""

    @flow.workflow
    async def waits() -> list[int]:
        async def fails() -> None:
            await asyncio.sleep(5)
            raise ValueError

        found = []
        for options in (
            {"return_when": asyncio.FIRST_COMPLETED},
            {"return_when": asyncio.FIRST_EXCEPTION},
            {"return_when": asyncio.ALL_COMPLETED},
            {"timeout": 7},
        ):
            tasks = [asyncio.create_task(asyncio.sleep(n)) for n in (1, 2, 10)]
            tasks.append(asyncio.create_task(fails()))
            done, pending = await asyncio.wait(tasks, **options)
            found.append(len(done))
            for task in pending:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return found

    assert play(waits) == [1, 3, 4, 3]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="asyncio.timeout came with Python 3.11")
class TestFrom311:
    """What asyncio has from Python 3.11 on."""

    def test_timeout_is_a_timer(self):
        """asyncio.timeout is a timer, ended when it is not needed."""

        @flow.workflow
        async def waits() -> str:
            async with asyncio.timeout(30):
                await add(1)
            try:
                async with asyncio.timeout(5) as limit:
                    limit.reschedule(asyncio.get_running_loop().time() + 8)
                    await asyncio.sleep(100)
            except TimeoutError:
                return flow.now().isoformat()
            return "?"

        swf = LocalSWF()
        assert play(waits, on=swf, activities=[add]) == "2026-01-01T00:00:08+00:00"
        timers = of_type(history_of(swf), ev.TimerStarted)
        assert [timer.start_to_fire_timeout for timer in timers] == [30, 8, 100]

    def test_a_group_cancels_the_others(self):
        """When one of a TaskGroup fails the others are canceled, and their activities asked to."""
        lost = add.options(task_list="nowhere", schedule_to_start_timeout=600)

        @flow.activity
        def fails() -> None:
            raise ValueError("no")

        @flow.workflow
        async def groups() -> str:
            with pytest.raises(BaseException) as caught:  # noqa: PT011, PT012
                async with asyncio.TaskGroup() as group:
                    group.create_task(lost(1))
                    group.create_task(fails())
            await asyncio.sleep(1)
            return caught.value.exceptions[0].reason

        swf = LocalSWF()
        assert play(groups, on=swf, activities=[add, fails]) == "ValueError: no"
        assert len(of_type(history_of(swf), ev.ActivityTaskCancelRequested)) == 1


class TestAnyio:
    """anyio on top of it."""

    def test_task_groups_and_scopes(self):
        """Task groups, scopes with a deadline, events and streams of anyio work unchanged."""

        @flow.workflow
        async def uses() -> list[str]:
            lines = []
            send, receive = anyio.create_memory_object_stream[int](5)

            async def produce(n: int) -> None:
                await anyio.sleep(n)
                await send.send(await add(n))

            with anyio.move_on_after(10) as scope:
                async with anyio.create_task_group() as group:
                    for n in (3, 1, 50):
                        group.start_soon(produce, n)
            lines.append(f"{scope.cancelled_caught} {flow.now():%S}")
            lines += [str(receive.receive_nowait()) for _ in range(2)]
            try:
                with anyio.fail_after(5):
                    await anyio.sleep_forever()
            except TimeoutError:
                lines.append(f"timeout {flow.now():%S}")
            with anyio.CancelScope() as other:
                other.cancel()
                try:
                    await add(1)
                finally:
                    with anyio.CancelScope(shield=True):
                        lines.append(str(await add(5)))
            send.close()
            receive.close()
            return lines

        assert play(uses, activities=[add]) == ["True 10", "2", "4", "timeout 15", "6"]


def test_seconds_are_rounded_up():
    """A delay is a timer of whole seconds, never a shorter one; no delay lets others run."""

    @flow.workflow
    async def waits() -> None:
        for delay in (0, -1, 0.2, 1, 1.0001, 2.5, 86_400 * 300):
            await asyncio.sleep(delay)
        await asyncio.wait_for(asyncio.sleep(0), 7)

    swf = LocalSWF()
    play(waits, on=swf)
    timers = of_type(history_of(swf), ev.TimerStarted)
    assert [timer.start_to_fire_timeout for timer in timers] == [1, 1, 1, 3, 86_400 * 300]
    assert [timer.timer_id for timer in timers][:2] == ["timer-1", "timer-2"]


def test_a_canceled_sleep_ends_its_timer():
    """A sleep that is given up ends its timer by the next answer."""

    @flow.workflow
    async def waits() -> None:
        task = asyncio.create_task(asyncio.sleep(1000))
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.sleep(1)

    swf = LocalSWF()
    play(waits, on=swf)
    (canceled,) = of_type(history_of(swf), ev.TimerCanceled)
    (started,) = (e for e in history_of(swf) if e.event_id == canceled.started_event_id)
    assert started.start_to_fire_timeout == 1000


def test_what_outlives_the_execution_needs_no_timer():
    """A delay that is infinite, or longer than an execution may take, starts no timer."""

    @flow.workflow
    async def waits() -> None:
        for delay in (float("inf"), 31_536_001):
            try:
                await asyncio.wait_for(asyncio.sleep(delay), 5)
            except asyncio.TimeoutError:
                continue

    swf = LocalSWF()
    play(waits, on=swf)
    timers = of_type(history_of(swf), ev.TimerStarted)
    assert [timer.start_to_fire_timeout for timer in timers] == [5, 5]


@pytest.mark.parametrize("delay", [99_999_999.001, 100_000_000, 1e300])
def test_a_delay_that_no_timer_has_is_an_error_where_it_is_asked_for(delay):
    """A sleep or timeout of more than SWF takes raises, and says how much that is."""

    @flow.workflow
    async def waits(delay: float) -> list[str]:
        future = asyncio.get_running_loop().create_future()
        told = []
        for wait in (lambda: asyncio.sleep(delay), lambda: asyncio.wait_for(future, delay)):
            with pytest.raises(ValueError, match="SWF takes timers of up to 99999999") as error:
                await wait()
            told.append(str(error.value))
        return told

    assert f"a delay of {delay} seconds" in play(waits, delay)[0]


def test_the_longest_delay_is_taken():
    """A delay as long as a timer of SWF may be outlives every execution, and is not an error."""

    @flow.workflow
    async def waits() -> str:
        sleep = asyncio.create_task(asyncio.sleep(99_999_999))
        await asyncio.sleep(1)
        return str(sleep.done())

    assert play(waits) == "False"


def test_sets_of_tasks_are_alike():
    """A set of tasks is gone through in the same order in every replay."""

    @flow.workflow
    async def goes() -> list[int]:
        tasks = {asyncio.create_task(add(n)) for n in range(20)}
        return [await task for task in tasks]

    swf = LocalSWF()
    first = play(goes, on=swf, activities=[add])
    assert sorted(first) == list(range(1, 21))
    assert flow.replay(goes, history_of(swf)) == []


def test_the_code_begins_in_an_empty_context():
    """Variables of the context of who decides are not seen by the code; its own are its own."""
    variable = contextvars.ContextVar("variable", default="none")
    variable.set("outside")

    @flow.workflow
    async def looks() -> list[str]:
        found = [variable.get()]
        variable.set("inside")
        await add(1)
        return [*found, variable.get()]

    assert play(looks, activities=[add]) == ["none", "inside"]
    assert variable.get() == "outside"


def test_it_runs_inside_of_another_loop():
    """A decider may be called from asyncio code; its loop is put aside and back."""

    @flow.workflow
    async def short() -> int:
        await asyncio.sleep(10)
        return await add(1)

    async def main():
        before = asyncio.get_running_loop()
        result = play(short, activities={add: add.fn})
        assert asyncio.get_running_loop() is before
        await asyncio.sleep(0)
        return result

    assert asyncio.run(main()) == 2


def test_it_runs_inside_of_itself():
    """Code that plays another workflow is in its own run before and after, and the other is not."""

    @flow.workflow(version="inner")
    async def inner() -> str:
        return flow.info().workflow_type.version

    @flow.workflow(version="outer")
    async def outer() -> list[str]:
        before = flow.info().workflow_type.version
        return [before, play(inner), flow.info().workflow_type.version]

    assert play(outer) == ["outer", "inner", "outer"]
    with pytest.raises(flow.NotInWorkflow):
        flow.info()


def test_other_threads_are_in_no_workflow():
    """A thread does not see the run whose code another thread runs."""
    raised = []

    def look():
        try:
            flow.info()
        except flow.NotInWorkflow as error:
            raised.append(error)

    @flow.workflow
    async def starts_a_thread() -> None:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    play(starts_a_thread)
    assert raised


def test_async_generators_are_closed_with_the_run():
    """A generator that waits is closed when its run is given up, and not by another loop."""
    closed = []

    @flow.workflow
    async def iterates() -> None:
        async def numbers():
            try:
                for n in range(10):
                    await asyncio.sleep(1)
                    yield n
            finally:
                closed.append("closed")

        async for n in numbers():
            if n == 1:
                await asyncio.Event().wait()

    with pytest.raises(flow.WorkflowTimedOut):
        play(iterates)
    assert closed


def test_cleanup_of_a_given_up_run_asks_for_nothing():
    """What a dropped run does in its finally blocks has no effect, and happens in this thread."""
    lines = []

    @flow.workflow
    async def cleans() -> None:
        async def inner() -> None:
            try:
                await asyncio.sleep(1000)
            finally:
                lines.append("inner")
                await add(1)
                lines.append("never")

        task = asyncio.create_task(inner())
        try:
            await task
        finally:
            lines.append("outer")
            await asyncio.sleep(1)
            lines.append("never")

    scene = Scene([cleans], [add]).start()
    scene.decide()
    assert lines == ["inner", "outer"]
    assert scene.types.count("TimerStarted") == 1


def test_evictions_leave_nothing():
    """Runs that are given up leave no task behind, and no warning."""

    @flow.workflow
    async def waits() -> None:
        await asyncio.gather(asyncio.sleep(10), asyncio.Event().wait(), add(1))

    scene = Scene([waits], [add]).start()
    decider, task = flow.Decider([waits]), scene.poll()
    before = _tasks()
    for _ in range(500):
        decider(task)
    # what a test before has left may have gone meanwhile
    assert _tasks() <= before


def _tasks():
    """Count the tasks that are alive, of whatever loop."""
    gc.collect()
    return sum(isinstance(each, asyncio.Task) for each in gc.get_objects())
