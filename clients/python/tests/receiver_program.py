"""What the tests push to: `SECRET=whsec_… python receiver_program.py` prints its port."""

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


server = receiver.server()
print(server.server_port, flush=True)
server.serve_forever()
