import unittest

from latchwork import WebhookError, verify_webhook

# The example of the specification of Standard Webhooks, and the message of docs/push.md.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
NOW = 1614265330
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(NOW),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
OTHER = "whsec_" + "AQEB" * 8


class Signatures(unittest.TestCase):
    def check(self, headers=None, body=BODY, secrets=(SECRET,), now=NOW):
        verify_webhook(secrets, HEADERS if headers is None else headers, body, now)

    def refuse(self, **changes):
        with self.assertRaises(WebhookError):
            self.check(**changes)

    def test_the_vector_of_the_standard_is_valid(self):
        self.check()
        self.check({name.title(): value for name, value in HEADERS.items()})

    def test_any_of_two_secrets_and_of_two_signatures_will_do(self):
        self.check(secrets=(OTHER, SECRET))
        self.check({**HEADERS, "webhook-signature": "v1,AAAA v1a,BBBB " + HEADERS["webhook-signature"]})

    def test_what_is_missing_changed_old_or_of_another_secret_is_refused(self):
        for name in HEADERS:
            self.refuse(headers={key: value for key, value in HEADERS.items() if key != name})
        self.refuse(body=BODY + b" ")
        self.refuse(secrets=(OTHER,))
        self.refuse(now=NOW + 301)
        self.refuse(now=NOW - 301)
        self.refuse(headers={**HEADERS, "webhook-timestamp": "soon"})
        self.refuse(headers={**HEADERS, "webhook-id": "another"})


if __name__ == "__main__":
    unittest.main()
