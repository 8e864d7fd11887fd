"""One module read by an abstract interpreter: what its names stand for, and what they refer to.

It knows this one module. What other modules offer it asks of `Names`, and only when it must
decide what an access to a private name refers to. Branches are joined, loops run once, and a
function's body is read after everything around it, since that is when it can be called.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import libcst as cst

from bailiwick.syntax import options
from bailiwick.syntax.identity import STRING_METHODS, Inquiry
from bailiwick.syntax.nodes import children, dotted, literal
from bailiwick.syntax.parsing import parse_annotation
from bailiwick.syntax.strings import read_call, read_constant, read_list, text_value
from bailiwick.syntax.values import (
    UNKNOWN,
    Called,
    Module,
    Named,
    Options,
    Own,
    Product,
    Selector,
    Super,
    Text,
    Value,
    Values,
    either,
    is_private,
)
from bailiwick.vocabulary.naming import IMPORTERS
from bailiwick.vocabulary.options import CONFIG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bailiwick.syntax.identity import Asked
    from bailiwick.syntax.strings import Lead, Naming
    from bailiwick.vocabulary.policy import Grade
    from bailiwick.vocabulary.reference import Kind
    from bailiwick.vocabulary.signature import Implementing

_ASKERS = frozenset({"getattr", "hasattr", "setattr", "delattr"})
_CONFIGURATIONS = frozenset({"CONF", "conf"})
_SELF = frozenset({"self", "cls"})
# What gives a class no members but those that one can read.
_PLAIN_BASES = frozenset({"object", "ABC", "Protocol", "Generic", "with_metaclass"})
_PLAIN_METACLASSES = frozenset({"ABCMeta", "type"})
_PLAIN_DECORATORS = frozenset(
    {"add_metaclass", "dataclass", "final", "runtime_checkable", "total_ordering"}
)
_WRAPPERS = frozenset({"Optional", "Union", "Annotated", "ClassVar", "Final"})


@dataclass(frozen=True, slots=True)
class Target:
    """What a dotted name leads to: `kind` is module, class, instance (of that class) or other."""

    kind: str
    module: str
    name: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Interface:
    """The class of a contract."""

    contract: str
    module: str
    name: str


class Names(Protocol):
    """What other modules offer, and what the policy says of handles."""

    def is_module(self, name: str) -> bool:
        """Whether the tree has a module or package of that dotted name."""

    def find(self, module: str, name: str) -> Target | None:
        """What a module's dotted name leads to; None for what is not the tree's."""

    def definer(
        self, module: str, name: str, member: str, *, inherited: bool = False
    ) -> Target | None:
        """The class, this or a base, that defines a member; with `inherited` only the bases."""

    def family(self, module: str, name: str) -> frozenset[tuple[str, str]]:
        """A class and all its bases, each by module and name."""

    def may_define(self, module: str, name: str, member: str) -> bool:
        """Whether a class itself may define a member; quick, and never wrong with a no."""

    def mentions(self, module: str, name: str) -> bool:
        """Whether a name occurs in a module's text at all."""

    def attribute(self, module: str, name: str, attribute: str) -> Values:
        """What an attribute of a class's `self` is: as the policy says, or as methods assign."""

    def interface(self, module: str, name: str) -> Interface | None:
        """The interface that calling that gives a handle of."""

    def interface_of(self, contract: str) -> tuple[str, str]:
        """The module and name of a contract's class."""

    def held(self, module: str, path: str) -> Values:
        """What the policy says that a parameter or an attribute of a module holds."""

    def returned(self, module: str, name: str, method: str) -> Values:
        """What the policy says that a method of a class returns."""

    def contracts_in(self, family: frozenset[tuple[str, str]]) -> tuple[str, ...]:
        """The contracts whose interface is one of these classes."""

    def selector(self, option: str) -> str:
        """The contract whose implementer an option selects; "" if it selects none."""

    def lacks(self, module: str, name: str, member: str) -> bool:
        """Whether a class has no such member, and nothing that could give it one at run time."""

    def lead(self, written: str) -> Lead | None:
        """What a string names; None for what is not the tree's, or leads out of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A reference before it has a place: `first` and `last` are the nodes that span it.

    `after` is the attribute before it in the same chain, where it is one of a chain.
    `implementing` says what an implementation has in place of the contract's member.
    """

    kind: Kind
    first: cst.CSTNode
    last: cst.CSTNode
    module: str
    name: str
    grade: Grade
    known_by: str = ""
    after: cst.CSTNode | None = None
    implementing: Implementing | None = None
    exists: bool = True
    guarded: bool = False
    contract: str = ""
    registered_by: str = ""


