"""`bailiwick split`: every tie with its standing, what is to become of it, and what forbids it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.reports.shop import as_json, git, project, run

if TYPE_CHECKING:
    from pathlib import Path


def _split(folder: Path, *words: str) -> dict[str, Any]:
    return as_json(folder, "split", *words)


def _ties(document: dict[str, Any], direction: str) -> set[tuple[str, str, str]]:
    ties = (tie for tie in document["ties"] if tie["direction"] == direction)
    return {(tie["symbol"], tie["standing"], tie["remedy"]) for tie in ties}


def test_it_tells_of_each_symbol_that_is_taken_what_it_is_and_what_is_to_be_done(
    tmp_path: Path,
) -> None:
    assert _ties(_split(project(tmp_path), "till"), "takes") == {
        ("bank.money", "public", "keep"),
        ("bank.money:Coin", "public", "keep"),
        ("bank.money:spend", "public", "keep"),
        ("bank.money:spend", "string", "keep"),
        ("bank.vault", "promotable", "move"),
        ("bank.vault:open", "promotable", "move"),
        ("bank.vault:open", "string", "move"),
        ("bank.vault:_force", "private", "move"),
        ("shop.paper", "public", "move"),
        ("shop.paper:roll", "public", "move"),
        ("[DEFAULT] name", "option", "go"),
    }


def test_it_tells_of_each_symbol_that_the_rest_takes_what_it_is_and_what_is_to_be_done(
    tmp_path: Path,
) -> None:
    assert _ties(_split(project(tmp_path), "till"), "gives") == {
        ("shop.till.api", "public", "go"),
        ("shop.till.api:ring", "public", "go"),
        ("shop.till.drawer", "promotable", "go"),
        ("shop.till.drawer:pull", "promotable", "go"),
        ("[till] drawers", "option", "go"),
    }


def test_it_tells_places_apart_by_code_and_tests(tmp_path: Path) -> None:
    ties = _split(project(tmp_path), "till")["ties"]
    (pull,) = (tie for tie in ties if tie["symbol"] == "shop.till.drawer:pull")
    (place,), (in_test,) = pull["places"], pull["in_tests"]
    assert (place["path"], place["line"], place["column"]) == ("shop/floor.py", 3, 1)
    assert (in_test["path"], in_test["line"]) == ("tests/test_floor.py", 3)


def test_what_moves_is_used_by_nobody_else_and_tells_what_it_needs(tmp_path: Path) -> None:
    folder = project(tmp_path, shop__paper="from shop import conf\n\ndef roll():\n    pass\n")
    moves = {move["module"]: move for move in _split(folder, "till")["moves"]}
    assert moves.keys() == {"bank.vault", "shop.paper", "shop.conf"}
    assert (moves["shop.paper"]["owner"], moves["shop.paper"]["needs"]) == ("shop", 0)


def test_a_circle_goes_through_whoever_it_has_to(tmp_path: Path) -> None:
    (circle,) = _split(project(tmp_path), "till")["circles"]
    assert [(edge["user"], edge["used"]) for edge in circle] == [
        ("till", "shop"),
        ("shop", "till"),
    ]


def test_a_longer_circle_is_found_where_there_is_no_shorter(tmp_path: Path) -> None:
    folder = project(tmp_path, shop__till__drawer="from bank import money\n")
    (circle,) = _split(folder, "till")["circles"]
    assert [edge["user"] for edge in circle] == ["till", "bank", "shop"]


def test_what_others_import_of_it_stays_or_becomes_api_where_it_does_not_stand_on_them(
    tmp_path: Path,
) -> None:
    folder = project(tmp_path, shop__till__drawer="def pull():\n    pass\n", bank__money="")
    assert _ties(_split(folder, "till"), "gives") == {
        ("shop.till.api", "public", "keep"),
        ("shop.till.api:ring", "public", "keep"),
        ("shop.till.drawer", "promotable", "promote"),
        ("shop.till.drawer:pull", "promotable", "promote"),
        ("[till] drawers", "option", "go"),
    }


def test_the_surface_is_what_stays_of_the_others_and_is_used_by_code(tmp_path: Path) -> None:
    document = _split(project(tmp_path), "till")
    assert document["surface"] == {"bank.money": ["Coin", "spend"]}


def test_nothing_stands_before_who_takes_public_api_alone(tmp_path: Path) -> None:
    policy = '[subsystem.a]\nmodules = ["a"]\n[subsystem.b]\nmodules = ["b"]\n'
    (tmp_path / "bailiwick.toml").write_text(policy, encoding="utf-8")
    (tmp_path / "a.py").write_text("import b\nb.x\n", encoding="utf-8")
    (tmp_path / "b.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "c.py").write_text("import b\n", encoding="utf-8")
    assert _split(tmp_path, "a")["separable"]
    assert "No circle forbids it" in run(tmp_path, "split", "a").stdout


def test_since_a_revision_it_tells_what_has_become_of_each_tie(tmp_path: Path) -> None:
    folder = project(tmp_path)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Open the shop")
    project(tmp_path, shop__floor="from shop.till import api\n\napi.ring()\napi.ring()\n")
    document = _split(folder, "till", "--since", "HEAD")
    changes = {each["symbol"]: (each["before"], each["now"]) for each in document["changes"]}
    assert changes == {
        "shop.till.drawer": (2, 1),
        "shop.till.drawer:pull": (2, 1),
        "shop.till.api:ring": (2, 3),
    }
    text = run(folder, "split", "till", "--since", "HEAD").stdout
    assert "Since HEAD: 2 places fewer, 1 more" in text


def test_code_outside_is_held_against_the_tree(tmp_path: Path) -> None:
    folder = project(tmp_path / "inside")
    outside = tmp_path / "outside"
    for name, text in {
        "acme/__init__.py": "",
        "acme/till.py": "from bank import vault\nfrom acme import box\n\nvault._force(), box.x\n",
        "acme/box.py": "x = 1\n",
        "acme/tests/__init__.py": "",
        "acme/tests/test_till.py": "from bank import money\n\nmoney.spend()\n",
        "bank/__init__.py": "",
        "bank/branch.py": "from shop import floor\n",
        "setup.py": "",
    }.items():
        (outside / name).parent.mkdir(parents=True, exist_ok=True)
        (outside / name).write_text(text, encoding="utf-8")
    document = _split(folder, "--tree", str(outside))
    assert (document["subsystem"], document["modules"]) == ("outside", 4)
    assert {tie["symbol"] for tie in document["ties"]} == {
        "bank.vault",
        "bank.vault:_force",
        "bank.money",
        "bank.money:spend",
        "shop.floor",
    }
    (force,) = (tie for tie in document["ties"] if tie["standing"] == "private")
    assert force["places"][0]["path"] == "../outside/acme/till.py"


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_what_is_printed_names_every_part(form: str, tmp_path: Path) -> None:
    said = run(project(tmp_path), "split", "till", "--format", form).stdout
    for part in (
        "till",
        "already public API",
        "bank.vault",
        "shop.till.drawer:pull",
        "till → shop",
    ):
        assert part in said
    assert "\x1b" not in said


def test_all_lists_every_place(tmp_path: Path) -> None:
    said = run(project(tmp_path), "split", "till", "--all").stdout
    assert "shop/till/drawer.py:7:26  use  BW201" in said


WRONG = {
    "a subsystem that there is not": (("tills",), 'no subsystem "tills". Did you mean till?'),
    "no subsystem": ((), "which subsystem?"),
    "a folder that there is not": (("--tree", "nowhere"), "there is no folder nowhere"),
    "a folder without packages": (("--tree", "tests/till"), "has no Python package"),
    "a policy that there is not": (
        ("till", "--policy", "no.toml"),
        "no file or folder no.toml",
    ),
    "a revision where there is no repository": (("till", "--since", "HEAD"), "no git repository"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_told_with_what_to_do(case: str, tmp_path: Path) -> None:
    words, said = WRONG[case]
    done = run(project(tmp_path), "split", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_file_that_cannot_be_read_is_told_beside_the_rest(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "bank/broken.py").write_bytes(b"x = '\xff'\n")
    document = _split(folder, "till")
    assert list(document["unread"]) == ["bank/broken.py"]
    assert document["ties"]
