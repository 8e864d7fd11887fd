"""Whatever a tree and its other tools say, the policy that is proposed can be used."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from bailiwick import Tree, load_policy
from bailiwick_hooks.proposing.propose import propose
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "tests", "core"])
MODULES = st.lists(NAMES, min_size=1, max_size=4).map(".".join)
# What a contract may name: modules that are there or not, and expressions.
NAMED = st.one_of(MODULES, MODULES.map(lambda module: f"{module}.*"), st.just("a.**"))
LISTS = st.lists(NAMED, max_size=4, unique=True)


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """A few modules that import each other."""
    modules = draw(st.lists(MODULES, min_size=1, max_size=10, unique=True))
    files = {}
    for module in modules:
        imported = draw(st.lists(st.sampled_from(modules), max_size=3))
        text = "".join(f"import {each}\n" for each in imported)
        files[f"{module.replace('.', '/')}/__init__.py"] = text + "def _own(): ...\n"
    return files


@st.composite
def contracts(draw: st.DrawFn) -> str:
    """import-linter's contracts, right and wrong, as TOML."""
    kinds = ["layers", "independence", "forbidden", "protected", "acyclic_siblings", "other"]
    keys = ["layers", "containers", "modules", "source_modules", "forbidden_modules"]
    keys += ["protected_modules", "allowed_importers", "ancestors"]
    blocks = []
    for _ in range(draw(st.integers(0, 3))):
        lists = [f"{key} = {json.dumps(draw(LISTS))}" for key in keys if draw(st.booleans())]
        kind = draw(st.sampled_from(kinds))
        name = json.dumps(draw(st.text(max_size=5)), ensure_ascii=True)
        head = ["[[tool.importlinter.contracts]]", f"type = '{kind}'", f"name = {name}"]
        blocks.append("\n".join([*head, *lists]))
    return "\n".join(blocks)


@st.composite
def tachs(draw: st.DrawFn) -> str:
    """tach's modules, right and wrong."""
    blocks = ['layers = ["high", "low"]']
    for _ in range(draw(st.integers(0, 4))):
        lines = ["[[modules]]", f"path = {json.dumps(draw(NAMED))}"]
        keys = [
            key for key in ("depends_on", "cannot_depend_on", "visibility") if draw(st.booleans())
        ]
        lines += [f"{key} = {json.dumps(draw(LISTS))}" for key in keys]
        if draw(st.booleans()):
            lines.append(f"layer = '{draw(st.sampled_from(['high', 'low', 'none']))}'")
        if draw(st.booleans()):
            lines.append("utility = true")
        blocks.append("\n".join(lines))
    if draw(st.booleans()):
        exposed = json.dumps(draw(st.lists(st.sampled_from(["b", "_own", "b.c", ".*", "x_.*"]))))
        blocks.append(f"[[interfaces]]\nexpose = {exposed}")
    return "\n".join(blocks)


@settings(max_examples=60)
@given(trees(), contracts(), tachs(), st.booleans(), st.booleans())
def test_every_proposal_loads_and_names_nothing_that_is_not_there(
    files: dict[str, str], contracts: str, tach: str, with_contracts: bool, with_tach: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        if with_contracts:
            (root / "pyproject.toml").write_text(contracts, encoding="utf-8")
        if with_tach:
            (root / "tach.toml").write_text(tach)

        proposed = propose(root)

        assert proposed.report.stray == ()
        (root / "bailiwick.toml").write_text(proposed.text, encoding="utf-8")
        policy = load_policy(root / "bailiwick.toml")
        assert all(policy.subsystem_of(file.module) for file in Tree.of(policy).files)
