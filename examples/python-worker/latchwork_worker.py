"""A Latchwork worker for Python 3.8 and newer, in one file without dependencies: copy it.

    from latchwork_worker import run, work

    @work("resize")
    def resize(task):
        return {"file": shrink(task.input["file"])}

    run()

What is returned is the output of the task. `TaskFailed` fails it for good, `Later` has it handed out again after a while,
and any other exception is reported with its traceback and tried again as the work's retry policy says.

A report may be sent twice without harm, so each is repeated until it is answered. A worker that dies is found out by the
heartbeats it misses, and its tasks go to another: functions must bear being run again.
"""

import http.client
import json
import logging
import os
import random
import signal
import socket
import threading
import time
import traceback
import urllib.error
import urllib.request

CLAIM_WAIT_SECONDS = 20
ANSWER_TIMEOUT_SECONDS = 40
LONGEST_PAUSE_SECONDS = 15
BEAT_SECONDS = 3  # works with a heartbeat below three times this need a quicker one

log = logging.getLogger("latchwork")
works = {}


def work(key):
    """Makes a function the one that does the work `key`."""

    def register(function):
        works[key] = function
        return function

    return register


def run(url=None, api_key=None, name=None, concurrency=4):
    """Does what is to do for the registered works, until SIGINT or SIGTERM; then finishes what is under way."""
    url = url or os.environ.get("LATCHWORK_URL", "http://localhost:3000")
    api_key = api_key or os.environ.get("LATCHWORK_API_KEY")
    if not api_key:
        raise SystemExit("LATCHWORK_API_KEY is missing: make one with the scope tasks:report")
    name = name or "python-worker {} {}".format(socket.gethostname(), os.getpid())
    Worker(Server(url, api_key), name, concurrency).run()


class TaskFailed(Exception):
    """Says why a task cannot be done. It is not tried again."""


class Later(Exception):
    """The task is to be handed out again in so many seconds. That is no failure."""

    def __init__(self, seconds, reason=None):
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason


class Task:
    """One attempt at a task.

    `dropped` is set once nobody waits for its result any more; `cancelled` says whether a person cancelled it, or whether it
    ran out of time and went to another worker. `stopping` is set once the worker is to end: a long task may then raise `Later`
    rather than hold it up.
    """

    def __init__(self, claimed, report, stopping):
        self.id = claimed["id"]
        self.instance_id = claimed["instanceId"]
        self.object_id = claimed["objectId"]
        self.work = claimed["work"]
        self.segment = claimed["segment"]
        self.input = claimed["input"]
        self.attempt = claimed["attempt"]
        self.token = claimed["token"]
        self.started = claimed["deadlines"]["runBy"] is not None
        self.progress = None  # from 0 to 1, told with the next heartbeat
        self.dropped = threading.Event()
        self.cancelled = False
        self.stopping = stopping
        self._report = report

    def patch_context(self, patch):
        """Merges `patch` into the context that all tasks of the instance share (RFC 7386)."""
        self._report([self.says("context", patch=patch)])

    def says(self, kind, **facts):
        """A report about this attempt."""
        told = {key: value for key, value in facts.items() if value is not None}
        return {"type": kind, "token": self.token, **told}

    def hear(self, result):
        """Takes in the answer to a report."""
        if not result["ok"]:
            log.warning("%s: %s", self.id, result["message"])
            self.cancelled = self.cancelled or result.get("cancelled", False)
            self.dropped.set()


def outcome(function, task):
    """Runs the function and answers the report that tells how it ended."""
    try:
        output = function(task)
        json.dumps(output)
        return task.says("finish", output=output)
    except TaskFailed as failure:
        return task.says("fail", message=str(failure), retryable=False)
    except Later as later:
        return task.says("delay", seconds=later.seconds, reason=later.reason)
    except Exception as error:  # whatever it is, the server must hear of it
        message = "{}: {}".format(type(error).__name__, error)
        return task.says("raise", message=message, stack=traceback.format_exc())


