"""A worker: claims tasks by long poll, runs a few at a time in threads, and tells how they get on and how they ended.

Stopping loses nothing. It claims nothing more and hears the open poll out (what that still brings is given back), lets what is
under way end, and gives back what has not ended in time. A worker that dies instead is found out by the heartbeats it misses.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from typing import Any, Callable

from .heart import Heart
from .reporter import Reporter
from .task import Task, outcome, tell_end
from .transport import Server

log = logging.getLogger("latchwork")

Function = Callable[[Task], Any]

MOST_CLAIMED = 500
LAST_WORDS_SECONDS = 5.0  # after the grace, for giving back
STOPPING = "the worker is stopping"


class Worker:
    """`url` and `api_key` (scope `tasks:report`) default to LATCHWORK_URL and LATCHWORK_API_KEY."""

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        works: dict[str, Function] | None = None,
        concurrency: int = 4,
        name: str | None = None,
        wait_seconds: float = 5.0,
        grace_seconds: float = 25.0,
    ):
        url = url or os.environ.get("LATCHWORK_URL", "http://localhost:3000")
        api_key = api_key or os.environ.get("LATCHWORK_API_KEY")
        if not api_key:
            raise ValueError("an API key is missing: make one with the scope tasks:report")
        self.works: dict[str, Function] = dict(works or {})
        self.concurrency = concurrency
        self.name = name or "{} {}".format(socket.gethostname(), os.getpid())
        self.wait_seconds = wait_seconds
        self.grace_seconds = grace_seconds
        self.stopping = threading.Event()
        self._unheard = threading.Event()  # set when the server did not hear the last reports in time
        self._server = Server(url, api_key, until=self.stopping)
        self._reporter = Reporter(self._server, until=self._unheard)
        self._changed = threading.Condition()  # guards `_tasks`
        self._tasks: set[Task] = set()
        self._heart = Heart(self._under_way, lambda task, report: self._reporter.send(task.token, report))

    def work(self, key: str) -> Callable[[Function], Function]:
        """Makes a function the one that does the work `key`."""

        def register(function: Function) -> Function:
            self.works[key] = function
            return function

        return register

    def run(self, signals: bool = True) -> None:
        """Works until `stop` is called, or SIGINT or SIGTERM comes; a second signal ends the process at once.

        Raises LatchworkError if the server refuses it for good, as for a wrong key.
        """
        if not self.works:
            raise ValueError("a worker needs at least one work")
        if signals and threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, self._on_signal)
        log.info("%s waits for %s", self.name, ", ".join(self.works))
        try:
            while not self.stopping.is_set():
                self._claim()
        finally:
            self.stopping.set()
            self._finish()

    def stop(self) -> None:
        """Returns at once; `run` returns when everything is finished or given back."""
        self.stopping.set()
        if self._changed.acquire(blocking=False):  # else whoever has it wakes the loop, which also looks by itself
            self._changed.notify_all()
            self._changed.release()

    def _on_signal(self, number: int, _frame: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        log.info("stopping: claims nothing more, finishes what is under way")
        self.stopping.set()

    def _claim(self) -> None:
        with self._changed:
            room = self.concurrency - len(self._tasks)
            if room <= 0:
                self._changed.wait(0.5)  # a signal only sets `stopping`
                return
        try:
            claimed = self._server.send(
                "POST",
                "/tasks/claim",
                {
                    "works": list(self.works),
                    "max": min(room, MOST_CLAIMED),
                    "waitSeconds": self.wait_seconds,
                    "worker": self.name,
                },
                timeout=self.wait_seconds + 15,
            )
        except Exception:
            if self.stopping.is_set():
                return
            raise
        for task in claimed["tasks"]:
            self._take(task)

    def _take(self, claimed: dict[str, Any]) -> None:
        token = claimed["token"]
        task = Task(claimed, lambda report: self._reporter.tell(token, report), self.stopping)
        if self.stopping.is_set():
            task.reject(STOPPING)
            return
        with self._changed:
            self._tasks.add(task)
        self._heart.look()
        threading.Thread(target=self._do, args=(task,), name=task.id, daemon=True).start()

    def _do(self, task: Task) -> None:
        try:
            tell_end(task, outcome(self.works[task.work], task))
        finally:
            self._forget(task)

    def _forget(self, task: Task) -> None:
        with self._changed:
            self._tasks.discard(task)
            self._changed.notify_all()

    def _finish(self) -> None:
        """Waits for what is under way, and gives the rest back."""
        if self._wait_until_done(self.grace_seconds):
            return
        given_back = []
        for task in self._under_way():
            if not task.ended:
                task.ended = True
                task.drop(cancelled=False)
                rejected = {"type": "reject", "reason": STOPPING}
                given_back.append(self._reporter.send(task.token, rejected))
        ends = time.monotonic() + LAST_WORDS_SECONDS
        for answer in given_back:
            try:
                answer.result(max(0.0, ends - time.monotonic()))
            except Exception:
                break
        self._unheard.set()

    def _wait_until_done(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._tasks, seconds)

    def _under_way(self) -> list[Task]:
        with self._changed:
            return list(self._tasks)
