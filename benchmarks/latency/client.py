"""A plain JSON-RPC client over stdio, the same for every server."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import IO

    Message = dict[str, Any]

PUBLISH = "textDocument/publishDiagnostics"
# Seconds that a server has to end in; some have a keystroke to finish first.
_FAREWELL = 10.0


class SilentError(Exception):
    """A server said nothing for longer than anybody waits, or ended."""


@dataclass(slots=True)
class Client:
    """An editor on a folder, and the server that it has started.

    arrived: what the server has sent, each with the time at which it was read
    """

    command: Sequence[str]
    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: float = 300.0
    arrived: queue.Queue[tuple[float, Message | None]] = field(default_factory=queue.Queue)
    _process: subprocess.Popen[bytes] | None = None
    _last: int = 0

    def start(self, options: Message | None = None) -> None:
        """Start the server, and wait until it says that it is ready."""
        self._process = subprocess.Popen(
            [*self.command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.root,
            env={**os.environ, **self.environment},
        )
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()
        uri = self.root.as_uri()
        self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": self.root.name}],
                "capabilities": {"textDocument": {"publishDiagnostics": {"versionSupport": True}}},
                "initializationOptions": options or {},
            },
        )
        self.notify("initialized", {})

    @property
    def pid(self) -> int:
        """The number of the server's process."""
        return self._process.pid if self._process else 0

    def stop(self) -> None:
        """End the server, kindly if it listens."""
        if self._process is None:
            return
        self.patience = _FAREWELL
        try:
            self.request("shutdown", None)
            self.notify("exit", None)
            self._process.wait(10)
        except (SilentError, OSError, subprocess.TimeoutExpired):
            self._process.kill()
        self._process.wait()

    def notify(self, method: str, params: Any) -> None:
        """Tell the server something."""
        self._send({"method": method, "params": params})

    def request(self, method: str, params: Any) -> Any:
        """Ask the server something; other messages that arrive meanwhile are dropped."""
        self._last += 1
        number = self._last
        self._send({"id": number, "method": method, "params": params})
        answer = self.wait(lambda each: each.get("id") == number and "method" not in each)[1]
        return answer.get("result")

    def wait(self, wanted: Callable[[Message], bool]) -> tuple[float, Message]:
        """The first message that is wanted, and when it arrived; requests get an empty answer."""
        end = time.perf_counter() + self.patience
        while True:
            try:
                at, message = self.arrived.get(timeout=max(end - time.perf_counter(), 0.01))
            except queue.Empty:
                raise SilentError(f"{self.command[0]} said nothing") from None
            if message is None:
                raise SilentError(f"{self.command[0]} ended")
            if "id" in message and "method" in message:
                items = (message.get("params") or {}).get("items", ())
                asks = message["method"] == "workspace/configuration"
                result = [None] * len(items) if asks else None
                self._send({"id": message["id"], "result": result})
            if wanted(message):
                return at, message

    def diagnostics(
        self, uri: str, version: int | None = None, since: float = 0.0
    ) -> tuple[float, list[Message]]:
        """The next diagnostics for a document, at a version if the server tells that.

        What arrived before `since` is not meant: some servers tell no version.
        """

        def wanted(message: Message) -> bool:
            if message.get("method") != PUBLISH or message["params"]["uri"] != uri:
                return False
            return version is None or message["params"].get("version", version) in (version, None)

        at, message = self.wait(wanted)
        while at < since:
            at, message = self.wait(wanted)
        return at, message["params"]["diagnostics"]

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        if self._process is None or self._process.stdin is None:
            raise SilentError("not started")
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _read(self, stream: IO[bytes]) -> None:
        while True:
            length = 0
            while header := stream.readline().strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                self.arrived.put((0.0, None))
                return
            body = stream.read(length)
            self.arrived.put((time.perf_counter(), json.loads(body)))
