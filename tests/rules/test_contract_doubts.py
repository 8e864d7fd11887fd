"""What is wrong with a contract is said at the policy's line, once, and the rest is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bailiwick
import pytest

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """\
[subsystem.api]
modules = ["api"]

[subsystem.metal]
modules = ["metal"]

[contract.virt]
interface = "api.driver:Driver"
implemented-by = ["metal"]

[contract.other]
interface = "api.other:Other"
implemented-by = ["metal"]
"""
OTHER = "class Other:\n    def run(self, context): ...\n"
METAL = """
from api.driver import Driver
from api.other import Other


class Metal(Driver): ...


class Drifted(Other):
    def run(self): ...
"""


def judged(root: Path, driver: str, **more: str) -> bailiwick.Report:
    files = {"api/driver.py": driver, "api/other.py": OTHER, "metal/driver.py": METAL, **more}
    for path, text in {"bailiwick.toml": POLICY, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return bailiwick.check(bailiwick.load_policy(root / "bailiwick.toml"))


@pytest.mark.parametrize(
    ("driver", "line", "says"),
    [
        ("class Driven: ...", 8, '"api.driver:Driver" does not exist'),
        ("def Driver(): ...", 8, "is a function, so this contract holds nothing"),
        ("Driver = 3", 8, "is no class, so this contract holds nothing"),
        (
            "class Driver:\n    def run(:",
            8,
            'stands in a file that cannot be parsed (api/driver.py:2:12: "(" is never closed)',
        ),
        (
            "from metal.driver import Metal\nclass Driver(Metal): ...",
            8,
            "is derived from itself, which Python refuses",
        ),
    ],
)
def test_an_interface_that_is_no_class_is_told_and_other_contracts_are_held(
    tmp_path: Path, driver: str, line: int, says: str
) -> None:
    report = judged(tmp_path, driver)
    assert [(each.line, says in each.message) for each in report.stray] == [(line, True)]
    assert "BW302" in {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    ("driver", "why"),
    [
        ("class Driver:\n    def __getattr__(self, name): ...", "it has __getattr__"),
        (
            "import os\nclass Driver(os.PathLike): ...",
            "its base os.PathLike is none of this tree's",
        ),
        ("class Driver:\n    pass\nsetattr(Driver, 'x', 1)", "it is given members by setattr"),
        ("class Driver(metaclass=Meta): ...", "its metaclass is Meta"),
        ("@wrap\nclass Driver: ...", "it is decorated with wrap"),
        (
            "class Base:\n    def __getattr__(self, name): ...\nclass Driver(Base): ...",
            "by api.driver:Base: it has __getattr__",
        ),
    ],
)
def test_an_interface_that_may_have_any_member_is_told_once(
    tmp_path: Path, driver: str, why: str
) -> None:
    caller = "from api.driver import Driver\ndef run(driver: Driver):\n    driver.deploy()\n"
    metal = METAL.replace("Metal(Driver): ...", "Metal(Driver):\n    def deploy(self): ...")
    report = judged(tmp_path, driver, **{"core/run.py": caller, "metal/driver.py": metal})
    assert [why in each.message for each in report.stray] == [True]
    assert not {"BW301", "BW303"} & {finding.code for finding in report.findings}


def test_what_is_known_to_hide_nothing_is_not_told(tmp_path: Path) -> None:
    driver = "import abc\nclass Driver(metaclass=abc.ABCMeta):\n    def run(self): ...\n"
    assert judged(tmp_path, driver).stray == ()
