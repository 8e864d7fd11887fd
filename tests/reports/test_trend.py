"""`bailiwick trend`: each revision as it was, without a checkout, and the same only once."""

from __future__ import annotations

import json
import os
import shutil
import tarfile
import xml.etree.ElementTree as ET
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from bailiwick import History, Shelf, check, crossings, judged_state, load_policy

from tests.reports.shop import as_json, project, run
from tests.repositories import git, write

if TYPE_CHECKING:
    from pathlib import Path

SVG = "{http://www.w3.org/2000/svg}"


def _record(folder: Path, when: str) -> None:
    environment = {
        **os.environ,
        "GIT_COMMITTER_DATE": f"{when}T12:00:00Z",
        "GIT_AUTHOR_DATE": f"{when}T12:00:00Z",
    }
    git(folder, "add", "--all", environment=environment)
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "x", environment=environment)


def _history(folder: Path) -> Path:
    """The shop; then with one more violation and a new module; then as it was at first."""
    project(folder)
    write(folder, {".gitignore": ".bailiwick_cache\n"})
    git(folder, "init", "--quiet")
    _record(folder, "2024-01-10")
    git(folder, "tag", "v1")
    write(folder, {"shop/paper.py": "from bank import vault\n\nvault._force()\n"})
    write(folder, {"shop/news.py": "from shop.till import api\n\napi.ring()\n"})
    _record(folder, "2024-05-10")
    git(folder, "tag", "v2")
    git(folder, "revert", "--no-commit", "HEAD")
    _record(folder, "2024-09-10")
    git(folder, "tag", "v3")
    return folder