class Worker:
    """Three kinds of threads: one claims, one sends the heartbeats of all tasks, and each task has its own."""

    def __init__(self, server, name, concurrency):
        self.server = server
        self.name = name
        self.concurrency = concurrency
        self.tasks = set()  # under way
        self.changed = threading.Condition()  # guards `tasks`
        self.stopping = threading.Event()
        self.refused = None

    def run(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for loop in (self._claim, self._beat):
            threading.Thread(target=loop, daemon=True).start()
        log.info("%s waits for %s", self.name, ", ".join(works))

        self.stopping.wait()
        with self.changed:
            self.changed.wait_for(lambda: not self.tasks)
        if self.refused:
            raise SystemExit(self.refused)

    def _stop(self, number, _frame):
        signal.signal(number, signal.SIG_DFL)  # a second one ends the worker at once
        log.info("stopping: claims nothing more, finishes what is under way")
        self.stopping.set()

    def _claim(self):
        try:
            while not self.stopping.is_set():
                with self.changed:
                    self.changed.wait_for(lambda: len(self.tasks) < self.concurrency)
                    room = self.concurrency - len(self.tasks)
                for claimed in self.server.claim(list(works), room, self.name):
                    self._take(Task(claimed, self.server.report, self.stopping))
        except Refused as refused:
            self.refused = str(refused)
            self.stopping.set()

    def _take(self, task):
        if self.stopping.is_set():
            self.server.report([task.says("reject", reason="the worker is stopping")])
            return
        with self.changed:
            self.tasks.add(task)
        threading.Thread(target=self._do, args=(task,), daemon=True).start()

    def _do(self, task):
        try:
            log.info("%s: %s, attempt %d", task.id, task.work, task.attempt)
            if not task.started:
                self._tell(task, task.says("start", worker=self.name))
            if not task.dropped.is_set():
                ending = outcome(works[task.work], task)
                if not task.dropped.is_set():
                    log.info("%s: %s", task.id, ending["type"])
                    self._tell(task, ending)
        except Refused as refused:
            log.error("%s: %s", task.id, refused)
        finally:
            with self.changed:
                self.tasks.discard(task)
                self.changed.notify_all()

    def _beat(self):
        while True:
            time.sleep(BEAT_SECONDS)
            with self.changed:
                tasks = [task for task in self.tasks if not task.dropped.is_set()]
            try:
                beats = [task.says("heartbeat", progress=task.progress) for task in tasks]
                for task, result in zip(tasks, self.server.report(beats)):
                    task.hear(result)
            except Refused as refused:
                log.error("heartbeats: %s", refused)

    def _tell(self, task, report):
        [result] = self.server.report([report])
        task.hear(result)


class Refused(Exception):
    """The server said no, and will say it again."""


class Server:
    def __init__(self, url, api_key):
        self.url = url.rstrip("/")
        self.api_key = api_key

    def claim(self, keys, most, worker):
        request = {"works": keys, "max": most, "waitSeconds": CLAIM_WAIT_SECONDS, "worker": worker}
        return self._call("/tasks/claim", request)["tasks"]

    def report(self, reports):
        """Sends up to 1,000 reports and answers their results, in their order."""
        return self._call("/reports", {"reports": reports})["results"] if reports else []

    def _call(self, path, body):
        """Posts until there is an answer: what may pass (no connection, 429, 5xx) is tried again with growing pauses."""
        failures = 0
        while True:
            try:
                return self._post(path, body)
            except (OSError, http.client.HTTPException) as error:
                wait = min(LONGEST_PAUSE_SECONDS, 0.25 * 2**failures) * random.uniform(0.5, 1)
                log.warning("%s: %s; trying again in %.1f s", path, error, wait)
                time.sleep(wait)
                failures = min(failures + 1, 10)

    def _post(self, path, body):
        request = urllib.request.Request(
            self.url + "/api/v1" + path,
            data=json.dumps(body).encode(),
            headers={
                "Authorization": "Bearer " + self.api_key,
                "Content-Type": "application/json",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_TIMEOUT_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            if error.code == 429 or error.code >= 500:
                raise
            raise Refused("{} answered {}: {}".format(path, error.code, detail_of(error))) from None


def detail_of(error):
    """The sentence of a problem+json. What comes from a proxy on the way may be anything."""
    try:
        return json.load(error)["detail"]
    except (ValueError, KeyError, TypeError):
        return error.reason
