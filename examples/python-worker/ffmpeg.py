"""What the example asks of ffmpeg."""

import base64
import re
import shutil
import subprocess

FOUND = shutil.which("ffmpeg")


def encode(source, target):
    """Encodes to MP4 with the codecs that this ffmpeg prefers. Yields how much is done, from 0 to 1."""
    length = duration_in(said_about(source))
    command = [FOUND, "-y", "-v", "error", "-progress", "pipe:1", "-i", source]
    command += ["-pix_fmt", "yuv420p", "-movflags", "+faststart", target]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            done = time_in(line)
            if done is not None and length:
                yield min(1, done / length)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, "ffmpeg")


def make_test_clip(target):
    """Ten seconds of a test picture and a tone."""
    picture = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=10"]
    tone = ["-f", "lavfi", "-i", "sine=frequency=440:duration=10"]
    run(picture + tone + ["-c:v", "mpeg4", "-q:v", "2", target])


def describe(video):
    """The length and the streams of a video, and a picture from its middle as a data URL."""
    said = said_about(video)
    length = duration_in(said) or 0
    middle = length / 2 if length > 1 else 0
    run(["-ss", str(middle), "-i", video, "-frames:v", "1", "-vf", "scale=480:-2", "poster.jpg"])
    with open("poster.jpg", "rb") as poster:
        picture = base64.b64encode(poster.read()).decode()
    return {"length": length, "streams": streams_in(said), "poster": "data:image/jpeg;base64," + picture}


def run(arguments):
    subprocess.run([FOUND, "-y", "-v", "error"] + arguments, stdin=subprocess.DEVNULL, check=True)


def said_about(video):
    """What `ffmpeg -i` tells. That no output is named it calls an error; the facts are there all the same."""
    asked = subprocess.run([FOUND, "-hide_banner", "-i", video], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
    return asked.stderr.decode(errors="replace")


def duration_in(said):
    """Seconds, from `Duration: 00:01:02.50`; None if it is not known."""
    found = re.search(r"Duration: (\d+):(\d+):(\d+\.?\d*)", said)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None


def streams_in(said):
    return re.findall(r"Stream #\S+?: ((?:Video|Audio): .*)", said)


def time_in(line):
    """Seconds done, from a line of `-progress`; None for other lines. `out_time_ms` counts microseconds too, by an old mistake."""
    found = re.match(r"out_time_[um]s=(\d+)", line)
    return int(found[1]) / 1e6 if found else None
