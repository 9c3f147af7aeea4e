"""A file server on this machine that misbehaves as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Server:
    """Serves `files` by path. `steps` say what happens to the next requests, one each; then all goes well.

    A step is a status, or one of ("cut", n): ends after n bytes; ("stall", n): falls silent after n bytes; ("type", t):
    says that it is of that type; ("to", url): leads elsewhere; "whole": sends everything whatever was asked for;
    "bare": says no version and no length; "wrong part": sends another part than was asked for.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    steps: list[Any] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    version: str = '"v1"'
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            server.asked.append(dict(self.headers) | {"path": self.path})
            step = server.steps.pop(0) if server.steps else "well"
            kind, detail = step if isinstance(step, tuple) else (step, None)
            if isinstance(kind, int):
                return self.send_error(kind)
            if kind == "to":
                self.send_response(302)
                self.send_header("Location", str(detail))
                return self.end_headers()
            if self.path not in server.files:
                return self.send_error(404)
            self._file(server.files[self.path], kind, detail)

        def _file(self, content: bytes, kind: str, detail: Any) -> None:
            wanted, same = self.headers["Range"], self.headers["If-Range"] == server.version
            begin = int(wanted[6:-1]) if wanted and same and kind != "whole" else 0
            if begin and begin >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                return self.end_headers()
            self.send_response(206 if begin else 200)
            self.send_header("Content-Type", detail if kind == "type" else "application/zip")
            if kind != "bare":
                self.send_header("Content-Length", str(len(content) - begin))
                if server.version:
                    self.send_header(
                        "ETag" if server.version.startswith(('"', "W/")) else "Last-Modified", server.version
                    )
            if begin:
                told = begin + (kind == "wrong part")
                self.send_header("Content-Range", f"bytes {told}-{len(content) - 1}/{len(content)}")
            self.end_headers()
            rest = content[begin:]
            self.wfile.write(rest[: detail if kind in ("cut", "stall") else None])
            self.wfile.flush()
            if kind == "stall":
                server.over.wait(30)

    return Handler


@contextmanager
def serving() -> Iterator[Server]:
    """A server for the block; `url` is its address."""
    server = Server()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(server)) as running:
        running.daemon_threads = True
        server.url = f"http://127.0.0.1:{running.server_address[1]}"
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            running.shutdown()
            thread.join()
