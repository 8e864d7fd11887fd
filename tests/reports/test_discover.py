"""`bailiwick discover`: who belongs together, by changes and by imports."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from bailiwick import load_policy
from bailiwick_reports.discover.areas import subject

from tests.reports.shop import as_json, run
from tests.repositories import attempt, git, write

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"
MODULES = {
    "shop/__init__.py": "",
    "shop/till/__init__.py": "",
    "shop/till/drawer.py": "from shop.till import bell\n",
    "shop/till/bell.py": "",
    "shop/stock/__init__.py": "",
    "shop/stock/shelf.py": "from shop.stock import crate\n",
    "shop/stock/crate.py": "from shop.till import bell\n",
    "shop/tests/__init__.py": "",
    "shop/tests/test_drawer.py": "from shop.till import drawer\n",
}


def _commit(folder: Path, who: str, when: str, files: dict[str, str], message: str = "x") -> None:
    """Change files as somebody at some time; a text begins with what was there."""
    for name, text in files.items():
        path = folder / name
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        write(folder, {name: old + text})
    _record(folder, who, when, message)


def _record(folder: Path, who: str, when: str, message: str = "x") -> None:
    environment = {
        **os.environ,
        "GIT_COMMITTER_DATE": f"{when}T12:00:00Z",
        "GIT_AUTHOR_DATE": f"{when}T12:00:00Z",
    }
    git(folder, "add", "--all", environment=environment)
    author = f"{who} <{who.lower().replace(' ', '.')}@example.org>"
    git(
        folder,
        *("commit", "--quiet", "--allow-empty", "--message", message, "--author", author),
        environment=environment,
    )


def _history(folder: Path) -> Path:
    """Two teams of three over six months, each in a package of its own."""
    git(folder, "init", "--quiet")
    write(folder, MODULES)
    _record(folder, "Founder", "2024-01-01")
    teams = {"till": ("Ann", "Bob", "Cy"), "stock": ("Dee", "Eve", "Fay")}
    files = {"till": ("drawer", "bell"), "stock": ("shelf", "crate")}
    for month in range(1, 7):
        for name, people in teams.items():
            for day, who in enumerate(people, start=2):
                changed = {f"shop/{name}/{file}.py": f"# {month} {who}\n" for file in files[name]}
                _commit(folder, who, f"2024-{month:02}-{day:02}", changed)
    return folder


def _discover(folder: Path, *words: str) -> dict[str, Any]:
    since = () if "--since" in words else ("--since", "2023-12-01")
    return as_json(folder, "discover", *since, *words)


def _home(document: dict[str, Any], module: str) -> dict[str, Any]:
    (found,) = [
        each
        for each in document["communities"]
        if any(module in area["modules"] for area in each["areas"])
    ]
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop of two teams."""
    return _history(tmp_path_factory.mktemp("shop"))


def test_who_works_together_makes_a_community_with_what_they_work_on(shop: Path) -> None:
    document = _discover(shop)
    till, stock = _home(document, "shop.till.drawer"), _home(document, "shop.stock.shelf")
    assert set(till["residents"]) == {"Ann", "Bob", "Cy"}
    assert set(stock["residents"]) == {"Dee", "Eve", "Fay"}
    assert till["mass"] == stock["mass"] == "enough"
    assert _home(document, "shop.till.bell") == till
    assert till["alone"] == pytest.approx(18 / 19, abs=0.001)


def test_a_test_belongs_with_what_it_tests(shop: Path) -> None:
    document = _discover(shop)
    assert _home(document, "shop.tests.test_drawer") == _home(document, "shop.till.drawer")


