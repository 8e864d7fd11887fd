"""What one run of `check` found, over all policies that governed its paths."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from bailiwick import Definition, Finding

    # All there are; those of the files of a commit, and those that it introduces elsewhere; or
    # those alone that a change introduces.
    Reach = Literal["all", "commit", "new"]

# The gravest first.
SEVERITIES = ("error", "warning", "info")

# By the kind of an excuse, what is said of its findings, counted.
_EXCUSED = {"external": "recorded in the baseline", "inSource": "allowed by comments"}


class Excuse(NamedTuple):
    """Why a finding is not held against anybody: a comment in the source, or the baseline."""

    kind: Literal["inSource", "external"]
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of a run, sorted by place, and how many files it judged.

    The paths of these findings are relative to the working directory, with `/` on every system;
    absolute where no relative path leads there (another drive). `strict` says that a finding of
    any severity fails the run, `started` when it began, in seconds since 1970.

    definitions: where the target of a finding is defined, by the finding's path and target
    excused:     findings that are known and allowed, sorted by place; no part of `findings`
    """

    findings: tuple[Finding, ...]
    files: int
    strict: bool = False
    started: float = 0.0
    reach: Reach = "all"
    definitions: Mapping[tuple[str, str], Definition] = field(default_factory=dict)
    excused: tuple[tuple[Finding, Excuse], ...] = ()

    @property
    def exit_code(self) -> int:
        """The exit code of the run."""
        return 1 if self.fails(strict=self.strict) else 0

    def everything(self) -> list[tuple[Finding, Excuse | None]]:
        """All that was found, by place, with the excuse of what is no part of `findings`."""
        found: list[tuple[Finding, Excuse | None]] = [(each, None) for each in self.findings]
        return sorted([*found, *self.excused], key=lambda each: each[0].place)

    def severities(self) -> Counter[str]:
        """How many findings there are of each severity."""
        return Counter(finding.severity for finding in self.findings)

    def codes(self) -> Counter[str]:
        """How many findings there are of each rule, by code, the most frequent first."""
        counts = Counter(finding.code for finding in self.findings)
        return Counter(dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))))

    def excuses(self) -> Counter[str]:
        """How many known findings there are of each kind of excuse."""
        return Counter(excuse.kind for _, excuse in self.excused)

    def worst(self) -> str:
        """The gravest severity among the findings, "" if there are none."""
        found = self.severities()
        return next((severity for severity in SEVERITIES if found[severity]), "")

    def fails(self, *, strict: bool) -> bool:
        """Whether this outcome costs exit code 1: any error, and under `strict` any finding."""
        return bool(self.findings) if strict else self.worst() == "error"

    def summary(self) -> str:
        """One sentence: what was found, in how many files."""
        # What a project declares beside its modules is judged with them, but is none.
        files = _many(self.files or len({each.path for each in self.findings}), "file")
        if self.reach == "commit":
            it = "it" if self.files == 1 else "they" if self.files else "the commit"
            files = f"{files} and what {it} may break" if self.files else f"what {it} may break"
        elif not self.files and not self.findings:
            return "No Python file to check."
        if self.findings:
            new = ", all new," if self.reach == "new" else ""
            return f"Found {self._counted()}{new} in {files}{self._kept_back()}."
        if self.reach == "new":
            return f"Nothing new in {files}."
        if self.reach == "commit":
            return f"Nothing to object to in {files}."
        if self.files == 1:
            return f"1 file keeps within its bailiwick{self._kept_back()}."
        return f"All {self.files:,} files keep within their bailiwick{self._kept_back()}."

    def _kept_back(self) -> str:
        """What else was found, for a run that tells of all."""
        counts = self.excuses()
        parts = [f"{counts[kind]:,} {words}" for kind, words in _EXCUSED.items() if counts[kind]]
        return f" ({', '.join(parts)})" if parts and self.reach == "all" else ""

    def _counted(self) -> str:
        counts = self.severities()
        parts = [_many(counts[severity], severity) for severity in SEVERITIES if counts[severity]]
        return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
