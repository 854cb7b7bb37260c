"""The two works of the pipeline in pipeline.json: one starts an encode, the other follows it to its end.

A Termite task knows its object and nothing else, so the object id says what to encode: the path of a video on this machine.
Anything that is no path stands for a test clip.

    LATCHWORK_URL=... LATCHWORK_API_KEY=... python3 worker.py

The client is that of ../../clients/python: `pip install ../../clients/python`, or nothing within this repository.
"""

import logging
import os
import sys

import encode
import ffmpeg

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "clients", "python"))
from latchwork import Delay, NonRetryableError, Worker

STORAGE = os.path.abspath(os.environ.get("LATCHWORK_ENCODE_DIR", ".data/encodes"))
LOOK_SECONDS = 0.5

worker = Worker(concurrency=4)


@worker.work("video_encode_submit_task")
def video_encode_submit_task(task):
    """Starts the encode and is done. If a second attempt finds it started, it changes nothing."""
    source = task.object_id if os.path.isabs(task.object_id) else None
    if source and not os.path.isfile(source):
        raise NonRetryableError("{} is not a file".format(source))

    folder = folder_of(task)
    encode.start(folder, source)
    return {"folder": folder, "source": source or "a test clip", "how": encode.HOW}


@worker.work("video_encode_trace_task")
def video_encode_trace_task(task):
    """Follows the encode. If it has died meanwhile, with its machine perhaps, it is started again."""
    folder = folder_of(task)
    encode.start(folder)

    while not task.dropped.wait(LOOK_SECONDS):
        state = encode.look(folder)
        if state["state"] == "finished":
            return state["result"]
        if state["state"] == "failed":
            raise NonRetryableError(state["message"])
        if not encode.is_alive(folder):
            encode.start(folder)
        if task.stopping.is_set():
            raise Delay(1, "the worker is stopping, the encode goes on")
        task.progress = state["progress"]

    if task.cancelled:
        encode.stop(folder)


def folder_of(task):
    return os.path.join(STORAGE, task.instance_id)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.log(logging.INFO if ffmpeg.FOUND else logging.WARNING, encode.HOW)
    worker.run()
