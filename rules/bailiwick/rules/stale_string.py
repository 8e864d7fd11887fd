"""BW204 stale-string: a string names what does not exist.

## What it says

A string that a call is given as the name of an object, `mock.patch("nova.compute.manager.LOG")`,
must name something: a module of the tree, a name in it, a member of a class or of its bases. So
must the attribute in `mock.patch.object(manager.ComputeManager, "build")`, and a string in a list
of others that name objects of the tree, and an entry point in `setup.cfg`, `pyproject.toml` or
`setup.py`.
BW203 says which calls are known, how a policy adds more, and where entry points are read.

Whose object it would be does not matter: one's own strings grow stale, too.

## Why

`mock.patch` fails when the name is gone, but only when that test runs. Much else does not fail at
all: `fixtures.MonkeyPatch` and `stub_out` set the attribute whether it was there or not, and the
test goes on to call what it believes to have replaced. A string in a configuration default fails
at whoever configures it, a script that is an entry point at whoever starts it.

## What to do instead

Name what took its place, or take the string away with what it was for. A patch that is meant to
add a name says so: `create=True`, or pytest's `raising=False`.

## What it does not see

In doubt it is silent: where a module has `__getattr__`, writes to `globals()`, or imports its
parts by strings; where a class has a base or a decorator from outside the tree, a metaclass, or
calls `setattr`; where the name is given to anything in the text of the module or class, be it in a
method. Nor does it say anything of an import by a string inside a `try`, which expects to fail,
nor of what lies behind an object whose class nobody knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW204"
NAME = "stale-string"
SEVERITY: Severity = "error"
SUMMARY = "a string names what does not exist."
KINDS: tuple[Kind, ...] = ("string",)

_POLICY = """
    [subsystem.compute]
    modules = ["nova.compute"]
    tests = ["nova.tests.unit.compute"]

    [subsystem.volume]
    modules = ["nova.volume"]
"""

_VOLUME = {
    "nova/volume/__init__.py": "",
    "nova/volume/cinder.py": """
        import os

        from nova.volume.base import Base

        LIMIT = 5


        class API(Base):
            retries = 3

            def __init__(self):
                self.client = os.environ

            def attach(self): ...
        """,
    "nova/volume/base.py": """
        class Base:
            def detach(self): ...


        def _make(): ...
        """,
}

VALID: tuple[Example, ...] = (
    Example(
        "What is there, in a class, its bases, by an import, or as an attribute of instances.",
        _POLICY,
        _VOLUME
        | {
            "nova/tests/unit/compute/test_api.py": """
                from unittest import mock

                from nova.volume import cinder


                @mock.patch("nova.volume.cinder.LIMIT", 3)
                @mock.patch("nova.volume.cinder.API.attach")
                @mock.patch("nova.volume.cinder.API.detach")
                @mock.patch("nova.volume.cinder.API.client")
                @mock.patch("nova.volume.cinder.os.environ")
                @mock.patch.object(cinder.API, "retries")
                @mock.patch.object(cinder, "Base")
                def test_attach(*mocks): ...
                """,
        },
    ),
    Example(
        "What may be there at run time, and what need not be.",
        _POLICY,
        {
            "nova/volume/lazy.py": """
                from elsewhere import Model


                def __getattr__(name): ...


                class Volume(Model): ...
                """,
            "nova/volume/cinder.py": "import os\n",
            "nova/tests/unit/compute/test_api.py": """
                import importlib
                from unittest import mock


                @mock.patch("nova.volume.lazy.anything")
                @mock.patch("nova.volume.lazy.Volume.size")
                @mock.patch("nova.volume.cinder.added", create=True)
                @mock.patch("elsewhere.gone")
                def test_attach(*mocks):
                    try:
                        importlib.import_module("nova.volume.optional")
                    except ImportError:
                        pass
                """,
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "In a module, in a class, in a class that is reached by a re-export.",
        _POLICY,
        _VOLUME
        | {
            "nova/tests/unit/compute/test_api.py": """
                from unittest import mock

                from nova.volume import cinder


                class TestAPI:
                    def setUp(self):
                        self.stub_out("nova.volume.cinder.API.check_attach", None)
                        self.stub_out("nova.volume.cinder.APIattach", None)
                        self.stub_out("nova.volume.cinder.Base.attach", None)
                        self.stub_out("nova.volume.glance.API", None)

                    @mock.patch.object(cinder.API, "check_detach")
                    def test_detach(self, check): ...
                """,
        },
        (
            "nova/tests/unit/compute/test_api.py:8:23",
            "nova/tests/unit/compute/test_api.py:9:23",
            "nova/tests/unit/compute/test_api.py:10:23",
            "nova/tests/unit/compute/test_api.py:11:23",
            "nova/tests/unit/compute/test_api.py:13:36",
        ),
    ),
    Example(
        "As an entry point, wherever the project declares them.",
        _POLICY,
        _VOLUME
        | {
            "setup.cfg": """
                [options.entry_points]
                console_scripts =
                    volumes = nova.volume.cinder:API.attach
                    volume-make = nova.volume.base:make
                """,
            "pyproject.toml": """
                [project.scripts]
                volumes = "nova.volume.cinder:main"
                other = "elsewhere:main"
                """,
            "setup.py": """
                from setuptools import setup

                setup(
                    entry_points={
                        "nova.volumes": [
                            "cinder = nova.volume.cinder:API",
                            "ceph = nova.volume.ceph",
                        ],
                    },
                )
                """,
        },
        ("pyproject.toml:2:11", "setup.cfg:4:19", "setup.py:7:21"),
        also=("BW904 setup.py:1:1",),
    ),
    Example(
        "In a list of classes, and as a module to import.",
        _POLICY,
        _VOLUME
        | {
            "nova/compute/api.py": """
                from importlib import import_module

                APIS = ("nova.volume.cinder.API", "nova.volume.ceph.API")
                module = import_module("nova.volume.ceph")
                """,
        },
        ("nova/compute/api.py:3:35", "nova/compute/api.py:4:24"),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse the name if nothing in the tree can bear it."""
    if reference.kind != "string" or reference.exists:
        return None
    return Breach(f"{view.user} names what does not exist: {reference.target}")
