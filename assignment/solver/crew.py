"""分工: the workers of one solve, with its problem in their hands, and how many tasks are done by
them and by this process together. Tasks are pure, so that the answers do not depend on who gave
them.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Generic, TypeVar

from assignment.problem import Problem
from assignment.solver.budget import TICK
from assignment.solver.workers import Workers

# A task elsewhere is late after so many times what one takes here.
PATIENCE = 3
# Seconds of a task that is worth sending: the way there and back takes some hundredths.
WORTH = 0.1

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Crew:
    """Several parts of a search may ask at a time, each as many tasks as there is room for."""

    def __init__(self, workers: Workers, problem: Problem) -> None:
        self._workers = workers
        self._problem = workers.share(problem)
        self._under_way: list[Future[Any]] = []
        self._small: set[Callable[..., Any]] = set()
        self._lock = threading.Lock()

    def prepare(self, task: Callable[[Any], Any]) -> None:
        """Have every worker do it with the problem, while there are no other tasks yet."""
        with contextlib.suppress(Exception):  # of whatever kind the engine has for it
            self._workers.prepare(task, self._problem)

    @property
    def count(self) -> int:
        """How many tasks run at a time; none where the workers cannot be asked."""
        try:
            return self._workers.count
        except Exception:  # of whatever kind the engine has for it
            return 0

    @property
    def for_proofs(self) -> int:
        """How many of them a proof beside the search may use; the others look for plans."""
        return self.count // 2

    @property
    def free(self) -> int:
        with self._lock:
            self._under_way = [future for future in self._under_way if not future.done()]
            return self.count - len(self._under_way)

    def submit(self, task: Callable[[Any, Asked], Answer], asked: Asked) -> Future[Answer]:
        """Its future fails when the task is lost, or cannot be sent."""
        try:
            future = self._workers.submit(task, self._problem, asked)
        except Exception as fault:  # of whatever kind the engine has for it
            future = Future()
            future.set_exception(fault)
        with self._lock:
            self._under_way.append(future)
        return future

    def learn(self, task: Callable[..., Any], seconds: float) -> None:
        """What one took in this process."""
        (self._small.add if seconds < WORTH else self._small.discard)(task)

    def worth(self, task: Callable[..., Any]) -> bool:
        """Whether it is sent at all; before one was done here it is."""
        return task not in self._small


def lost(future: Future[Any]) -> bool:
    """Whether a future that is done has no answer."""
    return future.cancelled() or future.exception() is not None


def all_of(
    crew: Crew | None,
    task: Callable[[Any, Asked], Answer],
    asked: Sequence[Asked],
    here: Callable[[Asked], Answer],
    over: Callable[[], bool],
    threads: int = 1,
) -> list[Answer] | None:
    """The answers of `task` in the order asked, from the crew and from `threads` of this process,
    which call `here`; None once `over`, which also has to end `here`.

    A task that is lost is done again, here. So is one that takes much longer elsewhere than those
    here did, when there is nothing else to do: a slow worker holds nobody up.
    """
    return _Sharing(crew, task, asked, here).run(over, threads)


class _Sharing(Generic[Asked, Answer]):
    def __init__(
        self,
        crew: Crew | None,
        task: Callable[[Any, Asked], Answer],
        asked: Sequence[Asked],
        here: Callable[[Asked], Answer],
    ) -> None:
        self._crew, self._task, self._asked, self._here = crew, task, asked, here
        self._waiting = deque(range(len(asked)))
        self._lost = deque[int]()
        self._away: dict[Future[Answer], int] = {}
        self._near: dict[Future[Answer], int] = {}
        self._begun: dict[int, float] = {}
        self._longest = TICK  # seconds of a task here
        self._answers: dict[int, Answer] = {}

    def run(self, over: Callable[[], bool], threads: int) -> list[Answer] | None:
        with ThreadPoolExecutor(threads) as pool:
            while len(self._answers) < len(self._asked):
                if over():
                    break
                self._send()
                while len(self._near) < threads and (number := self._next()) is not None:
                    self._near[pool.submit(self._here, self._asked[number])] = number
                    self._begun[number] = time.monotonic()
                self._take(wait([*self._near, *self._away], TICK, FIRST_COMPLETED).done)
            while wait(self._near, TICK).not_done:
                over()
        for future in self._away:
            future.cancel()
        if len(self._answers) < len(self._asked):
            return None
        return [self._answers[number] for number in range(len(self._asked))]

    def _send(self) -> None:
        if self._crew is None or not self._crew.worth(self._task):
            return
        for _ in range(min(self._crew.free, len(self._waiting))):
            number = self._waiting.pop()
            self._away[self._crew.submit(self._task, self._asked[number])] = number
            self._begun[number] = time.monotonic()

    def _next(self) -> int | None:
        """What is to be done here next."""
        for mine in (self._lost, self._waiting):
            if mine:
                return mine.popleft()
        taken, late = {*self._near.values(), *self._answers}, PATIENCE * self._longest
        now = time.monotonic()
        return next(
            (
                number
                for number in self._away.values()
                if number not in taken and now - self._begun[number] > late
            ),
            None,
        )

    def _take(self, done: set[Future[Answer]]) -> None:
        for future in done:
            near = future in self._near
            number = self._near.pop(future) if near else self._away.pop(future)
            if near:
                self._near_took(time.monotonic() - self._begun[number])
            if near or not lost(future):
                self._answers.setdefault(number, future.result())
            elif number not in {*self._near.values(), *self._answers}:
                self._lost.append(number)

    def _near_took(self, seconds: float) -> None:
        self._longest = max(self._longest, seconds)
        if self._crew is not None:
            self._crew.learn(self._task, seconds)
