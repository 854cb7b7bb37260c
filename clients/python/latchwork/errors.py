from __future__ import annotations

from datetime import datetime
from typing import Any


class LatchworkError(Exception):
    """What the server answered when it said no. `code` is one of the reference, or `http_<status>` if something else answered."""

    def __init__(self, message: str, status: int, code: str, problem: dict[str, Any]):
        super().__init__(message)
        self.status = status
        self.code = code
        self.problem = problem


class WebhookError(Exception):
    """Why a message is not to be trusted."""


class RetryableError(Exception):
    """Raised in a task: it failed, and another attempt may help."""

    def __init__(
        self,
        message: str,
        code: str | None = None,
        details: Any = None,
        retry_after_seconds: float | None = None,
    ):
        super().__init__(message)
        self.code = code
        self.details = details
        self.retry_after_seconds = retry_after_seconds


class NonRetryableError(Exception):
    """Raised in a task: it failed, and no other attempt would do better."""

    def __init__(self, message: str, code: str | None = None, details: Any = None):
        super().__init__(message)
        self.code = code
        self.details = details


class Delay(Exception):
    """Raised in a task: hand it out again in so many seconds, or at that time. Not a failure."""

    def __init__(self, when: float | datetime, reason: str | None = None):
        super().__init__(reason)
        self.when = when
        self.reason = reason


class Reject(Exception):
    """Raised in a task: this worker cannot do it now; give it to someone else. Not a failure."""

    def __init__(self, reason: str | None = None):
        super().__init__(reason)
        self.reason = reason
