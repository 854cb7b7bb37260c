"""A task as the function that does it sees it, and what becomes of it."""

from __future__ import annotations

import http.client
import json
import logging
import threading
import traceback
from datetime import datetime, timezone
from typing import Any, Callable

from .errors import Delay, LatchworkError, NonRetryableError, Reject, RetryableError
from .transport import Server

log = logging.getLogger("latchwork")

LONGEST_TEXT = 100_000
LONGEST_BEAT_SECONDS = 10.0

Report = dict
Tell = Callable[[Report], dict]


class Attempt:
    """The reports that one attempt can make, said one by one: start, run, then finish or raise.

    `Attempt.at(report_url)` speaks of an attempt from anywhere, as from another process that was given the URL: the URL is all
    the right it needs, and dies with the attempt.
    """

    def __init__(self, tell: Tell):
        self._tell = tell
        self.ended = False

    @classmethod
    def at(cls, report_url: str, until: threading.Event | None = None) -> "Attempt":
        """`until`: once it is set, a report that did not come through is not tried again."""
        server = Server("", until=until)

        def tell(report: Report) -> dict:
            try:
                return server.send("POST", report_url, report) or {"ok": True}
            except LatchworkError as refused:
                cancelled = refused.problem.get("cancelled", False)
                return {"ok": False, "code": refused.code, "message": str(refused), "cancelled": cancelled}
            except (OSError, http.client.HTTPException) as error:
                return {"ok": False, "code": "unreachable", "message": str(error)}

        return cls(tell)

    def start(self, worker: str | None = None) -> dict:
        """The work begins. Only works with `startReport` need it; the others began with the claim."""
        return self.say("start", worker=worker)

    def heartbeat(self, progress: float | None = None) -> dict:
        """Still there. A worker sends these by itself."""
        return self.say("heartbeat", progress=progress)

    def finish(self, output: Any = None, context: dict[str, Any] | None = None) -> dict:
        return self._end("finish", output=output, context=context)

    def fail(
        self,
        message: str,
        *,
        retryable: bool = True,
        code: str | None = None,
        details: Any = None,
        retry_after_seconds: float | None = None,
    ) -> dict:
        return self._end(
            "fail",
            message=message,
            retryable=retryable,
            code=code,
            details=details,
            retryAfterSeconds=retry_after_seconds,
        )

    def raise_(self, error: BaseException | str) -> dict:
        """Ends it by an exception, with its traceback; or by the text of one."""
        return self._end("raise", **exception_facts(error))

    def delay(self, when: float | datetime, reason: str | None = None) -> dict:
        return self._end("delay", **delay_facts(when), reason=reason)

    def reject(self, reason: str | None = None) -> dict:
        return self._end("reject", reason=reason)

    def patch_context(self, patch: dict[str, Any]) -> dict:
        """Merges the patch into the context that all tasks of the instance share (RFC 7386)."""
        return self.say("context", patch=patch)

    def say(self, kind: str, **facts: Any) -> dict:
        """Any report; answers what the server says of it. A fact that is None is left out."""
        return self._tell(report(kind, **facts))

    def _end(self, kind: str, **facts: Any) -> dict:
        self.ended = True
        return self.say(kind, **facts)


