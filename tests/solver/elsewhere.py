"""Workers that are this process, and lose tasks when they are told to."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class Here:
    """Tasks are pickled there and back and done at once; every `lossy`-th one is lost."""

    def __init__(self, lossy: int = 0, count: int = 1) -> None:
        self.count, self.lossy, self.sent = count, lossy, 0

    def share(self, value: Any) -> Any:
        return pickle.loads(pickle.dumps(value))

    def prepare(self, task: Callable[[Any], Any], shared: Any) -> None:
        task(shared)

    def submit(self, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        self.sent += 1
        future: Future[Any] = Future()
        if self.lossy and self.sent % self.lossy == 0:
            future.set_exception(OSError("the worker is gone"))
        else:
            future.set_result(
                pickle.loads(pickle.dumps(task(*pickle.loads(pickle.dumps(arguments)))))
            )
        return future

    def close(self) -> None:
        pass
