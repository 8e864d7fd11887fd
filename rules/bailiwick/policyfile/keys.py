"""The one table of what a policy file may hold: every key with its shape, meaning and default.

Validation, the JSON Schema, the reference page and an editor's help are all made from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bailiwick.policyfile.shapes import Choice, Day, Either, Flag, Key, Many, Named, Table, Text
from bailiwick.vocabulary.policy import UNCLAIMED_MODULE

if TYPE_CHECKING:
    from collections.abc import Sequence

_IDENTIFIER = r"[^\W\d]\w*"
_DOTTED = rf"{_IDENTIFIER}(\.{_IDENTIFIER})*"
_NAME = r"[A-Za-z0-9_-]+"
_PARAMETER = rf"(({_IDENTIFIER} *= *)?(path|object|name|_)|\*\*name)"


def _rule_codes() -> Sequence[str]:
    from bailiwick.catalogue import BY_CODE  # a policy without `rules` need not load them

    return sorted(code for code in BY_CODE if code != UNCLAIMED_MODULE)


NEW_NAME = Text("a name", "names", _NAME, "letters, digits, - and _ make a name")
SUBSYSTEM = Text("a subsystem", "subsystems")
SUBSYSTEM_OR_GROUP = Text("a subsystem or group", "subsystems and groups")
MODULE = Text(
    "a module", "modules", _DOTTED, "a dotted name as in an import; it covers all that is below it"
)
TARGET = Text(
    "a module or a `module:Name`",
    "modules and `module:Name`s",
    rf"{_DOTTED}(:{_DOTTED})?",
    "write package.module, or package.module:Name for a single name",
)
OBJECT = Text(
    "a `module:Name`",
    "`module:Name`s",
    rf"{_DOTTED}:{_DOTTED}",
    "write package.module:Name, with a colon before the name",
)
MEMBER = Text(
    "a `Class.member`",
    "`Class.member`s",
    rf"({_DOTTED}:)?{_DOTTED}\.{_IDENTIFIER}",
    "write Class.member, or package.module:Class.member",
)
PACKAGE = Text(
    "a top-level package", "top-level packages", _IDENTIFIER, "the first part of what is imported"
)
BASE = Text("a shipped policy or the path of one", "shipped policies and paths of policies")
FOLDER = Text(
    "a folder below the policy",
    "folders",
    r"(?!/|[A-Za-z]:)(?!(.*/)?\.\.(/|$))[^\\]+",
    "relative to the policy's folder, with / between the parts",
)
FILE = Text(
    "a TOML file below the policy",
    "files",
    rf"{FOLDER.pattern}(?<=.\.toml)",
    "a .toml, relative to the policy's folder, with / between the parts",
)
PATTERN = Text(
    "a pattern for paths",
    "patterns for paths",
    r"[^\\\s]([^\\]*[^\\\s])?",
    "as in .gitignore, with / between the parts",
)
CALLABLE = Text(
    "a callable that is given names",
    "callables that are given names",
    rf"{_DOTTED}\( *{_PARAMETER}( *, *{_PARAMETER})* *\)",
    "write it like replace(path), swap(target=object, attribute=name) or load(_, class_name=path)",
)
OWNER = Text("an owner", "owners")
TEAM_NAME = Text("the name of a team", "names of teams")
PERSON = Text("a person", "people")
OPTION_GROUP = Text("an option group", "option groups")
OPTION = Text("an option", "options")
WORDS = Text("a text", "texts")

SEVERITY = Choice("a severity", "severities", lambda: ("error", "warning", "info", "off"))
RULE = Choice(
    "the code of a rule",
    "codes of rules",
    _rule_codes,
    {UNCLAIMED_MODULE: 'its severity is the top-level key "unclaimed"'},
)
ALL = Choice('"all"', '"all"', lambda: ("all",))
ANY = Choice('"any"', '"any"', lambda: ("any",))
TYPING = Choice('"typing"', '"typing"', lambda: ("typing",))
UNCLAIMED = Choice(
    "error, warning or ignore", "error, warning or ignore", lambda: ("error", "warning", "ignore")
)

RULES = Named(RULE, SEVERITY)

DROP = Key(
    "drop",
    Flag(),
    "`true` takes this table out of the extended policies; nothing else may stand in it.",
    "`false`",
)

USE = Table(
    "an entry of `uses`",
    "A subsystem that may be used, with conditions.",
    (
        Key(
            "subsystem",
            SUBSYSTEM_OR_GROUP,
            "Who may be used; a group stands for all of its members.",
            example='"image"',
            required=True,
        ),
        Key(
            "names",
            Many(TARGET, least=1),
            "Only these modules and names. A module is itself and its names, but no module below.",
            "everything public",
            '["compute.virt.images:fetch"]',
        ),
        Key(
            "only",
            TYPING,
            'Only where nothing but a type checker executes the import: `"typing"`.',
            "any import",
            '"typing"',
        ),
        Key(
            "reason",
            WORDS,
            "Why. Required where the entry is an exception to a group's independence or to layers.",
            example='"until glance does the conversion"',
        ),
        Key("until", Day(), "The last day on which it holds.", "for ever", "2027-03-01"),
    ),
)

SUBSYSTEM_TABLE = Table(
    "[subsystem.NAME]",
    "A named set of modules with owners, a public API and the subsystems that it may use.",
    (
        Key(
            "modules",
            Many(MODULE, least=1),
            "What belongs to it: these modules and all below them that no subsystem claims "
            "more closely.",
            example='["compute.virt.libvirt", "compute.privsep.libvirt"]',
            required=True,
            says="has {}",
        ),
        Key(
            "tests",
            Many(MODULE),
            "Its tests, claimed in the same way. They are part of the subsystem.",
            "none",
            '["compute.tests.unit.virt.libvirt"]',
            says="is tested by {}",
        ),
        Key(
            "public",
            Either((ALL, Many(TARGET))),
            'What others may use: `"all"` is every name without a leading underscore, a list opens '
            "what it names and nothing else, and `[]` opens nothing.",
            '`"all"`',
            '["compute.virt.libvirt.driver:LibvirtDriver"]',
            says="opens {}",
        ),
        Key(
            "public-to",
            Named(SUBSYSTEM_OR_GROUP, Either((ALL, Many(TARGET)))),
            "What is public for these friends beside `public`.",
            "no friends",
            '{ compute = ["compute.virt.libvirt.config"] }',
            says="opens more to {}",
        ),
        Key(
            "uses",
            Either((ANY, Many(Either((SUBSYSTEM_OR_GROUP, USE))))),
            'The subsystems whose public API it may use: names, or tables with conditions. `"any"` '
            "is all of them, `[]` is none.",
            '`"any"`',
            '["virt-api", { subsystem = "image", names = ["compute.virt.images:fetch"] }]',
            says="uses {}",
        ),
        Key(
            "owners",
            Many(OWNER),
            "Whom to ask: teams, or people.",
            "nobody",
            '["libvirt-team"]',
            says="is owned by {}",
        ),
        Key(
            "packages",
            Many(PACKAGE),
            "Third-party packages that are reserved to it, and to others that list them too.",
            "none",
            '["libvirt"]',
            says="reserves {}",
        ),
        Key(
            "option-groups",
            Many(OPTION_GROUP),
            "oslo.config groups that belong to it. BW401 says whose those are that nobody lists.",
            "none",
            '["libvirt"]',
            says="owns the option groups {}",
        ),
        Key(
            "rules",
            RULES,
            "What findings in its files cost, where it is not what `[rules]` says.",
            "`[rules]`",
            '{ BW202 = "warning" }',
            says="has severities of its own for {}",
        ),
        DROP,
    ),
    open_end=True,
)

GROUP_TABLE = Table(
    "[group.NAME]",
    "Sibling subsystems. Its name stands for all of them, wherever subsystems and groups may "
    "be named.",
    (
        Key(
            "members",
            Many(SUBSYSTEM),
            "The siblings that are declared.",
            "those of `siblings-of`",
            '["libvirt", "ironic", "zvm"]',
        ),
        Key(
            "independent",
            Flag(),
            "`true`: no sibling may use another, unless its `uses` names that one with a reason.",
            "`false`",
            "true",
        ),
        Key(
            "siblings-of",
            MODULE,
            "Every package directly below this one that no subsystem claims more closely is a "
            "sibling too: a subsystem of its own, named after the package, as if declared with "
            "nothing but `modules`.",
            "only `members`",
            '"compute.virt"',
        ),
        DROP,
    ),
    open_end=True,
)

LAYERS_TABLE = Table(
    "[layers.NAME]",
    "An order of subsystems. Each may use those on lower layers; those on one layer, and those "
    "that are not named, are not judged by it.",
    (
        Key(
            "order",
            Many(Either((SUBSYSTEM_OR_GROUP, Many(SUBSYSTEM_OR_GROUP, least=1))), least=2),
            "The layers, highest first; a list puts several on one layer.",
            example='["api", ["compute", "conductor"], "drivers", "objects"]',
            required=True,
        ),
        Key(
            "closed",
            Flag(),
            "`true`: only the layer directly below may be used.",
            "`false`",
            "true",
        ),
        DROP,
    ),
    open_end=True,
)

CONTRACT_TABLE = Table(
    "[contract.NAME]",
    "A class that is the declared API between subsystems.",
    (
        Key(
            "interface",
            OBJECT,
            "The class.",
            example='"compute.virt.driver:ComputeDriver"',
            required=True,
        ),
        Key(
            "implemented-by",
            Many(SUBSYSTEM_OR_GROUP, least=1),
            "Who implements it.",
            example='["libvirt", "ironic"]',
            required=True,
        ),
        Key(
            "returned-by",
            Many(OBJECT),
            "Functions and methods that return a handle, through which it is called.",
            "none",
            '["compute.virt.driver:load_compute_driver"]',
        ),
        Key(
            "held-by",
            Many(OBJECT),
            "Attributes and parameters that are a handle.",
            "none",
            '["compute.manager:ComputeManager.driver"]',
        ),
        Key(
            "selected-by",
            Many(OPTION),
            "Options whose value selects the implementer, each as `option` or `group.option`.",
            "none",
            '["compute_driver"]',
        ),
        Key(
            "protected",
            Many(MEMBER),
            "Members that implementers may use and override, and callers may not. Without a "
            "module they are the interface's module's.",
            "none",
            '["ComputeDriver._get_allocation_ratios"]',
        ),
        DROP,
    ),
    open_end=True,
)

TEAM_TABLE = Table(
    "[team.NAME]",
    "People who own subsystems together. The name is what `owners` says.",
    (
        Key(
            "members",
            Many(PERSON, least=1),
            "Who is in it, each by one name everywhere. One person may be in several teams.",
            example='["alice", "bob"]',
            required=True,
        ),
        Key(
            "leads",
            Many(PERSON),
            "Those members who speak for it: they are asked first, and stand first in what is "
            "exported.",
            "nobody more than others",
            '["alice"]',
        ),
        Key(
            "trusts",
            Named(SUBSYSTEM_OR_GROUP, Many(OWNER, least=1)),
            "By a subsystem that the team owns, those whose approval is as good as its own there: "
            "people, or other teams.",
            "nobody else",
            '{ libvirt = ["libvirt-team"] }',
        ),
        DROP,
    ),
    open_end=True,
)

STRINGS_TABLE = Table(
    "[strings]",
    "How code names objects by strings.",
    (
        Key(
            "callables",
            Many(CALLABLE),
            "What is called with the name of an object, beside the usual callables.",
            "the usual ones",
            '["swap(target=object, attribute=name)"]',
        ),
    ),
)

POLICY = Table(
    "The policy",
    "The subsystems of a code base, what each offers, and what each may use.",
    (
        Key(
            "extends",
            Many(BASE),
            "Policies that this one starts from: names of shipped ones, or paths relative to this "
            "file. Later ones win over earlier ones, this file over all of them.",
            "none",
            '["../shared/policy.toml"]',
        ),
        Key(
            "source-roots",
            Many(FOLDER, least=1),
            "Folders in which the top-level packages lie, relative to the governing file.",
            '`["."]`',
            '["src", "tools"]',
        ),
        Key(
            "exclude",
            Many(PATTERN),
            "What is not judged: patterns as in `.gitignore`, relative to the governing file.",
            "nothing",
            '["build/", "**/_vendor/"]',
        ),
        Key(
            "unclaimed",
            UNCLAIMED,
            "What a module that no subsystem claims costs: `error`, `warning`, or `ignore` for "
            "nothing.",
            '`"warning"`',
            '"error"',
        ),
        Key(
            "baseline",
            FILE,
            "The file of the recorded debt, relative to the governing file.",
            '`"bailiwick-baseline.toml"`',
            '".bailiwick/debt.toml"',
        ),
        Key("subsystem", Named(NEW_NAME, SUBSYSTEM_TABLE), "The subsystems, by name."),
        Key("group", Named(NEW_NAME, GROUP_TABLE), "Groups of siblings, by name.", "none"),
        Key("layers", Named(NEW_NAME, LAYERS_TABLE), "Orders of subsystems, by name.", "none"),
        Key("contract", Named(NEW_NAME, CONTRACT_TABLE), "Contracts, by name.", "none"),
        Key("team", Named(TEAM_NAME, TEAM_TABLE), "Teams that own subsystems, by name.", "none"),
        Key("strings", STRINGS_TABLE, "How code names objects by strings.", "the usual callables"),
        Key(
            "rules",
            RULES,
            "What a finding costs, by the code of its rule: `error`, `warning`, `info`, or `off`.",
            "each rule's own severity",
            '{ BW103 = "warning" }',
        ),
    ),
)
