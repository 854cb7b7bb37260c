"""One encode in a folder of its own and in a process of its own, so that it outlives the worker that asked for it.

    folder/job.json      what is wanted: {"source": a path, or null for a test clip}
    folder/state.json    how it goes, replaced whole: {"state": "running", "progress": 0..1}, {"state": "finished", "result"}
                         or {"state": "failed", "message"}
    folder/lock          held by the encoder for as long as it lives

`python encode.py folder` is the encoder. To start a second one is harmless: it finds the lock held, or the work done, and
leaves. Where there is no ffmpeg, the encoder only copies, and says so. Runs on Linux and macOS.
"""

import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import ffmpeg

HOW = "encodes with ffmpeg" if ffmpeg.FOUND else "ffmpeg is not installed on this machine: only copies"


# What a worker calls.


def start(folder, source=None):
    """Has the encode done, unless it is done or under way already. One that failed or died is done again."""
    os.makedirs(folder, exist_ok=True)
    if not os.path.exists(in_(folder, "job.json")):
        write(in_(folder, "job.json"), {"source": source})
    if look(folder)["state"] == "failed":
        os.remove(in_(folder, "state.json"))
    with open(in_(folder, "encoder.log"), "ab") as log:
        subprocess.Popen(
            [sys.executable, os.path.abspath(__file__), folder],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # neither Ctrl-C nor the end of the worker reaches it
        )


def look(folder):
    return read(in_(folder, "state.json"), {"state": "running", "progress": 0})


def is_alive(folder):
    """Whether an encoder is at it, on this machine."""
    lock = take_lock(folder)
    if lock is None:
        return True
    lock.close()
    return False


def stop(folder):
    if is_alive(folder):
        os.killpg(look(folder)["pid"], signal.SIGTERM)


# The encoder.


def main(folder):
    lock = take_lock(folder)
    if lock is None:
        return
    with lock:
        if look(folder)["state"] != "finished":
            os.chdir(folder)
            tell("running", progress=0)
            tell(**outcome())


def outcome():
    begun = time.monotonic()
    try:
        source = read("job.json")["source"] or make_test_clip()
        encoded = encode(source) if ffmpeg.FOUND else copy(source)
        result = {
            "how": HOW,
            "source": os.path.abspath(source),
            "file": os.path.abspath(encoded),
            "bytes": os.path.getsize(encoded),
            "sha256": sha256(encoded),
            "seconds": round(time.monotonic() - begun, 1),
        }
        facts = ffmpeg.describe(encoded) if ffmpeg.FOUND else {}
        return {"state": "finished", "result": {**result, **facts}}
    except (OSError, subprocess.CalledProcessError) as error:
        return {"state": "failed", "message": "{}\n{}".format(error, tail("encoder.log"))}


def encode(source):
    for progress in ffmpeg.encode(source, "unfinished.mp4"):
        tell("running", progress=progress)
    os.replace("unfinished.mp4", "encoded.mp4")
    return "encoded.mp4"


def copy(source):
    copied = "copied" + os.path.splitext(source)[1]
    shutil.copyfile(source, "unfinished")
    os.replace("unfinished", copied)
    return copied


def make_test_clip():
    if ffmpeg.FOUND:
        ffmpeg.make_test_clip("source.mkv")
        return "source.mkv"
    with open("source.y4m", "wb") as clip:
        clip.writelines(gradient_clip(width=160, height=120, frames=50))
    return "source.y4m"


def gradient_clip(width, height, frames):
    """A raw clip (YUV4MPEG2, 4:2:0) of a moving gradient, frame by frame. Any player shows it."""
    yield "YUV4MPEG2 W{} H{} F25:1 Ip A1:1 C420jpeg\n".format(width, height).encode()
    for frame in range(frames):
        light = bytes((4 * frame + x + y) % 256 for y in range(height) for x in range(width))
        colour = bytes([90 + frame % 64]) * (width * height // 4)
        yield b"FRAME\n" + light + colour + colour


def sha256(file):
    digest = hashlib.sha256()
    with open(file, "rb") as reader:
        for piece in iter(lambda: reader.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def tail(file):
    with open(file, errors="replace") as reader:
        return reader.read()[-1000:]


def tell(state, **facts):
    write("state.json", {"state": state, "pid": os.getpid(), **facts})


# Files.


def in_(folder, name):
    return os.path.join(folder, name)


def take_lock(folder):
    """The open lock file, or None if another process holds the lock. It is held until the file is closed."""
    lock = open(in_(folder, "lock"), "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    except BlockingIOError:
        lock.close()
        return None


def read(path, absent=None):
    try:
        with open(path) as file:
            return json.load(file)
    except FileNotFoundError:
        return absent


def write(path, value):
    """Whole or not at all."""
    with open(path + ".new", "w") as file:
        json.dump(value, file)
    os.replace(path + ".new", path)


if __name__ == "__main__":
    main(sys.argv[1])