def _trend(folder: Path, *words: str) -> dict[str, Any]:
    return as_json(folder, "trend", *words)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The shop with three tags."""
    folder = tmp_path / "shop"
    folder.mkdir()
    return _history(folder)


def test_each_revision_counts_as_a_checkout_of_it_does(shop: Path) -> None:
    points = _trend(shop, "v1", "v2", "v3")["points"]
    for point in points:
        git(shop, "checkout", "--quiet", point["revision"])
        policy = load_policy(shop / "bailiwick.toml")
        report, found = check(policy, cache=False), crossings(policy, cache=False)
        assert point["debt"] == len(report.findings)
        assert point["modules"] == report.files
        foreign = [each for each in found.places if each.rule or each.subsystem != each.target]
        assert point["references"] == len(foreign)
        assert point["forbidden"] == sum(1 for each in foreign if each.rule)
    assert points[0]["debt"] < points[1]["debt"]
    assert points[0]["findings"] == points[2]["findings"]


def test_what_is_the_same_is_worked_out_once(shop: Path) -> None:
    everything = _trend(shop, "v1", "--no-cache")
    assert everything["worked_out"] == everything["points"][0]["modules"]
    three = _trend(shop, "v1", "v2", "v3", "--no-cache")
    # One module is new, one is changed; the third tree is the first.
    assert three["worked_out"] == everything["worked_out"] + 2


def test_what_is_known_is_not_worked_out_again(shop: Path) -> None:
    first = _trend(shop, "v1", "v2")
    again = _trend(shop, "v1", "v2", "v3")
    assert again["worked_out"] == 0
    assert again["points"][:2] == first["points"]


def test_a_policy_that_has_changed_is_another_trend(shop: Path) -> None:
    before = _trend(shop, "v1")["points"][0]["debt"]
    policy = (shop / "bailiwick.toml").read_text(encoding="utf-8")
    write(
        shop, {"bailiwick.toml": policy.replace('["bank.money"]', '["bank.money", "bank.vault"]')}
    )
    assert _trend(shop, "v1")["points"][0]["debt"] < before


def test_what_is_shared_is_what_each_tree_has_by_itself(shop: Path) -> None:
    # The new module makes the same texts lead elsewhere.
    write(shop, {"bank/vault/__init__.py": "def open():\n    pass\n", "bank/vault/_force.py": ""})
    (shop / "bank" / "vault.py").unlink()
    write(shop, {"shop/till/money.py": "", "bank.py": ""})
    _record(shop, "2024-10-10")
    git(shop, "tag", "v4")
    policy, history, shelf = load_policy(shop / "bailiwick.toml"), History.around(shop), Shelf()
    for name in ("v1", "v2", "v3", "v4", "v2", "v4"):
        revision = history.revision(name)
        names = history.files(revision, (".py",))
        files = dict(zip(names, history.contents(names.values()), strict=True))
        shared = judged_state(policy, files, names, shelf)
        alone = judged_state(policy, files, names, Shelf())
        assert shared.findings == alone.findings, name
        assert shared.crossings.places == alone.crossings.places, name
        assert shared.crossings.users == alone.crossings.users, name


def test_a_repository_without_work_tree_will_do(tmp_path: Path, shop: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", shop.as_uri(), "bare")
    shutil.copy(shop / "bailiwick.toml", tmp_path / "bare")
    assert _trend(tmp_path / "bare", "v2")["points"] == _trend(shop, "v2")["points"]


def test_a_project_in_a_folder_of_a_repository_is_seen_by_itself(tmp_path: Path) -> None:
    inner = tmp_path / "all" / "inner"
    inner.mkdir(parents=True)
    git(tmp_path / "all", "init", "--quiet")
    project(inner)
    write(tmp_path / "all", {"outside.py": "import shop\n"})
    _record(tmp_path / "all", "2024-01-10")
    (point,) = _trend(inner, "HEAD")["points"]
    assert point["modules"] == len(list(inner.rglob("*.py")))


def test_time_gives_the_last_commit_of_each_part(shop: Path) -> None:
    points = _trend(shop, "--since", "2024-01-01", "--every", "month")["points"]
    assert [point["date"][:10] for point in points] == ["2024-01-10", "2024-05-10", "2024-09-10"]
    assert len(_trend(shop, "--tags", "v[12]")["points"]) == 2


def test_links_are_followed_and_submodules_told_of(tmp_path: Path, shop: Path) -> None:
    try:
        (shop / "bank" / "linked.py").symlink_to("vault.py")
    except OSError:
        pytest.skip("this system makes no links")
    (tmp_path / "part").mkdir()
    git(shop, "submodule", "--quiet", "add", _history(tmp_path / "part").as_uri(), "inner")
    _record(shop, "2024-11-10")
    document = _trend(shop, "HEAD")
    assert document["points"][0]["modules"] == _trend(shop, "v3")["points"][0]["modules"] + 1
    assert any("inner" in note for note in document["notes"])


def test_python_2_is_counted_and_told_of(shop: Path) -> None:
    write(shop, {"shop/old.py": "from bank import vault\nprint 'hello'\n"})
    _record(shop, "2024-11-10")
    document = _trend(shop, "v3", "HEAD")
    assert [point["unparsed"] for point in document["points"]] == [0, 1]
    assert any("not Python 3" in note and "HEAD" in note for note in document["notes"])
    assert document["points"][1]["references"] == document["points"][0]["references"] + 1


def test_names_that_are_no_utf8_are_no_obstacle(shop: Path) -> None:
    try:
        (shop / os.fsdecode(b"shop/n\xe9e.py")).write_text("from bank import money\n")
    except OSError:
        pytest.skip("this file system takes no name that is not UTF-8")
    _record(shop, "2024-11-10")
    points = _trend(shop, "v3", "HEAD")["points"]
    assert points[1]["modules"] == points[0]["modules"] + 1


def test_a_shallow_clone_is_told_so(tmp_path: Path, shop: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth", "1", shop.as_uri(), "few")
    document = _trend(tmp_path / "few")
    assert len(document["points"]) == 1
    assert any("shallow" in note for note in document["notes"])
    done = run(tmp_path / "few", "trend", "v1")
    assert "no revision v1 in this shallow clone" in done.stderr


def test_the_picture_has_a_shape_for_each_rule_and_subsystem(shop: Path) -> None:
    document = _trend(shop, "v1", "v2", "v3")
    assert run(shop, "trend", "v1", "v2", "v3", "--output", "t.svg").stdout == "wrote t.svg\n"
    told = [title.text or "" for title in ET.parse(shop / "t.svg").iter(f"{SVG}title")]
    last = document["points"][-1]
    for code, count in last["findings"].items():
        assert any(each.startswith(code) and f": {count} at" in each for each in told)
    for user in {edge["from"] for edge in last["edges"]}:
        assert any(each.startswith(f"{user}:") for each in told)


def test_one_revision_has_a_picture_too(shop: Path) -> None:
    assert run(shop, "trend", "v1", "--format", "svg").stdout.startswith("<svg")


def test_the_text_has_a_line_for_each_revision_and_what_has_changed(shop: Path) -> None:
    done = run(shop, "trend", "v1", "v2")
    assert [line.split()[:2] for line in done.stdout.splitlines() if "  2024-" in line] == [
        ["v1", "2024-01-10"],
        ["v2", "2024-05-10"],
    ]
    assert "From v1 to v2" in done.stdout
    assert "shop → till" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere"], "there is no revision nowhere"),
        (["--tags", "w*"], "no tag matches w*"),
        (["v1", "--every", "year"], "name revisions or tags, or a time"),
        (["--since", "yesterday"], "is no date"),
        (["--until", "1999-01-01"], "has no commit until 1999-01-01"),
        (["v1", "--output", "no/where.svg"], "to write where.svg into"),
    ],
)
def test_what_cannot_be_answered_is_said(shop: Path, words: list[str], says: str) -> None:
    done = run(shop, "trend", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def _packed(folder: Path, kind: str) -> str:
    """The shop's modules as a registry would have them, and its name."""
    name = f"shop-2.0-py3-none-any{kind}" if kind == ".whl" else f"shop-2.0{kind}"
    files = [path for path in sorted(folder.rglob("*.py")) if ".bailiwick_cache" not in path.parts]
    if kind == ".whl":
        with zipfile.ZipFile(folder / name, "w") as archive:
            for path in files:
                archive.write(path, path.relative_to(folder).as_posix())
    else:
        with tarfile.open(folder / name, "w:gz") as packed:
            for path in files:
                packed.add(path, f"shop-2.0/{path.relative_to(folder).as_posix()}")
    return name