@pytest.mark.parametrize(
    ("test", "module"),
    [
        ("shop.tests.unit.till.test_drawer", "shop.till.drawer"),
        ("shop.tests.unit.till.test_gone", "shop.till"),
        ("tests.unit.till.test_drawer", "shop.till.drawer"),
        ("tests.till.test_gone", "shop.till"),
        ("tests.unit.test_money", "shop.bank.money"),
        ("tests.test_shelf", "tests.test_shelf"),
        ("tests.conftest", "tests.conftest"),
        ("shop.bank.testing_money", "shop.bank.testing_money"),
    ],
)
def test_a_test_counts_for_what_it_tests_as_far_as_names_tell(test: str, module: str) -> None:
    modules = ["shop", "shop.till", "shop.till.drawer", "shop.bank", "shop.bank.money"]
    modules += ["shop.bank.shelf", "shop.till.shelf", test]
    last: dict[str, list[str]] = {}
    for each in modules:
        last.setdefault(each.rpartition(".")[2], []).append(each)
    assert subject(test, modules, last) == module


def test_what_would_cross_is_counted_by_direction(shop: Path) -> None:
    stock = _home(_discover(shop), "shop.stock.crate")
    (till,) = [each for each in stock["neighbours"] if each["imports"]]
    assert (till["imports"], till["imported"]) == (1, 0)


def test_too_few_people_are_no_mass(shop: Path) -> None:
    document = _discover(shop, "--mass", "4")
    assert _home(document, "shop.till.bell")["mass"] == "few"
    assert _home(document, "shop.stock.crate")["mass"] == "few"
    assert not any(each["regulars"] for each in _discover(shop, "--months", "7")["communities"])


def test_only_the_time_that_is_asked_for_counts(shop: Path) -> None:
    document = _discover(shop, "--since", "2024-03-01", "--until", "2024-05-01")
    assert document["commits"] == 12
    assert (document["first"][:10], document["last"][:10]) == ("2024-03-02", "2024-04-04")


def test_moves_are_followed(tmp_path: Path) -> None:
    folder = _history(tmp_path)
    for _ in range(2):
        before, after = ("till", "cash") if (folder / "shop/till").exists() else ("cash", "desk")
        git(folder, "mv", f"shop/{before}", f"shop/{after}")
        _record(folder, "Mover", "2024-07-01")
    home = _home(_discover(folder), "shop.desk.drawer")
    assert set(home["residents"]) == {"Ann", "Bob", "Cy"}


def test_bots_mass_edits_and_who_is_named_are_left_out_and_told(tmp_path: Path) -> None:
    folder = _history(tmp_path)
    _commit(folder, "Proposal Bot", "2024-07-01", {"shop/till/bell.py": "# bot\n"})
    _commit(folder, "Gus", "2024-07-02", dict.fromkeys(MODULES, "# all\n"), "Reformat")
    document = _discover(folder, "--bulk", "5", "--without", "Dee")
    assert document["left_out"]["bots"] == {"Dee": 6, "Proposal Bot": 1}
    bulk = document["left_out"]["mass_edits"]
    assert [each["subject"] for each in bulk] == ["Reformat", "x"]
    people = {p for c in document["communities"] for a in c["areas"] for p in a["people"]}
    assert people == {"Ann", "Bob", "Cy", "Eve", "Fay"}


def test_one_person_under_two_addresses_is_one(tmp_path: Path) -> None:
    folder = _history(tmp_path)
    write(folder, {".mailmap": "Ann <ann@example.org> Anna <anna@example.org>\n"})
    _commit(folder, "Anna", "2024-07-01", {"shop/till/bell.py": "# x\n"})
    people = {p for c in _discover(folder)["communities"] for a in c["areas"] for p in a["people"]}
    assert "Anna" not in people


def test_names_and_paths_that_are_no_utf8_are_no_obstacle(tmp_path: Path) -> None:
    folder = _history(tmp_path)
    odd = os.fsdecode(b"shop/till/n\xe9e.txt")
    try:
        (folder / odd).write_text("x")
    except OSError:
        pytest.skip("this file system takes no name that is not UTF-8")
    git(folder, "config", "i18n.commitEncoding", "latin-1")
    raw = b"author Ren\xe9e <r@example.org> 1719000000 +0000"
    git(folder, "add", "--all")
    tree = git(folder, "write-tree").strip()
    import subprocess

    body = f"tree {tree}\nparent {git(folder, 'rev-parse', 'HEAD').strip()}\n".encode()
    body += raw + b"\n" + raw.replace(b"author", b"committer") + b"\n\nx\n"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=folder,
        input=body,
        capture_output=True,
        check=True,
    )
    git(folder, "reset", "--quiet", "--hard", made.stdout.decode().strip())
    assert _discover(folder)["left_out"]["elsewhere"] == 1


