"""A receiver of pushed tasks: checks the signature, does the work, and answers with the result. What takes longer is accepted
at once and reported on later, with heartbeats, to the URL that came with the task.

    receiver = Receiver(secrets=["whsec_..."])

    @receiver.work("resize")
    def resize(task): ...

    receiver.serve(port=8080)            # or: app = receiver.wsgi, behind any WSGI server
"""

from __future__ import annotations

import json
import logging
import signal
import threading
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Iterable, Mapping, NamedTuple, Sequence

from .errors import WebhookError
from .heart import Heart
from .task import Attempt, Report, Task, outcome, tell_end
from .webhooks import header, verify_webhook
from .worker import LAST_WORDS_SECONDS, Function

log = logging.getLogger("latchwork")

LARGEST_BODY = 16_777_216
MOST_REMEMBERED = 1_000  # pushes of which the answer is kept, in case it was lost and the push comes again
REASONS = {
    200: "OK",
    202: "Accepted",
    204: "No Content",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    429: "Too Many Requests",
    503: "Service Unavailable",
}


class Answer(NamedTuple):
    status: int
    body: dict[str, Any]
    retry_after: int | None = None


class Receiver:
    """`secrets`: of the works that are pushed here; during a rotation both. Work that takes longer than `answer_within_seconds`
    is accepted and reported on later; `concurrency` tasks at once, what comes beyond is put off with 429."""

    def __init__(
        self,
        secrets: Sequence[str],
        *,
        works: dict[str, Function] | None = None,
        answer_within_seconds: float = 5.0,
        concurrency: int | None = None,
    ):
        if not secrets:
            raise ValueError("a receiver needs at least one secret")
        self.secrets = list(secrets)
        self.works: dict[str, Function] = dict(works or {})
        self.answer_within_seconds = answer_within_seconds
        self.concurrency = concurrency
        self.stopping = threading.Event()
        self._unheard = threading.Event()  # set when Latchwork did not hear the last reports in time
        self._changed = threading.Condition()  # guards what follows
        self._tasks: set[Task] = set()
        self._answering = 0  # requests that the server of `serve` has not answered yet
        self._answers: OrderedDict[str, Future[Answer]] = OrderedDict()
        self._beats = ThreadPoolExecutor(4, thread_name_prefix="latchwork-beat")
        self._heart = Heart(self._under_way, lambda task, report: self._beats.submit(task._tell, report))

    def work(self, key: str) -> Callable[[Function], Function]:
        """Makes a function the one that does the work `key`."""

        def register(function: Function) -> Function:
            self.works[key] = function
            return function

        return register

    def handle(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request: its headers, and its body as the bytes that came."""
        try:
            verify_webhook(self.secrets, headers, body)
        except WebhookError as error:
            return Answer(401, {"detail": str(error)})
        try:
            push = json.loads(body)
            kind, data = push["type"], push["data"]
        except (ValueError, KeyError, TypeError):
            return Answer(400, {"detail": "not a push of a task"})
        if kind == "task.cancelled":
            self._cancel(data)
        if kind != "task.push":
            return Answer(204, {})
        return self._receive(header(headers, "webhook-id"), data)

    def _receive(self, identity: str, data: dict[str, Any]) -> Answer:
        function = self.works.get(data["work"])
        if function is None:
            return Answer(404, {"detail": "this receiver does not know {}".format(data["work"])})
        with self._changed:
            answer = self._answers.get(identity)
            if answer is None:
                if self.stopping.is_set():
                    return Answer(503, {"detail": "stopping"}, 1)
                if self.concurrency is not None and len(self._tasks) >= self.concurrency:
                    return Answer(429, {"detail": "busy"}, 1)
                answer = self._begin(identity, data, function)
        return answer.result()

    def _begin(self, identity: str, data: dict[str, Any], function: Function) -> "Future[Answer]":
        """Called with the lock held."""
        task = Task(data, Attempt.at(data["reportUrl"], until=self._unheard)._tell, self.stopping)
        self._tasks.add(task)
        answer: Future[Answer] = Future()
        self._answers[identity] = answer
        if len(self._answers) > MOST_REMEMBERED:
            self._answers.popitem(last=False)
        threading.Thread(target=self._do, args=(task, function, answer), name=task.id, daemon=True).start()
        threading.Thread(target=self._accept_if_late, args=(answer,), daemon=True).start()
        self._heart.look()
        return answer

    def _do(self, task: Task, function: Function, answer: "Future[Answer]") -> None:
        try:
            ending = outcome(function, task)
            result = result_of(task, ending)
            if result is not None and settle(answer, result):
                return
            settle(answer, Answer(202, {"status": "accepted"}))
            tell_end(task, ending)
        finally:
            with self._changed:
                self._tasks.discard(task)
                self._changed.notify_all()

    def _accept_if_late(self, answer: "Future[Answer]") -> None:
        try:
            answer.result(self.answer_within_seconds)
        except FutureTimeout:
            settle(answer, Answer(202, {"status": "accepted"}))

    def _cancel(self, data: dict[str, Any]) -> None:
        for task in self._under_way():
            if task.id == data.get("id") and task.attempt == data.get("attempt", task.attempt):
                task.drop(cancelled=data.get("reason", "cancelled") == "cancelled")

    def _under_way(self) -> list[Task]:
        with self._changed:
            return list(self._tasks)

    def close(self, grace_seconds: float = 25.0) -> None:
        """Takes no more (503), waits for what is under way, and gives back what has not ended in time."""
        self.stopping.set()
        with self._changed:
            self._changed.wait_for(lambda: not self._tasks, grace_seconds)
        last_words = threading.Timer(LAST_WORDS_SECONDS, self._unheard.set)
        last_words.start()
        for task in self._under_way():
            if not task.ended:
                task.reject("the receiver is stopping")
                task.drop(cancelled=False)
        last_words.cancel()
        self._unheard.set()

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The receiver as a WSGI application."""
        size = int(environ.get("CONTENT_LENGTH") or 0)
        if environ["REQUEST_METHOD"] != "POST":
            answer = Answer(405, {"detail": "only POST"})
        elif size > LARGEST_BODY:
            answer = Answer(413, {"detail": "the body is too large"})
        else:
            given = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
            answer = self.handle(given, environ["wsgi.input"].read(size))
        body = b"" if answer.status == 204 else json.dumps(answer.body).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if answer.retry_after is not None:
            headers.append(("Retry-After", str(answer.retry_after)))
        start_response("{} {}".format(answer.status, REASONS[answer.status]), headers)
        return [body]

    def server(self, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
        """An HTTP server of the standard library around it: good for trying and for small installations."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver._count(1)
                try:
                    self._answer()
                finally:
                    receiver._count(-1)

            def _answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                if size > LARGEST_BODY:
                    answer = Answer(413, {"detail": "the body is too large"})
                    self.close_connection = True
                else:
                    answer = receiver.handle(dict(self.headers), self.rfile.read(size))
                body = b"" if answer.status == 204 else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                if answer.retry_after is not None:
                    self.send_header("Retry-After", str(answer.retry_after))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                log.debug(format, *args)

        return ThreadingHTTPServer((host, port), Handler)

    def serve(self, host: str = "127.0.0.1", port: int = 8080, *, grace_seconds: float = 25.0, signals: bool = True) -> None:
        """Serves until SIGINT or SIGTERM comes and everything is finished or given back; a second signal ends the process at once."""
        with self.server(host, port) as server:

            def stop(number: int, _frame: Any) -> None:
                signal.signal(number, signal.SIG_DFL)
                # What the signal has interrupted may hold our lock, and `shutdown` waits for the loop that is interrupted.
                threading.Thread(target=self._end, args=(server, grace_seconds)).start()

            if signals and threading.current_thread() is threading.main_thread():
                for number in (signal.SIGINT, signal.SIGTERM):
                    signal.signal(number, stop)
            server.serve_forever()

    def _end(self, server: ThreadingHTTPServer, grace_seconds: float) -> None:
        self.close(grace_seconds)
        with self._changed:
            self._changed.wait_for(lambda: self._answering == 0, LAST_WORDS_SECONDS)
        server.shutdown()

    def _count(self, requests: int) -> None:
        with self._changed:
            self._answering += requests
            self._changed.notify_all()


def settle(answer: "Future[Answer]", value: Answer) -> bool:
    """False if it was answered before."""
    try:
        answer.set_result(value)
        return True
    except Exception:  # InvalidStateError, whose import differs between versions
        return False


def result_of(task: Task, ending: Report | None) -> Answer | None:
    """What an answer can say at once; None: it takes a report, as a delay or a stack does, or it was told already."""
    if ending is None:
        return Answer(200, {"status": "failed", "message": "cancelled"}) if task.dropped.is_set() else None
    facts = {name: fact for name, fact in ending.items() if name != "type"}
    if ending["type"] == "finish":
        return Answer(200, {"status": "succeeded", **facts})
    if ending["type"] == "fail" and "retryAfterSeconds" not in facts:
        return Answer(200, {"status": "failed", **facts})
    if ending["type"] == "reject":
        return Answer(409, {"detail": facts.get("reason", "rejected")})
    return None
