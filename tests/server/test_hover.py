"""What an editor shows of a name that somebody points at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lsprotocol import types

from tests.server.editor import PLAIN, editing, session
from tests.server.shop import build

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.editor import Editor

BILLS = "shop/pay/bills.py"


async def told(editor: Editor, uri: str, words: str, inside: int = 0) -> str:
    params = types.HoverParams(**editor.at(uri, words, inside))
    hover = await editor.client.text_document_hover_async(params)
    if hover is None:
        return ""
    assert isinstance(hover.contents, types.MarkupContent)
    return hover.contents.value


# Some words, how far into them, and what is told of that.
TOLD = [
    # A name that is not public, in its import.
    (
        "import Order",
        8,
        [
            "`shop.core.orders:Order`",
            "subsystem **core**, owned by core-team",
            "**BW102**",
            "instead: `shop.core.api:Order`",
            "public of **core**: `shop.core.api`",
            "bailiwick.toml#L5",
        ],
    ),
    # A module that may not be used.
    ("import sender", 8, ["the module `shop.mail.sender`", "subsystem **mail**", "**BW101**"]),
    # Its use further down.
    ("sender.load", 0, ["the module `shop.mail.sender`", "**pay** may not use **mail**"]),
    ("load()", 0, ["`shop.mail.sender:load`", "subsystem **mail**"]),
    # A contract's member through a handle.
    (
        "send('you'",
        1,
        [
            "send(to, text, *, urgent=False)",
            "contract **sender** (`shop.mail.sender:Sender`), implemented by mail",
        ],
    ),
    # A private attribute.
    ("_lines", 2, ["`shop.core.orders:Order._lines`", "**BW201**"]),
    # A name used in an annotation.
    ("Order):", 0, ["`shop.core.orders:Order`", "It is not public"]),
]


def test_a_name_of_another_subsystem_says_whose_it_is_and_whether_it_may_be_used(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = editor.open(BILLS)
            await editor.told(uri, "BW101", "BW102", "BW201")
            for words, inside, says in TOLD:
                value = await told(editor, uri, words, inside)
                for each in says:
                    assert each in value

    session(work())


def test_what_markdown_would_take_for_its_own_signs_is_shown_as_it_is(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path, shop__pay__bills="from shop import mail\n")) as editor:
            uri = editor.open(BILLS)
            await editor.told(uri, "BW101")
            assert r"shop/mail/\_\_init\_\_.py" in await told(editor, uri, "mail")

    session(work())


def test_what_is_the_modules_own_affair_is_left_to_others(tmp_path: Path) -> None:
    text = (
        "import os\n\n\nclass Own:\n    def go(self):\n        'sender'\n        return os.path\n"
    )

    async def work() -> None:
        async with editing(build(tmp_path, shop__pay__bills=text)) as editor:
            uri = editor.open(BILLS)
            for words in ("os\n", "Own", "go(", "'sender'", "path", "class", "\n\n"):
                assert await told(editor, uri, words) == ""

    session(work())


def test_a_contracts_member_is_told_where_it_is_implemented(tmp_path: Path) -> None:
    text = (
        "from shop.mail.sender import Sender\n\n\nclass Mine(Sender):\n"
        "    def send(self, to, text, *, urgent=False):\n        pass\n"
    )

    async def work() -> None:
        async with editing(build(tmp_path, shop__mail__mine=text)) as editor:
            uri = editor.open("shop/mail/mine.py")
            assert "send(to, text, *, urgent=False)" in await told(editor, uri, "send(")
            assert "contract **sender**" in await told(editor, uri, "Sender)")

    session(work())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_right_after_an_edit_the_text_of_now_counts(end: str, tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = editor.open(BILLS)
            await editor.told(uri, "BW101", "BW102", "BW201")
            new = editor.texts[uri].replace(
                "    return Order._lines\n",
                "    ä = '😀'; from shop.core import api\n    return api.VERSION, Order._lines\n",
            )
            editor.change(uri, new.replace("\n", end))
            assert "`shop.core.api:VERSION`" in await told(editor, uri, "VERSION")
            assert "the module `shop.core.api`" in await told(editor, uri, "api" + end, 1)
            assert "send(to, text" in await told(editor, uri, "send('you'")
            assert "**BW102**" in await told(editor, uri, "import Order", 8)

    session(work())


def test_in_a_file_outside_any_policy_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "alone.py").write_text("import os\n", encoding="utf-8")

    async def work() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("alone.py")
            assert await told(editor, uri, "os") == ""

    session(work())


def test_an_editor_that_shows_no_markdown_gets_plain_text(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path), PLAIN) as editor:
            uri = editor.open(BILLS)
            await editor.told(uri, "BW101", "BW102", "BW201")
            params = types.HoverParams(**editor.at(uri, "import Order", 8))
            hover = await editor.client.text_document_hover_async(params)
            assert hover is not None
            assert isinstance(hover.contents, types.MarkupContent)
            assert hover.contents.kind == types.MarkupKind.PlainText
            first, second, *_ = hover.contents.value.split("\n")
            assert (first, second) == (
                "shop.core.orders:Order",
                "subsystem core, owned by core-team",
            )
            assert not any(sign in hover.contents.value for sign in ("**", "`", "]("))
            assert "(file:" not in hover.contents.value
            sent = types.HoverParams(**editor.at(uri, "send('you'", 1))
            member = await editor.client.text_document_hover_async(sent)
            assert member is not None
            assert isinstance(member.contents, types.MarkupContent)
            assert "\n\nsend(to, text, *, urgent=False)\n\n" in member.contents.value

    session(work())


def test_a_cell_of_a_notebook_tells_of_its_own_names(tmp_path: Path) -> None:
    cells = [
        "%matplotlib inline\nfrom shop.core.orders import Order\n",
        "# ä😀\nOrder._lines",
    ]
    uris = [f"notebook-cell:/bills.ipynb#{number}" for number in range(2)]

    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            kind = types.NotebookCellKind.Code
            notebook = types.NotebookDocument(
                editor.uri("shop/pay/bills.ipynb"),
                "jupyter-notebook",
                1,
                [types.NotebookCell(kind, uri) for uri in uris],
            )
            opened = [
                types.TextDocumentItem(uri, "python", 1, text)
                for uri, text in zip(uris, cells, strict=True)
            ]
            params = types.DidOpenNotebookDocumentParams(notebook, opened)
            editor.client.notebook_document_did_open(params)
            editor.texts.update(zip(uris, cells, strict=True))
            await editor.told(uris[0], "BW102")
            assert "`shop.core.orders:Order`" in await told(editor, uris[0], "Order\n", 2)
            assert "`shop.core.orders:Order._lines`" in await told(editor, uris[1], "_lines", 2)
            assert await told(editor, uris[1], "ä") == ""

    session(work())
