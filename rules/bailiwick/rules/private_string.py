"""BW203 private-string: a string names an object that another subsystem keeps to itself.

## What it says

Who names an object by a string, `mock.patch("nova.virt.libvirt.host.Host._connect")`, reaches for
it like one who imports it, and is held to the same lines: the object must be public, and its
subsystem one that `uses` allows. So a test may patch what its own subsystem has, and what others
have made public.

What counts is the object that the string names in the end, behind re-exports and aliases of
modules. For `mock.patch.object(host.Host, "_connect")` it is the attribute; of the object, the
import has been judged already, so only names with an underscore are refused there.

Known are the patches of `unittest.mock`, pytest and fixtures, `stub_out`, the importers of
importlib and oslo.utils, `import_opt` and `import_group` of oslo.config. A policy adds its own:

```toml
[strings]
callables = ["replace(target=path)", "swap(target=object, attribute=name)", "load(_, path)"]
```

`path` is a dotted name in a string (or with a colon: `package.module:Name`), `object` an
expression, `name` the attribute that a string names, `_` anything else; before `=` stands the
keyword, if there is one. A callable is known by the end of what is written: `patch.object` is also
`mock.patch.object`, and `unittest.mock.patch.object`.

A string that stands anywhere else, in a list of classes or as a default, is judged if it names an
object of the tree to the letter.

Entry points name objects, too: those in `setup.cfg` (`[options.entry_points]`, and
`[entry_points]` of pbr), in `pyproject.toml` (`[project.scripts]`, `[project.gui-scripts]`,
`[project.entry-points]`, Poetry's `scripts` and `plugins`) and, written out in the call of `setup`,
in `setup.py`. These files are looked for beside the policy, in the source roots, and in the folders
between. They belong to the project, not to a subsystem, so they may name whatever is public. What
a comment could allow in a module is recorded in the baseline for them.

## Why

A string is no smaller a dependency than an import, but no import checker sees it: when the owners
rename their private method, what breaks is the other team's test.

## What to do instead

Patch at the border: the public method that the code under test calls. If a fixture of the owners
does it, use that; if none does, ask them for one.

## What it does not see

A callable under another name (`from unittest.mock import patch as p`). Entry points that a
`setup.py` works out, or that `setup.cfg` takes from another file. Strings that are joined at run
time, by a loop or from a parameter. What one makes of literals, of constants of the same module
and of `__name__`, with `+`, `%s`, `{}` or an f-string, is followed, if the first piece has a dot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW203"
NAME = "private-string"
SEVERITY: Severity = "warning"
SUMMARY = "a string names an object that another subsystem keeps to itself."
KINDS: tuple[Kind, ...] = ("string",)

_POLICY = """
    [subsystem.compute]
    modules = ["nova.compute"]
    tests = ["nova.tests.unit.compute"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]
    tests = ["nova.tests.unit.virt.libvirt"]
"""

_LISTED = """
    [subsystem.compute]
    modules = ["nova.compute"]
    uses = ["libvirt"]

    [subsystem.libvirt]
    modules = ["nova.virt.libvirt"]
    public = ["nova.virt.libvirt.host:Host"]
    uses = []
