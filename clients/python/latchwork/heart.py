from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from typing import Callable, Iterable

from .task import Report, Task, report


class Heart:
    """One thread that says of all tasks that they are still at it, each as often as it needs. What it hears, they hear."""

    def __init__(self, tasks: Callable[[], Iterable[Task]], send: "Callable[[Task, Report], Future[dict]]"):
        self._tasks = tasks
        self._send = send
        self._due: dict[Task, float] = {}
        self._unanswered: set[Task] = set()
        self._changed = threading.Event()
        threading.Thread(target=self._run, name="latchwork-heart", daemon=True).start()

    def look(self) -> None:
        """A task has come that may need its first heartbeat sooner than those that are there."""
        self._changed.set()

    def _run(self) -> None:
        while True:
            self._changed.wait(self._pause())
            self._changed.clear()
            for task in self._alive():
                if self._due[task] <= time.monotonic():
                    self._due[task] = time.monotonic() + task.beat_seconds
                    if task not in self._unanswered:
                        self._beat(task)

    def _beat(self, task: Task) -> None:
        def answered(answer: "Future[dict]") -> None:
            self._unanswered.discard(task)
            task.hear(answer.result())

        self._unanswered.add(task)
        self._send(task, report("heartbeat", progress=task.progress)).add_done_callback(answered)

    def _pause(self) -> float | None:
        dues = [self._due[task] for task in self._alive()]
        return max(0.0, min(dues) - time.monotonic()) if dues else None

    def _alive(self) -> list[Task]:
        tasks = [task for task in self._tasks() if not task.dropped.is_set() and not task.ended]
        first = time.monotonic()
        self._due = {task: self._due.get(task, first + task.beat_seconds) for task in tasks}
        return tasks
