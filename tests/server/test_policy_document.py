"""The policy as a document: its mistakes, its words, what may be written in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import tomli
from lsprotocol import types

from tests.server.editor import ABLE, PLAIN, at, editing, plain, session
from tests.server.shop import POLICY, build
from tests.server.test_hover import told

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.editor import Editor


async def opened(
    editor: Editor, marked: str, name: str = "bailiwick.toml"
) -> tuple[str, types.Position]:
    """A policy with a bar where the cursor is, as an unsaved document."""
    before, _, after = marked.partition("|")
    uri = editor.uri(name)
    if uri in editor.texts:
        editor.change(uri, before + after)
    else:
        editor.open(name, before + after)
    line = before.count("\n")
    return uri, types.Position(line, len(before) - before.rfind("\n") - 1)


async def proposed(
    editor: Editor, marked: str, name: str = "bailiwick.toml"
) -> dict[str, types.CompletionItem]:
    uri, place = await opened(editor, marked, name)
    params = types.CompletionParams(types.TextDocumentIdentifier(uri), place)
    found = await editor.client.text_document_completion_async(params)
    assert isinstance(found, types.CompletionList)
    return {item.label: item for item in found.items}


def made(item: types.CompletionItem) -> str:
    assert isinstance(item.text_edit, types.TextEdit)
    return item.text_edit.new_text


def test_mistakes_are_shown_while_the_policy_is_edited_and_the_last_good_one_stays(
    tmp_path: Path,
) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            code = editor.open("shop/pay/bills.py")
            await editor.told(code, "BW101", "BW102", "BW201")
            uri = editor.open("bailiwick.toml")
            assert await editor.shown(uri, lambda found: not found) == []
            editor.change(uri, POLICY.replace('"core",  #', '"corr",  #') + "[subsystem.x\n")
            (broken,) = await editor.shown(uri)
            assert "not valid TOML" in broken.message
            editor.change(uri, POLICY.replace('"core",  #', '"corr",  #').replace("uses", "usse"))
            first, *_ = await editor.shown(uri, lambda found: "unknown key" in str(found))
            assert first.severity == types.DiagnosticSeverity.Error
            assert 'did you mean "uses"?' in first.message
            assert first.range == types.Range(
                editor.place(uri, "usse"), editor.place(uri, "usse", 4)
            )
            editor.change(uri, POLICY.replace('"core",  #', '"corr",  #'))
            (unknown,) = await editor.shown(uri, lambda found: "corr" in str(found))
            assert unknown.range.start == editor.place(uri, '"corr"')
            assert unknown.range.end == editor.place(uri, '"corr"', 6)
            # Nothing of this was saved: the code is judged as before.
            editor.change(code, editor.texts[code] + "\n")
            await editor.told(code, "BW101", "BW102", "BW201")
            editor.change(uri, POLICY)
            await editor.shown(uri, lambda found: not found)

    session(work())


def test_what_the_tree_has_not_is_a_warning(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            uri = editor.open("bailiwick.toml", POLICY.replace('"shop.pay"', '"shop.payy"'))
            found = await editor.shown(uri)
            (warning,) = [each for each in found if "shop.payy" in each.message]
            assert warning.severity == types.DiagnosticSeverity.Warning
            assert 'did you mean "shop.pay"?' in warning.message

    session(work())


def test_a_file_that_the_policy_extends_has_its_own_mistakes(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "base.toml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "bailiwick.toml").write_text('extends = ["base.toml"]\n', encoding="utf-8")

    async def work() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("base.toml")
            await editor.shown(uri, lambda found: not found)
            editor.change(uri, POLICY + "nonsense = 1\n")
            (found,) = await editor.shown(uri)
            assert "nonsense" in found.message

    session(work())


# The text with a bar where the cursor is, what is proposed, and what that writes.
PROPOSED: list[tuple[str, str, str | None]] = [
    (POLICY + "[|", "group", "group"),
    (POLICY + "[subsystem.new]\nmod|", "modules", "modules = [$0]"),
    (POLICY + '[subsystem.new]\nuses = ["|', "core", "core"),
    (POLICY + "[subsystem.new]\nuses = [|]", "core", '"core"'),
    (POLICY + '[subsystem.new]\nmodules = ["|"]', "shop", "shop"),
    (POLICY + '[subsystem.new]\nmodules = ["shop.c|"]', "shop.core", "shop.core"),
    (
        POLICY + '[subsystem.new]\npublic = ["shop.core.orders:|"]',
        "shop.core.orders:Order",
        None,
    ),
    (POLICY + '[contract.x]\ninterface = "shop.mail.sender:S|"', "shop.mail.sender:Smtp", None),
    (
        POLICY + '[contract.x]\nreturned-by = ["shop.mail.sender:Smtp.|',
        "shop.mail.sender:Smtp.send",
        None,
    ),
    (POLICY + "[rules]\n|", "BW101", "BW101 = $0"),
    (POLICY + '[rules]\nBW101 = "|"', "warning", "warning"),
    (POLICY + "[subsystem.new]\npublic-to = { | }", "core", "core = [$0]"),
    ("unclaimed = |\n" + POLICY, "ignore", '"ignore"'),
    ('extends = ["|"]\n' + POLICY, "nova", "nova"),
    (POLICY + '[group.g]\nmembers = ["core", "|"]', "mail", "mail"),
]


def test_what_may_be_written_is_proposed(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            for marked, label, new in PROPOSED:
                items = await proposed(editor, marked)
                assert made(items[label]) == (label if new is None else new)

    session(work())


def test_what_stands_there_already_is_not_proposed_and_meanings_are_told(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            items = await proposed(editor, POLICY.replace("owners =", "|\nowners ="))
            assert "modules" not in items
            documentation = items["packages"].documentation
            assert isinstance(documentation, types.MarkupContent)
            assert "Third-party packages that are reserved" in documentation.value

    session(work())


def test_in_code_and_outside_of_policies_nothing_is_proposed(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "other.toml").write_text("[a]\n", encoding="utf-8")

    async def work() -> None:
        async with editing(tmp_path) as editor:
            for name in ("shop/pay/bills.py", "other.toml"):
                uri = editor.open(name)
                params = types.CompletionParams(
                    types.TextDocumentIdentifier(uri), types.Position(0, 0)
                )
                assert await editor.client.text_document_completion_async(params) is None
                assert (
                    await editor.client.text_document_definition_async(
                        types.DefinitionParams(
                            types.TextDocumentIdentifier(uri), types.Position(0, 1)
                        )
                    )
                    is None
                )

    session(work())


def test_an_editor_without_snippets_gets_none(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path), PLAIN) as editor:
            items = await proposed(editor, POLICY + "[subsystem.new]\nmod|")
            assert made(items["modules"]) == "modules = []"

    session(work())


# Some words, how far into them, and what is told of that.
MEANINGS = [
    ("uses = [", 1, "**`uses`**"),
    ("unclaimed", 1, "What a module that no subsystem claims costs"),
    ('"core",', 2, "subsystem **core**: `shop.core`"),
    ("core]", 1, "owners: core-team"),
    ("shop.core.api", 2, "`shop.core.api`: shop/core/api.py; belongs to **core**"),
    ("interface", 1, "The class."),
    ("BW101", 1, "import-across"),
    ("contract.sender", 2, "Contracts, by name."),
]


def test_words_say_what_they_mean(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path)) as editor:
            text = f'unclaimed = "error"\n{POLICY}\n[rules]\nBW101 = "warning"\nhalf = [\n'
            uri = editor.open("bailiwick.toml", text)
            for words, inside, says in MEANINGS:
                assert says in await told(editor, uri, words, inside)

    session(work())


# Some words, how far into them, and the file and the words in it that they lead to.
DEFINED = [
    ('"core",', 2, "bailiwick.toml", "core]"),
    ('"mail"]', 2, "bailiwick.toml", "mail]"),
    ("shop.core.api", 2, "shop/core/api.py", None),
    ("shop.mail.sender:Sender", 2, "shop/mail/sender.py", "Sender:"),
    ("shop.mail.sender:load", 2, "shop/mail/sender.py", "load()"),
]


def test_names_lead_to_where_they_are_defined(tmp_path: Path) -> None:
    async def work() -> None:
        async with editing(build(tmp_path), ABLE) as editor:
            uri = editor.open("bailiwick.toml", "# one line more\n" + POLICY)
            for words, inside, file, there in DEFINED:
                params = types.DefinitionParams(**editor.at(uri, words, inside))
                place = await editor.client.text_document_definition_async(params)
                assert isinstance(place, types.Location)
                assert place.uri == editor.uri(file)
                if there is not None:
                    known = editor.uri(file) in editor.texts
                    other = editor.uri(file) if known else editor.open(file)
                    assert place.range.start == editor.place(other, there)

    session(work())


def test_a_name_of_an_extended_policy_leads_to_its_table_there(tmp_path: Path) -> None:
    (tmp_path / "bailiwick.toml").write_text('extends = ["nova"]\n', encoding="utf-8")

    async def work() -> None:
        async with editing(tmp_path) as editor:
            text = 'extends = ["nova"]\n\n[subsystem.mine]\nmodules = ["x"]\nuses = ["libvirt"]\n'
            uri = editor.open("bailiwick.toml", text)
            for words in ("libvirt", "nova"):
                params = types.DefinitionParams(**editor.at(uri, words, 1))
                place = await editor.client.text_document_definition_async(params)
                assert isinstance(place, types.Location)
                assert place.uri.endswith("/policies/nova.toml")

    session(work())


def test_files_that_a_policy_and_a_baseline_name_are_links(tmp_path: Path) -> None:
    build(tmp_path)
    debt = (
        'version = 1\ndebt = [\n  { path = "shop/pay/bills.py", code = "BW201", '
        'target = "shop.core.orders:Order._lines", since = 2026-01-01 },\n]\n'
    )
    (tmp_path / "bailiwick-baseline.toml").write_text(debt, encoding="utf-8")

    async def work() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("bailiwick.toml")
            params = types.DocumentLinkParams(types.TextDocumentIdentifier(uri))
            links = await editor.client.text_document_document_link_async(params) or []
            targets = [str(each.target) for each in links]
            assert editor.uri("shop/core/api.py") in targets
            assert editor.uri("shop/mail/sender.py") in targets
            recorded = editor.open("bailiwick-baseline.toml")
            params = types.DocumentLinkParams(types.TextDocumentIdentifier(recorded))
            links = await editor.client.text_document_document_link_async(params) or []
            assert editor.uri("shop/pay/bills.py") in [str(each.target) for each in links]
            definition = types.DefinitionParams(**editor.at(recorded, "shop.core.orders", 3))
            place = await editor.client.text_document_definition_async(definition)
            assert isinstance(place, types.Location)
            assert place.uri == editor.uri("shop/core/orders.py")

    session(work())


DEBT = """\
version = 1
debt = [
  { subsystem = "pay", path = "shop/pay/bills.py", code = "BW101", since = 2026-11-02 },
  { path = "shop/pay/bills.py", code = "BW102", since = "long ago", wrong = 1 },
]
"""
# A line of the baseline with a bar where the cursor is, what is proposed there, and what it writes.
OF_DEBT = [
    ("{ |", "subsystem", 'subsystem = "$0"'),
    ('{ code = "BW101", |', "until", "until = $0"),
    ('{ code = "BW101", un|', "until", "until = $0"),
    ('{ code = "|', "BW101", "BW101"),
    ('{ path = "a", code = "BW2|" }', "BW201", "BW201"),
    ("{ subsystem = |", "mail", '"mail"'),
    ('{ path = "shop/pa|', "shop/pay/bills.py", "shop/pay/bills.py"),
]


def test_the_baseline_is_a_document_too(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "bailiwick-baseline.toml").write_text(DEBT, encoding="utf-8")

    async def work() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open("bailiwick-baseline.toml")
            found = await editor.shown(uri)
            assert [each.range.start.line for each in found] == [3, 3]
            assert "`since` must be a date" in str(found)
            assert "an entry has no key `wrong`" in str(found)
            hover = types.HoverParams(**editor.at(uri, "since =", 2))
            assert "The day on which it was recorded" in str(
                await editor.client.text_document_hover_async(hover)
            )
            editor.change(uri, DEBT.replace('"long ago", wrong = 1', "2026-11-02"))
            await editor.shown(uri, lambda found: not found)
            for marked, label, new in OF_DEBT:
                items = await proposed(editor, f"version = 1\ndebt = [\n  {marked}\n]\n", uri)
                assert made(items[label]) == new
            items = await proposed(editor, 'debt = [\n  { code = "BW101", |', uri)
            assert "code" not in items
            assert await proposed(editor, 'debt = [\n  { reason = "a, |', uri) == {}

    session(work())


# Debt of the shop: the first entry is there, the second never was, the third is of a file that is
# gone, and of the last only a run over the whole tree can tell.
OWED = """\
version = 1
debt = [
  { path = "shop/pay/bills.py", code = "BW102", target = "TARGET", since = 2026-11-02 },
  { path = "shop/pay/bills.py", code = "BW401", target = "mail", since = 2026-11-02 },
  { path = "shop/gone.py", code = "BW101", since = 2026-11-02 },
  { code = "BW103", target = "pay -> mail", since = 2026-11-02 },
]
"""


def test_entries_of_the_baseline_that_are_stale_are_marked_while_it_is_edited(
    tmp_path: Path,
) -> None:
    build(tmp_path)

    def lines(found: list[types.Diagnostic]) -> list[int]:
        return [each.range.start.line if each.code == "BW903" else -1 for each in found]

    async def work() -> None:
        async with editing(tmp_path) as editor:
            code = editor.open("shop/pay/bills.py")
            found = await editor.shown(code)
            (private,) = [each for each in found if each.code == "BW102"]
            owed = OWED.replace("TARGET", plain(private.data)["target"])
            editor.close(code)
            (tmp_path / "bailiwick-baseline.toml").write_text(owed, encoding="utf-8")
            debt = editor.open("bailiwick-baseline.toml")
            found = await editor.shown(debt, lambda found: lines(found) == [3, 4])
            assert list(found[0].tags or ()) == [types.DiagnosticTag.Unnecessary]
            assert found[0].severity == types.DiagnosticSeverity.Warning
            assert found[1].message == "recorded debt is gone: BW101 in shop/gone.py"
            row = owed.split("\n")[4]
            assert found[1].range == at(4, 2, row.rindex("}") + 1)
            # While it is edited, ...
            editor.change(debt, owed.replace('target = "mail"', 'target = "mail", count = '))
            await editor.shown(debt, lambda found: "not valid TOML" in str(found))
            editor.change(debt, owed.replace('code = "BW102"', 'count = 2, code = "BW102"'))
            found = await editor.shown(debt, lambda found: lines(found) == [2, 3, 4])
            assert "partly gone, 1 of 2 left" in found[0].message
            editor.change(debt, owed)
            await editor.shown(debt, lambda found: lines(found) == [3, 4])
            # ... when a file is edited, ...
            text = (tmp_path / "shop/pay/bills.py").read_text(encoding="utf-8")
            editor.open("shop/pay/bills.py")
            editor.change(code, "")
            await editor.shown(debt, lambda found: lines(found) == [2, 3, 4])
            editor.change(code, text)
            await editor.shown(debt, lambda found: lines(found) == [3, 4])
            editor.close(code)
            await editor.shown(debt, lambda found: lines(found) == [3, 4])
            # ... and when it is written.
            (tmp_path / "shop/pay/bills.py").write_text("", encoding="utf-8")
            editor.stored("shop/pay/bills.py")
            await editor.shown(debt, lambda found: lines(found) == [2, 3, 4])

    session(work())


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_has_gone_is_taken_out_of_the_baseline(tmp_path: Path, end: str) -> None:
    build(tmp_path)
    debt = tmp_path / "bailiwick-baseline.toml"
    debt.write_bytes(OWED.replace("\n", end).encode())

    async def work() -> None:
        async with editing(tmp_path) as editor:
            uri = editor.open(debt.name)
            found = await editor.shown(uri, lambda found: len(found) == 3)
            assert {each.code for each in found} == {"BW903"}
            assert await editor.actions(uri, "version") == []
            offered = await editor.actions(uri, 'code = "BW102"')
            assert [each.title for each in offered] == [
                "Take out of bailiwick-baseline.toml all that is no longer there",
                "Read what BW903 means",
            ]
            await editor.choose(offered[0])
            await editor.shown(uri, lambda found: not found)
            # What only a check of the whole tree can tell stays.
            left = editor.texts[uri]
            assert [each["code"] for each in tomli.loads(left)["debt"]] == ["BW103"]
            assert {row[-1:] == "\r" for row in left.split("\n")[:-1]} == {end == "\r\n"}

    session(work())


def test_an_edit_of_what_a_policy_extends_concerns_all_that_it_governs(tmp_path: Path) -> None:
    build(tmp_path)
    (tmp_path / "base.toml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "bailiwick.toml").write_text(
        'extends = ["base.toml"]\n[subsystem.more]\nmodules = ["shop"]\nuses = ["mail"]\n',
        encoding="utf-8",
    )

    async def work() -> None:
        async with editing(tmp_path) as editor:
            code, other = editor.open("shop/pay/bills.py"), editor.open("tests/pay/test_bills.py")
            await editor.told(code, "BW101", "BW102", "BW201")
            await editor.told(other)
            base, policy = editor.open("base.toml"), editor.open("bailiwick.toml")
            await editor.shown(policy, lambda found: not found)
            # What is not saved yet: what the other file names is gone.
            renamed = POLICY.replace("[subsystem.mail]", "[subsystem.post]")
            editor.change(base, renamed.replace('"mail"', '"post"'))
            (unknown,) = await editor.shown(policy)
            assert "mail" in unknown.message
            editor.change(base, POLICY)
            await editor.shown(policy, lambda found: not found)
            # What is saved holds for all.
            stricter = POLICY.replace('    "core",  # for orders\n', "")
            apart = '[subsystem.tests]\nmodules = ["tests"]\nuses = []\n'
            stricter = stricter.replace('tests = ["tests.pay"]', "") + apart
            (tmp_path / "base.toml").write_text(stricter, encoding="utf-8")
            editor.stored("base.toml")
            await editor.told(code, "BW101", "BW101", "BW201")
            await editor.told(other, "BW101")

    session(work())
