"""The recipes of docs/ci.md, as far as they can be tried without the services they are for."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.repositories import commit, git

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"^```\w+\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
FINDING = "shop/stock.py:1:23: BW101 stock may not import from till: shop.till:sell"
posix = pytest.mark.skipif(os.name == "nt", reason="a shell script")


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a CI does, with the tools of this environment on its path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path, "PYTHONUTF8": "1"} | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with findings, in which every recipe lies where it says."""
    folder = tmp_path / "project"
    shutil.copytree(ROOT / "tests" / "trees" / "broken", folder)
    policy = folder / "bailiwick.toml"
    policy.write_text(policy.read_text("utf-8").replace('BW102 = "warning"', ""), "utf-8")
    for name, text in RECIPES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    return folder


def test_every_recipe_on_the_page_has_a_name() -> None:
    assert len(RECIPES) == PAGE.count("\n```") // 2
    assert {".gitlab-ci.yml", ".zuul.yaml", "tox.ini"} < set(RECIPES)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        (".github/workflows/boundaries.yml", "vendor.github-workflows"),
        (".gitlab-ci.yml", "vendor.gitlab-ci"),
    ],
)
def test_a_workflow_keeps_the_published_schema(name: str, schema: str, repository: Path) -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, name]
    done = run(repository, *check)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_zuul_file_names_its_job_in_both_pipelines() -> None:
    job, project = yaml.safe_load(RECIPES[".zuul.yaml"])
    for pipeline in ("check", "gate"):
        assert project["project"][pipeline]["jobs"] == [job["job"]["name"]]
    assert f"[testenv:{job['job']['vars']['tox_envlist']}]" in RECIPES["tox.ini"]


def test_every_command_in_a_recipe_is_one_that_bailiwick_takes(repository: Path) -> None:
    commands = re.findall(r"bailiwick (?:check|prove)[^\n|]*", "\n".join(RECIPES.values()))
    assert len(commands) >= 8
    written = {"BASE": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD", "GERRIT_BRANCH": "main"}
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD")
    summary = {"GITHUB_STEP_SUMMARY": str(repository / "summary.md")}
    for command in {each.strip() for each in commands if "`" not in each}:
        done = run(repository, "sh", "-c", command, **written, **summary)
        assert done.returncode in (0, 1), (command, done.stderr)


def test_the_commands_are_found_and_hold_every_line(repository: Path) -> None:
    done = run(repository, "bailiwick", "prove", "--format", "json")
    assert done.returncode == 0, done.stdout
    places = {way["place"].partition(":")[0] for way in json.loads(done.stdout)["ways"]}
    assert {".github/workflows/boundaries.yml", ".gitlab-ci.yml", "tox.ini"} <= places


@posix
def test_the_shell_script_leaves_both_reports_and_fails(repository: Path) -> None:
    done = run(repository, "sh", "tools/boundaries.sh")
    assert done.returncode == 1
    assert FINDING in done.stdout
    for report in ("junit", "checkstyle"):
        assert (repository / f"bailiwick-{report}.xml").read_text().count("BW101")


@pytest.mark.parametrize("environment", ["boundaries", "pep8"])
def test_tox_runs_both_environments(environment: str, repository: Path) -> None:
    inherit = ["deps=", "allowlist_externals=*", "set_env=PATH={env:PATH}"]
    overrides = [f"--override=testenv:{environment}.{each}" for each in inherit]
    done = run(repository, "tox", "run", "-e", environment, *overrides)
    assert done.returncode == 1, done.stdout + done.stderr
    assert FINDING in done.stdout.replace("./shop", "shop")


def test_each_finding_is_a_line_that_zuul_makes_a_comment_of(repository: Path) -> None:
    concise = run(repository, "bailiwick", "check", "--format", "concise").stdout
    flake8 = run(repository, "flake8", "--select=BW").stdout
    for output in (concise, flake8):
        lines = [line for line in output.splitlines() if "BW101" in line]
        (place, message), *_ = (line.split(": ", 1) for line in lines)
        path, line, column = place.split(":")
        assert (path.removeprefix("./"), int(line), int(column)) == ("shop/stock.py", 1, 23)
        assert message.startswith("BW101 stock may not import from till")


@posix
def test_a_gerrit_review_has_a_comment_for_each_finding(repository: Path) -> None:
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD")
    (repository / "shop" / "stock.py").write_text("import shop.till\n")
    (repository / "ssh").write_text("#!/bin/sh\ncat > review.json\n")
    (repository / "ssh").chmod(0o755)
    path = os.pathsep.join([str(repository), str(Path(sys.executable).parent), os.environ["PATH"]])
    done = run(repository, "sh", "tools/review.sh", PATH=path, GERRIT_BRANCH="main")
    assert done.returncode == 0, done.stderr
    review = json.loads((repository / "review.json").read_text())
    assert review["message"] == "Bailiwick: 1 errors"
    (comment,) = review["comments"]["shop/stock.py"]
    assert comment["line"] == 1
    assert comment["range"]["start_character"] == 7
    assert comment["message"].splitlines()[-1] == "Ask: till-team"