@dataclass(slots=True)
class ClassView:
    """What the text of a class says: its bases, its members, what `self` is given."""

    is_defined: bool = False
    is_open: bool = False
    bases: Values = UNKNOWN
    members: dict[str, cst.CSTNode] = field(default_factory=dict)
    attributes: dict[str, Values] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """The names of a module, class or function, as they stand at one point of the reading."""

    parent: Scope | None = None
    names: dict[str, Values] = field(default_factory=dict)
    cls: str | None = None
    is_class: bool = False

    def lookup(self, name: str) -> Values:
        """What a name stands for here, by Python's order of scopes."""
        scope = self._binder(name)
        return scope.names[name] if scope is not None else UNKNOWN

    def binds(self, name: str) -> bool:
        """Whether a name is bound here."""
        return self._binder(name) is not None

    def _binder(self, name: str) -> Scope | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names and (scope is self or not scope.is_class):
                return scope
            scope = scope.parent
        return None


class Interpreter:
    """Reads a libcst tree; afterwards `references`, `classes` and `top` hold what it found."""

    def __init__(
        self,
        module: str,
        package: str,
        names: Names,
        concerns: Callable[[str], bool] | None = None,
        naming: Naming | None = None,
        holders: frozenset[str] | None = None,
    ) -> None:
        """`concerns`: find the references to these modules, which asks `names` about others.

        `naming`: find the objects that strings name, too. `holders`: the only names that handles
        go by here, if they are known.
        """
        self.module, self.package, self.names = module, package, names
        self.refer, self.concerns = concerns is not None, concerns or (lambda _: False)
        self.naming, self.holders = naming, holders
        self.is_guarded = False
        # By the `id` of an expression, the attribute that it is asked for.
        self._asked: dict[int, str] = {}
        self.references: list[Found] = []
        self.classes: dict[str, ClassView] = {}
        self.top = Scope()
        self._bodies: list[tuple[cst.FunctionDef, Scope]] = []
        self._grade: Grade = "runtime"
        self._inquiry = Inquiry(names)
        # The members that the code around has asked for with `hasattr`.
        self._guards: frozenset[str] = frozenset()

    def read(self, tree: cst.Module, *, bodies: bool = True) -> None:
        """Read a whole module; without `bodies` only what is executed at its import."""
        self._statements(tree.body, self.top)
        while bodies and self._bodies:
            body, scope = self._bodies.pop(0)
            with self._graded("deferred"):
                self._statements(body.body.body, scope)

    # -- statements --------------------------------------------------------------------------

    def _statements(self, body: Sequence[cst.CSTNode], scope: Scope) -> None:
        for statement in body:
            self._statement(statement, scope)

    def _statement(self, node: cst.CSTNode, scope: Scope) -> None:
        handler = _STATEMENTS.get(type(node))
        if handler is not None:
            handler(self, node, scope)
        else:
            self._visit(node, scope)

    def _expression(self, node: cst.Expr, scope: Scope) -> None:
        # A string by itself documents what stands above it.
        if not isinstance(node.value, cst.SimpleString):
            self._visit(node.value, scope)

    def _line(self, node: cst.SimpleStatementLine, scope: Scope) -> None:
        self._statements(node.body, scope)

    def _block(self, node: cst.BaseSuite, scope: Scope) -> None:
        self._statements(node.body, scope)

    def _import(self, node: cst.Import, scope: Scope) -> None:
        for alias in node.names:
            module = dotted(alias.name)
            self.add("import", _leftmost(alias.name), module, "", last=_rightmost(alias.name))
            if alias.asname is not None:
                scope.names[dotted(alias.asname.name)] = self._module(module)
            else:
                top = module.partition(".")[0]
                scope.names[top] = self._module(top)

    def _import_from(self, node: cst.ImportFrom, scope: Scope) -> None:
        base = self._base(node)
        if base is None:
            return
        if isinstance(node.names, cst.ImportStar):
            self.add("import", node.names, base, "*")
            return
        for alias in node.names:
            name = dotted(alias.name)
            values = self._member_of_module(base, name)
            if values and isinstance(values[0], Module):
                self.add("import", alias.name, values[0].name, "")
            else:
                self.add("import", alias.name, base, name)
            scope.names[dotted(alias.asname.name) if alias.asname else name] = values

    def _base(self, node: cst.ImportFrom) -> str | None:
        module, level = dotted(node.module), len(node.relative)
        if not level:
            return module
        parts = self.package.split(".") if self.package else []
        if level > len(parts):
            return None
        parts = parts[: len(parts) - level + 1]
        return ".".join([*parts, module] if module else parts)

    def _module(self, name: str) -> Values:
        return (Module(name),) if self.names.is_module(name) else UNKNOWN

    def _member_of_module(self, module: str, name: str) -> Values:
        if self.names.is_module(f"{module}.{name}"):
            return (Module(f"{module}.{name}"),)
        return (Named(module, name),) if self.names.is_module(module) else UNKNOWN

    def _assign(self, node: cst.Assign, scope: Scope) -> None:
        self._visit(node.value, scope)
        values = self.value(node.value, scope)
        for target in node.targets:
            self._bind(target.target, values, scope, node.value)

    def _annotated(self, node: cst.AnnAssign, scope: Scope) -> None:
        self._visit(node.annotation, scope)
        values = self._annotation(node.annotation.annotation, scope)
        if node.value is not None:
            self._visit(node.value, scope)
            values = either(self.value(node.value, scope), values)
        self._bind(node.target, values, scope)

    def _bind(
        self, target: cst.CSTNode, values: Values, scope: Scope, source: cst.CSTNode | None = None
    ) -> None:
        """Give a target its values; a tuple's elements get those of a tuple of equal length."""
        if isinstance(target, cst.Name):
            scope.names[target.value] = values
            if scope.is_class:
                self._member(scope, target.value, target, values)
        elif isinstance(target, (cst.Tuple, cst.List)):
            sources: list[cst.CSTNode] = []
            if isinstance(source, (cst.Tuple, cst.List)):
                sources = [element.value for element in source.elements]
            if len(sources) != len(target.elements):
                sources = []
            for position, element in enumerate(target.elements):
                given = sources[position] if sources else None
                self._bind(
                    element.value, self.value(given, scope) if given else UNKNOWN, scope, given
                )
        elif isinstance(target, cst.Attribute):
            for owner in self.value(target.value, scope):
                if isinstance(owner, Own):
                    self._member(scope, target.attr.value, target.attr, values, owner.name)
            self._visit(target, scope)
            if isinstance(source, cst.Call) and (path := dotted(target)):
                # Something made on the spot: from here on it is that.
                scope.names[path] = values
        else:
            self._visit(target, scope)

    def _member(
        self, scope: Scope, name: str, node: cst.CSTNode, values: Values, cls: str | None = None
    ) -> None:
        view = self.classes.get(cls or scope.cls or "")
        if view is None:
            return
        view.members.setdefault(name, node)
        view.attributes[name] = either(view.attributes.get(name, UNKNOWN), values)

    def _augmented(self, node: cst.AugAssign, scope: Scope) -> None:
        self._visit(node.value, scope)
        self._visit(node.target, scope)
        if isinstance(node.target, cst.Name):
            scope.names[node.target.value] = UNKNOWN

    def _delete(self, node: cst.Del, scope: Scope) -> None:
        self._visit(node.target, scope)
        if isinstance(node.target, cst.Name):
            scope.names[node.target.value] = UNKNOWN

    def _if(self, node: cst.If, scope: Scope) -> None:
        self._visit(node.test, scope)
        typing_only = dotted(node.test).rpartition(".")[2] == "TYPE_CHECKING"
        negated = isinstance(node.test, cst.UnaryOperation) and (
            dotted(node.test.expression).rpartition(".")[2] == "TYPE_CHECKING"
        )

        def body() -> None:
            with (
                self._graded("typing" if typing_only else self._grade),
                self._guarded(node.test),
            ):
                self._statement(node.body, scope)

        def orelse() -> None:
            if node.orelse is not None:
                with self._graded("typing" if negated else self._grade):
                    self._statement(node.orelse, scope)

        self._join(scope, body, orelse)

    def _else(self, node: cst.Else | cst.Finally, scope: Scope) -> None:
        self._statement(node.body, scope)

    def _try(self, node: cst.Try | cst.TryStar, scope: Scope) -> None:
        before, self.is_guarded = self.is_guarded, self.is_guarded or bool(node.handlers)
        self._join(scope, lambda: self._statement(node.body, scope), lambda: None)
        self.is_guarded = before
        runs: list[Callable[[], None]] = [lambda: None]
        runs += [lambda h=handler: self._handler(h, scope) for handler in node.handlers]  # type: ignore[misc]
        if node.orelse is not None:
            orelse = node.orelse
            runs[0] = lambda: self._statement(orelse, scope)
        self._join(scope, *runs)
        if node.finalbody is not None:
            self._statement(node.finalbody, scope)

    def _handler(self, node: cst.ExceptHandler | cst.ExceptStarHandler, scope: Scope) -> None:
        if node.type is not None:
            self._visit(node.type, scope)
        if node.name is not None:
            values = _called(self.value(node.type, scope)) if node.type else UNKNOWN
            self._bind(node.name.name, values, scope)
        self._statement(node.body, scope)

    def _for(self, node: cst.For, scope: Scope) -> None:
        self._visit(node.iter, scope)

        def body() -> None:
            self._bind(node.target, UNKNOWN, scope)
            self._statement(node.body, scope)

        self._join(scope, body, lambda: None)
        if node.orelse is not None:
            self._statement(node.orelse, scope)

    def _while(self, node: cst.While, scope: Scope) -> None:
        self._visit(node.test, scope)
        self._join(scope, lambda: self._statement(node.body, scope), lambda: None)
        if node.orelse is not None:
            self._statement(node.orelse, scope)

    def _with(self, node: cst.With, scope: Scope) -> None:
        for item in node.items:
            self._visit(item.item, scope)
            if item.asname is not None:
                self._bind(item.asname.name, self.value(item.item, scope), scope)
        self._statement(node.body, scope)

    def _match(self, node: cst.Match, scope: Scope) -> None:
        self._visit(node.subject, scope)
        self._ask(self._inquiry.in_match(node, lambda part: self.value(part, scope)))

        def case(branch: cst.MatchCase) -> Callable[[], None]:
            def run() -> None:
                self._pattern(branch.pattern, scope)
                if branch.guard is not None:
                    self._visit(branch.guard, scope)
                self._statement(branch.body, scope)

            return run

        self._join(scope, lambda: None, *map(case, node.cases))

    def _pattern(self, node: cst.CSTNode, scope: Scope) -> None:
        if isinstance(node, (cst.MatchAs, cst.MatchStar)) and node.name is not None:
            scope.names[node.name.value] = UNKNOWN
        if isinstance(node, cst.MatchMapping) and node.rest is not None:
            scope.names[node.rest.value] = UNKNOWN
        if isinstance(node, cst.BaseExpression):
            self._visit(node, scope)
            return
        for child in children(node):
            self._pattern(child, scope)

    def _join(self, scope: Scope, *runs: Callable[[], None]) -> None:
        """Run alternatives from the same state, and keep what could be true after any of them."""
        before, after = scope.names, []
        for run in runs:
            scope.names = dict(before)
            run()
            after.append(scope.names)
        scope.names = {
            name: either(*(names[name] for names in after if name in names))
            for name in dict.fromkeys(name for names in after for name in names)
        }

    def _function(self, node: cst.FunctionDef, scope: Scope) -> None:
        name = node.name.value
        for decorator in node.decorators:
            self._visit(decorator.decorator, scope)
        inner = Scope(scope, cls=scope.cls)
        self._parameters(node.params, inner, scope)
        if scope is self.top or scope.is_class:
            self._held_parameters(f"{scope.cls}.{name}" if scope.is_class else name, inner)
        if node.returns is not None:
            self._visit(node.returns, scope)
        if scope.is_class:
            self._self(node, inner)
            self._member(scope, name, node.name, UNKNOWN)
        kind = (Named(self.module, name, "function"),) if scope is self.top else UNKNOWN
        scope.names[name] = kind
        self._bodies.append((node, inner))

    def _self(self, node: cst.FunctionDef, inner: Scope) -> None:
        first = next(iter([*node.params.posonly_params, *node.params.params]), None)
        static = any(dotted(part.decorator) == "staticmethod" for part in node.decorators)
        if first is not None and first.name.value in _SELF and inner.cls and not static:
            inner.names[first.name.value] = (Own(self.module, inner.cls),)

    def _parameters(self, params: cst.Parameters, inner: Scope, outer: Scope) -> None:
        every = [*params.posonly_params, *params.params, *params.kwonly_params]
        for param in (*every, params.star_arg, params.star_kwarg):
            if not isinstance(param, cst.Param):
                continue
            inner.names[param.name.value] = UNKNOWN
            if param.annotation is not None:
                self._visit(param.annotation, outer)
                if param in every:
                    given = self._annotation(param.annotation.annotation, outer)
                    inner.names[param.name.value] = given
            if param.default is not None:
                self._visit(param.default, outer)

    def _held_parameters(self, function: str, inner: Scope) -> None:
        for name in inner.names:
            held = self.names.held(self.module, f"{function}.{name}")
            if held:
                inner.names[name] = held

    def _class(self, node: cst.ClassDef, scope: Scope) -> None:
        for decorator in node.decorators:
            self._visit(decorator.decorator, scope)
        for argument in (*node.bases, *node.keywords):
            self._visit(argument.value, scope)
        name = node.name.value
        bases = either(*(self.value(base.value, scope) for base in node.bases))
        nested = scope.is_class and scope.cls is not None
        path = f"{scope.cls}.{name}" if nested else name
        inner = Scope(scope, is_class=True)
        if scope is self.top or nested:
            inner.cls = path
            view = self.classes.setdefault(path, ClassView())
            view.is_defined, view.bases = True, either(view.bases, bases)
            view.is_open = view.is_open or self._may_gain_members(node, scope)
        if scope.is_class:
            self._member(scope, name, node.name, UNKNOWN)
        known = scope is self.top or nested
        scope.names[name] = (Named(self.module, path, "class"),) if known else UNKNOWN
        self._statement(node.body, inner)

    def _may_gain_members(self, node: cst.ClassDef, scope: Scope) -> bool:
        """Whether a base, a metaclass or a decorator that nobody knows may give it members."""
        decorators = [_head(part.decorator) for part in node.decorators]
        makers = [_head(part.value) for part in node.keywords]
        bases = [_head(base.value) for base in node.bases if not self.value(base.value, scope)]
        harmless = not (set(decorators) - _PLAIN_DECORATORS or set(makers) - _PLAIN_METACLASSES)
        return not harmless or bool(set(bases) - _PLAIN_BASES)

    # -- expressions -------------------------------------------------------------------------

    def _visit(self, node: cst.CSTNode, scope: Scope) -> None:
        """Find the references in an expression and all below it."""
        kind = type(node)
        handler = _EXPRESSIONS.get(kind)
        if handler is not None:
            handler(self, node, scope)
            return
        asked = _QUESTIONS.get(kind)
        if asked is not None:
            asked(self, node, scope)
        elif self.naming is not None:
            self._strings(node)
        for child in children(node):
            self._visit(child, scope)

    def _reach(self, node: cst.Attribute, scope: Scope) -> None:
        self._asked[id(node.value)] = node.attr.value
        self._visit(node.value, scope)
        self._attribute(node, scope)

    def _walrus(self, node: cst.NamedExpr, scope: Scope) -> None:
        self._visit(node.value, scope)
        self._bind(node.target, self.value(node.value, scope), scope)

    def _lambda(self, node: cst.Lambda, scope: Scope) -> None:
        inner = Scope(scope, cls=scope.cls)
        self._parameters(node.params, inner, scope)
        with self._graded("deferred"):
            self._visit(node.body, inner)

    def _call(self, node: cst.Call, scope: Scope) -> None:
        self._dynamic_import(node)
        self._named_member(node, scope)
        self._ask(self._inquiry.in_call(node, lambda part: self.value(part, scope)))
        read_call(self, node, scope)
        options.read_call(self, node, scope, self._asked.get(id(node), ""))

    def _comparison(self, node: cst.Comparison, scope: Scope) -> None:
        self._ask(self._inquiry.in_comparison(node, lambda part: self.value(part, scope)))

    def _subscript(self, node: cst.Subscript, scope: Scope) -> None:
        options.read_subscript(self, node, scope, self._asked.get(id(node), ""))

    def _strings(self, node: cst.CSTNode) -> None:
        if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
            read_constant(self, node)
        elif isinstance(node, (cst.List, cst.Tuple, cst.Set)):
            read_list(self, node)

    def _choice(self, node: cst.BooleanOperation | cst.IfExp, scope: Scope) -> None:
        """`hasattr(x, "y") and x.y`, `x.y if hasattr(x, "y") else None`."""
        if isinstance(node, cst.IfExp):
            self._visit(node.test, scope)
            with self._guarded(node.test):
                self._visit(node.body, scope)
            self._visit(node.orelse, scope)
        else:
            self._visit(node.left, scope)
            with self._guarded(node.left if isinstance(node.operator, cst.And) else None):
                self._visit(node.right, scope)

    def _comprehension(self, node: cst.BaseComp, scope: Scope) -> None:
        inner = Scope(scope, cls=scope.cls)
        loop: cst.CompFor | None = node.for_in
        while loop is not None:
            self._visit(loop.iter, inner)
            self._bind(loop.target, UNKNOWN, inner)
            for test in loop.ifs:
                self._visit(test, inner)
            loop = loop.inner_for_in
        for part in ("key", "value") if isinstance(node, cst.DictComp) else ("elt",):
            self._visit(getattr(node, part), inner)

    def _dynamic_import(self, node: cst.Call) -> None:
        importer = dotted(node.func).rpartition(".")[2]
        if importer not in IMPORTERS or not node.args:
            return
        name, argument = _literal_import(node, importer)
        if not name:
            return
        how = f"{importer}() is given its name"
        if self.names.is_module(name) or IMPORTERS[importer] in ("module", "package"):
            self.add("import", argument, name, "", how)
            return
        module, _, rest = name.rpartition(".")
        while module and not self.names.is_module(module):
            module, _, head = module.rpartition(".")
            rest = f"{head}.{rest}"
        self.add("import", argument, module or name, rest if module else "", how)

    def _attribute(self, node: cst.Attribute, scope: Scope) -> None:
        if not self.refer:
            return
        options.read_attribute(self, node, scope, self._asked.get(id(node), ""))
        name = node.attr.value
        private = is_private(name)
        if not private and self._holds_nothing(node.value):
            return
        self._ask(self._inquiry.in_attribute(node, lambda part: self.value(part, scope)))
        for value in self.value(node.value, scope):
            if isinstance(value, Product | Selector):
                continue
            handle = self._handle(value)
            if handle is not None:
                self._use(node.value, node.attr, name, handle)
            elif isinstance(value, Module) and self.names.is_module(f"{value.name}.{name}"):
                how = f"{name} is reached as an attribute of {value.name}"
                self.add("import", node.attr, f"{value.name}.{name}", "", how, chain=node)
            elif private:
                self._private(node, value, name)

    def _holds_nothing(self, node: cst.CSTNode) -> bool:
        """Whether a chain from `self` is known to be no handle, which saves looking it up."""
        first, *rest = dotted(node).split(".")
        if self.holders is None or first not in _SELF or not rest:
            return False
        return self.holders.isdisjoint(rest)

    def _handle(self, value: Value) -> Interface | None:
        """The interface of what a value is a handle of."""
        if not isinstance(value, Called):
            return None
        return self.names.interface(value.module, value.name)

    def _use(
        self, receiver: cst.CSTNode, token: cst.CSTNode, name: str, handle: Interface, **also: bool
    ) -> None:
        """A member used through a handle."""
        if name.startswith("__") and name.endswith("__"):
            return
        private = is_private(name)
        declared = not self.names.lacks(handle.module, handle.name, name)
        how = f"`{_code(receiver)}` is a handle of contract {handle.contract}"
        if not declared:
            how += f", and {handle.name} has no {name}"
        found = Found(
            "attribute" if private else "handle",
            token,
            token,
            handle.module,
            f"{handle.name}.{name}",
            self._grade,
            how,
            exists=declared,
            guarded=name in self._guards or also.get("guarded", False),
            contract=handle.contract,
        )
        self.references.append(found)

    def _named_member(self, node: cst.Call, scope: Scope) -> None:
        """`getattr(handle, "member")`, `hasattr` and the like."""
        asker = node.func.value if isinstance(node.func, cst.Name) else ""
        if asker not in _ASKERS or len(node.args) < 2 or not self.refer:
            return
        name = literal(node.args[1].value)
        for value in self.value(node.args[0].value, scope) if name else ():
            handle = self._handle(value)
            if handle is not None and name:
                careful = asker == "hasattr" or (asker == "getattr" and len(node.args) > 2)
                receiver, token = node.args[0].value, node.args[1].value
                self._use(receiver, token, name, handle, guarded=careful)

    def _ask(self, asked: Iterable[Asked]) -> None:
        """Note the questions for the class behind a handle."""
        if not self.refer:
            return
        for kind, node, module, name, contract, how in asked:
            found = Found(kind, node, node, module, name, self._grade, how, contract=contract)
            self.references.append(found)

    def _private(self, node: cst.Attribute, value: Value, name: str) -> None:
        if isinstance(value, Product | Selector | Text | Options):
            return
        if isinstance(value, Own | Super):
            if not self._may_concern(value.module, value.name, name):
                return
            inherited = isinstance(value, Super)
            found = self.names.definer(value.module, value.name, name, inherited=inherited)
            if found and (found.module, found.name) != (value.module, value.name):
                how = f"{value.name} inherits it from {found.module}:{found.name}"
                self.add("inherited", node.attr, found.module, f"{found.name}.{name}", how)
            return
        if isinstance(value, Module):
            if not self.names.mentions(value.name, name):
                return
            how = f"`{_code(node.value)}` is {value.name}"
            self.add("attribute", node.attr, value.name, name, how, chain=node)
            return
        target = self.names.find(value.module, value.name)
        if target is None or target.kind == "other":
            return
        if isinstance(value, Called) and target.kind != "class":
            return
        of_class = target.kind in ("class", "instance")
        if of_class and not self._may_concern(target.module, target.name, name):
            return
        if not of_class and not self.names.mentions(target.module, name):
            return
        code = _code(node.value)
        path = f"{target.module}:{target.name}" if target.name else target.module
        instance = isinstance(value, Called) or target.kind == "instance"
        how = f"`{code}` is {'an instance of ' if instance else ''}{path}{target.via}"
        where = target.module, f"{target.name}.{name}" if target.name else name
        if of_class:
            found = self.names.definer(target.module, target.name, name)
            if found is None:
                return
            where = found.module, f"{found.name}.{name}"
            if (found.module, found.name) != (target.module, target.name):
                how += f", which has it from {found.module}:{found.name}"
        self.add("attribute", node.attr, *where, how)

    def _may_concern(self, module: str, name: str, member: str) -> bool:
        """Whether a member of a class may be defined by a class that concerns us."""
        return any(
            self.concerns(where) and self.names.may_define(where, cls, member)
            for where, cls in self.names.family(module, name)
        )

    def value(self, node: cst.CSTNode | None, scope: Scope) -> Values:
        """What an expression stands for."""
        handler = _VALUES.get(type(node))
        return handler(self, node, scope) if handler is not None else UNKNOWN

    def _value_of_name(self, node: cst.Name, scope: Scope) -> Values:
        config = (Options(),) if node.value == CONFIG else UNKNOWN
        return either(scope.lookup(node.value), config)

    def _value_of_attribute(self, node: cst.Attribute, scope: Scope) -> Values:
        name = node.attr.value
        found: list[Values] = [(Options(),)] if name == CONFIG else []
        for value in self.value(node.value, scope):
            if isinstance(value, Module):
                found.append(self._member_of_module(value.name, name))
            elif isinstance(value, Named):
                found.append((Named(value.module, f"{value.name}.{name}"),))
            elif isinstance(value, Own) and self.refer:
                found.append(self.names.attribute(value.module, value.name, name))
            elif isinstance(value, Called) and self.refer:
                found.append(self._of_instance(value, name))
        if contract := self._selected(node):
            found.append((Selector(contract, name),))
        given = either(*found)
        if any(map(self._handle, given)) and scope.binds(dotted(node)):
            return scope.lookup(dotted(node))
        return given

    def _of_instance(self, value: Called, name: str) -> Values:
        """What an attribute of an instance is, as far as that is a handle or comes from one."""
        handle = self._handle(value)
        if handle is not None:
            return (Product(handle.contract),)
        target = self.names.find(value.module, value.name)
        if target is None or target.kind != "class":
            return UNKNOWN
        given = self.names.attribute(target.module, target.name, name)
        return tuple(each for each in given if self._handle(each) is not None)

    def _selected(self, node: cst.Attribute) -> str:
        """The contract whose implementer an option selects: `CONF.option`, `CONF.group.option`."""
        *before, option = dotted(node).split(".")
        for depth, base in enumerate(reversed(before)):
            if base in _CONFIGURATIONS and depth < 2:
                return self.names.selector(".".join([*before[len(before) - depth :], option]))
        return ""

    def _value_of_call(self, node: cst.Call, scope: Scope) -> Values:
        if isinstance(node.func, cst.Name) and node.func.value == "super":
            return (Super(self.module, scope.cls),) if scope.cls else UNKNOWN
        importer = dotted(node.func).rpartition(".")[2]
        if importer in IMPORTERS and node.args:
            return self._value_of_import(*_literal_import(node, importer)[:1], IMPORTERS[importer])
        if importer == "partial" and node.args:
            made = self.value(node.args[0].value, scope)
            return tuple(v for v in made if any(map(self._handle, _called((v,)))))
        returned = self._returned(node.func, scope) if self.refer else UNKNOWN
        return either(_called(self.value(node.func, scope)), returned)

    def _returned(self, function: cst.BaseExpression, scope: Scope) -> Values:
        """What a method of a handle, of an option's text, or of a named class returns."""
        if not isinstance(function, cst.Attribute) or self._holds_nothing(function.value):
            return UNKNOWN
        name = function.attr.value
        found: list[Values] = []
        for value in self.value(function.value, scope):
            if isinstance(value, Selector) and name in STRING_METHODS:
                found.append((value,))
            elif isinstance(value, Own | Called):
                handle = self._handle(value)
                product = (Product(handle.contract),) if handle else UNKNOWN
                found.append(product or self.names.returned(value.module, value.name, name))
        return either(*found)

    def _value_of_subscript(self, node: cst.Subscript, scope: Scope) -> Values:
        values = self.value(node.value, scope)
        return tuple(value for value in values if isinstance(value, Selector))

    def _value_of_import(self, name: str | None, gives: str) -> Values:
        if not name:
            return UNKNOWN
        if gives == "package":
            return self._module(name.partition(".")[0])
        if self.names.is_module(name):
            return (Module(name),)
        module, _, last = name.rpartition(".")
        if not self.names.is_module(module):
            return UNKNOWN
        return (Called(module, last),) if gives == "object" else (Named(module, last),)

    def _value_of_choice(self, node: cst.IfExp, scope: Scope) -> Values:
        return either(self.value(node.body, scope), self.value(node.orelse, scope))

    def _value_of_operation(self, node: cst.BooleanOperation, scope: Scope) -> Values:
        return either(self.value(node.left, scope), self.value(node.right, scope))

    def _value_of_walrus(self, node: cst.NamedExpr, scope: Scope) -> Values:
        return self.value(node.value, scope)

    def _annotation(self, node: cst.CSTNode, scope: Scope) -> Values:
        """What is annotated so: an instance of the class that is named."""
        text = literal(node)
        if text is not None:
            node = parse_annotation(text) or node
        if isinstance(node, (cst.Name, cst.Attribute)):
            return _called(self.value(node, scope))
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
            return either(self._annotation(node.left, scope), self._annotation(node.right, scope))
        if isinstance(node, cst.Subscript) and dotted(node.value).rpartition(".")[2] in _WRAPPERS:
            parts = [part.slice for part in node.slice]
            return either(
                *(self._annotation(p.value, scope) for p in parts if isinstance(p, cst.Index))
            )
        return UNKNOWN

    # -- references --------------------------------------------------------------------------

    def add(
        self,
        kind: Kind,
        first: cst.CSTNode,
        module: str,
        name: str,
        how: str = "",
        last: cst.CSTNode | None = None,
        chain: cst.Attribute | None = None,
        *,
        exists: bool = True,
        registered_by: str = "",
    ) -> None:
        """Add a reference; see `Found`."""
        if not self.refer:
            return
        last = first if last is None else last
        after = chain.value.attr if chain and isinstance(chain.value, cst.Attribute) else None
        self.references.append(
            Found(
                *(kind, first, last, module, name, self._grade, how, after),
                exists=exists,
                registered_by=registered_by,
            )
        )

    @contextmanager
    def _graded(self, grade: Grade) -> Iterator[None]:
        before = self._grade
        self._grade = before if before == "typing" else grade
        yield
        self._grade = before

    @contextmanager
    def _guarded(self, test: cst.BaseExpression | None) -> Iterator[None]:
        before = self._guards
        self._guards = before | _asked_for(test)
        yield
        self._guards = before

    def overrides(self) -> None:
        """Add a reference for each private member that a base class has too."""
        for path, view in self.classes.items():
            for name, node in view.members.items():
                if is_private(name) and self._may_concern(self.module, path, name):
                    base = self.names.definer(self.module, path, name, inherited=True)
                    if base is not None:
                        how = f"{path} is derived from {base.module}:{base.name}"
                        self.add("override", node, base.module, f"{base.name}.{name}", how)


