"""What the tests push to: `SECRET=whsec_… PORT=… python receiver_program.py`."""

import os
import time

from latchwork import Delay, Receiver

receiver = Receiver(os.environ["SECRET"].split(), answer_within_seconds=0.2)


@receiver.work("fast")
def fast(task):
    return "fast"


@receiver.work("slow")
def slow(task):
    time.sleep(0.4)
    return "slow"


@receiver.work("later")
def later(task):
    if task.attempt == 1:
        raise Delay(0)
    return "later"


@receiver.work("long")
def long(task):
    """Until it is dropped; the second attempt is short."""
    if task.attempt > 1:
        return "by another"
    print("begun", flush=True)
    task.dropped.wait()
    print("cancelled" if task.cancelled else "lost", flush=True)


@receiver.work("last")
def last(task):
    """Ends when the receiver is asked to stop."""
    print("begun", flush=True)
    task.stopping.wait()
    return "in time"


receiver.serve(port=int(os.environ["PORT"]), grace_seconds=2)
print("stopped", flush=True)
