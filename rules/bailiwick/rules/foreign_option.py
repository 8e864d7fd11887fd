"""BW401 foreign-option: a module uses a group of config options that another subsystem owns.

## What it says

An oslo.config group that a subsystem lists in `option-groups` is its own: others neither read nor
set its options, be it as `CONF.libvirt.virt_type`, `CONF["libvirt"]`, `getattr(CONF, "libvirt")`,
through `conf = CONF`, or as `group="libvirt"` in `set_override`, `set_default`, `import_opt` or
a test's `self.flags`. A config object is whatever is called `CONF`, and what that is assigned to.

Several subsystems may list a group; it belongs to all of them. A group that no subsystem lists is
like a name that is defined where options are registered in it, with `register_opts(options,
group="libvirt")` or what is like it: who may import one of these modules, by `uses` and `public`,
may use the group. So a group that a driver registers in a module of its own is the driver's, and
one that is registered in a place for the options of all, as `nova.conf` is, is free if that is
public. Nothing is said of groups that only modules open to everybody, tests or nobody's register.
Whoever registers options in a group may use it.

## Why

An option is an interface between a subsystem and who runs it. Code elsewhere that reads it makes it
an interface between two teams as well, without a name, a type or a test; and it works only where
that subsystem is configured at all.

## What to do instead

Ask the owners for what the option decides: a method of the contract that they implement, a
capability. What both need is an option of neither; it belongs in a group of its own.

## What it does not see

A config object that comes under another name from another module, or as a parameter; a group
whose name is put together at run time. A group that is registered under the name of another
module's variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.rules.rule import Breach, Example

if TYPE_CHECKING:
    from bailiwick.rules.rule import View
    from bailiwick.vocabulary.policy import Severity
    from bailiwick.vocabulary.reference import Kind, Reference

CODE = "BW401"
NAME = "foreign-option"
SEVERITY: Severity = "error"
SUMMARY = "a module uses a group of config options that another subsystem owns."
KINDS: tuple[Kind, ...] = ("option",)

_POLICY = """
    [subsystem.compute]
    modules = ["nova.compute"]
    tests = ["nova.tests.unit.compute"]

    [subsystem.conf]
    modules = ["nova.conf"]

    [subsystem.libvirt]
    modules = ["nova.conf.libvirt", "nova.virt.libvirt"]
    option-groups = ["libvirt"]
