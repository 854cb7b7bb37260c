"""What needs no server; the rest is tried end to end."""

import threading
import unittest

import latchwork_worker
from latchwork_worker import Later, Task, TaskFailed, outcome, work


def a_task(**other):
    claimed = {
        "id": "instance_node",
        "instanceId": "instance",
        "objectId": "object",
        "work": "try",
        "segment": None,
        "input": None,
        "attempt": 1,
        "token": "token",
        "deadlines": {"runBy": None},
    }
    return Task({**claimed, **other}, report=None, stopping=threading.Event())


class Outcomes(unittest.TestCase):
    def outcome_of(self, function):
        return outcome(function, a_task())

    def test_what_is_returned_is_the_output(self):
        report = self.outcome_of(lambda task: {"object": task.object_id})
        self.assertEqual(report, {"type": "finish", "token": "token", "output": {"object": "object"}})

    def test_nothing_returned_is_a_finish_without_output(self):
        self.assertEqual(self.outcome_of(lambda task: None), {"type": "finish", "token": "token"})

    def test_a_task_that_failed_is_not_tried_again(self):
        def function(task):
            raise TaskFailed("no such file")

        report = {"type": "fail", "token": "token", "message": "no such file", "retryable": False}
        self.assertEqual(self.outcome_of(function), report)

    def test_later_is_a_delay(self):
        def function(task):
            raise Later(30, "still encoding")

        report = {"type": "delay", "token": "token", "seconds": 30, "reason": "still encoding"}
        self.assertEqual(self.outcome_of(function), report)

    def test_any_other_exception_is_raised_with_its_traceback(self):
        report = self.outcome_of(lambda task: task.input["file"])
        self.assertEqual(report["type"], "raise")
        self.assertIn("TypeError: ", report["message"])
        self.assertIn('task.input["file"]', report["stack"])

    def test_an_output_that_is_no_json_is_an_exception_too(self):
        report = self.outcome_of(lambda task: {1, 2})
        self.assertEqual(report["type"], "raise")
        self.assertIn("set is not JSON serializable", report["message"])


class Tasks(unittest.TestCase):
    def test_a_claim_that_did_not_start_the_clock_asks_for_a_start(self):
        self.assertFalse(a_task().started)
        self.assertTrue(a_task(deadlines={"runBy": "2026-11-21T08:00:00Z"}).started)

    def test_a_refused_report_drops_the_task(self):
        for cancelled in (True, False):
            task = a_task()
            task.hear({"ok": True})
            self.assertFalse(task.dropped.is_set())
            with self.assertLogs("latchwork"):
                task.hear({"ok": False, "code": "stale_attempt", "message": "over", "cancelled": cancelled})
            self.assertTrue(task.dropped.is_set())
            self.assertEqual(task.cancelled, cancelled)

    def test_the_decorator_registers_the_function_and_leaves_it_as_it_is(self):
        @work("shout")
        def shout(task):
            return "HEY"

        self.addCleanup(latchwork_worker.works.pop, "shout")
        self.assertIs(latchwork_worker.works["shout"], shout)


if __name__ == "__main__":
    unittest.main()
