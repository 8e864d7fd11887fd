"""What is done with each server, and for how long somebody waits."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.latency.client import Client, SilentError

if TYPE_CHECKING:
    from benchmarks.latency.servers import Server

LARGE = "nova/virt/libvirt/driver.py"
CONTRACT = "nova/virt/driver.py"
DEPENDANTS = (
    "nova/virt/ironic/driver.py",
    "nova/virt/zvm/driver.py",
    "nova/virt/vmwareapi/driver.py",
    "nova/virt/fake.py",
    "nova/compute/manager.py",
    "nova/compute/resource_tracker.py",
    "nova/virt/powervm/driver.py",
    "nova/compute/stats.py",
    "nova/virt/block_device.py",
    "nova/conductor/manager.py",
    "nova/compute/claims.py",
    "nova/compute/api.py",
)
# The line behind which is typed: the first of a method in the middle of the file.
METHOD = "    def spawn(self"
TYPED = "        x = self._host.get_connection().listAllDomains()  # "
KEYS, INTERVAL = 15, 0.08


@dataclass(slots=True)
class Latency:
    """Seconds, each as often as it was measured."""

    name: str
    keys: list[float] = field(default_factory=list)
    bursts: list[float] = field(default_factory=list)
    hovers: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    dependants: list[float] = field(default_factory=list)
    memory: float = 0.0

    @property
    def p50(self) -> float:
        """The median keystroke."""
        return median(self.keys)

    @property
    def p95(self) -> float:
        """The keystroke that 19 of 20 are not slower than."""
        return quantiles(self.keys, n=20)[-1] if len(self.keys) > 1 else self.keys[0]


class Typist:
    """Somebody who edits the large file in an editor."""

    def __init__(self, server: Server, tree: Path, name: str = LARGE) -> None:
        self.client = Client(server.command, tree, server.environment)
        self.server, self.path = server, tree / name
        self.uri, self.version = self.path.as_uri(), 1
        text = self.path.read_text()
        self.line = text[: text.index("\n", text.index(METHOD))].count("\n") + 1
        while not text.split("\n")[self.line - 1].rstrip().endswith(":"):
            self.line += 1
        self.column = 0

    def begin(self) -> float:
        """Start the server with the file open; the seconds until its first diagnostics."""
        started = time.perf_counter()
        self.client.start(dict(self.server.options))
        self.open(self.path)
        return self.client.diagnostics(self.uri)[0] - started

    def open(self, path: Path) -> str:
        """Open a file."""
        uri = path.as_uri()
        item = {"uri": uri, "languageId": "python", "version": 1, "text": path.read_text()}
        self.client.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def insert(self, text: str, line: int, column: int) -> None:
        """Type something, and do not wait."""
        self.version += 1
        place = {"line": line, "character": column}
        change = {"range": {"start": place, "end": place}, "text": text}
        document = {"uri": self.uri, "version": self.version}
        params = {"textDocument": document, "contentChanges": [change]}
        self.client.notify("textDocument/didChange", params)

    def key(self) -> None:
        """Type the next character of a line of code."""
        if self.column == 0:
            self.insert("\n", self.line, 0)
        self.insert(TYPED[self.column % len(TYPED)], self.line, self.column)
        self.column += 1

    def typed(self) -> float:
        """The seconds from a key to its diagnostics."""
        started = time.perf_counter()
        self.key()
        return self.client.diagnostics(self.uri, self.version)[0] - started

    def burst(self) -> float:
        """The seconds from the last of some keys, typed fast, to its diagnostics."""
        for _ in range(KEYS - 1):
            self.key()
            time.sleep(INTERVAL)
        return self.typed()

    def hover(self) -> float:
        """The seconds that a hover takes right after a key."""
        self.key()
        place = {"line": self.line, "character": min(self.column, 14)}
        started = time.perf_counter()
        document = {"uri": self.uri}
        self.client.request("textDocument/hover", {"textDocument": document, "position": place})
        return time.perf_counter() - started

    @property
    def memory(self) -> float:
        """The bytes that the server's process holds now, 0 where nobody can say."""
        status = Path(f"/proc/{self.client.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        held = [int(line.split()[1]) for line in lines if line.startswith("VmRSS")]
        return held[0] * 1024.0 if held else 0.0


def typing(server: Server, tree: Path, keys: int, bursts: int, latency: Latency) -> None:
    """Measure one server while somebody types."""
    typist = Typist(server, tree)
    try:
        latency.first.append(typist.begin())
        time.sleep(1)
        for _ in range(1 if server.slow else keys):
            latency.keys.append(typist.typed())
            # Nobody types on the very moment; servers that wait for a pause have had it.
            time.sleep(0.25)
        for _ in range(0 if server.slow else bursts):
            latency.bursts.append(typist.burst())
            time.sleep(0.5)
        latency.memory = max(latency.memory, typist.memory)
    finally:
        typist.client.stop()


def hovering(server: Server, tree: Path, times: int, latency: Latency) -> None:
    """Measure how long a hover takes, each right after a key."""
    typist = Typist(server, tree)
    try:
        typist.begin()
        time.sleep(1)
        for _ in range(times):
            latency.hovers.append(typist.hover())
            time.sleep(0.25)
    finally:
        typist.client.stop()


def dependants(server: Server, tree: Path, times: int, latency: Latency) -> None:
    """Measure from an edit of a contract's class to the diagnostics of ten open dependants.

    A public method is renamed, and renamed back: whoever implements it is told each time.
    """
    typist = Typist(server, tree, CONTRACT)
    opened: set[str] = set()
    try:
        typist.begin()
        for name in DEPENDANTS:
            path = tree / name
            if path.exists() and len(opened) < 10:
                uri = typist.open(path)
                typist.client.diagnostics(uri)
                opened.add(uri)
        time.sleep(2)
        line = typist.path.read_text()[: typist.path.read_text().index(METHOD)].count("\n")
        column = len("    def spawn(self")
        for turn in range(times):
            latency.dependants.append(_signature(typist, line, column, turn % 2 == 1, opened))
            time.sleep(1)
    finally:
        typist.client.stop()


def _signature(typist: Typist, line: int, column: int, back: bool, opened: set[str]) -> float:
    added = ", unheard_of"
    typist.version += 1
    start = {"line": line, "character": column}
    end = {"line": line, "character": column + (len(added) if back else 0)}
    change = {"range": {"start": start, "end": end}, "text": "" if back else added}
    params = {
        "textDocument": {"uri": typist.uri, "version": typist.version},
        "contentChanges": [change],
    }
    started = time.perf_counter()
    typist.client.notify("textDocument/didChange", params)
    last, waiting = started, set(opened)
    typist.client.patience = 3
    while waiting:
        try:
            at, message = typist.client.wait(
                lambda each: each.get("method") == "textDocument/publishDiagnostics"
            )
        except SilentError:
            break
        if message["params"]["uri"] in waiting:
            waiting.discard(message["params"]["uri"])
            last = at
    return last - started
