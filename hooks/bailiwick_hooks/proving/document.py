"""A proof as the JSON document of docs/prove.md."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bailiwick_hooks.proving.nouns import Boundary, Proof, Trial, Way

# Raised when a key changes its meaning or goes; new keys may come without.
VERSION = 1


def render(proof: Proof) -> str:
    """Return the document, in ASCII."""
    document = {
        "version": VERSION,
        "holds": proof.holds,
        "ways": [{"name": way.name, "place": way.place} for way in proof.ways],
        "boundaries": [
            _boundary(boundary, trials, proof.ways)
            for boundary, trials in proof.by_boundary().items()
        ],
        "missed": [_missed(trial) for trial in proof.trials if trial.reason],
        "gaps": [
            {
                "way": gap.way,
                "reason": gap.reason,
                "subsystem": gap.subsystem,
                "paths": list(gap.paths),
            }
            for gap in proof.gaps
        ],
        "idle": list(proof.idle),
        "notes": list(proof.notes),
    }
    return json.dumps(document, indent=1) + "\n"


def _boundary(boundary: Boundary, trials: Sequence[Trial], ways: Sequence[Way]) -> dict[str, Any]:
    sent, caught = Counter[tuple[str, int]](), Counter[tuple[str, int]]()
    for trial in trials:
        key = trial.violation.code, ways.index(trial.way)
        sent[key] += 1
        caught[key] += not trial.reason
    return {
        "name": boundary.name,
        "decided_by": boundary.decided_by,
        "live": sent == caught,
        "rules": [
            {"code": code, "way": ways[way].name, "sent": count, "caught": caught[code, way]}
            for (code, way), count in sorted(sent.items())
        ],
    }


def _missed(trial: Trial) -> dict[str, Any]:
    violation = trial.violation
    return {
        "way": trial.way.name,
        "place": trial.way.place,
        "reason": trial.reason,
        "code": violation.code,
        "boundary": violation.boundary.name,
        "subsystem": violation.user,
        "path": violation.path,
        "line": violation.line,
        "text": violation.text,
    }
