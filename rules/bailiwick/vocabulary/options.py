"""How the options of oslo.config are reached."""

from __future__ import annotations

CONFIG = "CONF"
"""The name of a config object, wherever it comes from: `CONF`, `cfg.CONF`, `nova.conf.CONF`."""

GROUP_CALLS = {
    "clear_default": 1,
    "clear_override": 1,
    "flags": 0,
    "import_opt": 2,
    "override_config": 2,
    "set_default": 2,
    "set_override": 2,
    "ConfPatcher": 0,
}
"""Calls that are given a group as `group`, or at this position, 0-based (0: only as `group`)."""
