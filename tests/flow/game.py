"""A random game: programs that nobody would write, in a world where everything goes wrong.

Each seed makes a program of everything that workflows can say, and a world of two hosts that keep
some runs and have task lists of their own, that stop, and die; of activities that fail and hang; of
signals and cancel requests at any time; of answers that are lost, tasks that are decided twice and
runs that are given up. Then it holds the engine to what it promises:

* what a kept run decides is what a fresh replay of the whole history decides, task by task;
* every prefix of the closed history replays, and decides what its next events echo.

``python -m tests.flow.game 0 1000`` plays seeds by hand.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from datetime import datetime, timezone
from itertools import count
from random import Random
from typing import Any, NoReturn

import attrs

from py_swf import events as ev
from py_swf import flow
from py_swf.clients.decision import DecisionClient
from py_swf.config_definitions import DecisionConfig
from py_swf.decisions import Answer
from py_swf.errors import NoTaskFound
from py_swf.flow.hosting.own_task_list import own_task_list_name
from py_swf.local import InjectedFault, Limits, LocalSWF
from py_swf.tasks import DecisionTask
from tests.flow.scenes import DOMAIN, LIST, Scene

word = flow.Signal("word", int)
EVER = datetime(2000, 1, 1, tzinfo=timezone.utc)


@flow.activity(start_to_close_timeout=300)
def work(kind: str, value: int) -> int:
    """Do as the kind says: "ok", or "fail"."""
    if kind == "fail":
        raise ValueError(f"no {value}")
    return value + 1


@flow.workflow(child_policy="REQUEST_CANCEL")
async def child(seed: int, size: int) -> list[str]:
    """Play a smaller program."""
    return await Player(seed, size, 1).play()


@flow.workflow(child_policy="TERMINATE")
async def game(seed: int, size: int, round: int = 0) -> list[str]:
    """Play a program; then end, or go on as new."""
    player = Player(seed * 10 + round, size, 0)
    try:
        result = await player.play()
    except asyncio.CancelledError:
        with suppress(flow.Failure):
            await work("ok", 999)
        raise
    chance = Random(seed + round)
    if round < 2 and chance.random() < 0.3:
        while True:
            await flow.continue_as_new(seed, size, round + 1)
    if chance.random() < 0.1:
        raise flow.FailWorkflow("as the dice say")
    return result


class Player:
    """Plays one program, and writes down what happens in which order."""

    small: list[Any]
    large: list[Any]

    def __init__(self, seed: int, size: int, depth: int) -> None:
        self.seed = seed
        self.size = size
        self.depth = depth
        self.lines: list[str] = []
        self.changes = 0

    async def play(self) -> list[str]:
        """Play it to the end."""
        await self.step("", self.size)
        return self.lines

    def say(self, path: str, what: object) -> None:
        """Write a line."""
        self.changes += 1
        self.lines.append(f"{path} {what}"[:60])

    async def step(self, path: str, size: int) -> int:
        """Do one thing, chosen by seed and path alone."""
        chance = Random(f"{self.seed} {path}")
        moves = self.small if size <= 1 else self.large if size > 4 else self.small + self.large
        move = chance.choice(moves)
        value: Any = 0
        try:
            value = await move(self, path, size, chance)
        except (flow.Failure, ValueError) as error:
            value = type(error).__name__
        except (TimeoutError, asyncio.TimeoutError):
            value = "timeout"
        except asyncio.CancelledError:
            self.say(path, "canceled")
            raise
        except BaseException as error:
            if type(error).__name__ not in ("ExceptionGroup", "BaseExceptionGroup"):
                raise
            value = "group"
        self.say(path, f"{move.__name__} {value}")
        return len(path)

    async def activity(self, path: str, size: int, chance: Random) -> Any:
        """Await an activity."""
        kind = chance.choice(["ok", "ok", "fail"])
        mode: Any = chance.choice(["request", "wait", "abandon"])
        return await work.options(on_cancel=mode)(kind, chance.randrange(9))

    async def retried(self, path: str, size: int, chance: Random) -> Any:
        """Await an activity that is retried."""
        retry = flow.Retry(chance.randrange(1, 4), first=chance.choice([0, 5]))
        return await work.options(retry=retry)(chance.choice(["ok", "fail"]), 1)

    async def shared(self, path: str, size: int, chance: Random) -> Any:
        """Await an activity that others may have asked for."""
        return await work.options(once=True)("ok", chance.randrange(2))

    async def sleep(self, path: str, size: int, chance: Random) -> Any:
        """Wait."""
        await asyncio.sleep(chance.choice([0, 0.5, 1, 5, 100]))
        return flow.now().timestamp() % 1000

    async def recorded(self, path: str, size: int, chance: Random) -> Any:
        """Record what is another one each time."""
        return flow.record(lambda: Random().randrange(1_000_000))

    async def chance(self, path: str, size: int, chance: Random) -> Any:
        """Use the run's own chance."""
        return flow.random().randrange(1_000_000)

    async def patch(self, path: str, size: int, chance: Random) -> Any:
        """Take the branch of a patch."""
        if flow.patched(chance.choice("abc")):
            await work("ok", 3)
        return "patched"

    async def note(self, path: str, size: int, chance: Random) -> Any:
        """Leave a marker, and a context."""
        flow.record_marker(chance.choice(["a", "b"]), path)
        flow.set_execution_context(path)

    async def receive(self, path: str, size: int, chance: Random) -> Any:
        """Wait for a signal, not forever."""
        return await asyncio.wait_for(word.receive(), chance.choice([1, 30, 200]))

    async def tell(self, path: str, size: int, chance: Random) -> Any:
        """Signal somebody, ourselves for instance."""
        await word.send(chance.choice(["scene", "nobody"]), 7)

    async def ask(self, path: str, size: int, chance: Random) -> Any:
        """Ask somebody to cancel."""
        await flow.request_cancel_external("nobody")

    async def invoke(self, path: str, size: int, chance: Random) -> Any:
        """Invoke a Lambda function."""
        return await flow.LambdaFunction(chance.choice(["f", "broken"]))(1)

    async def spawn(self, path: str, size: int, chance: Random) -> Any:
        """Start a child, and wait for it or not."""
        if self.depth:
            return "too deep"
        mode: Any = chance.choice(["request", "wait", "abandon"])
        other = child.options(on_cancel=mode)
        if chance.random() < 0.5:
            started = await other.begin(chance.randrange(1000), 2)
            if chance.random() < 0.5:
                started.request_cancel()
            return len(await started)
        return len(await other(chance.randrange(1000), 2))

    async def row(self, path: str, size: int, chance: Random) -> Any:
        """Do things one after the other."""
        for n in range(chance.randrange(2, 6)):
            await self.step(f"{path}{n}", size // 2)

    async def gather(self, path: str, size: int, chance: Random) -> Any:
        """Do things side by side."""
        parts = [self.step(f"{path}{n}", size // 2) for n in range(chance.randrange(1, 5))]
        return len(await asyncio.gather(*parts, return_exceptions=chance.random() < 0.5))

    async def group(self, path: str, size: int, chance: Random) -> Any:
        """Do things side by side, one of which may fail for all."""
        if sys.version_info < (3, 11):
            return await self.gather(path, size, chance)

        async def fails() -> None:
            await asyncio.sleep(chance.choice([1, 50]))
            raise ValueError(path)

        async with asyncio.TaskGroup() as tasks:
            for n in range(chance.randrange(1, 4)):
                tasks.create_task(self.step(f"{path}{n}", size // 2))
            if chance.random() < 0.3:
                tasks.create_task(fails())
        return "all"

    async def race(self, path: str, size: int, chance: Random) -> Any:
        """Take what ends first, and cancel the others."""
        tasks = [
            asyncio.ensure_future(self.step(f"{path}{n}", size // 2))
            for n in range(chance.randrange(2, 4))
        ]
        try:
            done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        for task in others:
            with suppress(asyncio.CancelledError):
                await task
        return len(done)

    async def limit(self, path: str, size: int, chance: Random) -> Any:
        """Do something for so long only."""
        return await asyncio.wait_for(self.step(f"{path}0", size // 2), chance.choice([1, 20, 200]))

    async def ordered(self, path: str, size: int, chance: Random) -> Any:
        """Take the results as they come."""
        parts = [self.step(f"{path}{n}", size // 2) for n in range(chance.randrange(1, 4))]
        async for done in flow.as_completed(parts):
            self.say(path, f"next {done.result()}")

    async def until(self, path: str, size: int, chance: Random) -> Any:
        """Wait until something else has happened here."""
        other = asyncio.ensure_future(self.step(f"{path}0", size // 2))
        before = self.changes
        await flow.condition(lambda: self.changes > before)
        return await other

    async def queue(self, path: str, size: int, chance: Random) -> Any:
        """Hand things over by a queue, a few at a time."""
        queue: asyncio.Queue[int] = asyncio.Queue(2)
        slots = asyncio.Semaphore(2)

        async def put(n: int) -> None:
            async with slots:
                await queue.put(await self.step(f"{path}{n}", size // 3))

        tasks = [asyncio.ensure_future(put(n)) for n in range(3)]
        try:
            return sum([await queue.get() for _ in tasks])
        finally:
            for task in tasks:
                task.cancel()

    async def protected(self, path: str, size: int, chance: Random) -> Any:
        """Clean up by something that takes time."""
        try:
            return await self.step(f"{path}0", size // 2)
        finally:
            with suppress(flow.Failure):
                await asyncio.shield(asyncio.ensure_future(work("ok", 5)))

    async def sets(self, path: str, size: int, chance: Random) -> Any:
        """Go through a set of tasks, in whatever order that has."""
        tasks = {asyncio.ensure_future(asyncio.sleep(n % 2, n)) for n in range(4)}
        done, _ = await asyncio.wait(tasks)
        return [task.result() for task in done]


Player.small = [
    *(Player.activity, Player.activity, Player.retried, Player.shared, Player.sleep),
    *(Player.recorded, Player.chance, Player.patch, Player.note, Player.receive, Player.tell),
    *(Player.ask, Player.invoke, Player.spawn, Player.sets),
]
Player.large = [
    *(Player.row, Player.gather, Player.gather, Player.group, Player.race, Player.limit),
    *(Player.ordered, Player.until, Player.queue, Player.protected),
]


#: decisions that come too fast, by chance
RATES = [
    InjectedFault(kind, decision, probability=0.1)
    for kind, decision in [
        ("ACTIVITY_CREATION_RATE_EXCEEDED", "ScheduleActivityTask"),
        ("TIMER_CREATION_RATE_EXCEEDED", "StartTimer"),
        ("CHILD_CREATION_RATE_EXCEEDED", "StartChildWorkflowExecution"),
        ("LAMBDA_FUNCTION_CREATION_RATE_EXCEEDED", "ScheduleLambdaFunction"),
        ("SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_RATE_EXCEEDED", "SignalExternalWorkflowExecution"),
        ("CONTINUE_AS_NEW_WORKFLOW_EXECUTION_RATE_EXCEEDED", "ContinueAsNewWorkflowExecution"),
    ]
]


def _raise(task: DecisionTask, error: Exception) -> NoReturn:
    raise error


def _broken(text: str) -> str:
    raise ValueError(text)


class Host:
    """A process that decides, with its own task list.

    :param world: the world it is in.
    :param keep: how many runs it keeps.
    """

    def __init__(self, world: World, keep: int) -> None:
        self.world = world
        name = own_task_list_name(LIST, "host", next(world.pids), "a")
        self.own = DecisionClient(DecisionConfig(DOMAIN, name, *[None] * 4), world.swf.client())
        self.decider = flow.Decider(
            world.workflows, keep=keep, own_task_list=name, inputs="refuse", on_error=_raise
        )
        self.decider._long = world.chance.choice([0, 15, 100])

    def poll(self) -> DecisionTask | None:
        """Take a task from its own list, or from the one that is shared."""
        chance = self.world.chance
        size = chance.choice([None, 3])
        newest_first, cut = chance.random() < 0.5, chance.random() < 0.3
        with suppress(NoTaskFound):
            task = self.own.poll(start_at_previous_started_event=True, maximum_page_size=size)
            self.world.sent_to_owner += 1
            return task
        with suppress(NoTaskFound):
            return self.world.client.poll(
                newest_first=newest_first,
                start_at_previous_started_event=cut,
                maximum_page_size=size,
            )
        return None


class World(Scene):
    """Everything around the program of one seed."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(f"world {seed}")
        swf = LocalSWF(
            seed=seed,
            lambda_functions={"f": lambda text: text, "broken": _broken},
            limits=self.chance.choice([None, None, Limits(open_activities=3, open_timers=4)]),
            faults=self.chance.choice([[], [], RATES]),
        )
        super().__init__([game, child], [work], swf)
        self.seed = seed
        self.pids = count(1)
        self.fresh = flow.Decider([game, child], inputs="refuse", on_error=_raise)
        self.hosts = [Host(self, 1), Host(self, 100)]
        self.hanging: list[Any] = []
        self.decided = 0
        #: how many tasks came to a host by its own list
        self.sent_to_owner = 0

    def play(self) -> None:
        """Play until the execution is closed."""
        role = "arn:aws:iam::123456789012:role/play"
        size = self.chance.choice([4, 16, 32, 64])
        game.options(lambda_role=role).start(self.outside, "scene", self.seed, size)
        try:
            for _ in range(3000):
                if not self.is_open():
                    return self.look_back()
                self.move()
        finally:
            for host in self.hosts:
                host.decider.close()
        raise AssertionError(f"seed {self.seed} does not end")

    def is_open(self) -> bool:
        """Return whether a run of the execution is open."""
        return self.outside.count_open_workflow_executions(EVER, workflow_id="scene").count > 0

    def move(self) -> None:
        """Let one thing happen."""
        roll = self.chance.random()
        if roll < 0.03:
            with suppress(Exception):
                self.signal(word, self.chance.randrange(100))
        elif roll < 0.035:
            with suppress(Exception):
                self.outside.request_cancel_workflow("scene")
        elif roll < 0.2 and self.hanging:
            self.finish(self.hanging.pop(self.chance.randrange(len(self.hanging))))
        elif roll < 0.5:
            self.take_work()
        elif not self.decide_one():
            self.turn_the_clock()

    def take_work(self) -> None:
        """Take an activity task; do it at once, or later, or never."""
        with suppress(NoTaskFound):
            task = self.worker.poll()
            if self.chance.random() < 0.5:
                self.hanging.append(task)
            elif self.chance.random() < 0.95:
                self.finish(task)

    def finish(self, task: Any) -> None:
        """Do the work of a task, whether anybody still waits for it or not."""
        with suppress(self.worker.boto_client.exceptions.UnknownResourceFault):
            if self.worker.heartbeat(task.task_token) and self.chance.random() < 0.5:
                self.worker.cancel(task.task_token)
                return
            try:
                result = self.handler(task)
            except ValueError as error:
                self.worker.fail(task.task_token, error)
            else:
                self.worker.finish(task.task_token, result)

    def decide_one(self) -> bool:
        """Decide a task on one of the hosts, and compare; answer it, or lose the answer."""
        number = self.chance.randrange(2)
        host = self.hosts[number]
        task = host.poll()
        if task is None:
            return False
        answer = host.decider(task)
        if self.chance.random() < 0.05:
            answer = host.decider(task)  # the first answer failed on its way
        again = self.fresh(task)
        if not _same(answer, again):
            one, two = ([_name(each) for each in a.decisions] for a in (answer, again))
            raise AssertionError(f"at event {task.started_event_id}:\n{one}\n{two}")
        self.decided += 1
        if self.chance.random() < 0.1:
            with suppress(Exception):
                self.signal(word, 1)
        if self.chance.random() < 0.05:
            return True  # the answer is lost
        if self.chance.random() < 0.05:
            host.decider.close()
        if self.chance.random() < 0.05:
            host.decider.stop_keeping()
        if self.chance.random() < 0.05:
            host.decider.close()  # it dies, or has stopped; another one comes
            self.hosts[number] = Host(self, host.decider.keep)
        with suppress(self.client.boto_client.exceptions.UnknownResourceFault):
            self.respond(task, answer)
        return True

    def turn_the_clock(self) -> None:
        """Turn the clock to when the next thing happens on its own."""
        deadline = self.swf.service.next_deadline()
        if deadline is not None:
            self.swf.advance(max(0.0, deadline - self.swf.clock.now()))

    def look_back(self) -> None:
        """Replay every prefix of every history."""
        for info in self.outside.list_closed_workflow_executions(EVER):
            events = list(
                self.outside.walk_execution_history(
                    info.execution.workflow_id, info.execution.run_id, reverse_order=False
                )
            )
            workflow = {"game": game, "child": child}[info.workflow_type.name]
            replay_prefixes(workflow, events, info.execution.run_id)


def _same(one: Answer, other: Answer) -> bool:
    """Compare two answers; what is recorded is another value each time, and all that follows.

    The task list has no part in it.
    """
    one = attrs.evolve(one, task_list=None, task_list_schedule_to_start_timeout=None)
    if any(getattr(each, "marker_name", None) == "py_swf.record" for each in one.decisions):
        return [_name(each) for each in one.decisions] == [_name(each) for each in other.decisions]
    return one.to_wire() == other.to_wire()


def _name(decision: Any) -> tuple[Any, ...]:
    ids = ("activity_id", "timer_id", "marker_name", "control", "id")
    return (decision.decision_type, *(getattr(decision, name, None) for name in ids))


def replay_prefixes(workflow: flow.Workflow[..., Any], events: list[ev.Event], run_id: str) -> None:
    """Replay a history up to each of its decision tasks, and all of it."""
    for index, event in enumerate(events):
        if isinstance(event, ev.DecisionTaskStarted):
            flow.replay(workflow, events[: index + 1], run_id=run_id, workflow_id="scene")
    flow.replay(workflow, events, run_id=run_id, workflow_id="scene")


def main(first: int, last: int) -> None:
    """Play seeds by hand."""
    decided = to_owner = 0
    for seed in range(first, last):
        world = World(seed)
        try:
            world.play()
        except BaseException as error:
            print(f"seed {seed}: {type(error).__name__} {error}"[:3000], flush=True)
            if isinstance(error, KeyboardInterrupt):
                raise
        decided += world.decided
        to_owner += world.sent_to_owner
    print(f"{last - first} seeds, {decided} decisions, {to_owner} of tasks on own lists")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
