"""`bailiwick map`: every reference is on it, and a browser shows each."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from bailiwick import crossings, load_policy

from tests.reports.browser import CONTRAST, asked
from tests.reports.shop import project, run

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "from bank import money  # </script><script>document.title=1</script>"
SVG = "{http://www.w3.org/2000/svg}"


def _map(folder: Path, *words: str) -> str:
    done = run(folder, "map", *words)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def _document(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_map(folder, "--format", "json"))
    return found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop's page."""
    folder = project(tmp_path_factory.mktemp("shop"))
    assert _map(folder) == "wrote bailiwick-map.html\n"
    return folder / "bailiwick-map.html"


def test_each_module_lies_in_the_subsystem_that_claims_it_with_its_lines(tmp_path: Path) -> None:
    areas = {area["name"]: area for area in _document(project(tmp_path))["subsystems"]}
    till = {part["module"]: part for part in areas["till"]["modules"]}
    assert till.keys() == {"shop.till", "shop.till.api", "shop.till.drawer", "tests.till"} | {
        "tests.till.test_drawer"
    }
    assert till["shop.till.drawer"]["lines"] == 7
    assert till["tests.till.test_drawer"]["is_test"]
    assert areas["till"]["lines"] == sum(
        part["lines"] for part in till.values() if not part["is_test"]
    )
    assert areas["till"]["owners"] == ["till-team"]


def test_every_reference_that_crosses_is_on_it_once(tmp_path: Path) -> None:
    folder = project(tmp_path)
    found = crossings(load_policy(folder / "bailiwick.toml"), cache=False)
    expected = sorted(
        (each.site.path, each.site.line, each.site.column, each.symbol, each.rule)
        for each in found.places
        if each.rule or each.subsystem != each.target
    )
    told = sorted(
        (each["path"], each["line"], each["column"], each["symbol"], each["rule"])
        for link in _document(folder)["links"]
        for each in link["places"]
    )
    assert told == expected
    assert len(told) > 15


def test_code_stands_beside_each_reference(tmp_path: Path) -> None:
    folder = project(tmp_path)
    for link in _document(folder)["links"]:
        for each in link["places"]:
            lines = (folder / each["path"]).read_text(encoding="utf-8").split("\n")
            assert each["code"] == lines[each["line"] - 1].strip() != ""


def test_a_tree_is_always_laid_out_alike(tmp_path: Path) -> None:
    folder = project(tmp_path)
    assert _map(folder, "--format", "svg") == _map(folder, "--format", "svg")


def test_the_picture_has_a_disc_for_each_subsystem_and_none_on_another(tmp_path: Path) -> None:
    root = ET.fromstring(_map(project(tmp_path), "--format", "svg"))
    rings = [
        tuple(float(ring.attrib[name]) for name in ("cx", "cy", "r"))
        for ring in root.iter(f"{SVG}circle")
        if ring.get("class") == "ring"
    ]
    assert len(rings) == 3
    for index, (x, y, radius) in enumerate(rings):
        for other_x, other_y, other in rings[index + 1 :]:
            assert (x - other_x) ** 2 + (y - other_y) ** 2 > (radius + other) ** 2


def test_the_picture_is_red_where_something_is_forbidden_and_only_there(tmp_path: Path) -> None:
    folder = project(tmp_path)
    root = ET.fromstring(_map(folder, "--format", "svg"))
    red = {
        title.text
        for arrow in root.iter(f"{SVG}g")
        if any(path.get("class") == "bad" for path in arrow.findall(f"{SVG}path"))
        for title in arrow.findall(f"{SVG}title")
    }
    links = _document(folder)["links"]
    assert len(red) == sum(1 for link in links if link["forbidden"]) > 0
    assert all("forbidden" in str(words) for words in red)


