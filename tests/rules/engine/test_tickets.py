"""Tickets give each file to one process, whoever asks and however many there are."""

from __future__ import annotations

import sys

import pytest
from bailiwick.engine.forked import Forked
from bailiwick.engine.tickets import Tickets
from bailiwick.source.tree import File

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no process is forked there")


def files(count: int) -> list[File]:
    return [
        File(f"shop/m{number}.py", f"shop.m{number}", is_package=False, stamp="")
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [1, 3, 2048, 2049, 10_000])
def test_each_file_is_for_one_of_the_processes(count: int) -> None:
    tickets = Tickets(files(count))
    processes = [Forked(lambda: list(tickets)) for _ in range(5)]

    handed_out = [file.path for process in processes for file in process.result()]
    for process in processes:
        process.end()
    tickets.close()

    assert sorted(handed_out) == sorted(file.path for file in files(count))


def test_one_process_alone_gets_all_files_in_their_order() -> None:
    tickets = Tickets(files(100))

    assert [(tickets.handed_out, file) for file in tickets] == list(enumerate(files(100), start=1))
    tickets.close()


def test_nobody_waits_for_files_where_there_are_none() -> None:
    tickets = Tickets([])

    assert list(tickets) == []
    tickets.close()