@pytest.mark.parametrize("kind", [".whl", ".tar.gz"])
def test_trees_and_archives_are_followed_in_the_order_in_which_they_are_named(
    tmp_path: Path, kind: str
) -> None:
    project(tmp_path / "before", shop__till__drawer="from bank import vault\n\nvault._force()\n")
    now = project(tmp_path / "now")
    named = ("--trees", ".", "../before", _packed(now, kind))
    done = run(now, "trend", *named, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    points = json.loads(done.stdout)["points"]
    assert [point["revision"] for point in points] == ["now", "before", "shop-2.0"]
    said = [[point[key] for key in ("modules", "lines", "findings", "edges")] for point in points]
    assert said[0] == said[2] != said[1]
    assert points[0]["findings"]["BW201"] == points[1]["findings"]["BW201"] == 1
    assert points[0]["references"] > points[1]["references"]
    assert run(now, "trend", *named, "--output", "trend.svg").returncode == 0
    assert not (now / "shop-2.0").exists(), "nothing is unpacked"


@pytest.mark.parametrize(
    ("named", "says"),
    [
        (["nowhere"], "nowhere is not there"),
        (["bailiwick.toml"], "is no folder, wheel or source archive"),
        (["broken.whl"], "broken.whl cannot be read"),
        (["broken.tar.gz"], "broken.tar.gz cannot be read"),
        ([".", "--tags", "v*"], "--trees names all that is followed"),
    ],
)
def test_what_is_no_tree_is_said(tmp_path: Path, named: list[str], says: str) -> None:
    folder = project(tmp_path)
    for name in ("broken.whl", "broken.tar.gz"):
        (folder / name).write_bytes(b"PK\x03\x04 and no more")
    done = run(folder, "trend", "--trees", *named)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