class Task(Attempt):
    """One attempt at a task.

    `dropped` is set once nobody waits for the result any more; `cancelled` says whether a person cancelled it, or whether it
    ran out of time and went to another worker. `stopping` is set once the worker is to end: a long task may then raise `Delay`
    or `Reject` rather than hold it up. `progress`, from 0 to 1, goes out with the next heartbeat.

    What the function returns is the output. A function that has called `finish`, `fail`, `raise_`, `delay` or `reject` has
    ended the task by itself, and what it returns is of no account.
    """

    def __init__(self, claimed: dict[str, Any], tell: Tell, stopping: threading.Event):
        super().__init__(tell)
        self.id: str = claimed["id"]
        self.instance_id: str = claimed["instanceId"]
        self.object_id: str = claimed["objectId"]
        self.workflow: str = claimed.get("workflow", "")
        self.version: int = claimed.get("version", 0)
        self.task: str = claimed.get("task", "")
        self.work: str = claimed["work"]
        self.segment: dict[str, int] | None = claimed.get("segment")
        self.input: Any = claimed.get("input")
        self.attempt: int = claimed["attempt"]
        self.priority: int = claimed.get("priority", 0)
        self.token: str = claimed["token"]
        self.report_url: str = claimed.get("reportUrl", "")
        self.deadlines: dict[str, Any] = claimed["deadlines"]
        self.progress: float | None = None
        self.dropped = threading.Event()
        self.cancelled = False
        self.stopping = stopping

    @property
    def beat_seconds(self) -> float:
        """Three heartbeats within the time that one is due: two may get lost."""
        due = self.deadlines.get("heartbeatSeconds")
        return LONGEST_BEAT_SECONDS if due is None else min(due / 3, LONGEST_BEAT_SECONDS)

    def say(self, kind: str, **facts: Any) -> dict:
        result = super().say(kind, **facts)
        self.hear(result)
        return result

    def hear(self, result: dict[str, Any]) -> None:
        """Takes in the answer to a report."""
        if not result["ok"] and result.get("code") == "stale_attempt" and not self.dropped.is_set():
            log.warning("%s: %s", self.id, result.get("message"))
            self.drop(cancelled=bool(result.get("cancelled")))

    def drop(self, cancelled: bool) -> None:
        self.cancelled = cancelled
        self.dropped.set()


def outcome(function: Callable[[Task], Any], task: Task) -> Report | None:
    """Runs the function; the report that tells how it ended, or None if it told so itself or nobody wants to know."""
    try:
        if task.deadlines.get("startBy") is not None:
            task.start()
        if task.dropped.is_set():
            return None
        output = function(task)
        json.dumps(output)  # what is no JSON is a failure of this task, not of the batch that its report travels in
        ending = report("finish", output=output)
    except NonRetryableError as error:
        ending = report("fail", message=str(error), retryable=False, code=error.code, details=error.details)
    except RetryableError as error:
        ending = report(
            "fail",
            message=str(error),
            retryable=True,
            code=error.code,
            details=error.details,
            retryAfterSeconds=error.retry_after_seconds,
        )
    except Delay as delay:
        ending = report("delay", **delay_facts(delay.when), reason=delay.reason)
    except Reject as reject:
        ending = report("reject", reason=reject.reason)
    except Exception as error:  # whatever it is, the server must hear of it
        ending = report("raise", **exception_facts(error))
    return None if task.ended or task.dropped.is_set() else ending


def tell_end(task: Task, ending: Report | None) -> None:
    if ending is None:
        return
    result = task._tell(ending)
    task.hear(result)
    if result["ok"] or result.get("code") in ("stale_attempt", "unreachable"):
        return
    # The server will not have it, as too large an output: so that is how the attempt ends.
    message = "The server refused the {}: {}".format(ending["type"], result.get("message"))
    log.error("%s: %s", task.id, message)
    task.fail(message, code="report_refused", retryable=False)


def report(kind: str, **facts: Any) -> Report:
    return {"type": kind, **{name: fact for name, fact in facts.items() if fact is not None}}


def delay_facts(when: float | datetime) -> dict[str, Any]:
    if isinstance(when, datetime):
        return {"until": when.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")}
    return {"seconds": when}


def exception_facts(error: BaseException | str) -> dict[str, str]:
    if isinstance(error, str):
        lines = error.strip().splitlines()
        return {"message": (lines[-1] if lines else "failed")[:LONGEST_TEXT], "stack": error[:LONGEST_TEXT]}
    stack = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {"message": "{}: {}".format(type(error).__name__, error)[:LONGEST_TEXT], "stack": stack[-LONGEST_TEXT:]}
