import socket
import threading
import unittest

from latchwork.errors import LatchworkError
from latchwork.transport import Server

REFUSAL = b'{"code": "body_too_large", "detail": "The body is too large."}'
ANSWER = (
    b"HTTP/1.1 413 Payload Too Large\r\ncontent-type: application/problem+json\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n" % len(REFUSAL)
) + REFUSAL


class TransportTest(unittest.TestCase):
    def test_a_refusal_that_comes_before_the_body_has_been_sent_is_heard(self):
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def refuse():
            connection, _ = listener.accept()
            connection.recv(1_000)
            connection.sendall(ANSWER)
            connection.close()

        threading.Thread(target=refuse, daemon=True).start()
        server = Server("http://127.0.0.1:{}".format(listener.getsockname()[1]))

        with self.assertRaises(LatchworkError) as refused:
            server.send("POST", "/reports", b"x" * 20_000_000, retries=0)
        self.assertEqual((refused.exception.status, refused.exception.code), (413, "body_too_large"))


if __name__ == "__main__":
    unittest.main()