def test_a_diagram_has_each_link_with_its_count(tmp_path: Path) -> None:
    folder = project(tmp_path)
    links = _document(folder)["links"]
    dot, mermaid = (_map(folder, "--format", kind) for kind in ("dot", "mermaid"))
    for link in links:
        assert f'"{link["from"]}" -> "{link["to"]}" [label="{link["references"]}' in dot
    assert mermaid.count("-->") == dot.count("->") == len(links)
    (style,) = re.findall(r"linkStyle ([\d,]+)", mermaid)
    red = {index for index, link in enumerate(links) if link["forbidden"]}
    assert set(map(int, style.split(","))) == red


@pytest.mark.parametrize(
    ("name", "begins"),
    [("m.svg", "<svg"), ("m.dot", "digraph"), ("m.mmd", "flowchart"), ("m.json", "{")],
)
def test_the_ending_of_the_output_says_its_format(tmp_path: Path, name: str, begins: str) -> None:
    folder = project(tmp_path)
    _map(folder, "--output", name)
    assert (folder / name).read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--output", "nowhere/map.html"], "to write map.html into"),
        (["--output", "shop"], "is a folder"),
        (["--policy", "no.toml"], "there is no file or folder no.toml"),
    ],
)
def test_what_cannot_be_is_said_before_any_work(
    tmp_path: Path, words: list[str], says: str
) -> None:
    folder = project(tmp_path)
    done = run(folder, "map", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not (folder / ".bailiwick_cache").exists()


def test_a_policy_without_subsystems_has_no_map(tmp_path: Path) -> None:
    (tmp_path / "bailiwick.toml").write_text('source-roots = ["."]\n')
    done = run(tmp_path, "map")
    assert done.returncode == 2
    assert "declares no subsystem" in done.stderr


def test_a_file_that_is_no_text_is_named_and_the_rest_is_drawn(tmp_path: Path) -> None:
    folder = project(tmp_path)
    (folder / "shop" / "noise.py").write_bytes(b"x = '\xff'\n")
    document = _document(folder)
    assert document["unread"].keys() == {"shop/noise.py"}
    assert document["links"]


def test_what_code_says_can_not_break_the_page(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        shop__floor=f"{HOSTILE}\n",
    )
    _map(folder)
    assert asked(
        folder / "bailiwick-map.html",
        "$('[data-table=links] [aria-label=\"shop to bank\"]').click();"
        "await new Promise((done) => setTimeout(done, 50));"
        "return [document.title, $('.ref pre').textContent]",
    ) == [
        "Map of " + folder.name,
        HOSTILE,
    ]


def test_the_page_asks_for_nothing_else(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)=[\"'](?!#)", text)
    assert not re.findall(r"\burl\((?!#)", text)
    assert asked(page, "return performance.getEntriesByType('resource').length") == 0


def test_an_arrow_opens_its_references_with_their_code(page: Path) -> None:
    told = asked(
        page,
        "const arrow = $$('.arrow').find((each) => "
        "each.querySelector('title').textContent.startsWith('till uses bank'));"
        "arrow.dispatchEvent(new Event('click'));"
        "$$('summary').forEach((each) => each.click());"
        "await new Promise((done) => setTimeout(done, 50));"
        "return [$('#panel-title').textContent, $$('.ref').map((each) => each.textContent)]",
    )
    assert told[0] == "till → bank"
    assert "shop/till/drawer.py:7:26 BW201" in "".join(told[1])
    assert any("return vault.open(), vault._force(), CONF.name" in each for each in told[1])


def test_filters_leave_what_they_say_and_count_it(page: Path) -> None:
    document = json.loads(_map(page.parent, "--format", "json"))
    places = [each for link in document["links"] for each in link["places"]]
    for name, value, kept in [
        ("rule", "!", [each for each in places if each["rule"]]),
        ("rule", "BW102", [each for each in places if each["rule"] == "BW102"]),
        ("kind", "string", [each for each in places if each["kind"] == "string"]),
        ("where", "tests", [each for each in places if each["in_test"]]),
        ("symbol", "VAULT", [each for each in places if "vault" in each["symbol"]]),
    ]:
        said = asked(page, f"choose('{name}', '{value}'); return $('#shown').textContent")
        assert said.startswith(f"{len(kept)} reference"), (name, value)
    owned = [
        each
        for link in document["links"]
        if "bank" in (link["from"], link["to"])
        for each in link["places"]
    ]
    assert asked(page, "choose('owner', 'bank-team'); return $('#shown').textContent").startswith(
        f"{len(owned)} reference"
    )


def test_a_subsystem_unfolds_into_all_its_modules_and_folds_again(page: Path) -> None:
    told = asked(
        page,
        "const till = () => $$('.disc').find((each) => each.textContent.endsWith('till'));"
        "till().focus(); press('Enter'); $('#panel-body button').click();"
        "const cells = $$('.cell title').map((each) => each.textContent.split(':')[0]).sort();"
        "$('.cell').dispatchEvent(new Event('click'));"
        "const opened = $('#panel-title').textContent;"
        "press('Escape'); const still = $$('.cell').length; press('Escape');"
        "return [cells, opened, still, $$('.cell').length, $('#panel').hidden]",
    )
    assert told[0] == [
        *("shop.till", "shop.till.api", "shop.till.drawer", "tests.till", "tests.till.test_drawer")
    ]
    assert told[1] in told[0]
    assert told[2:] == [5, 0, True]


def test_tables_sort_by_number_and_by_name_and_say_so(page: Path) -> None:
    told = asked(
        page,
        "const rows = () => $$('[data-table=areas] tbody tr').map((row) =>"
        " row.cells[3].textContent);"
        "const head = (n) => $$('[data-table=areas] thead th')[n];"
        "head(3).querySelector('button').click(); const down = rows();"
        "head(3).querySelector('button').click(); const up = rows();"
        "return [down, up, head(3).getAttribute('aria-sort')]",
    )
    numbers = [int(each.replace(",", "")) for each in told[0]]
    assert numbers == sorted(numbers, reverse=True)
    assert told[1:] == [told[0][::-1], "ascending"]


def test_everything_can_be_reached_by_keyboard_and_has_a_name(page: Path) -> None:
    told = asked(
        page,
        "const reach = $$('button, select, input, summary, [tabindex=\"0\"]');"
        "const name = (each) => each.getAttribute('aria-label') || each.textContent.trim()"
        " || each.closest('label')?.textContent || each.getAttribute('aria-labelledby');"
        "const nameless = reach.filter((each) => !name(each)).length;"
        "const discs = $$('.disc').every((each) => each.getAttribute('role') === 'button'"
        " && each.tabIndex === 0);"
        "const opener = $('[data-table=links] tbody button'); opener.focus(); opener.click();"
        "const inside = document.activeElement.id; press('Escape');"
        "return [nameless, discs, inside, document.activeElement === opener,"
        " document.documentElement.lang, $('#shown').getAttribute('aria-live')]",
    )
    assert told == [0, True, "panel", True, "en", "polite"]


def test_arrow_keys_go_from_disc_to_disc(page: Path) -> None:
    told = asked(
        page,
        "const discs = $$('.discs .disc'); const seen = new Set(); discs[0].focus();"
        "for (const key of ['ArrowLeft','ArrowRight','ArrowUp','ArrowDown','ArrowLeft','ArrowUp'])"
        " { press(key); seen.add(document.activeElement.dataset.area); } return seen.size",
    )
    assert told > 1


def test_a_narrow_screen_needs_no_scrolling_sideways(page: Path) -> None:
    script = "return document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert asked(page, script, "--window-size=500,900") is True


def test_words_can_be_read_on_their_ground_in_light_and_in_dark(page: Path) -> None:
    script = f"$('[data-table=links] tbody button').click(); {CONTRAST}"
    assert asked(page, script) >= 4.5
    assert asked(page, script, "--blink-settings=preferredColorScheme=0") >= 4.5
