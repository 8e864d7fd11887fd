"""What is done with each server, and for how long somebody waits."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.latency.client import Client, SilentError
from benchmarks.ours import POLICY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
# What is typed in an hour, a character at a time: whole, half typed, and taken back again.
LINES = (
    "from nova.virt.ironic import driver as other\n",
    "    def unheard_of(self, instance=None):\n        return self._host.get_guest(instance)\n",
    "        guest = self._host.get_guest(instance)  # a word\n",
    "        if (guest.id == instance['id'] and\n                not self._plug):\n",
    "            return {'a': [1, 2\n",
    '        LOG.debug("""never\n',
    "        for each in self._get_all_block_devices(\n",
    "    class Inner(object):\n        def __init__(self): self.x = (\n",
    "        utils._private(instance, *[x for x in range(3)])\n",
    "        with open('x') as f, lock:\n            raise exception.NovaException(f)\n",
    "    @property\n    async def host(self: 'LibvirtDriver') -> None:\n        await self._host\n",
)
# After so many edits somebody stops to think, for so many seconds.
EDITS_AT_ONCE, THOUGHT = 40, 0.4


@dataclass(slots=True)
class Latency:
    """Seconds, each as often as it was measured."""

    name: str
    keys: list[float] = field(default_factory=list)
    bursts: list[float] = field(default_factory=list)
    hovers: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    actions: list[float] = field(default_factory=list)
    proposals: list[float] = field(default_factory=list)
    dependants: list[float] = field(default_factory=list)
    memory: float = 0.0
    held: list[float] = field(default_factory=list)
    peak: float = 0.0


class Typist:
    """Somebody who edits the large file in an editor, until the end of the block."""

    def __init__(self, server: Server, tree: Path, name: str = LARGE) -> None:
        self.client = Client(server.command, tree, server.environment)
        self.server, self.path = server, tree / name
        self.uri, self.version = self.path.as_uri(), 1
        text = self.path.read_text()
        self.line = text[: text.index("\n", text.index(METHOD))].count("\n") + 1
        while not text.split("\n")[self.line - 1].rstrip().endswith(":"):
            self.line += 1
        self.column = 0

    def __enter__(self) -> Typist:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.stop()

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
        self.edit(text, (line, column), (line, column))

    def edit(self, text: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Replace what stands between two places, each a line and a character; do not wait."""
        self.version += 1
        first, last = ({"line": line, "character": column} for line, column in (start, end))
        change = {"range": {"start": first, "end": last}, "text": text}
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
        return self.client.diagnostics(self.uri, self.version, started)[0] - started

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
        return self.ask("hover", self.uri, {"position": place})

    def ask(self, what: str, uri: str, more: Mapping[str, Any]) -> float:
        """The seconds that a request about a document takes."""
        started = time.perf_counter()
        self.client.request(f"textDocument/{what}", {"textDocument": {"uri": uri}, **more})
        return time.perf_counter() - started

    def edits(self, seed: int) -> Iterator[None]:
        """Edits without end: something is typed somewhere, letter by letter, and taken back.

        Each has been sent when the next is asked for.
        """
        chance = random.Random(seed)
        lines = self.path.read_text().split("\n")
        heads = [i for i, line in enumerate(lines) if line.startswith("    def ")]
        imports = next(i for i, line in enumerate(lines) if line.startswith("import "))
        while True:
            words = chance.choice(LINES)
            first = chance.choice(heads) if words.startswith(" ") else imports
            row, column = first, 0
            for letter in words[: chance.randint(1, len(words))]:
                self.insert(letter, row, column)
                row, column = (row + 1, 0) if letter == "\n" else (row, column + 1)
                yield
            self.edit("", (first, 0), (row, column))
            yield

    @property
    def memory(self) -> float:
        """The bytes that the server's process holds now, 0 where nobody can say."""
        return self._of_process("VmRSS")

    @property
    def peak(self) -> float:
        """The most that it has held."""
        return self._of_process("VmHWM")

    def _of_process(self, what: str) -> float:
        status = Path(f"/proc/{self.client.pid}/status")
        lines = status.read_text().splitlines() if status.exists() else []
        held = [int(line.split()[1]) for line in lines if line.startswith(what)]
        return held[0] * 1024.0 if held else 0.0


def typing(
    server: Server, tree: Path, keys: int, bursts: int, budget: float, latency: Latency
) -> None:
    """Measure one server while somebody types: no more once so many seconds have gone by.

    The start is not among them, and one key is always typed.
    """
    with Typist(server, tree) as typist:
        latency.first.append(typist.begin())
        time.sleep(1)
        end = time.monotonic() + budget
        for number in range(keys):
            if number and time.monotonic() > end:
                break
            latency.keys.append(typist.typed())
            # Nobody types on the very moment; servers that wait for a pause have had it.
            time.sleep(0.25)
        for _ in range(bursts):
            if time.monotonic() > end:
                break
            latency.bursts.append(typist.burst())
            time.sleep(0.5)
        latency.memory = max(latency.memory, typist.memory)


def starting(server: Server, tree: Path, times: int, took: list[float]) -> None:
    """Measure how long it takes from spawn to the first diagnostics."""
    for _ in range(times):
        with Typist(server, tree) as typist:
            took.append(typist.begin())


def features(server: Server, tree: Path, times: int, latency: Latency) -> None:
    """Measure code actions where something is found, and completion in the policy."""
    with Typist(server, tree) as typist:
        started = typist.begin()
        time.sleep(max(2, started))
        typist.insert("import nova.virt.zvm\n", 0, 0)
        found = typist.client.diagnostics(typist.uri, typist.version)[1]
        time.sleep(2)
        for _ in range(times):
            context = {"diagnostics": found[:1], "triggerKind": 1}
            params = {"range": found[0]["range"], "context": context}
            latency.actions.append(typist.ask("codeAction", typist.uri, params))
        text = "[subsystem.new]\nuses = ['']\n"
        policy = (tree / POLICY).as_uri()
        item = {"uri": policy, "languageId": "toml", "version": 1, "text": text}
        typist.client.notify("textDocument/didOpen", {"textDocument": item})
        for _ in range(times):
            place = {"position": {"line": 1, "character": 9}}
            latency.proposals.append(typist.ask("completion", policy, place))


def an_hour(server: Server, tree: Path, edits: int, latency: Latency) -> None:
    """Measure what a server holds during so many edits, ten times on the way and at the end."""
    with Typist(server, tree) as typist:
        typist.begin()
        time.sleep(2)
        latency.held.append(typist.memory)
        for number, _ in enumerate(itertools.islice(typist.edits(seed=1), edits), start=1):
            typist.client.diagnostics(typist.uri, typist.version)
            if number % EDITS_AT_ONCE == 0:
                time.sleep(THOUGHT)
            if number % max(edits // 10, 1) == 0:
                latency.held.append(typist.memory)
        time.sleep(2)
        latency.held.append(typist.memory)
        latency.peak = typist.peak


def hovering(server: Server, tree: Path, times: int, latency: Latency) -> None:
    """Measure how long a hover takes, each right after a key."""
    with Typist(server, tree) as typist:
        typist.begin()
        time.sleep(1)
        for _ in range(times):
            latency.hovers.append(typist.hover())
            time.sleep(0.25)


def dependants(server: Server, tree: Path, times: int, latency: Latency) -> None:
    """Measure from an edit of a contract's class to the diagnostics of ten open dependants.

    A public method is renamed, and renamed back: whoever implements it is told each time.
    """
    opened: set[str] = set()
    with Typist(server, tree, CONTRACT) as typist:
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
