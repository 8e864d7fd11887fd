"""What a user can set, as `bailiwick.*` in an editor."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SECTION = "bailiwick"
LOG_LEVELS = ("off", "error", "warning", "info", "debug")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, each with what holds where an editor says nothing.

    enable:                whether anything is judged
    log_level:             what is written to the editor's log: one of LOG_LEVELS
    workspace_diagnostics: whether files are judged that are not open
    code_lens:             whether definitions tell who uses them
    """

    enable: bool = True
    log_level: str = "info"
    workspace_diagnostics: bool = False
    code_lens: bool = False

    def updated(self, values: object) -> tuple[Settings, tuple[str, ...]]:
        """The settings with those that an editor sends, and words for each that is no good.

        Names are as in JSON (`logLevel`), alone or below `bailiwick`, or with dots; what nobody
        knows is left alone, since editors send more than is ours.
        """
        settings, mistakes = self, []
        for name, value in _flat(values):
            field = _FIELDS.get(name)
            if field is None:
                continue
            if not _fits(field, value):
                mistakes.append(f"{SECTION}.{name} cannot be {value!r}: {_wanted(field)}")
            else:
                changed: dict[str, Any] = {field: value}
                settings = replace(settings, **changed)
        return settings, tuple(mistakes)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


_FIELDS = {_camel(field.name): field.name for field in fields(Settings)}
_DEFAULTS = Settings()


def _flat(values: object) -> Iterator[tuple[str, object]]:
    """Names and values, wherever they stand."""
    if not isinstance(values, dict):
        return
    for name, value in values.items():
        if name in (SECTION, "settings"):
            yield from _flat(value)
        else:
            yield str(name).removeprefix(f"{SECTION}."), value


def _fits(field: str, value: object) -> bool:
    if field == "log_level":
        return value in LOG_LEVELS
    return isinstance(value, type(getattr(_DEFAULTS, field)))


def _wanted(field: str) -> str:
    if field == "log_level":
        return f"it is one of {', '.join(LOG_LEVELS)}"
    return "it is true or false"
