"""An HTTP server on a bare socket of this machine, which counts what reaches it.

It shows what botocore does under everything that hooks can see: how often a request is sent when
its answer does not come.
"""

from __future__ import annotations

import json
import socketserver
import threading
from collections import Counter
from typing import Any

#: holds a request without an answer until the server ends
SILENCE = "silence"
#: closes the connection without an answer
HANG_UP = "hang up"


class RawServer(socketserver.ThreadingTCPServer):
    """Answers each operation as ``answers`` says: SILENCE, HANG_UP, or a status and a body.

    A list of these is used up one by one, but for its last. A body may be bytes, and a third member
    may announce another length than it has.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.answers: dict[str, Any] = {}
        self.counts: Counter[str] = Counter()
        self.arrived = threading.Semaphore(0)
        self.ending = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def end(self) -> None:
        """Let go of whatever is held, and close."""
        self.ending.set()
        self.shutdown()
        self.server_close()


class _Connection(socketserver.StreamRequestHandler):
    server: RawServer

    def handle(self) -> None:
        lines = []
        while (line := self.rfile.readline().strip()) != b"":
            lines.append(line.decode("latin-1").partition(":"))
        headers = {name.lower(): value.strip() for name, _, value in lines}
        self.rfile.read(int(headers["content-length"]))
        operation = headers["x-amz-target"].rpartition(".")[2]
        self.server.counts[operation] += 1
        self.server.arrived.release()
        answer = self.server.answers[operation]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if answer is SILENCE:
            self.server.ending.wait(30)
        elif answer is not HANG_UP:
            status, body, *announced = answer
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            (length,) = announced or [len(content)]
            self.wfile.write(
                f"HTTP/1.1 {status} Told\r\nContent-Length: {length}\r\n"
                "Connection: close\r\n\r\n".encode()
            )
            self.wfile.write(content)
