"""Requests that are made again as long as what went wrong may pass: no connection, 408, 425, 429, 5xx."""

from __future__ import annotations

import http.client
import json
import logging
import random
import threading
import urllib.error
import urllib.request
from typing import Any

from .errors import LatchworkError

ANSWER_TIMEOUT_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 15.0

log = logging.getLogger("latchwork")


class Heard:
    """A server that refuses a body for its size answers and hangs up before it has read all of it: that answer is what counts."""

    def send(self, data: Any) -> None:
        try:
            super().send(data)  # type: ignore[misc]
        except (BrokenPipeError, ConnectionResetError):
            pass  # where there is no answer, reading it fails in the same way


class Connection(Heard, http.client.HTTPConnection):
    pass


class SecureConnection(Heard, http.client.HTTPSConnection):
    pass


class Handler(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(Connection, request)


class SecureHandler(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(SecureConnection, request)


OPENER = urllib.request.build_opener(Handler, SecureHandler)


class Server:
    """Where Latchwork is. `until`: once it is set, nothing is tried again; a request that is under way is heard out."""

    def __init__(self, url: str, api_key: str | None = None, until: threading.Event | None = None):
        self.url = url.rstrip("/")
        self.api_key = api_key
        self.until = until or threading.Event()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        retries: float = float("inf"),
        timeout: float = ANSWER_TIMEOUT_SECONDS,
        until: threading.Event | None = None,
    ) -> Any:
        """The answer's JSON, or None for an empty one. Raises LatchworkError if refused, OSError if the last retry failed too."""
        stop = until or self.until
        failures = 0
        while True:
            try:
                return self._try(method, path, body, headers or {}, timeout)
            except (OSError, http.client.HTTPException, LatchworkError) as error:
                if not may_pass(error) or failures >= retries or stop.is_set():
                    raise
                backoff = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(failures, 10))
                wait = max(backoff * random.uniform(0.5, 1), retry_after(error))
                log.warning("%s: %s; trying again in %.1f s", path, error, wait)
                if stop.wait(wait):
                    raise
                failures += 1

    def _try(self, method: str, path: str, body: Any, headers: dict[str, str], timeout: float) -> Any:
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        url = self.url + "/api/v1" + path if path.startswith("/") else path
        request = urllib.request.Request(url, data=data, method=method, headers=dict(headers))
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if self.api_key is not None:
            request.add_header("Authorization", "Bearer " + self.api_key)
        try:
            with OPENER.open(request, timeout=timeout) as response:
                text = response.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise refusal(method, path, error) from None


def refusal(method: str, path: str, error: urllib.error.HTTPError) -> LatchworkError:
    """What answers may be a proxy on the way, and its answer anything."""
    text = error.read()
    try:
        problem = json.loads(text)
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        problem = {}
    detail = problem.get("detail") or text[:200].decode(errors="replace") or error.reason
    code = problem.get("code") or "http_{}".format(error.code)
    message = "{} {} answered {}: {}".format(method, path, error.code, detail)
    refused = LatchworkError(message, error.code, code, problem)
    refused.retry_after = error.headers.get("Retry-After")  # type: ignore[attr-defined]
    return refused


def may_pass(error: BaseException) -> bool:
    if isinstance(error, LatchworkError):
        return error.status in (408, 425, 429) or error.status >= 500
    return True


def retry_after(error: BaseException) -> float:
    try:
        return float(getattr(error, "retry_after", None) or 0)
    except ValueError:
        return 0.0
