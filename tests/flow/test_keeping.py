"""Kept runs: what is read, where their tasks go, and what becomes of those that are given up."""

from py_swf import flow
from py_swf.clients.decision import DecisionClient
from py_swf.config_definitions import DecisionConfig
from py_swf.errors import NoTaskFound
from tests.flow.scenes import DOMAIN, Scene
from tests.flow.shop import add

OWN = "list.host.1.a"
word = flow.Signal("word", int)


@flow.workflow
async def counts(rounds: int) -> int:
    """Add one, so many times."""
    value = 0
    for _ in range(rounds):
        value = await add(value)
    return value


@flow.workflow
async def listens(count: int) -> list[int]:
    """Receive so many words."""
    return [await word.receive() for _ in range(count)]


class Host:
    """A process that keeps runs: its decider, and the two lists that it polls.

    :param scene: the scene it plays in.
    :param own: name of its own task list.
    """

    def __init__(self, scene: Scene, own: str = OWN, keep: int = 10, **options) -> None:
        self.scene = scene
        boto = scene.swf.client()
        self.requests: list[str] = []
        boto.meta.events.register("before-call.swf", self._count)
        self.shared = DecisionClient(scene.client.decision_config, boto)
        self.own = DecisionClient(DecisionConfig(DOMAIN, own, *[None] * 4), boto)
        self.decider = flow.Decider(scene.workflows, keep=keep, own_task_list=own, **options)

    def _count(self, model, **kwargs):
        self.requests.append(model.name)

    def poll(self):
        """Take a task from the own list, or else from the one that is shared."""
        try:
            return self.own.poll(start_at_previous_started_event=True)
        except NoTaskFound:
            return self.shared.poll(newest_first=False)

    def decide(self):
        """Take a task, decide it and answer it; return the answer."""
        task = self.poll()
        answer = self.decider(task)
        self.shared.respond(task.task_token, answer)
        return answer


def lists(scene):
    """Return the task lists to which the decision tasks went, without repetitions."""
    names = [e.task_list for e in scene.history if e.event_type == "DecisionTaskScheduled"]
    return [name for n, name in enumerate(names) if not n or names[n - 1] != name]


def played(rounds, host=Host, until=10_000):
    """Return a scene and its host, after the decision that brought its history to a length."""
    scene = Scene([counts], [add]).start(rounds)
    host = host(scene)
    while len(scene.history) < until:
        host.decide()
        scene.work()
    return scene, host


class TestOwnTaskList:
    """The task list to which the tasks of kept runs go."""

    def test_a_long_run_moves_to_it(self):
        """From 100 events on each task is sent to the own list, for 10 seconds."""
        scene, host = played(40, until=110)
        answer = host.decide()
        assert (answer.task_list, answer.task_list_schedule_to_start_timeout) == (OWN, 10)
        assert lists(scene) == ["list", OWN]

    def test_a_short_run_stays(self):
        """A run of fewer than 100 events is neither sent elsewhere nor kept."""
        scene, host = played(40, until=90)
        assert lists(scene) == ["list"]
        assert len(host.decider._kept) == 0

    def test_a_process_that_stops_sends_its_tasks_back(self):
        """Once nothing is to be kept any more, answers name the list of the start, and runs go."""
        scene, host = played(40, until=150)
        host.decider.stop_keeping()
        answer = host.decide()
        assert (answer.task_list, answer.task_list_schedule_to_start_timeout) == ("list", None)
        assert len(host.decider._kept) == 0
        scene.work()
        host.decide()
        assert lists(scene) == ["list", OWN, "list"]
