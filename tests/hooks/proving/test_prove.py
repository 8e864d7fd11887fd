"""`bailiwick prove`: what a setup lets through is said, with the reason; and nothing else is."""

from __future__ import annotations

import json
import subprocess
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from bailiwick_hooks.cli import main

POLICY = """\
unclaimed = "error"

[subsystem.core]
modules = ["shop", "shop.core"]

[subsystem.till]
modules = ["shop.till"]
tests = ["tests.till"]
public = ["shop.till.api"]
uses = ["core"]
packages = ["cashlib"]

[subsystem.stock]
modules = ["shop.stock"]
uses = ["core"]

[group.parts]
members = ["till", "stock"]
independent = true
siblings-of = "shop"
"""
OPTIONS = """
[subsystem.web]
modules = ["shop.web"]
option-groups = ["web", "server"]
"""
CONTRACT = """
[contract.opening]
interface = "shop.core:Base"
implemented-by = ["parts"]
selected-by = ["opener"]
"""
TREE = {
    "bailiwick.toml": POLICY,
    "shop/__init__.py": "",
    "shop/core/__init__.py": "class Base:\n    def _open(self):\n        return 1\n",
    "shop/till/__init__.py": "",
    "shop/till/api.py": "def sell():\n    return _count()\n\n\ndef _count():\n    return 1\n",
    "shop/stock.py": "# the only module of stock\n\n\ndef _shelf():\n    return []",
    "tests/till/test_api.py": "def test_sell():\n    pass\n",
}
SHIPPED = """\
repos:
  - repo: https://example.org/bailiwick
    rev: v1
    hooks:
      - id: bailiwick
"""
HOOK = """\
repos:
  - repo: local
    hooks:
      - id: bailiwick
        name: bailiwick
        language: system
        entry: bailiwick check
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def lay(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class Case:
    # What differs from the sound tree above.
    files: dict[str, str] = field(default_factory=dict)
    arguments: str = ""
    # Beginnings of the reasons, and of the gaps, in any order; none: all is live.
    reasons: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    # What is not caught, as "rule of which violations, and for how many paths".
    codes: set[str] | None = None
    ways: tuple[str, ...] = ("bailiwick check",)


def hook(lines: str) -> dict[str, str]:
    return {".pre-commit-config.yaml": HOOK + textwrap.indent(textwrap.dedent(lines), " " * 8)}


def policy(lines: str = "", *, without: str = "") -> dict[str, str]:
    assert without in POLICY
    return {"bailiwick.toml": textwrap.dedent(lines) + POLICY.replace(without, "")}


def contract(lines: str = "") -> dict[str, str]:
    base = "class Base:\n    def close(self, hard):\n        return 1\n"
    governing = f"{lines}{POLICY}{OPTIONS}\n{CONTRACT}"
    return {"shop/core/__init__.py": base, "shop/web.py": "", "bailiwick.toml": governing}


BOTH = ("bailiwick check", "pre-commit bailiwick")
ALL = {"BW101", "BW102", "BW104", "BW201", "BW202", "BW904"}

CASES = {
    "a sound policy is live": Case(),
    "a sound hook is one more way": Case(hook(""), ways=BOTH),
    "patterns that let all modules pass do no harm": Case(
        hook("files: ^(shop|tests)/|bailiwick\nexclude: ^docs/\ntypes_or: [python, pyi]"),
        ways=BOTH,
    ),
    "a policy's exclude": Case(
        policy('exclude = ["/shop/till"]\n'),
        reasons=('the policy\'s exclude has "/shop/till"',),
    ),
    "a rule that is off": Case(
        policy("rules = { BW201 = 'off' }\n"),
        reasons=('the rule is off: [rules] BW201 = "off"',),
        codes={"BW201"},
    ),
    "a rule that is off in one subsystem": Case(
        {"bailiwick.toml": POLICY + "[subsystem.core.rules]\nBW102 = 'off'\n"},
        reasons=('the rule is off: [subsystem.core.rules] BW102 = "off"',),
        codes={"BW102"},
    ),
    "a severity that fails nothing": Case(
        policy("rules = { BW202 = 'warning' }\n"),
        reasons=("BW202 is only a warning",),
        codes={"BW202"},
    ),
    "a warning fails under --strict": Case(
        policy("rules = { BW202 = 'warning' }\n"), arguments="--strict"
    ),
    "a warning that Bailiwick means to be one is not tried": Case(arguments="--select BW203"),
    "a warning that the policy asks for is tried": Case(
        policy("rules = { BW203 = 'warning' }\n"),
        reasons=("BW203 is only a warning",),
        codes={"BW203"},
    ),
    "a rule on contracts or options that is off": Case(
        contract("rules = { BW301 = 'off', BW304 = 'off', BW401 = 'off' }\n"),
        reasons=tuple(f'the rule is off: [rules] BW{each} = "off"' for each in (301, 304, 401)),
        codes={"BW301", "BW304", "BW401"},
    ),
    "an interface that may have any member": Case(
        contract() | {"shop/core/__init__.py": "class Base:\n    def __getattr__(self, a): ...\n"},
        reasons=("contract opening: shop.core:Base may have any member",),
        codes={"BW301"},
    ),
    "an interface that is no class": Case(
        contract() | {"shop/core/__init__.py": "def Base(): ...\n"},
        reasons=("contract opening: shop.core:Base is a function, so this contract holds nothing",),
        codes={"BW301", "BW304"},
    ),
    "a comment that opens a whole file": Case(
        {"shop/stock.py": "# bailiwick: allow-file[BW102, BW201] since ever\ndef _s(): ...\n"},
        reasons=(
            "a comment in shop/stock.py allows BW102 in the file: since ever",
            "a comment in shop/stock.py allows BW201 in the file: since ever",
        ),
        codes={"BW102", "BW201"},
    ),
    "a module that registers the options may use them": Case(
        contract() | {"shop/stock.py": "def add(conf): conf.register_opts([], group='web')\n"}
    ),
    "a comment that is over": Case(
        {"shop/stock.py": "# bailiwick: allow-file[BW102] until 2020-01-01 ever\nx = 1\n"}
    ),
    "what is not asked for is not proven": Case(
        policy("rules = { BW202 = 'warning' }\n"), arguments="--ignore BW202"
    ),
    "a prefix that matches nothing": Case(
        {"bailiwick.toml": POLICY.replace('["shop.till"]', '["shop.til", "shop.till.api"]')},
        gaps=('bailiwick.toml:7  "shop.til" does not exist.',),
    ),
    "siblings of a package that is not there": Case(
        {"bailiwick.toml": POLICY.replace('"shop"\n', '"shp"\n')},
        gaps=('bailiwick.toml:20  "shp" does not exist',),
    ),
    "Nova's own mistake: file names without ./": Case(
        hook(r"files: ^\./shop/"),
        reasons=(r"files: ^\./shop/ does not match: pre-commit's paths do not begin with ./",),
        codes=ALL,
        ways=BOTH,
    ),
    "an exclude at the top of pre-commit's configuration": Case(
        {".pre-commit-config.yaml": "exclude: till/\n" + HOOK},
        reasons=("the top-level exclude: till/ matches",),
        ways=BOTH,
    ),
    "one file that the hook never gets": Case(
        hook("exclude: ^shop/till/api.py$"),
        gaps=("exclude: ^shop/till/api.py$ matches",),
        ways=BOTH,
    ),
    "types that no module has": Case(
        hook("types: [pyi]"), reasons=("types: [pyi] is no",), codes=ALL, ways=BOTH
    ),
    "types that are excluded": Case(
        hook("exclude_types: [python]"),
        reasons=("exclude_types: [python] leaves",),
        codes=ALL,
        ways=BOTH,
    ),
    "a hook that runs only when it is asked for": Case(
        hook("stages: [manual]"), reasons=("stages: [manual]",), codes=ALL, ways=BOTH
    ),
    "arguments of the hook that leave rules out": Case(
        hook("args: [--ignore, BW2]"),
        reasons=("--ignore BW2 leaves BW201", "--ignore BW2 leaves BW202"),
        codes={"BW201", "BW202"},
        ways=BOTH,
    ),
    "arguments that the command refuses": Case(
        hook("args: [--selct, BW2]"),
        reasons=("its arguments are refused",),
        codes=ALL,
        ways=BOTH,
    ),
    "a hook with another policy": Case(
        hook("args: [--policy, other.toml]"),
        reasons=("it is judged under",),
        codes=ALL,
        ways=BOTH,
    ),
    "the hook that comes with us": Case({".pre-commit-config.yaml": SHIPPED}, ways=BOTH),
    "what a commit introduces is found whatever the hook is handed": Case(
        {".pre-commit-config.yaml": SHIPPED + "        files: ^docs/\n"}, ways=BOTH
    ),
    "but not where the CI hands all files to hooks": Case(
        {
            ".pre-commit-config.yaml": SHIPPED + "        files: ^docs/\n",
            "tox.ini": "[testenv:pep8]\ncommands =\n    pre-commit run --all-files\n",
        },
        reasons=("files: ^docs/ does not match",),
        codes=ALL,
        ways=(*BOTH, "CI pre-commit bailiwick"),
    ),
    "another hook that the CI runs is no way": Case(
        {
            ".pre-commit-config.yaml": SHIPPED,
            ".github/workflows/a.yml": "    - run: pre-commit run -a codespell\n",
        },
        ways=BOTH,
    ),
    "the hook for the whole tree": Case(
        {".pre-commit-config.yaml": SHIPPED.replace("id: bailiwick", "id: bailiwick-full")},
        ways=("bailiwick check", "pre-commit bailiwick-full"),
    ),
    "files that git ignores never come to a hook": Case(
        hook("") | {".gitignore": "shop/till/bail*\n"},
        reasons=("git ignores the file",),
        ways=BOTH,
    ),
    "a command of the CI that judges one folder": Case(
        {"tox.ini": "[testenv:pep8]\ncommands =\n    bailiwick check shop {posargs}\n"},
        reasons=("it judges only shop",),
        ways=("CI",),
    ),
    "a command of the CI whose exit code is forgotten": Case(
        {".github/workflows/a.yml": "jobs:\n  a:\n    - run: bailiwick check || true\n"},
        reasons=("its exit code is forgotten: `|| true`",),
        codes=ALL,
        ways=("CI",),
    ),
    "a command of the CI that is sound": Case(
        {".gitlab-ci.yml": "a:\n  script:\n    - bailiwick check --format concise\n"},
        ways=("CI",),
    ),
    "flake8's per-file-ignores": Case(
        {".flake8": "[flake8]\nselect = E,BW\nper-file-ignores =\n    shop/till/*: BW101,E501\n"},
        reasons=("per-file-ignores of .flake8 has shop/till/*: BW101",),
        codes={"BW101"},
        ways=("bailiwick check", "flake8"),
    ),
    "flake8's select": Case(
        {"tox.ini": "[flake8]\nselect = E,BW1\n"},
        reasons=("select of tox.ini is E,BW1",),
        codes={"BW201", "BW202", "BW904", "BW203"},
        ways=("bailiwick check", "flake8"),
    ),
    "flake8's exclude": Case(
        {
            "setup.cfg": "[flake8]\nextend-exclude = till\n",
            "test-requirements.txt": "bailiwick[flake8]\n",
        },
        reasons=('exclude of setup.cfg has "till"',),
        ways=("bailiwick check", "flake8"),
    ),
    "flake8 without our plugin is no way": Case({"tox.ini": "[flake8]\nexclude = till\n"}),
    "flake8 in pre-commit": Case(
        {
            ".pre-commit-config.yaml": SHIPPED.replace("id: bailiwick", "id: flake8").replace(
                "/bailiwick", "/flake8"
            )
            + "        additional_dependencies: ['bailiwick[flake8]']\n"
            + "        args: [--ignore=BW201]\n"
        },
        reasons=("ignore of",),
        codes={"BW201"},
        ways=("bailiwick check", "pre-commit flake8"),
    ),
    "only the way that was asked for": Case(
        hook("exclude: till") | {"tox.ini": "[flake8]\nselect = BW\n"},
        arguments="--through check --through flake8",
        ways=("bailiwick check", "flake8"),
    ),
}


def prove(
    folder: Path, arguments: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, dict[str, Any]]:
    code = main(["prove", str(folder), "--format", "json", *arguments.split()])
    out, err = capsys.readouterr()
    assert not err
    return code, json.loads(out)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_not_caught_is_said_with_its_reason(
    case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, TREE | case.files)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    code, proof = prove(tmp_path, case.arguments, capsys)

    assert tuple(way["name"] for way in proof["ways"]) == case.ways
    said = {missed["reason"] for missed in proof["missed"]}
    assert _all_begin(said, case.reasons), said
    gaps = {gap["reason"] for gap in proof["gaps"]}
    assert _all_begin(gaps, case.gaps), gaps
    if case.codes is not None:
        assert {missed["code"] for missed in proof["missed"]} == case.codes
    assert code == (1 if case.reasons or case.gaps else 0)
    assert proof["holds"] == (code == 0)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def _all_begin(said: set[str], beginnings: tuple[str, ...]) -> bool:
    met = all(any(each.startswith(begin) for each in said) for begin in beginnings)
    return met and all(each.startswith(beginnings) for each in said)


def test_every_rule_is_tried_on_every_line_that_the_policy_draws(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, TREE)
    _, proof = prove(tmp_path, "", capsys)
    lines = {
        (boundary["name"], boundary["decided_by"]): {rule["code"] for rule in boundary["rules"]}
        for boundary in proof["boundaries"]
    }
    assert lines == {
        ("modules that no subsystem claims", ""): {"BW904"},
        ("privates of core", "bailiwick.toml:3"): {"BW102", "BW201", "BW202"},
        ("privates of till", "bailiwick.toml:9"): {"BW102", "BW201", "BW202"},
        ("privates of stock", "bailiwick.toml:13"): {"BW102", "BW201", "BW202"},
        ("package cashlib is reserved to till", "bailiwick.toml:11"): {"BW104"},
        ('group "parts" is independent', "bailiwick.toml:19"): {"BW101"},
        ("privates of a package born under shop", "bailiwick.toml:19"): {"BW102", "BW201", "BW202"},
    }


def test_a_policy_without_lines_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(tmp_path, {"bailiwick.toml": "[subsystem.all]\nmodules = ['a']\n", "a.py": ""})
    assert main(["prove", str(tmp_path)]) == 0
    assert "The policy draws no line that could be broken." in capsys.readouterr().out


def test_a_configuration_that_is_no_yaml_is_a_mistake_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, TREE | {".pre-commit-config.yaml": "repos: [\n"})
    assert main(["prove", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert ".pre-commit-config.yaml is no YAML" in error
    assert "line 2" in error


def test_the_page_names_boundaries_reasons_and_examples(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, TREE | policy('exclude = ["shop/stock.py"]\n'))
    assert main(["prove", str(tmp_path)]) == 1
    page = capsys.readouterr().out
    assert 'not caught by bailiwick check: the policy\'s exclude has "shop/stock.py"' in page
    assert "shop/stock.py: from shop.till.api import _count" in page
    assert "boundaries are not live." in page
    assert "\x1b" not in page


def test_a_policy_below_the_top_of_the_repository_is_proven_from_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path / "part", TREE)
    lay(tmp_path, {".pre-commit-config.yaml": HOOK + "        files: ^part/\n"})
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    assert prove(tmp_path / "part", "", capsys)[0] == 0
    lay(tmp_path, {".pre-commit-config.yaml": HOOK + "        files: ^shop/\n"})
    code, proof = prove(tmp_path / "part", "", capsys)
    assert code == 1
    assert {missed["reason"] for missed in proof["missed"]} == {"files: ^shop/ does not match"}


def test_every_boundary_of_this_project_is_live(capsys: pytest.CaptureFixture[str]) -> None:
    root = Path(__file__).parents[3]
    code, proof = prove(root, "--through check --through pre-commit", capsys)
    assert [missed["reason"] for missed in proof["missed"]] == []
    assert proof["gaps"] == []
    assert code == 0


def test_a_contract_is_tried_by_those_who_implement_it_and_by_all_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, TREE | contract())
    code, proof = prove(tmp_path, "--select BW3", capsys)
    assert code == 0
    (boundary,) = proof["boundaries"]
    assert boundary["name"] == 'contract "opening"'
    assert {rule["code"]: rule["sent"] for rule in boundary["rules"]} == {
        # core, in both of its packages, and web
        "BW301": 3,
        # till, stock, and a package that is born beside them; no stand-in of till's tests
        "BW302": 3,
        # by the class, and by the option, but for one of them in core's second package
        "BW304": 5,
    }


def test_options_and_names_in_strings_are_tried_by_all_but_their_owners(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, TREE | contract())
    code, proof = prove(tmp_path, "--select BW203,BW401 --strict", capsys)
    assert code == 0
    sent = {
        boundary["name"]: {rule["code"]: rule["sent"] for rule in boundary["rules"]}
        for boundary in proof["boundaries"]
    }
    assert sent.pop("options of web") == {"BW401": 6}
    assert sent.keys() == {
        *(f"privates of {name}" for name in ("core", "till", "stock", "web")),
        "privates of a package born under shop",
    }
    assert all(rules.keys() == {"BW203"} for rules in sent.values())


def test_what_ships_as_a_warning_is_said_not_to_be_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lay(tmp_path, TREE)
    note = "BW203 private-string is a warning unless the policy says otherwise"
    assert prove(tmp_path, "", capsys)[1]["notes"][0].startswith(note)
    assert prove(tmp_path, "--strict", capsys)[1]["notes"] == []
