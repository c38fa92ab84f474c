"""An endpoint of embeddings on the loopback address, which answers as OpenAI's does, and fails when told to."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from workbench.adapters.embedder import WordLlamaEmbedder

_DIMENSIONS = 1536


class EmbeddingServer:
    """Vectors of the static model, made longer by zeros and twice as long as a unit. `failures` are answered first.

    `requests` are the bodies and `keys` the Authorization headers that came.
    """

    def __init__(self) -> None:
        self.failures: list[tuple[int, dict[str, str], bytes]] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        embedder, told = WordLlamaEmbedder(), self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                told.requests.append(body)
                told.keys.append(self.headers.get("Authorization"))
                if told.failures:
                    self._answer(*told.failures.pop(0))
                    return
                rows = [
                    {"index": index, "embedding": [2 * float(value) for value in vector] + [0.0] * (_DIMENSIONS - 256)}
                    for index, vector in enumerate(embedder.embed([text or "nothing" for text in body["input"]]))
                ]
                for row in rows:
                    row["embedding"][-1] = 0.001  # also a text without a known word has a direction
                self._answer(200, {}, json.dumps({"object": "list", "data": rows[::-1]}).encode())

            def _answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
                self.send_response(status)
                for name, value in (headers | {"Content-Length": str(len(content))}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> EmbeddingServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
