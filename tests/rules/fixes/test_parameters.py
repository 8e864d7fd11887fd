"""What becomes of parameters that a contract calls otherwise: before and after, to the letter."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import dedent, indent
from typing import TYPE_CHECKING

import bailiwick
import pytest

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
[subsystem.virt]
modules = ["virt"]

[subsystem.zvm]
modules = ["virt.zvm"]
uses = ["virt"]

[subsystem.manager]
modules = ["manager"]

[contract.driver]
interface = "virt.driver:Driver"
implemented-by = ["zvm"]
"""
DRIVER = """
class Driver:
    def destroy(self, context, instance, disks=True): ...

    @staticmethod
    def pick(host, **more): ...
"""
HEAD = "from virt.driver import Driver\n\n\nclass ZVM(Driver):\n"


@dataclass(frozen=True)
class Case:
    # The body of the class; what is to stand there afterwards, "" if it is to be left alone.
    before: str
    after: str = ""
    unsafe: bool = False
    # What else there is in the tree.
    others: dict[str, str] = field(default_factory=dict)
    # Whether the method keeps within the contract then.
    clears: bool = True


def destroy(body: str, parameters: str = "context, ref, disks=True") -> str:
    return f"def destroy(self, {parameters}):\n{indent(dedent(body).strip(), '    ')}\n"


def renamed(before: str, after: str, **more: object) -> Case:
    new = destroy(after, "context, instance, disks=True")
    return Case(destroy(before), new, **more)  # type: ignore[arg-type]