"""

_CONF = {
    "nova/conf/__init__.py": """
        from oslo_config import cfg

        from nova.conf import libvirt

        CONF = cfg.CONF
        libvirt.register_opts(CONF)
        """,
    "nova/conf/libvirt.py": """
        from oslo_config import cfg

        group = cfg.OptGroup("libvirt")
        options = [cfg.StrOpt("virt_type")]


        def register_opts(conf):
            conf.register_group(group)
            conf.register_opts(options, group=group)
        """,
}

VALID: tuple[Example, ...] = (
    Example(
        "One's own group, a group that is nobody's, and what only has the group's name.",
        _POLICY,
        _CONF
        | {
            "nova/virt/libvirt/driver.py": """
                from oslo_config import cfg

                CONF = cfg.CONF
                kind = CONF.libvirt.virt_type
                """,
            "nova/compute/manager.py": """
                import nova.conf
                import nova.virt.libvirt

                CONF = nova.conf.CONF
                name = CONF.compute_driver
                port = CONF.compute.port


                class Manager:
                    def __init__(self, conf):
                        self.libvirt = nova.virt.libvirt
                        self.kind = self.libvirt, conf.libvirt
                """,
        },
    ),
    Example(
        "A group that two subsystems share.",
        _POLICY.replace("[subsystem.conf]", 'option-groups = ["libvirt"]\n\n    [subsystem.conf]'),
        _CONF
        | {
            "nova/compute/manager.py": """
                from nova.conf import CONF

                kind = CONF.libvirt.virt_type
                """,
        },
    ),
    Example(
        "A group that no subsystem lists, registered in modules of which one is open.",
        _POLICY.replace('option-groups = ["libvirt"]', 'public = ["nova.conf.libvirt"]'),
        _CONF
        | {
            "nova/virt/libvirt/driver.py": """
                from oslo_config import cfg

                CONF = cfg.CONF
                CONF.register_opts([cfg.StrOpt("uri")], "libvirt")
                """,
            "nova/compute/manager.py": """
                from nova.conf import CONF

                kind = CONF.libvirt.virt_type
                """,
        },
    ),
    Example(
        "A group in which the module registers options itself, under any name of it.",
        _POLICY,
        _CONF
        | {
            f"nova/compute/part{number}.py": f"""
                from oslo_config import cfg

                CONF = cfg.CONF
                options = [cfg.IntOpt("guests")]
                group = cfg.OptGroup(
                    name="libvirt", title="What libvirt is told")
                {call}
                guests = CONF.libvirt.guests
                """
            for number, call in enumerate(
                (
                    'CONF.register_opts(options, group="libvirt")',
                    'CONF.register_opts(group="libvirt", opts=options)',
                    "CONF.register_opts(options, group)",
                    "CONF.register_cli_opts(options, group=group,)",
                    'CONF.register_opt(cfg.IntOpt("guests"), "libvirt")',
                    "CONF.register_group(group)",
                    'CONF.register_group(cfg.OptGroup("libvirt"))',
                    'CONF.register_opts(options, group=cfg.OptGroup("libvirt"))',
                )
            )
        },
    ),
)

INVALID: tuple[Example, ...] = (
    Example(
        "To register options in one group opens that one alone.",
        _POLICY,
        _CONF
        | {
            "nova/compute/manager.py": """
                from oslo_config import cfg

                CONF = cfg.CONF
                # CONF.register_opts(options, group="libvirt")
                CONF.register_opts([cfg.StrOpt("topic")], group="compute")
                topic = CONF.compute.topic, CONF.libvirt.virt_type
                """,
        },
        ("nova/compute/manager.py:6:34",),
    ),
    Example(
        "However the group is reached.",
        _POLICY,
        _CONF
        | {
            "nova/compute/manager.py": """
                import nova.conf
                from oslo_config import cfg

                CONF = nova.conf.CONF
                kind = CONF.libvirt.virt_type
                kind = nova.conf.CONF.libvirt.virt_type
                kind = cfg.CONF["libvirt"].virt_type
                kind = getattr(CONF, "libvirt").virt_type


                def prepare():
                    conf = CONF
                    own = conf.libvirt
                    return own.virt_type


                class Manager:
                    def __init__(self):
                        self.conf = nova.conf.CONF

                    def kind(self):
                        return self.conf.libvirt.virt_type
                """,
        },
        (
            "nova/compute/manager.py:5:13",
            "nova/compute/manager.py:6:23",
            "nova/compute/manager.py:7:17",
            "nova/compute/manager.py:8:22",
            "nova/compute/manager.py:13:16",
            "nova/compute/manager.py:22:26",
        ),
    ),
    Example(
        "A group that no subsystem lists, registered in a module that is not open to others.",
        _POLICY.replace('option-groups = ["libvirt"]', 'public = ["nova.virt.libvirt:connect"]'),
        {
            "nova/virt/libvirt/__init__.py": "def connect(): ...\n",
            "nova/virt/libvirt/volumes.py": """
                from oslo_config import cfg

                CONF = cfg.CONF
                CONF.register_opts([cfg.StrOpt("pool")], "volumes")
                """,
            "nova/virt/libvirt/driver.py": """
                from oslo_config import cfg

                pool = cfg.CONF.volumes.pool
                """,
            "nova/compute/manager.py": """
                from oslo_config import cfg

                pool = cfg.CONF.volumes.pool
                """,
        },
        ("nova/compute/manager.py:3:17",),
    ),
    Example(
        "Set in a test.",
        _POLICY,
        _CONF
        | {
            "nova/tests/unit/compute/test_manager.py": """
                from nova.conf import CONF


                class TestManager:
                    def setUp(self):
                        self.flags(virt_type="kvm", group="libvirt")
                        CONF.set_override("virt_type", "kvm", "libvirt")
                        CONF.set_default("virt_type", "kvm", group="libvirt")
                """,
        },
        (
            "nova/tests/unit/compute/test_manager.py:6:43",
            "nova/tests/unit/compute/test_manager.py:7:47",
            "nova/tests/unit/compute/test_manager.py:8:52",
        ),
    ),
)


def judge(reference: Reference, view: View) -> Breach | None:
    """Refuse the option if its group is others': listed, or registered by their own modules."""
    if reference.kind != "option" or view.target is None or not view.foreign:
        return None
    message = f"{view.user} uses an option of {view.target.name}: {reference.target}"
    module = reference.registered_by
    if not module:
        return Breach(message, view.target.places.get("option-groups"))
    policy, grade = view.policy, reference.grade
    use = policy.may_use(view.subsystem, view.target, module, "", grade, view.today)
    deciding = policy.is_public(view.target, module, "", view.subsystem) if use else use
    return Breach(message, deciding.place or view.target.place)
