"""The section on reports says what was measured, and takes the place of an older one."""

from __future__ import annotations

from benchmarks import reports

RESULTS = {
    "date": "2026-01-02",
    "rounds": 3,
    "load": 0.5,
    "cores": 2,
    "runs": {
        "owners, cold": {"seconds": [1.0, 3.0, 2.0], "processor": [4.0, 4.0, 4.5], "peak": 2**20},
        "owners, warm": {"seconds": [0.25], "processor": [0.25], "peak": 2**21},
    },
}


def test_a_line_has_the_goal_and_the_medians() -> None:
    text = reports.section(RESULTS)
    assert "| `owners` | cold | 5 | 2.0 | 4.0 | 1 |\n" in text
    assert "| `owners` | warm | 1 | 0.2 | 0.2 | 2 |\n" in text


def test_the_section_takes_the_place_of_an_older_one_and_leaves_the_rest() -> None:
    page = f"# Benchmarks\n\n{reports.TITLE}\n\nstale\n\n## While somebody types\n\nkept\n"
    written = reports.replaced(page, RESULTS)
    assert "stale" not in written
    assert written.startswith(f"# Benchmarks\n\n{reports.TITLE}\n")
    assert written.endswith("\n\n## While somebody types\n\nkept\n")
    assert reports.replaced(written, RESULTS) == written
    added = reports.replaced("# Benchmarks\n", RESULTS)
    assert added.startswith(f"# Benchmarks\n\n{reports.TITLE}\n")
