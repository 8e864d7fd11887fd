"""An entry of `uses` that an editor proposes: where it is put, and that it helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bailiwick
import pytest
from bailiwick.policyfile.amending import amended, permitting

if TYPE_CHECKING:
    from pathlib import Path

    from bailiwick import Finding, Policy

HEAD = '[subsystem.core]\nmodules = ["core"]\n\n[subsystem.mail]\nmodules = ["mail"]\n\n'
OWN = '[subsystem.own]\nmodules = ["own"]\n'
ENTRY = '{ subsystem = "core", names = ["core:Order"], reason = "why" }'

LISTS = {
    "an empty list": ("uses = []\n", f"uses = [{ENTRY}]\n"),
    "on one line": ('uses = ["mail"]\n', f'uses = ["mail", {ENTRY}]\n'),
    "on one line, with a comma": ('uses = ["mail",] # x\n', f'uses = ["mail", {ENTRY}] # x\n'),
    "on several lines": (
        'uses = [\n  "mail", # for news\n]\n',
        f'uses = [\n  "mail", # for news\n  {ENTRY},\n]\n',
    ),
    "without a last comma, before a comment": (
        'uses = [\n    "mail" # "#"\n    # the end\n]\n',
        f'uses = [\n    "mail", # "#"\n    {ENTRY},\n    # the end\n]\n',
    ),
    "without a last comma": (
        'uses = [\n    "mail"\n]\n',
        f'uses = [\n    "mail",\n    {ENTRY},\n]\n',
    ),
    "begun on the first line": (
        'uses = ["mail",\n]\n',
        f'uses = ["mail",\n    {ENTRY},\n]\n',
    ),
    "of tables": (
        'uses = [\n\t{ subsystem = "mail", only = "typing" },\n]\n',
        f'uses = [\n\t{{ subsystem = "mail", only = "typing" }},\n\t{ENTRY},\n]\n',
    ),
}


def tree(root: Path) -> None:
    for name, text in {
        "core": "class Order: ...\n",
        "mail": "",
        "own": "from core import Order\n",
    }.items():
        (root / f"{name}.py").write_text(text, encoding="utf-8")


def crossing(root: Path, file: str = "bailiwick.toml") -> tuple[Policy, list[Finding]]:
    policy = bailiwick.load_policy(root / file)
    report = bailiwick.check(policy, cache=False, jobs=1)
    return policy, [each for each in report.findings if each.code == "BW101"]


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("where", LISTS)
def test_the_entry_is_the_last_of_its_list_and_all_else_stays(
    where: str, end: str, tmp_path: Path
) -> None:
    tree(tmp_path)
    before, after = LISTS[where]
    text = f"# the head\n{HEAD}{OWN}{before}owners = ['me'] # whom\n"
    (tmp_path / "bailiwick.toml").write_bytes(text.replace("\n", end).encode())
    policy, (finding,) = crossing(tmp_path)
    amendment = permitting(policy, finding, read)
    assert amendment is not None
    written = amended(read(amendment.path), amendment, "why")
    assert written.replace(end, "\n") == text.replace(before, after)
    (tmp_path / "bailiwick.toml").write_bytes(written.encode())
    assert crossing(tmp_path)[1] == []


def test_without_a_reason_the_policy_cannot_be_used(tmp_path: Path) -> None:
    tree(tmp_path)
    file = tmp_path / "bailiwick.toml"
    file.write_text(f"{HEAD}{OWN}uses = []\n", encoding="utf-8")
    policy, (finding,) = crossing(tmp_path)
    amendment = permitting(policy, finding, read)
    assert amendment is not None
    file.write_text(amended(read(file), amendment), encoding="utf-8")
    with pytest.raises(bailiwick.PolicyError):
        bailiwick.load_policy(file)


def test_in_pyproject_too(tmp_path: Path) -> None:
    tree(tmp_path)
    text = (HEAD + OWN).replace(
        "[sub", "[tool.bailiwick.sub"
    ) + "uses = []\n\n[tool.x]\nuses = []\n"
    file = tmp_path / "pyproject.toml"
    file.write_text(text, encoding="utf-8")
    policy, (finding,) = crossing(tmp_path, "pyproject.toml")
    amendment = permitting(policy, finding, read)
    assert amendment is not None
    file.write_text(amended(read(file), amendment, "why"), encoding="utf-8")
    assert crossing(tmp_path, "pyproject.toml")[1] == []


def test_in_the_extended_file_of_the_project_where_the_list_stands(tmp_path: Path) -> None:
    tree(tmp_path)
    (tmp_path / "base.toml").write_text(f"{HEAD}{OWN}uses = ['mail']\n", encoding="utf-8")
    (tmp_path / "bailiwick.toml").write_text('extends = ["base.toml"]\n', encoding="utf-8")
    policy, (finding,) = crossing(tmp_path)
    amendment = permitting(policy, finding, read)
    assert amendment is not None
    assert amendment.path == tmp_path / "base.toml"


def test_no_entry_is_proposed_where_anything_may_be_used_or_nothing_is_public(
    tmp_path: Path,
) -> None:
    tree(tmp_path)
    groups = "[group.all]\nmembers = ['own', 'core']\nindependent = true\n"
    (tmp_path / "bailiwick.toml").write_text(f"{HEAD}{OWN}\n{groups}", encoding="utf-8")
    policy, (finding,) = crossing(tmp_path)
    assert permitting(policy, finding, read) is None


@pytest.mark.parametrize(
    "text",
    [
        'extends = ["nova"]',
        'extends = ["nova"] # the shipped one\n\n[subsystem.libvirt] # ours\nowners = ["us"]\n',
    ],
)
def test_a_list_of_a_shipped_policy_is_copied_whole(text: str, tmp_path: Path) -> None:
    file = tmp_path / "bailiwick.toml"
    file.write_text(text, encoding="utf-8")
    policy = bailiwick.load_policy(file)
    user = next(
        each
        for each in policy.subsystems.values()
        if each.uses and (each.name == "libvirt" or "owners" not in text)
    )
    others = {use.subsystem for use in user.uses or ()} | {user.name}
    target = next(each for each in policy.subsystems.values() if each.name not in others)
    finding = bailiwick.Finding(
        "BW101",
        "",
        "error",
        "",
        bailiwick.Span(1, 1, 1, 1),
        "",
        subsystem=user.name,
        target=target.modules[0],
        target_subsystem=target.name,
    )
    amendment = permitting(policy, finding, read)
    assert amendment is not None
    new = amended(text, amendment, "why")
    assert new.startswith(text.partition("\n")[0])
    file.write_text(new, encoding="utf-8")
    written = bailiwick.load_policy(file).subsystems[user.name]
    assert [use.subsystem for use in written.uses or ()] == [
        *(use.subsystem for use in user.uses or ()),
        target.name,
    ]
