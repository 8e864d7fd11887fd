"""The entry points that a project declares, judged like strings that name objects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bailiwick.packaging import pyproject, setup_cfg
from bailiwick.packaging.entry_point import Places
from bailiwick.source.text import NotTextError, decode
from bailiwick.vocabulary.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick.engine.judge import Judge
    from bailiwick.packaging.entry_point import EntryPoint
    from bailiwick.rules.rule import View
    from bailiwick.source.tree import File
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.reference import Span


class Declared:
    """Judges the files in which a project declares entry points."""

    def __init__(self, judge: Judge) -> None:
        self.judge, self.bench = judge, judge.bench
        self._modules = {file.path: file.module for file in judge.tree.files}

    def findings(self, files: Iterable[File]) -> Iterator[Finding]:
        """The findings in some files; none in what is no text of its kind, which others tell."""
        for file in files:
            try:
                text = self._text(file)
            except (OSError, NotTextError, ValueError):
                continue
            places, lines = Places(text), text.split("\n")
            for point in _read(file, text):
                finding = self._finding(file, point, places.span(point.start, point.end))
                if finding is not None:
                    yield replace(finding, excerpt=lines[finding.span.line - 1])

    def _text(self, file: File) -> str:
        data = self.judge.texts.data(file)
        if file.path.endswith(".py"):
            return decode(data)
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")

    def _finding(self, file: File, point: EntryPoint, span: Span) -> Finding | None:
        lead = self.judge.texts.dotted.lead(point.target)
        if lead is None:
            return None
        how = f"the entry point {point.name} in {point.group} is {point.target}{lead.via}"
        reference = Reference(
            "string", span, lead.module, lead.name, "deferred", how, exists=lead.exists
        )
        view = self._view(file, lead.module)
        broken = self.bench.breach(reference, view)
        if broken is None:
            return None
        rule, breach = broken
        return self.bench.finding_in(file.path, view, reference, breach, rule)

    def _view(self, file: File, target: str) -> View:
        """From where a file refers: it belongs to nobody, unless it is a module of somebody's."""
        module = self._modules.get(file.path)
        if module is not None and self.bench.subsystem(module) is not None:
            return self.bench.view(module, target)
        seen = self.bench.view(file.path, target)
        return replace(seen, subsystem=None, is_module=False)


def _read(file: File, text: str) -> Iterable[EntryPoint]:
    """The entry points in a text, by the name of its file."""
    if file.path.endswith(".cfg"):
        return setup_cfg.entry_points(text)
    if file.path.endswith(".toml"):
        return pyproject.entry_points(text)
    if "entry_points" not in text:
        return ()
    from bailiwick.packaging import setup_script

    return setup_script.entry_points(text)
