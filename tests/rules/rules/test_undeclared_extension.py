"""BW303 stands and falls with the uses of BW301, and lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bailiwick

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "bailiwick.toml": """\
[subsystem.core]
modules = ["core"]

[subsystem.api]
modules = ["virt.driver"]

[subsystem.metal]
modules = ["virt.metal"]

[contract.virt]
interface = "virt.driver:Driver"
implemented-by = ["metal"]
""",
    "virt/driver.py": "class Driver:\n    def spawn(self): ...\n",
    "virt/metal.py": "from virt.driver import Driver\n\n\nclass Metal(Driver):\n"
    "    def deploy(self): ...\n\n    def other(self): ...\n",
    "core/run.py": "from virt.driver import Driver\n\n\ndef run(driver: Driver):\n"
    "    driver.spawn()\n",
}
USE = "    driver.deploy()\n"


def test_it_comes_and_goes_with_the_use_in_another_file(tmp_path: Path) -> None:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")

    def found() -> list[tuple[str, int, tuple[str, ...]]]:
        report = bailiwick.check(policy)
        assert report.findings == bailiwick.check(policy, exhaustive=True).findings
        return [(f.path, f.span.line, f.detail) for f in report.findings if f.code == "BW303"]

    assert found() == []
    (tmp_path / "core/run.py").write_text(FILES["core/run.py"] + USE)
    assert found() == [("virt/metal.py", 5, ("used      core/run.py:6",))]
    (tmp_path / "core/run.py").write_text("\n" + FILES["core/run.py"] + USE)
    assert found() == [("virt/metal.py", 5, ("used      core/run.py:7",))]
    (tmp_path / "virt/metal.py").write_text(FILES["virt/metal.py"].replace("deploy", "prepare"))
    assert found() == []


def test_single_files_say_nothing_of_it(tmp_path: Path) -> None:
    for path, text in {**FILES, "core/run.py": FILES["core/run.py"] + USE}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    policy = bailiwick.load_policy(tmp_path / "bailiwick.toml")
    report = bailiwick.check(policy, paths=[tmp_path / "virt"], cache=False)
    assert report.findings == ()
