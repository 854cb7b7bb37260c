from __future__ import annotations

import os
import time
import uuid
from typing import Any
from urllib.parse import quote, urlencode

from .transport import Server

RETRIES = 4


class Client:
    """The API: `call` for any route of the reference, and short forms for what is called often.

    `url` and `api_key` default to LATCHWORK_URL and LATCHWORK_API_KEY. What the server refuses is raised as LatchworkError.
    """

    def __init__(self, url: str | None = None, api_key: str | None = None):
        url = url or os.environ.get("LATCHWORK_URL", "http://localhost:3000")
        self._server = Server(url, api_key or os.environ.get("LATCHWORK_API_KEY"))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """`client.call("GET", "/instances", query={"status": "failed"})`. What may safely be made twice is tried again when the
        connection or the server fails."""
        given = {name: value for name, value in (query or {}).items() if value is not None}
        text = "?" + urlencode(given, doseq=True) if given else ""
        may_repeat = method != "POST" or "Idempotency-Key" in (headers or {})
        return self._server.send(method, path + text, body, headers=headers, retries=RETRIES if may_repeat else 0)

    def create_instance(
        self, workflow: str, object_id: str, input: Any = None, *, idempotency_key: str | None = None, **settings: Any
    ) -> dict[str, Any]:
        """Starts an instance. `settings` as the reference has them: version, priority, runAt, only, labels, dedupeKey, …"""
        body = {"objectId": object_id, **settings}
        if input is not None:
            body["input"] = input
        return self.call(
            "POST",
            "/workflows/{}/instances".format(quote(workflow, safe="")),
            body,
            headers={"Idempotency-Key": idempotency_key or str(uuid.uuid4())},
        )

    def create_instances(self, workflow: str, instances: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Starts up to 1,000; answers one by one, in their order."""
        path = "/workflows/{}/instances/batch".format(quote(workflow, safe=""))
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return self.call("POST", path, {"instances": instances}, headers=headers)["results"]

    def get_instance(self, id: str) -> dict[str, Any]:
        return self.call("GET", "/instances/{}".format(id))

    def wait_for_instance(self, id: str, *, every_seconds: float = 1.0) -> dict[str, Any]:
        """Looks until the instance has ended, well or not."""
        while True:
            instance = self.get_instance(id)
            if instance["status"] in ("succeeded", "failed", "cancelled"):
                return instance
            time.sleep(every_seconds)

    def send_signal(self, id: str, name: str, payload: Any = None) -> dict[str, Any]:
        return self.call("POST", "/instances/{}/signals/{}".format(id, name), {"payload": payload})

    def move(self, id: str, move: str, **facts: Any) -> dict[str, Any]:
        """`move(id, "cancel", reason="…")`, and so "pause", "resume", "retry", "restart" (`from`), "rerun", "run-now", …"""
        return self.call("POST", "/instances/{}/{}".format(id, move), facts)
