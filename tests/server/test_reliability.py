"""Whatever an editor does, and what is around it: no crash, no wrong document, a line logged."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests import full_disk
from tests.server.conftest import DESK, TILL
from tests.server.editor import COMMAND, DEADLINE, at, place, until, uri_of, write

if TYPE_CHECKING:
    from tests.server.editor import Editor

pytestmark = pytest.mark.asyncio


async def test_an_unknown_method_is_refused_and_nothing_else(editor: Editor) -> None:
    await editor.begin()
    ask: Any = editor.client.protocol.send_request_async
    with pytest.raises(JsonRpcException):
        await ask("bailiwick/nonsense", {})
    editor.client.protocol.notify("$/nonsense", {})
    editor.client.protocol.notify("bailiwick/nonsense", {})
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")


async def test_an_edit_of_a_file_that_was_never_opened_is_logged_and_dropped(
    editor: Editor,
) -> None:
    await editor.begin()
    editor.change("shop/desk.py", (at(0, 0), "x"))
    await editor.logs("which is not open")
    editor.close("shop/desk.py")
    await editor.logs("which was not open")
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")


async def test_positions_out_of_range_are_taken_for_the_nearest(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/desk.py", "x")
    far = types.Range(types.Position(99, 99), types.Position(2**31 - 1, 2**31 - 1))
    back = types.Range(types.Position(0, 7), types.Position(0, 0))
    version = editor.change("shop/desk.py", (far, "\n"), (back, TILL.strip()))
    await editor.told("shop/desk.py", version=version)
    version = editor.change("shop/desk.py", (at(0, 23, 28), "count"))
    await editor.told("shop/desk.py", "BW102", version=version)


async def test_a_storm_of_changes_ends_in_what_is_true_of_the_last(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/desk.py")
    chance = random.Random(5)
    lines = DESK.split("\n")
    for number in range(5_000):
        at_line = chance.randrange(len(lines))
        editor.change("shop/desk.py", (at(at_line, 0), "#"), (at(at_line, 0, 1), ""))
        if number % 500 == 0:
            await asyncio.sleep(0)
    version = editor.change("shop/desk.py", (None, TILL.replace("Shelf", "count")))
    await editor.told("shop/desk.py", "BW102", version=version)
    versions = [each.version for each in editor.published if each.uri == editor.uri("shop/desk.py")]
    assert versions == sorted(versions, key=lambda each: each or 0)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nobody says what it holds")
async def test_a_server_holds_no_more_after_many_edits_of_a_long_text(editor: Editor) -> None:
    await editor.begin()
    server = editor.client._server
    assert server is not None
    editor.open("shop/desk.py", DESK + "# and so on\n" * 100_000)

    async def edit(times: int) -> int:
        for number in range(times):
            version = editor.change("shop/desk.py", (at(0, 0), "#"), (at(0, 0, 1), ""))
            if number % 5 == 0:
                await editor.told("shop/desk.py", version=version)
        status = Path(f"/proc/{server.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) // 1024

    before = await edit(50)
    assert await edit(300) < before + 100


async def test_two_servers_on_one_workspace_do_not_mind_each_other(editor: Editor) -> None:
    await editor.begin()
    done = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        _raw(
            done,
            1,
            "initialize",
            {"processId": None, "capabilities": {}, "rootUri": uri_of(editor.root)},
        )
        editor.open("shop/till.py")
        await editor.told("shop/till.py", "BW101")
    finally:
        assert done.stdin is not None
        done.stdin.close()
        assert done.wait(DEADLINE) is not None


async def test_a_workspace_may_vanish(editor: Editor) -> None:
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    shutil.rmtree(editor.root / "shop")
    (editor.root / "bailiwick.toml").unlink()
    editor.stored("bailiwick.toml", "shop/stock.py", "shop/till.py")
    editor.change("shop/till.py", (None, f"{TILL}\n"))
    await editor.told("shop/till.py")
    write(editor.root / "shop/desk.py", DESK)
    editor.open("shop/desk.py")
    await editor.told("shop/desk.py")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is read-only to root")
async def test_a_workspace_may_be_read_only(editor: Editor) -> None:
    for path in (editor.root, editor.root / "shop"):
        path.chmod(0o555)
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    for path in (editor.root, editor.root / "shop"):
        path.chmod(0o755)


async def test_nothing_is_written_into_the_workspace(editor: Editor) -> None:
    before = sorted(editor.root.rglob("*"))
    await editor.begin()
    editor.open("shop/till.py")
    await editor.told("shop/till.py", "BW101")
    assert sorted(editor.root.rglob("*")) == before


async def test_code_of_the_workspace_is_never_run(editor: Editor) -> None:
    trap = f"import pathlib\npathlib.Path({str(editor.root / 'ran')!r}).write_text('x')\n"
    for name in (
        "sitecustomize.py",
        "usercustomize.py",
        "setup.py",
        "shop/__init__.py",
        "conftest.py",
    ):
        write(editor.root / name, trap)
    await editor.begin()
    editor.open("shop/till.py", f"{trap}{TILL}")
    await editor.told("shop/till.py", "BW101")
    assert not (editor.root / "ran").exists()


def long_work(root: Path, parts: int = 2_000) -> str:
    """Code that takes half a minute and more to judge, since it reads a module for each name."""
    write(root / "shop/parts/__init__.py", "")
    for number in range(parts):
        write(root / f"shop/parts/m{number}.py", "class Part:\n    _left = 1\n")
    policy = root / "bailiwick.toml"
    write(policy, f'{policy.read_text()}\n[subsystem.parts]\nmodules = ["shop.parts"]\n')
    return "".join(
        f"from shop.parts import m{n}\n\n\ndef f{n}():\n    return m{n}.Part()._left\n\n\n"
        for n in range(parts)
    )


async def test_a_cancelled_request_is_answered_so_and_its_work_ends(editor: Editor) -> None:
    code = long_work(editor.root)
    await editor.begin("neovim")
    editor.open("shop/desk.py")
    assert await editor.codes("shop/desk.py") == []
    editor.open("shop/till.py", code)
    document = types.TextDocumentIdentifier(editor.uri("shop/till.py"))
    ask: Any = editor.client.protocol.send_request
    params = types.DocumentDiagnosticParams(document)
    waiting = ask("textDocument/diagnostic", params, msg_id="asked")
    editor.change("shop/desk.py", (at(0, 23, 28), "count"))
    assert await editor.codes("shop/desk.py") == ["BW102"]
    assert not waiting.done()
    editor.client.cancel_request(types.CancelParams("asked"))
    await until(waiting.done)
    with pytest.raises(JsonRpcException) as refused:
        waiting.result()
    assert refused.value.code == types.LSPErrorCodes.RequestCancelled
    editor.change("shop/till.py", (None, TILL))
    assert await editor.codes("shop/till.py") == ["BW101"]


async def test_two_long_jobs_hold_no_keys_up(editor: Editor) -> None:
    code = long_work(editor.root)
    await editor.begin()
    editor.open("shop/desk.py")
    await editor.told("shop/desk.py")
    editor.open("shop/till.py", code)
    editor.open("shop/stock.py", f"{code}\n# Another.\n")
    for name, codes in [("count", ["BW102"]), ("Shelf", [])] * 10:
        version = editor.change("shop/desk.py", (at(0, 23, 28), name))
        await editor.told("shop/desk.py", *codes, version=version)
    told = {each.uri for each in editor.published}
    assert told == {editor.uri("shop/desk.py")}


async def test_long_work_is_shown_and_can_be_cancelled(editor: Editor) -> None:
    def adapt(capabilities: types.ClientCapabilities) -> None:
        capabilities.window = types.WindowClientCapabilities(work_done_progress=True)

    code = long_work(editor.root)
    await editor.begin(adapt=adapt)
    shown = editor.client.progress_reports
    editor.open("shop/till.py", code)
    await until(lambda: any(len(each) > 1 for each in shown.values()))
    ((token, (begun, further, *_)),) = shown.items()
    assert isinstance(begun, types.WorkDoneProgressBegin)
    assert begun.cancellable
    assert begun.message == "till.py"
    assert isinstance(further, types.WorkDoneProgressReport)
    assert "modules read" in str(further.message)
    cancel = types.WorkDoneProgressCancelParams(token)
    editor.client.window_work_done_progress_cancel(cancel)
    await editor.logs("cancelled: till.py")
    await until(lambda: isinstance(shown[token][-1], types.WorkDoneProgressEnd))
    version = editor.change("shop/till.py", (None, TILL))
    await editor.told("shop/till.py", "BW101", version=version)


async def test_a_trace_tells_what_is_done_if_it_is_wanted(editor: Editor) -> None:
    traced: list[types.LogTraceParams] = []

    def trace(params: types.LogTraceParams) -> None:
        traced.append(params)

    editor.client.feature(types.LOG_TRACE)(trace)
    await editor.begin()
    editor.client.set_trace(types.SetTraceParams(types.TraceValue.Verbose))
    editor.open("shop/till.py")
    await until(lambda: any("1 diagnostics" in each.message for each in traced))


def _raw(process: subprocess.Popen[bytes], number: int, method: str, params: object) -> Any:
    """Ask without any library; gives the answer."""
    body = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    _send(process, json.dumps(body).encode())
    while (message := _receive(process)).get("id") != number:
        pass
    return message


def _send(process: subprocess.Popen[bytes], body: bytes) -> None:
    assert process.stdin is not None
    process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    process.stdin.flush()


def _receive(process: subprocess.Popen[bytes]) -> Any:
    assert process.stdout is not None
    length = 0
    while header := process.stdout.readline().strip():
        name, _, value = header.partition(b":")
        length = int(value) if name == b"Content-Length" else length
    return json.loads(process.stdout.read(length))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"17",
        b'"x"',
        b"{}",
        b'{"jsonrpc": "1.0"}',
        b'{"jsonrpc": "2.0", "id": [], "method": 7}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": null}',
        b'{"jsonrpc": "2.0", "id": 99, "result": {}}',
        b"\xff\xfe",
    ],
)
async def test_what_is_no_message_does_no_harm(shop: Path, body: bytes) -> None:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
        assert "result" in _raw(process, 1, "initialize", start)
        _send(process, body)
        status = _raw(process, 2, "bailiwick/status", {"textDocument": {"uri": "file:///x.py"}})
        assert status["result"] is None
        assert "result" in _raw(process, 3, "shutdown", None)
        _send(process, b'{"jsonrpc": "2.0", "method": "exit"}')
        assert process.wait(DEADLINE) == 0
    finally:
        process.kill()
        process.wait()


async def test_what_is_no_message_is_logged(shop: Path) -> None:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
        _raw(process, 1, "initialize", start)
        _send(process, b"{")
        said: dict[str, Any] = {}
        while said.get("type") != types.MessageType.Error:
            said = _receive(process).get("params", {})
        assert "JSONDecodeError" in said["message"]
    finally:
        process.kill()
        process.wait()


# A server whose every opening of a file or folder is written down.
WATCHED = """\
import os, sys
told = os.open(sys.argv.pop(), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def hook(event, arguments):
    if event in ("open", "os.scandir", "os.listdir") and isinstance(arguments[0], str):
        os.write(told, (os.path.abspath(arguments[0]) + "\\n").encode())
sys.addaudithook(hook)
from bailiwick_hooks.cli import main
sys.exit(main(["server"]))
"""


async def test_nothing_outside_of_the_workspace_is_read_but_what_the_policy_names(
    shop: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    around = tmp_path_factory.mktemp("around")
    root = around / "work"
    shutil.copytree(shop, root)
    write(around / "bailiwick.toml", "[subsystem.all]\nmodules = ['work', 'other']\n")
    write(around / "common.toml", 'unclaimed = "ignore"\n')
    write(around / "other/__init__.py", "")
    write(around / "other/stock.py", "class Shelf: pass\n")
    policy = (root / "bailiwick.toml").read_text().replace('unclaimed = "ignore"\n', "")
    write(root / "bailiwick.toml", f'extends = ["../common.toml"]\n{policy}')
    told = around / "told"
    process = subprocess.Popen(
        [sys.executable, "-c", WATCHED, str(told)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(root)}
        _raw(process, 1, "initialize", start)
        text = f"{TILL}import other.stock\nfrom .. import other\nother.stock.Shelf()._left\n"
        item = {"languageId": "python", "version": 1, "text": text}
        for path in (root / "shop/till.py", around / "other/stock.py"):
            params = {"textDocument": {"uri": uri_of(path), **item}}
            body = {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params}
            _send(process, json.dumps(body).encode())
            while (message := _receive(process)).get("method") != "textDocument/publishDiagnostics":
                pass
            codes = [each["code"] for each in message["params"]["diagnostics"]]
            assert codes == (["BW101"] if path.name == "till.py" else [])
        assert "result" in _raw(process, 2, "shutdown", None)
    finally:
        process.kill()
        process.wait()
    read = {Path(line) for line in told.read_text().splitlines()}
    assert root / "shop/stock.py" in read
    inside = {each for each in read if each.is_relative_to(root)}
    outside = {each for each in read - inside if each.is_relative_to(around)}
    assert outside == {around / "common.toml"}


@full_disk.needs_limits
async def test_a_full_disk_costs_the_links_to_pages_and_nothing_else(shop: Path) -> None:
    process = subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=full_disk.fill,
    )
    try:
        start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
        _raw(process, 1, "initialize", start)
        uri = uri_of(shop / "shop/till.py")
        item = {"uri": uri, "languageId": "python", "version": 1, "text": TILL}
        params = {"textDocument": item}
        body = {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": params}
        _send(process, json.dumps(body).encode())
        while (message := _receive(process)).get("method") != "textDocument/publishDiagnostics":
            pass
        [found] = message["params"]["diagnostics"]
        assert found["code"] == "BW101"
        assert "codeDescription" not in found
    finally:
        process.kill()
        process.wait()


async def test_a_request_with_wrong_parameters_gets_an_answer(shop: Path) -> None:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
        _raw(process, 1, "initialize", start)
        answer = _raw(process, 2, "textDocument/diagnostic", {"textDocument": 7})
        assert answer["error"]["code"] == -32602
    finally:
        process.kill()
        process.wait()


async def test_a_server_that_ends_in_the_middle_of_work_says_nothing(shop: Path) -> None:
    code = long_work(shop, parts=300)
    uri = uri_of(shop / "shop/till.py")
    for number in range(3):
        process = subprocess.Popen(
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        begin: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
        _raw(process, 1, "initialize", begin)
        item = {"uri": uri, "languageId": "python", "version": 1, "text": f"{code}# {number}\n"}
        opened = {"method": "textDocument/didOpen", "params": {"textDocument": item}}
        _send(process, json.dumps({"jsonrpc": "2.0", **opened}).encode())
        await asyncio.sleep(0.1 * number)
        _raw(process, 2, "shutdown", None)
        _send(process, b'{"jsonrpc": "2.0", "method": "exit"}')
        _, said = process.communicate(timeout=DEADLINE)
        assert said == b""
        assert process.returncode == 0


async def test_a_server_ends_while_its_own_question_is_not_answered(shop: Path) -> None:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    asked = {"workspace": {"configuration": True}}
    begin: dict[str, Any] = {"processId": None, "capabilities": asked, "rootUri": uri_of(shop)}
    _raw(process, 1, "initialize", begin)
    _send(process, b'{"jsonrpc": "2.0", "method": "initialized", "params": {}}')
    while _receive(process).get("method") != "workspace/configuration":
        pass
    answer = _raw(process, 2, "shutdown", None)
    assert answer.get("result", answer) is None
    _send(process, b'{"jsonrpc": "2.0", "method": "exit"}')
    _, said = process.communicate(timeout=DEADLINE)
    assert (said, process.returncode) == (b"", 0)


async def test_messages_are_understood_in_whatever_pieces_they_come(shop: Path) -> None:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    try:
        start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
        _raw(process, 1, "initialize", start)
        uri = uri_of(shop / "shop/desk.py")
        item = {"uri": uri, "languageId": "python", "version": 1, "text": DESK}
        opened = {"method": "textDocument/didOpen", "params": {"textDocument": item}}
        asked = {"id": 2, "method": "bailiwick/status", "params": {"textDocument": {"uri": uri}}}
        stream = b""
        messages: tuple[dict[str, Any], ...] = (opened, asked)
        for message in messages:
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            stream += b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        for first in range(0, len(stream), 7):
            process.stdin.write(stream[first : first + 7])
            process.stdin.flush()
        while (answer := _receive(process)).get("id") != 2:
            pass
        assert answer["result"]["subsystem"] == "desk"
        body = json.dumps({"jsonrpc": "2.0", "id": 3, "method": "shutdown"}).encode()
        both = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        body = b'{"jsonrpc": "2.0", "method": "exit"}'
        process.stdin.write(both + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        process.stdin.flush()
        assert process.wait(DEADLINE) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("rest", [b"Content-Le", b"Content-Length: 99\r\n\r\n{"])
async def test_the_server_ends_when_its_input_ends_within_a_message(
    shop: Path, rest: bytes
) -> None:
    process = subprocess.Popen(
        COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
    _raw(process, 1, "initialize", start)
    _, said = process.communicate(rest, timeout=DEADLINE)
    assert (said, process.returncode) == (b"", 0)


async def test_to_exit_unasked_is_no_success(shop: Path) -> None:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
    _raw(process, 1, "initialize", start)
    _send(process, b'{"jsonrpc": "2.0", "method": "exit"}')
    assert process.wait(DEADLINE) == 1


async def test_the_server_ends_when_its_input_ends(shop: Path) -> None:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
    _raw(process, 1, "initialize", start)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(DEADLINE) is not None


async def test_the_server_ends_when_its_editor_was_killed(shop: Path) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    start: dict[str, Any] = {"processId": editor.pid, "capabilities": {}, "rootUri": uri_of(shop)}
    _raw(process, 1, "initialize", start)
    editor.kill()
    editor.wait()
    # Its pipes are still open: somebody else has inherited them.
    assert process.wait(DEADLINE) is not None


async def test_the_server_talks_over_a_port_too(shop: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([*COMMAND, "--tcp", str(port)])
    try:
        end = time.monotonic() + DEADLINE
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port))
                break
            except OSError:
                assert time.monotonic() < end
                await asyncio.sleep(0.05)
        with connection, connection.makefile("rwb") as stream:
            start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
            body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": start})
            stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body.encode()))
            stream.flush()
            assert stream.readline().startswith(b"Content-Length")
        assert process.wait(DEADLINE) is not None
    finally:
        process.kill()
        process.wait()


async def test_no_process_outlives_a_server_that_was_killed(shop: Path) -> None:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    start: dict[str, Any] = {"processId": None, "capabilities": {}, "rootUri": uri_of(shop)}
    _raw(process, 1, "initialize", start)
    task = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not task.exists():
        process.kill()
        pytest.skip("only Linux tells the children of a process")
    item = {
        "uri": uri_of(shop / "shop/till.py"),
        "languageId": "python",
        "version": 1,
        "text": TILL,
    }
    body = {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": item}}
    _send(process, json.dumps(body).encode())
    while _receive(process).get("method") != "textDocument/publishDiagnostics":
        pass
    assert task.read_text() == ""
    process.kill()
    process.wait()


@pytest.mark.parametrize("seed", range(4))
async def test_after_any_edits_the_server_has_the_text_and_the_findings_of_the_editor(
    editor: Editor, seed: int
) -> None:
    await editor.begin()
    chance = random.Random(seed)
    held = DESK
    editor.open("shop/desk.py", held)
    pieces = [
        "\n",
        "\r\n",
        "\f",
        "ä",
        "😀",
        "import shop.stock\n",
        "    ",
        "Shelf",
        "x = 1\n",
        "#",
        ")",
    ]
    for _ in range(60):
        start, end = sorted(chance.randrange(len(held) + 1) for _ in range(2))
        end = min(end, start + chance.randrange(12))
        new = "".join(chance.choices(pieces, k=chance.randrange(3)))
        range_ = types.Range(_position(held, start), _position(held, end))
        if _offset(held, range_.start) != start or _offset(held, range_.end) != end:
            continue
        held = held[:start] + new + held[end:]
        version = editor.change("shop/desk.py", (range_, new))
    last = _position(held, len(held))
    added = "\nfrom shop.stock import count as last\n"
    version = editor.change("shop/desk.py", (types.Range(last, last), added))
    await until(lambda: any(each.version == version for each in editor.published))
    write(editor.root / "shop/desk.py", held + added)
    arguments = ["check", "--no-cache", "--format", "json", "shop/desk.py"]
    done = subprocess.run(
        [*COMMAND[:-1], *arguments], cwd=editor.root, capture_output=True, text=True, check=False
    )
    wanted = sorted((each["code"], each["line"]) for each in _findings(done.stdout))
    broken = any(code == "BW901" for code, _ in wanted)

    def agrees() -> bool:
        found = map(place, editor.diagnostics("shop/desk.py"))
        shown = sorted((code, line + 1) for code, line, *_ in found)
        # Of a text that cannot be parsed more may be shown: what was found last.
        return set(wanted) <= set(shown) if broken else wanted == shown

    await until(agrees, lambda: f"{wanted} {editor.diagnostics('shop/desk.py')}")


def _findings(document: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(document)["findings"]
    return found


def _lines(text: str) -> list[int]:
    starts, index = [0], 0
    while index < len(text):
        width = 2 if text.startswith("\r\n", index) else 1
        if text[index] in "\r\n":
            starts.append(index + width)
        index += width if text[index] in "\r\n" else 1
    return starts


def _position(text: str, offset: int) -> types.Position:
    starts = _lines(text)
    line = max(n for n, start in enumerate(starts) if start <= offset)
    before = text[starts[line] : offset].rstrip("\r\n")
    return types.Position(line, len(before.encode("utf-16-le")) // 2)


def _offset(text: str, position: types.Position) -> int:
    start = _lines(text)[position.line]
    taken = 0
    while taken < position.character:
        taken += len(text[start].encode("utf-16-le")) // 2
        start += 1
    return start
