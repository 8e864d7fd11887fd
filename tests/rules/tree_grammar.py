"""A grammar of small trees: Python as far as references go, in every way of writing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


class Pick(Protocol):
    """Chooses one of some things: the one source of variety."""

    def __call__(self, things: Sequence[T], /) -> T: ...


PATHS = (
    "app/core/__init__.py",
    "app/core/api.py",
    "app/core/base.py",
    "app/disk/__init__.py",
    "app/disk/host.py",
    "app/disk/_inner.py",
    "app/net/__init__.py",
    "app/net/link/__init__.py",
    "app/net/link/wire.py",
    "app/tests/core/test_api.py",
    "app/__init__.py",
)
MODULES = tuple(
    path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in PATHS
)
CLASSES = ("Host", "Base", "Wire")
MEMBERS = ("_conn", "_run", "host", "link", "_Part", "run")
GLOBALS = ("_uri", "_reset", "make", "shared")
LOCALS = ("x", "y", "host", "größe")
NAMES = (*CLASSES, *GLOBALS, *LOCALS, "wire", "_inner", "disk", "app")
ATTRIBUTES = (*MEMBERS, *CLASSES, *GLOBALS, "wire", "_inner", "disk", "core", "net", "__name__")

POLICIES = (
    """
    [subsystem.core]
    modules = ["app.core"]
    tests = ["app.tests.core"]
    [subsystem.disk]
    modules = ["app.disk"]
    [subsystem.net]
    modules = ["app.net"]
    """,
    """
    [subsystem.root]
    modules = ["app"]
    [subsystem.core]
    modules = ["app.core"]
    tests = ["app.tests.core"]
    uses = ["disk"]
    [subsystem.disk]
    modules = ["app.disk"]
    public = ["app.disk.host:Host", "app.disk"]
    [subsystem.net]
    modules = ["app.net"]
    uses = []
    """,
    """
    [subsystem.core]
    modules = ["app.core", "app.net.link"]
    uses = [{ subsystem = "disk", names = ["app.disk.host"], reason = "old" }]
    [subsystem.disk]
    modules = ["app.disk"]
    public-to = { core = ["app.disk.host:Host._conn", "app.disk:_uri"] }
    [subsystem.net]
    modules = ["app.net"]
    [contract.disks]
    interface = "app.disk.host:Base"
    implemented-by = ["core"]
    protected = ["Base._run"]
    """,
    """
    unclaimed = "ignore"
    [subsystem.core]
    modules = ["app.core"]
    [subsystem.disk]
    modules = ["app.disk"]
    [subsystem.net]
    modules = ["app.net"]
    [layers.stack]
    order = ["net", "core", "disk"]
    [rules]
    BW202 = "off"
    """,
)


@dataclass
class Writer:
    """Writes one module; `bound` collects the names that it has bound so far."""

    pick: Pick
    module: str
    is_package: bool
    indent: str = "    "
    bound: list[str] = field(default_factory=list)

    def odds(self, one_in: int) -> bool:
        return self.pick(range(one_in)) == 0

    def text(self) -> str:
        lines = ['"""Says import app.disk.host, and host._conn."""'] if self.odds(4) else []
        for _ in range(self.pick((1, 2, 3))):
            lines += self.importing()
        if self.odds(6):
            lines.append(f"__all__ = [{self.pick(CLASSES)!r}, {self.pick(GLOBALS)!r}]")
        for _ in range(self.pick((2, 3, 4, 5))):
            lines += self.top()
        return "\n".join([*lines, ""])

    # -- imports -----------------------------------------------------------------------------

    def name(self) -> str:
        if self.bound and not self.odds(4):
            return self.pick(self.bound[-8:])
        return self.pick(NAMES)

    def bind(self, name: str) -> str:
        self.bound.append(name)
        return name

    def target_module(self) -> str:
        return self.pick((*MODULES, "app.gone", "app.disk.fast", "os.path"))

    def offered(self, module: str) -> str:
        inner = [m.rpartition(".")[2] for m in MODULES if m.rpartition(".")[0] == module]
        return self.pick((*inner, *inner, *CLASSES, *CLASSES, *GLOBALS))

    def import_statement(self) -> str:
        module = self.target_module()
        if self.odds(3):
            alias = self.odds(2)
            bound = self.bind(self.pick(LOCALS) if alias else module.partition(".")[0])
            gap = self.pick((" ", " ", "  ", " \\\n ", "\t"))
            others = self.pick(("", "", "os, ", "app.net , "))
            return f"import{gap}{others}{module}{gap + 'as ' + bound if alias else ''}"
        source = self.source(module)
        if self.odds(7):
            return f"from {source} import *"
        names = [self.imported(module) for _ in range(self.pick((1, 1, 2)))]
        space = "" if source.endswith(".") and self.odds(3) else " "
        return f"from {source}{space}import{self.listed(names)}"

    def imported(self, module: str) -> str:
        name = self.offered(module)
        alias = self.pick(("", "", *LOCALS))
        self.bind(alias or name)
        return f"{name} as {alias}" if alias else name

    def listed(self, names: list[str]) -> str:
        separator = self.pick((", ", ",", " , "))
        return self.pick(
            (
                f" {separator.join(names)}",
                f" {separator.join(names)}",
                f" ({separator.join(names)})",
                "(" + ",\n  ".join(names) + ",  # import app.net)\n)",
                " (  # (\n    " + ",  # noqa\n    ".join(names) + "\n)",
                " \\\n    " + ", \\\n  ".join(names),
            )
        )

    def source(self, module: str) -> str:
        if not self.odds(2) or not module.startswith("app"):
            return module
        package = self.module if self.is_package else self.module.rpartition(".")[0]
        here, there = package.split("."), module.split(".")
        level = 1
        while there[: len(here)] != here:
            here, level = here[:-1], level + 1
        dots = self.pick(("." * level, " ".join("." * level)))
        return dots + ".".join(there[len(here) :])

    def importing(self) -> list[str]:
        statement = self.import_statement()
        pad = self.indent
        inside = statement
        return self.pick(
            (
                [statement],
                [statement],
                [statement],
                [f"{statement}  # comment; import os"],
                [f"x = 1; {inside}; y = 2"],
                [f"if app: {inside}"],
                ["from typing import TYPE_CHECKING", "if TYPE_CHECKING:", pad + inside],
                ["try:", pad + inside, "except ImportError:", f"{pad}{self.name()} = None"],
                ["try:", f"{pad}pass", f"finally: {inside}"],
                ["if not app:", f"{pad}pass", "else:", pad + inside],
                [self.dynamic_import(self.bind(self.pick(LOCALS)))],
                ["\f" + inside],
            )
        )

    def dynamic_import(self, bound: str) -> str:
        module = self.target_module()
        call = self.pick(
            (
                "importlib.import_module({})",
                "import_module( {} )",
                "__import__({})",
                "importutils.import_module(\n    {})",
                "importutils.try_import({}, None)",
                "importutils.import_class({})",
                "importutils.import_object({}, 1)",
                "importutils.import_object_ns('app', {})",
            )
        )
        name = self.pick((module, f"{module}.{self.pick(CLASSES)}"))
        argument = self.pick(
            (f"'{name}'", f'"{name}"', f"'''{name}'''", "name", f"'{name[:4]}' '{name[4:]}'")
        )
        return f"{bound} = {call.format(argument)}"

    # -- expressions -------------------------------------------------------------------------

    def chain(self, root: str = "") -> str:
        parts = [root or self.name()]
        parts += [self.pick(ATTRIBUTES) for _ in range(self.pick((0, 1, 1, 2, 3)))]
        dot = "."
        return dot.join(parts)

    def private(self, receiver: str) -> str:
        dot = "."
        return receiver + dot + self.pick(("_conn", "_run", "_uri", "_reset", "_inner", "_Part"))

    def receiver(self, depth: int = 0) -> str:
        """An expression that something may be an attribute of."""
        if depth > 2 or not self.odds(3):
            return self.chain()
        inner = self.receiver(depth + 1)
        other = self.expression(depth + 1)
        return self.pick(
            (
                f"{inner}()",
                f"{inner}({other})",
                f"{inner}(\n    {other},  # ._conn\n)",
                f"{inner}[{other}]",
                f"({inner})",
                f"(\n{inner}\n)",
                f"({inner} or {other})",
                f"({inner} if {other} else {inner})",
                f"({self.pick(LOCALS)} := {inner})",
                f"importlib.import_module('{self.target_module()}')",
                f"importutils.import_object('{self.target_module()}.{self.pick(CLASSES)}')",
                self.chain("self"),
                self.chain("cls"),
                self.chain("super()"),
                self.chain("type(self)"),
            )
        )

    def expression(self, depth: int = 0) -> str:
        if depth > 2:
            return self.pick(("1", "None", self.name()))
        if self.odds(2):
            return self.private(self.receiver(depth + 1))
        one, two = self.receiver(depth + 1), self.receiver(depth + 1)
        used = self.private(one)
        local = self.pick(LOCALS)
        return self.pick(
            (
                one,
                f"{one}()",
                f"{one} or {two}",
                f"{one} and {two}()",
                f"{one}() if {two} else {one}",
                f"({one}, {two}())",
                f"[{used} for {local} in {two}]",
                f"{{{local}: {self.private(local)} for {local} in {two} if {used}}}",
                f"lambda {local}: {self.private(local)}",
                f"lambda {local}={used}: {local}",
                f"({local} := {one}())",
                self.formatted(used),
                f"'{one}._conn'",
                f"{one}(\n{used}\n)",
                f"{one}({local}={used}, *{two})",
                f"{one}[{used}:]",
                f"not {used}",
                f"{used} + {two}",
                f"'''\n{used}\nimport app.disk\n'''",
            )
        )

    def formatted(self, used: str) -> str:
        if set("\n\\'\"#") & set(used):
            return used
        return self.pick(
            (
                f"f'{{{used}}} x'",
                f'f"a {{ {used} !r:>{{{used}}}}}"',
                f"f'''\n{{{used}}}\n'''",
                f"rf'{{{used}}}'",
            )
        )

    def annotation(self) -> str:
        known = self.chain()
        flat = known.replace("\\\n", "").replace(" ", "")
        return self.pick(
            (
                known,
                known,
                f"'{flat}'",
                f'"{flat} | None"',
                f"Optional[{known}]",
                f"typing.Union[{known}, {self.chain()}]",
                f"{known} | None",
                f"None | '{flat}'",
                f"list[{known}]",
                f"Annotated[{known}, 1]",
                f"Optional['{flat}']",
            )
        )

    # -- statements --------------------------------------------------------------------------

    def simple(self) -> str:
        """A statement of one logical line."""
        value = self.expression()
        local = self.pick(LOCALS)
        made = f"{self.chain()}()"
        statement = self.pick(
            (
                value,
                value,
                value,
                f"{local} = {value}",
                f"{self.bind(local)} = {made}",
                f"{local} = {self.bind(self.pick(LOCALS))} = {made}",
                f"{local}={made}",
                f"{local}: {self.annotation()}",
                f"{self.bind(local)}: {self.annotation()} = {value}",
                f"{local}, y = {made}, {value}",
                f"({local}, [x, y]) = {made}, ({made}, {made})",
                f"{local}, *y = {made}, {value}",
                f"{local} = (\n{made}\n)",
                f"{local} = \\\n  {made}",
                f"{local} = {made} if {value} else None",
                f"{local} = None or {made}",
                f"{local} = await_ = {made}",
                f"{self.private(self.receiver())} = {value}",
                f"{self.private(self.receiver())} += {value}",
                f"del {self.private(self.receiver())}",
                f"del {local}",
                f"assert {value}, {made}",
                f"{local} += 1",
                f"print({value}, end={made})",
                f"{local} = {self.name()}",
                f"{local} = {self.chain()}",
            )
        )
        if "\n" not in statement and self.odds(8):
            return f"pass; {statement}; x = 1"
        return statement + self.pick(("", "", "", "  # host._conn", "  # it's", ' # """', ";"))

    def block(self, depth: int = 0) -> list[str]:
        """One statement, perhaps a compound one."""
        if depth > 2 or not self.odds(3):
            if self.odds(8):
                return self.importing()
            return [self.simple()]
        local = self.pick(LOCALS)
        body = self.indented(self.block(depth + 1))
        other = self.indented(self.block(depth + 1))
        made, value = f"{self.chain()}()", self.receiver(1)
        return self.pick(
            (
                [f"if {value}:", *body],
                [f"if {value}:", *body, "else:", *other],
                [f"if {value}: {self.flat()}", f"elif {local}: {self.flat()}", "else:", *other],
                ["try:", *body, f"except {self.chain()} as {local}:", *other],
                [
                    "try:",
                    *body,
                    f"except ({self.chain()}, E) as {local}: {self.flat()}",
                    "finally:",
                    *other,
                ],
                [
                    "try:",
                    *body,
                    "except E:",
                    *other,
                    "else:",
                    *self.indented(self.block(depth + 1)),
                ],
                [f"with {made} as {local}:", *body],
                [f"with open(1) as y, {made} as {local}: {self.flat()}"],
                [f"with ({made} as {local},", "  open(2)):", *body],
                [f"for {local} in {value}:", *body],
                [f"for x, {local} in {value}:", *body, "else:", *other],
                [f"while {value}:", *body],
                [f"while ({local} := {made}):", *body],
                [
                    f"match {value}:",
                    f"{self.indent}case {self.pattern()}:",
                    *self.indented(body),
                    f"{self.indent}case _:",
                    *self.indented(other),
                ],
                self.function(depth + 1),
                self.cls(depth + 1),
            )
        )

    def pattern(self) -> str:
        local = self.pick(LOCALS)
        known = self.pick(("Host", "app.disk.host.Host", "host.Host", self.pick(CLASSES)))
        return self.pick(
            (
                f"{known}()",
                f"{known}(run={local})",
                f"[{local}, *_]",
                f"{{'a': {local}, **y}}",
                f"{known}() as {local}",
                local + " if x",
                f"None | {known}()",
            )
        )

    def flat(self) -> str:
        statement = self.simple()
        return "pass" if "\n" in statement or statement.endswith('"""') else statement

    def indented(self, lines: Sequence[str]) -> list[str]:
        """Lines one step in; what goes on in a further line, a string's too, stays where it is."""
        return [
            self.indent + line if line[:1] != "\f" else self.indent + line[1:] for line in lines
        ]

    def function(self, depth: int = 0, owner: str = "") -> list[str]:
        before = list(self.bound)
        name = self.pick((*MEMBERS, "__init__", "work") if owner else (*GLOBALS, "work"))
        asynchronous = self.pick(("", "", "", "async "))
        parameters = self.parameters(owner)
        returns = self.pick(("", "", f" -> {self.annotation()}"))
        head = f"{asynchronous}def {name}{self.type_parameters()}({parameters}){returns}:"
        if not owner:
            before.append(name)
        body = self.body(depth, owner)
        self.bound[:] = before
        if self.odds(8):
            return [*self.decorators(owner), f"{head} {self.flat()}"]
        return [*self.decorators(owner), head, *self.indented(body)]

    def parameters(self, owner: str) -> str:
        first = self.pick(("self", "self", "self", "cls", "this")) if owner else ""
        local = self.pick(LOCALS)
        more = self.pick(
            (
                "",
                "",
                local,
                f"{local}: {self.annotation()}",
                f"{local}: {self.annotation()} = None",
                f"{local}={self.expression()}",
                f"*, {local}: {self.annotation()}",
                f"a, /, {local}: {self.annotation()}",
                f"*args: {self.annotation()}, **{local}",
                f"\n  {local}: {self.annotation()},\n",
            )
        )
        if local in more:
            self.bind(local)
        return ", ".join(part for part in (first, more) if part)

    def type_parameters(self) -> str:
        return self.pick(("", "", "", "", "", "", "", "", "[T]", "[T: Host]"))

    def decorators(self, owner: str) -> list[str]:
        if not self.odds(5):
            return []
        return [
            self.pick(
                (
                    "@property",
                    "@staticmethod",
                    "@classmethod",
                    f"@{self.chain()}",
                    f"@{self.chain()}({self.name()})",
                    "@functools.cache",
                )
            )
            if owner
            else f"@{self.chain()}"
        ]

    def body(self, depth: int, owner: str) -> list[str]:
        lines = (
            ['"""Like host._conn,\nimport app.disk.host\n  and so on."""'] if self.odds(8) else []
        )
        for _ in range(self.pick((1, 1, 2, 3))):
            lines += self.on_self() if owner and self.odds(2) else self.block(depth + 1)
        if self.odds(6):
            lines.append(
                self.pick((f"return {self.expression()}", "global host", "global x"))
                if "global" not in "".join(lines)
                else "pass"
            )
            if lines[-1].startswith("global"):
                lines = [lines[-1], *lines[:-1]]
        return lines

    def on_self(self) -> list[str]:
        """What a method does to its own object."""
        member, local = self.pick(MEMBERS), self.name()
        made = f"{self.chain()}()"
        return [
            self.pick(
                (
                    f"self.{member} = {made}",
                    f"self.{member} = {local}",
                    f"self.{member}: {self.annotation()} = {local}",
                    f"self.{member}: {self.annotation()}",
                    f"self.{member}, self.x = {made}, 1",
                    f"self.{member} = self.x = {local} or {made}",
                    f"self.{member}",
                    f"self.{member}()",
                    f"cls.{member}()",
                    f"super().{member}()",
                    f"super(\n).{member}",
                    self.private(f"self.{member}"),
                    self.private(f"self.{member}"),
                    self.private(f"self.{member}.{self.pick(MEMBERS)}"),
                    self.private(f"self.{member}()"),
                    self.private("self"),
                    self.private("cls"),
                    self.private("super()"),
                    self.private("type(self)"),
                    f"with {made} as self.{member}: pass",
                    f"for self.{member} in x: pass",
                    f"{self.pick(LOCALS)} = self.{member}",
                    f"{self.pick(LOCALS)} = self",
                    f"(self.{member}) = {made}",
                )
            )
        ]

    def cls(self, depth: int = 0) -> list[str]:
        name = self.pick((*CLASSES, "Own", "_Part"))
        bases = self.pick(
            (
                "",
                "()",
                f"({self.chain()})",
                f"({self.chain()})",
                f"({self.chain()})",
                f"({self.chain()}, {self.chain()})",
                f"({self.chain()},\n  metaclass=x)",
                f"(\n    {self.chain()},  # :\n)",
                f"({self.chain()}[int])",
            )
        )
        self.bind(name)
        before = list(self.bound)
        body: list[str] = []
        for _ in range(self.pick((1, 2, 3))):
            body += self.in_class(depth)
        self.bound[:] = before
        gap = self.pick((" ", " ", " ", "  ", " \\\n"))
        return [
            *self.decorators(""),
            f"class{gap}{name}{self.type_parameters()}{bases}:",
            *self.indented(body),
        ]

    def in_class(self, depth: int) -> list[str]:
        member = self.pick(MEMBERS)
        if depth < 2 and not self.odds(3):
            return self.function(depth + 1, owner="class")
        return self.pick(
            (
                [f"{member} = {self.expression()}"],
                [f"{member} = {self.chain()}()"],
                [f"{member}: {self.annotation()}"],
                [f"{member}: {self.annotation()} = None"],
                [f"{member}, run = 1, 2"],
                [f"if x: {member} = 1"],
                self.importing(),
                [self.simple()],
                self.cls(depth + 2) if depth < 2 else ["pass"],
                [f"def {member}(self): pass", f"{self.pick(MEMBERS)} = {member}"],
            )
        )

    def top(self) -> list[str]:
        """Something at the top of the module."""
        name = self.pick(GLOBALS)
        kind = self.pick(
            ("class", "class", "class", "function", "function", "block", "block", "global", "noise")
        )
        if kind == "class":
            return self.cls()
        if kind == "function":
            return self.function()
        if kind == "block":
            return self.block()
        if kind == "noise":
            return self.pick(
                (
                    [""],
                    ["# import app.disk.host"],
                    ["\f"],
                    ["'''\nhost._conn\nclass Host:\n    def _run(self): pass\n'''"],
                    ["  # odd"],
                )
            )
        made = self.pick(("1", f"{self.chain()}()", self.chain()))
        return [f"{self.bind(name)} = {made}"]


def tree(pick: Pick) -> dict[str, str]:
    """A small tree, by path; its policy among the files."""
    count = pick((3, 4, 5, 6))
    paths = sorted({pick(PATHS) for _ in range(count)})
    files = {"bailiwick.toml": pick(POLICIES)}
    for path in paths:
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        indent = pick(("    ", "    ", "    ", "  ", "\t", " "))
        text = Writer(pick, module, path.endswith("__init__.py"), indent).text()
        files[path] = text.replace("\n", "\r\n") if pick(range(12)) == 0 else text
    return files
