"""Through whose values a statement may reach something."""

from __future__ import annotations

import pytest
from bailiwick.sieve.values import receiver_roots


@pytest.mark.parametrize(
    ("statement", "roots"),
    [
        ("x = nova.virt.driver", {"nova"}),
        ("x = other.virt.driver", set()),
        ("x = other._virt", {"other"}),
        ("import nova.virt.driver", set()),
        ("import nova.virt.driver as nova_driver", set()),
        ("from nova.virt import driver", set()),
        ("from nova.virt import (\n    driver,\n    fake)", set()),
        ("import nova.virt.driver; x = nova.virt", {"nova"}),
        ("importance = nova.virt", {"nova"}),
        ("from_there = nova.virt", {"nova"}),
    ],
)
def test_an_import_reads_no_names(statement: str, roots: set[str]) -> None:
    assert receiver_roots(statement, {"nova"}.__contains__) == roots
