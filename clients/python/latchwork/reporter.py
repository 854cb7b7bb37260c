from __future__ import annotations

import json
import queue
import threading
from concurrent.futures import Future
from typing import Any

from .errors import LatchworkError
from .transport import Server

MOST_REPORTS = 1_000
MOST_BYTES = 4_000_000  # below the 16 MB that a batch may have by default, with room for one more report


class Reporter:
    """Sends the reports of all tasks. Those that come while a request is under way travel together in the next.

    Each is repeated until it is answered or `until` is set, which does no harm: the same report twice is one report.
    """

    def __init__(self, server: Server, until: threading.Event):
        self._server = server
        self._until = until
        self._queue: queue.SimpleQueue[tuple[bytes, Future]] = queue.SimpleQueue()
        self._left: tuple[bytes, Future] | None = None
        threading.Thread(target=self._run, name="latchwork-reports", daemon=True).start()

    def tell(self, token: str, report: dict[str, Any]) -> dict[str, Any]:
        return self.send(token, report).result()

    def send(self, token: str, report: dict[str, Any]) -> "Future[dict[str, Any]]":
        answer: Future = Future()
        self._queue.put((json.dumps({"token": token, **report}).encode(), answer))
        return answer

    def _run(self) -> None:
        while True:
            self._deliver(self._take())

    def _take(self) -> list[tuple[bytes, Future]]:
        batch = [self._left or self._queue.get()]
        self._left = None
        size = len(batch[0][0])
        while len(batch) < MOST_REPORTS:
            try:
                one = self._queue.get_nowait()
            except queue.Empty:
                break
            size += len(one[0])
            if size > MOST_BYTES:
                self._left = one
                break
            batch.append(one)
        return batch

    def _deliver(self, batch: list[tuple[bytes, Future]]) -> None:
        body = b'{"reports":[' + b",".join(text for text, _ in batch) + b"]}"
        try:
            results = self._server.send("POST", "/reports", body, until=self._until)["results"]
            for (_, answer), result in zip(batch, results):
                answer.set_result(result)
        except Exception as error:
            # One report may spoil the batch of many, as by its size: each of them is then sent by itself.
            if len(batch) > 1 and not self._until.is_set():
                for one in batch:
                    self._deliver([one])
                return
            refused = isinstance(error, LatchworkError) and not self._until.is_set()
            code = error.code if refused else "unreachable"  # type: ignore[attr-defined]
            for _, answer in batch:
                answer.set_result({"ok": False, "code": code, "message": str(error)})
