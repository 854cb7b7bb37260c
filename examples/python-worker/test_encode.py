import os
import tempfile
import unittest

import encode
import ffmpeg

SAID = """
Input #0, matroska,webm, from 'source.mkv':
  Duration: 00:01:02.50, start: 0.000000, bitrate: 11000 kb/s
  Stream #0:0: Video: mpeg4 (Simple Profile), yuv420p, 1280x720, 25 fps
  Stream #0:1[0x2](und): Audio: vorbis, 44100 Hz, mono
At least one output file must be specified
"""


class Encoder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())  # the encoder moves into its folder
        self.folder = folder.name

    def job(self, source):
        encode.write(os.path.join(self.folder, "job.json"), {"source": source})
        open(os.path.join(self.folder, "encoder.log"), "w").close()

    def test_a_test_clip_is_encoded_or_copied(self):
        self.job(None)
        encode.main(self.folder)
        state = encode.look(self.folder)
        self.assertEqual(state["state"], "finished", state)
        self.assertEqual(state["result"]["how"], encode.HOW)
        self.assertEqual(os.path.getsize(state["result"]["file"]), state["result"]["bytes"])

    def test_done_work_is_not_done_again(self):
        self.job(None)
        done = {"state": "finished", "result": {}}
        encode.write(os.path.join(self.folder, "state.json"), done)
        encode.main(self.folder)
        self.assertEqual(encode.look(self.folder), done)

    def test_a_second_encoder_leaves_the_work_to_the_first(self):
        self.job(None)
        with encode.take_lock(self.folder):
            self.assertTrue(encode.is_alive(self.folder))
            encode.main(self.folder)
        self.assertFalse(encode.is_alive(self.folder))
        self.assertEqual(encode.look(self.folder), {"state": "running", "progress": 0})

    def test_a_source_that_is_gone_is_a_failure_that_names_it(self):
        self.job("/nope.mp4")
        encode.main(self.folder)
        self.assertEqual(encode.look(self.folder)["state"], "failed")
        if not ffmpeg.FOUND:  # it says so itself, in the encoder's log
            self.assertIn("/nope.mp4", encode.look(self.folder)["message"])

    def test_the_gradient_has_the_size_that_its_header_says(self):
        header, *frames = encode.gradient_clip(width=16, height=8, frames=3)
        self.assertIn(b"W16 H8", header)
        self.assertEqual([len(frame) for frame in frames], 3 * [len(b"FRAME\n") + 16 * 8 * 3 // 2])


class WhatFfmpegSays(unittest.TestCase):
    def test_the_length(self):
        self.assertEqual(ffmpeg.duration_in(SAID), 62.5)
        self.assertIsNone(ffmpeg.duration_in("Duration: N/A"))

    def test_the_streams(self):
        self.assertEqual(
            ffmpeg.streams_in(SAID),
            ["Video: mpeg4 (Simple Profile), yuv420p, 1280x720, 25 fps", "Audio: vorbis, 44100 Hz, mono"],
        )

    def test_the_progress_in_microseconds_under_either_name(self):
        self.assertEqual(ffmpeg.time_in("out_time_us=1500000\n"), 1.5)
        self.assertEqual(ffmpeg.time_in("out_time_ms=1500000\n"), 1.5)
        self.assertIsNone(ffmpeg.time_in("out_time=00:00:01.500000\n"))


if __name__ == "__main__":
    unittest.main()