def test_the_declared_policy_is_put_beside_it(tmp_path: Path) -> None:
    folder = _history(tmp_path)
    policy = '[subsystem.money]\nmodules = ["shop.till"]\n[subsystem.rest]\nmodules = ["shop"]\n'
    write(folder, {"bailiwick.toml": policy})
    document = _discover(folder)
    declared = {each["name"]: each for each in document["declared"]}
    assert declared["money"]["modules"] == 3
    till = _home(document, "shop.till.bell")
    assert declared["money"]["communities"] == {till["name"]: 2, "shop": 1}
    assert 0 < declared["money"]["agrees"] <= 1


def test_the_draft_is_a_policy_that_holds_what_was_found(tmp_path: Path) -> None:
    folder = _history(tmp_path)
    document = _discover(folder)
    done = run(folder, "discover", "--format", "toml", "--since", "2023-12-01")
    write(folder, {"bailiwick.toml": done.stdout})
    policy = load_policy(folder / "bailiwick.toml")
    assert set(policy.subsystems) == {each["name"] for each in document["communities"]}
    for community in document["communities"]:
        for area in community["areas"]:
            for module in area["modules"]:
                claim = policy.subsystem_of(module)
                assert claim is not None
                assert claim.name == community["name"], module


def test_pictures_show_every_area_and_every_deed(tmp_path: Path, shop: Path) -> None:
    heat, dots = tmp_path / "heat.svg", tmp_path / "dots.svg"
    document = _discover(shop, "--heatmap", str(heat), "--communities", str(dots))
    areas = [area for each in document["communities"] for area in each["areas"]]
    regulars = {person for each in document["communities"] for person in each["regulars"]}
    told = {title.text for title in ET.parse(heat).iter(f"{SVG}title")}
    for area in areas:
        for person, count in area["people"].items():
            assert (f"{person}: {count} in {area['name']}" in told) == (person in regulars)
    titles = [title.text or "" for title in ET.parse(dots).iter(f"{SVG}title")]
    for area in areas:
        assert any(title.startswith(f"{area['name']}: ") for title in titles)


def test_a_shallow_clone_is_told_so_and_read_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    origin = _history(tmp_path / "all")
    git(tmp_path, "clone", "--quiet", "--depth", "12", origin.as_uri(), "few")
    document = _discover(tmp_path / "few")
    assert document["commits"] == 12
    assert any("shallow" in note for note in document["notes"])


def test_a_submodule_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "part").mkdir()
    part = _history(tmp_path / "part")
    folder = _history(tmp_path / "all")
    git(folder, "submodule", "--quiet", "add", part.as_uri(), "inner")
    _record(folder, "Ann", "2024-07-01")
    assert any("inner" in note for note in _discover(folder)["notes"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--since", "2030-01-01"], "there is no commit since 2030-01-01"),
        (["--until", "1999-01-01"], "has no commit until 1999-01-01"),
        (["--revision", "nowhere"], "there is no revision nowhere"),
        (["--heatmap", "no/where.svg"], "to write where.svg into"),
        (["--months", "0"], "invalid"),
    ],
)
def test_what_cannot_be_answered_is_said(shop: Path, words: list[str], says: str) -> None:
    done = run(shop, "discover", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_history_is_told_so(tmp_path: Path) -> None:
    assert attempt(tmp_path, "rev-parse").returncode
    done = run(tmp_path, "discover")
    assert done.returncode == 2
    assert "git knows no history" in done.stderr


def test_the_text_names_people_and_what_crosses(shop: Path) -> None:
    done = run(shop, "discover", "--since", "2023-12-01")
    assert "enough mass to form its own community" in done.stdout
    assert "Cy, Bob, Ann" in done.stdout
    assert "1 imported name would cross between these" in done.stdout