def _called(values: Values) -> Values:
    return tuple(Called(v.module, v.name) for v in values if isinstance(v, Named))


def _literal_import(node: cst.Call, importer: str) -> tuple[str | None, cst.CSTNode]:
    position = 1 if importer == "import_object_ns" and len(node.args) > 1 else 0
    argument = node.args[position].value
    name = literal(argument)
    if name and position:
        space = literal(node.args[0].value)
        name = f"{space}.{name}" if space else None
    return (name if name and not name.startswith(".") else None), argument


def _asked_for(test: cst.BaseExpression | None) -> frozenset[str]:
    """The members that a condition is sure of when it holds."""
    if isinstance(test, cst.BooleanOperation) and isinstance(test.operator, cst.And):
        return _asked_for(test.left) | _asked_for(test.right)
    if isinstance(test, cst.Call) and dotted(test.func) == "hasattr" and len(test.args) > 1:
        return frozenset(filter(None, [literal(test.args[1].value)]))
    return frozenset()


def _head(node: cst.CSTNode) -> str:
    """The last name of what is called or subscripted: `six.add_metaclass(X)` is add_metaclass."""
    while isinstance(node, (cst.Call, cst.Subscript)):
        node = node.func if isinstance(node, cst.Call) else node.value
    return dotted(node).rpartition(".")[2]


