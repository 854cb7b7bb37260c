"""What the tests against a real server run: `LATCHWORK_URL=… LATCHWORK_API_KEY=… python worker_program.py`."""

import logging
import threading

from latchwork import Delay, NonRetryableError, Reject, RetryableError, Worker

logging.basicConfig(level=logging.INFO)
worker = Worker(concurrency=8, wait_seconds=0.3, grace_seconds=0.5)


@worker.work("double")
def double(task):
    return task.input["n"] * 2


@worker.work("explicit")
def explicit(task):
    task.patch_context({"seen": task.object_id})
    task.finish({"explicit": True}, context={"finished": True})
    return "of no account"


@worker.work("bad")
def bad(task):
    errors = {
        "final": NonRetryableError("no such file", code="ENOENT"),
        "again": RetryableError("busy"),
        "bug": KeyError("width"),
    }
    if task.input in errors:
        raise errors[task.input]
    if task.input == "raised":
        task.raise_("Traceback (most recent call last):\nValueError: by hand")
        return None
    return {1, 2}


@worker.work("later")
def later(task):
    if task.attempt == 1:
        raise Delay(60, "not there yet")
    if task.attempt == 2:
        raise Reject("too busy")
    return "done"


@worker.work("long")
def long(task):
    """Until it is dropped; the second attempt is short."""
    if task.attempt > 1:
        return "by another"
    task.progress = 0.5
    task.dropped.wait()
    print("cancelled" if task.cancelled else "lost", flush=True)


@worker.work("stubborn")
def stubborn(task):
    if task.attempt == 1:
        threading.Event().wait()
    return "by another"


worker.run()
print("stopped", flush=True)