"""

_HOST = {
    "nova/virt/libvirt/host.py": """
        import time


        class Host:
            def connect(self):
                return self._connect()

            def _connect(self):
                time.sleep(1)


        def _reset(): ...


        def version(): ...
        """,
}

_COMPUTE = {"nova/compute/manager.py": "from nova.virt.libvirt import host\n"}

VALID: tuple[Example, ...] = (
    Example(
        "One's own privates, what is public, and what is nobody's.",
        _POLICY,
        _HOST
        | _COMPUTE
        | {
            "nova/tests/unit/virt/libvirt/test_host.py": """
                from unittest import mock

                from nova.virt.libvirt import host


                @mock.patch("nova.virt.libvirt.host._reset")
                @mock.patch.object(host.Host, "_connect")
                def test_reset(connect, reset): ...
                """,
            "nova/tests/unit/compute/test_manager.py": """
                from unittest import mock


                @mock.patch("nova.compute.manager.host.Host.connect")
                @mock.patch("nova.virt.libvirt.host.version")
                @mock.patch("nova.virt.libvirt.host.time.sleep")
                @mock.patch("os._exit")
                def test_connect(leave, sleep, version, connect): ...
                """,
        },
    ),
    Example(
        "A string that only looks like a name, or cannot be known.",
        _POLICY,
        _HOST
        | {
            "nova/compute/manager.py": '''
                from unittest import mock

                """nova.virt.libvirt.host._reset"""


                def patched(name, host):
                    mock.patch("nova.virt.libvirt.host." + name)
                    mock.patch.object(host, "_connect")
                    print("see nova.virt.libvirt.host._reset")
                '''
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "Given to whatever patches, joined or whole.",
        _POLICY,
        _HOST
        | _COMPUTE
        | {
            "nova/tests/unit/compute/test_manager.py": """
                from unittest import mock

                import fixtures

                from nova.virt.libvirt import host

                HOST = "nova.virt.libvirt.host"


                @mock.patch("nova.virt.libvirt.host._reset")
                @mock.patch(HOST + ".Host._connect")
                @mock.patch("nova.compute.manager.host._reset")
                @mock.patch.object(host.Host, "_connect")
                def test_connect(*mocks):
                    fixtures.MonkeyPatch(f"{HOST}._reset", None)
                    with mock.patch.multiple(host.Host, _connect=None):
                        host.Host().connect()
                """,
        },
        (
            "nova/tests/unit/compute/test_manager.py:10:13",
            "nova/tests/unit/compute/test_manager.py:11:13",
            "nova/tests/unit/compute/test_manager.py:12:13",
            "nova/tests/unit/compute/test_manager.py:13:31",
            "nova/tests/unit/compute/test_manager.py:15:26",
            "nova/tests/unit/compute/test_manager.py:16:41",
        ),
    ),
    Example(
        "In a list; what is not listed as public is private, whatever it is called.",
        _LISTED,
        _HOST
        | {
            "nova/compute/drivers.py": """
                CALLED = [
                    "nova.virt.libvirt.host.Host",
                    "nova.virt.libvirt.host.version",
                ]
                """,
        },
        ("nova/compute/drivers.py:3:5",),
    ),
    Example(
        "Public, but of a subsystem that may not be used.",
        _LISTED,
        _HOST
        | {
            "nova/compute/manager.py": "class Manager: ...\n",
            "nova/virt/libvirt/driver.py": """
                from unittest import mock

                patched = mock.patch("nova.compute.manager.Manager")
                """,
        },
        ("nova/virt/libvirt/driver.py:3:22",),
    ),
    Example(
        "As an entry point; what is public may be one.",
        _LISTED,
        _HOST
        | {
            "pyproject.toml": """
                [project.entry-points."compute.hosts"]
                libvirt = "nova.virt.libvirt.host:Host"
                version = "nova.virt.libvirt.host:version"
                """,
        },
        ("pyproject.toml:3:11",),
    ),
    Example(
        "Given to a callable that the policy knows.",
        _POLICY
        + """
    [strings]
    callables = ["replace(target=path)", "swap(target=object, attribute=name)"]
    """,
        _HOST
        | {
            "nova/compute/manager.py": """
                from nova.virt.libvirt import host
                from stubs import replace, swap

                replace(target="nova.virt.libvirt.host._" "reset")
                swap(host, attribute="_reset")
                """,
        },
        ("nova/compute/manager.py:4:16", "nova/compute/manager.py:5:22"),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse the name if what it names is not public, or of a subsystem that may not be used."""
    if reference.kind != "string" or view.target is None or not view.foreign:
        return None
    module, name = reference.module, reference.name
    verdict = view.policy.is_public(view.target, module, name, view.subsystem)
    said = "names a private object of"
    if verdict:
        verdict = view.policy.may_use(
            view.subsystem, view.target, module, name, reference.grade, view.today
        )
        said = "may not use, and names an object of,"
    if verdict:
        return None
    return Breach(f"{view.user} {said} {view.target.name}: {reference.target}", verdict.place)