def _leftmost(node: cst.CSTNode) -> cst.CSTNode:
    return _leftmost(node.value) if isinstance(node, cst.Attribute) else node


def _rightmost(node: cst.CSTNode) -> cst.CSTNode:
    return node.attr if isinstance(node, cst.Attribute) else node


def _code(node: cst.CSTNode) -> str:
    """An expression as it is written, in short."""
    text = " ".join(cst.Module([]).code_for_node(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


_STATEMENTS: dict[type, Callable[..., None]] = {
    cst.SimpleStatementLine: Interpreter._line,
    cst.SimpleStatementSuite: Interpreter._block,
    cst.IndentedBlock: Interpreter._block,
    cst.Expr: Interpreter._expression,
    cst.Import: Interpreter._import,
    cst.ImportFrom: Interpreter._import_from,
    cst.Assign: Interpreter._assign,
    cst.AnnAssign: Interpreter._annotated,
    cst.AugAssign: Interpreter._augmented,
    cst.Del: Interpreter._delete,
    cst.If: Interpreter._if,
    cst.Else: Interpreter._else,
    cst.Finally: Interpreter._else,
    cst.Try: Interpreter._try,
    cst.TryStar: Interpreter._try,
    cst.For: Interpreter._for,
    cst.While: Interpreter._while,
    cst.With: Interpreter._with,
    cst.Match: Interpreter._match,
    cst.FunctionDef: Interpreter._function,
    cst.ClassDef: Interpreter._class,
}
# What reads an expression with all below it, and what reads one before that.
_EXPRESSIONS: dict[type, Callable[..., None]] = {
    cst.Attribute: Interpreter._reach,
    cst.BooleanOperation: Interpreter._choice,
    cst.IfExp: Interpreter._choice,
    cst.NamedExpr: Interpreter._walrus,
    cst.Lambda: Interpreter._lambda,
    cst.GeneratorExp: Interpreter._comprehension,
    cst.ListComp: Interpreter._comprehension,
    cst.SetComp: Interpreter._comprehension,
    cst.DictComp: Interpreter._comprehension,
}
_QUESTIONS: dict[type, Callable[..., None]] = {
    cst.Call: Interpreter._call,
    cst.Comparison: Interpreter._comparison,
    cst.Subscript: Interpreter._subscript,
}
_VALUES: dict[type, Callable[..., Values]] = {
    cst.SimpleString: lambda _, node, __: text_value(node),
    cst.ConcatenatedString: lambda _, node, __: text_value(node),
    cst.Name: Interpreter._value_of_name,
    cst.Attribute: Interpreter._value_of_attribute,
    cst.Call: Interpreter._value_of_call,
    cst.Subscript: Interpreter._value_of_subscript,
    cst.IfExp: Interpreter._value_of_choice,
    cst.BooleanOperation: Interpreter._value_of_operation,
    cst.NamedExpr: Interpreter._value_of_walrus,
}
