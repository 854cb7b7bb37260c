"""Standard Webhooks (standardwebhooks.com), symmetric: what Latchwork sends is signed, and this says whether it was."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import time
from typing import Mapping, Sequence

from .errors import WebhookError

TOLERANCE_SECONDS = 5 * 60


def verify_webhook(
    secrets: Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    now: float | None = None,
) -> None:
    """Raises WebhookError unless one of the secrets signed exactly this body, not more than five minutes from `now`.

    `body` are the bytes as they came. During a rotation give both secrets. `headers` may be a dict in any case of letters, or
    what http.server or a framework gives.
    """
    identity = header(headers, "webhook-id")
    timestamp = header(headers, "webhook-timestamp")
    given = header(headers, "webhook-signature")

    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise WebhookError("webhook-timestamp is no time")
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE_SECONDS:
        raise WebhookError("webhook-timestamp is more than five minutes from now")

    signed = "{}.{}.".format(identity, timestamp).encode() + body
    signatures = [one[3:].encode() for one in given.split(" ") if one.startswith("v1,")]
    expected = [base64.b64encode(hmac.digest(key_of(secret), signed, hashlib.sha256)) for secret in secrets]
    # Every pair is compared, so that the time taken says nothing about which one matched.
    matches = [hmac.compare_digest(one, other) for one in expected for other in signatures]
    if not any(matches):
        raise WebhookError("webhook-signature fits no secret")


def header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name)
    if value is None:
        value = next((other for key, other in headers.items() if key.lower() == name), None)
    if value is None:
        raise WebhookError("{} is missing".format(name))
    return value


def key_of(secret: str) -> bytes:
    text = secret[len("whsec_") :] if secret.startswith("whsec_") else secret
    try:
        key = base64.b64decode(text)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("a signing secret must be whsec_ followed by base64")
    return key