CASES = {
    "the name in the signature": renamed("pass", "pass"),
    "its uses": renamed(
        "ref = ref or None\nfor ref in ref.all(ref): del ref",
        "instance = instance or None\nfor instance in instance.all(instance): del instance",
    ),
    "neither attributes nor keywords": renamed(
        "self.ref = ref.ref\nlog(ref=ref, instance_ref=1)  # ref\n'ref'",
        "self.ref = instance.ref\nlog(ref=instance, instance_ref=1)  # ref\n'ref'",
    ),
    "the contract's name as attribute and keyword": renamed(
        "self.instance = log(instance=ref)", "self.instance = log(instance=instance)"
    ),
    "in strings that are formatted": renamed('f"{ref!r:>{ref}}"', 'f"{instance!r:>{instance}}"'),
    "in what a string shows by name": Case(destroy('f"{ref=}"')),
    "closures": renamed(
        "def later(x=ref):\n    return ref\nlambda: ref",
        "def later(x=instance):\n    return instance\nlambda: instance",
    ),
    "functions that hide it": renamed(
        """
        def one(ref=ref): return ref
        def two():
            ref = 1
            return ref
        lambda ref: ref
        return ref
        """,
        """
        def one(ref=instance): return ref
        def two():
            ref = 1
            return ref
        lambda ref: ref
        return instance
        """,
    ),
    "comprehensions, and those that hide it": renamed(
        "[ref for x in ref if ref]\n{ref: 1 for ref in ref}\n(x for ref in a for x in ref)",
        "[instance for x in instance if instance]\n{ref: 1 for ref in instance}\n"
        "(x for ref in a for x in ref)",
    ),
    "a walrus in a comprehension": renamed(
        "[(ref := x) for x in y]", "[(instance := x) for x in y]"
    ),
    "matches": renamed(
        "match ref:\n    case A(ref=1): pass\n    case [*ref]: pass",
        "match instance:\n    case A(ref=1): pass\n    case [*instance]: pass",
    ),
    "annotations and defaults of the signature": Case(
        "ref = 1\n" + destroy("return ref", "context, ref: ref, disks=True"),
        "ref = 1\n" + destroy("return instance", "context, instance: ref, disks=True"),
    ),
    "below a decorator": Case(
        "@functools.wraps(x)\n@override\n" + destroy("pass"),
    ),
    "below one that keeps the signature": Case(
        "@override\n" + destroy("pass"),
        "@override\n" + destroy("pass", "context, instance, disks=True"),
    ),
    "below one that knows the parameter": Case('@retry("ref")\n' + destroy("pass")),
    "several": Case(
        destroy("return ctx, ref, d", "ctx, ref, d=True"),
        destroy("return context, instance, disks", "context, instance, disks=True"),
    ),
    "a static method": Case(
        "@staticmethod\ndef pick(node, **more): return node\n",
        "@staticmethod\ndef pick(host, **more): return host\n",
    ),
    "where others may hold the contract's name": Case(
        "@staticmethod\ndef pick(node=None, **more): return more.get('host', node)\n"
    ),
    "where there is more to put right": Case(
        destroy("return ref", "context, ref"),
        destroy("return instance", "context, instance"),
        clears=False,
    ),
    "a name that is in use": Case(destroy("instance = ref.load()")),
    "a name that a module has": Case(destroy("return instance(ref)")),
    "a name that a closure has": Case(destroy("def f(instance): return ref")),
    "a name that is imported": Case(destroy("import instance")),
    "what an import binds anew": Case(destroy("import ref")),
    "what a function binds anew": Case(destroy("def ref(): pass")),
    "what a class in it hides": Case(destroy("class A:\n    ref = ref")),
    "locals": Case(destroy("return locals()")),
    "exec": Case(destroy("exec('ref')")),
    "nonlocal": Case(destroy("def f():\n    nonlocal ref\n    ref = 1")),
    "what is taken by position alone": Case(destroy("pass", "context, ref, /, disks=True")),
    "somebody passes the old name": Case(
        destroy("pass"), others={"manager.py": "def f(d):\n    d.destroy(1,  # (\n  ref=2)\n"}
    ),
    "somebody may": Case(destroy("pass"), others={"manager.py": "d.destroy(1, **k)\n"}),
    "somebody hands it on": Case(
        destroy("pass"), others={"manager.py": "spawn(d.destroy, 1, ref=2)\n"}
    ),
    "somebody hands it on with what is not known": Case(
        destroy("pass"), others={"manager.py": "spawn(d.destroy, *a, **k)\n"}
    ),
    "somebody gets it by its name": Case(
        destroy("pass"), others={"manager.py": "getattr(d, 'destroy')(1, **{'ref': 2})\n"}
    ),
    "somebody passes it, and somebody has looked at that": Case(
        destroy("return ref"),
        destroy("return instance", "context, instance, disks=True"),
        unsafe=True,
        others={"manager.py": "d.destroy(1, ref=2)\n"},
    ),
    "somebody passes it to others": Case(
        destroy("return ref"),
        destroy("return instance", "context, instance, disks=True"),
        others={"manager.py": "d.destroy(d.find(ref=2))\nd.find(ref=2, **k)\n"},
    ),
    "somebody passes it to others, who may be the same": Case(
        destroy("pass"), others={"manager.py": "ref = d.destroy\nd.find(ref=2)\n"}
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_parameter_gets_the_name_that_the_contract_has(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    before, after = (HEAD + indent(text, "    ") for text in (case.before, case.after))
    expected = after if case.after else before
    files = {
        "bailiwick.toml": POLICY,
        "virt/__init__.py": "",
        "virt/driver.py": DRIVER,
        "virt/zvm.py": before,
        **case.others,
    }
    for path, text in files.items():
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)

    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")
    report = bailiwick.check(policy, cache=False)
    settled = bailiwick.settle(policy, report.findings, unsafe=case.unsafe)
    made = {file.path: file.after.decode() for file in settled.files}
    assert made.get("virt/zvm.py", before) == expected
    assert made.keys() <= {"virt/zvm.py"}
    compile(expected, "zvm.py", "exec")
    if case.after:
        (tmp_path / "virt/zvm.py").write_text(expected)
        again = bailiwick.check(policy, cache=False).findings
        assert [f.code for f in again] == ([] if case.clears else ["BW302"])
        assert not bailiwick.settle(policy, again, unsafe=True).files
