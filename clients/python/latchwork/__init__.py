"""Workers, receivers of pushed tasks and API calls for Latchwork. Standard library only.

    from latchwork import Worker

    worker = Worker("http://localhost:3000", api_key)

    @worker.work("resize")
    def resize(task):
        return {"file": shrink(task.input["file"])}

    worker.run()
"""

from .client import Client
from .errors import Delay, LatchworkError, NonRetryableError, Reject, RetryableError, WebhookError
from .receiver import Receiver
from .task import Attempt, Task
from .webhooks import verify_webhook
from .worker import Worker

__all__ = [
    "Attempt",
    "Client",
    "Delay",
    "LatchworkError",
    "NonRetryableError",
    "Receiver",
    "Reject",
    "RetryableError",
    "Task",
    "WebhookError",
    "Worker",
    "verify_webhook",
]
