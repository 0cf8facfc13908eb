"""What tests of what is sent out share: a receiver on the loopback that keeps what it is sent."""

import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver:
    """Messages as they came (headers in lower case, body), the status of answers, what is done before one."""

    def __init__(self):
        self.messages, self.status, self.on_message = [], 204, lambda: None


@contextmanager
def receiver():
    """Listen on the loopback; yields the receiver with its address."""
    held = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            held.messages.append(({name.lower(): value for name, value in self.headers.items()}, body))
            held.on_message()
            self.send_response(held.status)
            self.send_header("content-length", "0")
            with suppress(BrokenPipeError, ConnectionResetError):  # the sender was killed
                self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        held.host = f"127.0.0.1:{server.server_address[1]}"
        held.address = f"http://{held.host}/inbox"
        yield held
        server.shutdown()
