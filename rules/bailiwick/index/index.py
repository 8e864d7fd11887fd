"""What a module's dotted name leads to, and what a class has, across the whole tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from bailiwick.index.handles import Handles
from bailiwick.source.ledger import Memo
from bailiwick.syntax.interpret import ClassView, Interface, Interpreter, Target
from bailiwick.syntax.nodes import literal
from bailiwick.syntax.signatures import Outline, outlines
from bailiwick.syntax.values import UNKNOWN, Called, Module, Named, Values, either

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bailiwick.index.readers import Reader
    from bailiwick.sieve.dotted import Lead
    from bailiwick.sieve.texts import ModuleText, Texts
    from bailiwick.vocabulary.policy import Contract

    Class = tuple[str, str]


class Index:
    """Answers `Names` from the texts of the tree, each question once."""

    def __init__(self, texts: Texts, reader: Reader, contracts: Iterable[Contract] = ()) -> None:
        self.texts, self.reader = texts, reader
        self.handles = Handles(contracts)
        ledger = texts.ledger
        self._interfaces: Memo[Interface | None] = Memo(ledger, None)
        self._gaps: Memo[bool] = Memo(ledger, False)
        self._found: Memo[Target | None] = Memo(ledger, None)
        self._bound: Memo[Values | None] = Memo(ledger, UNKNOWN)
        self._views: Memo[ClassView] = Memo(ledger, ClassView())
        self._definers: Memo[Target | None] = Memo(ledger, None)
        self._families: Memo[frozenset[tuple[str, str]]] = Memo(ledger, frozenset())
        self._attributes: Memo[Values] = Memo(ledger, UNKNOWN)
        self._readings: dict[tuple[cst.Module, bool], Interpreter] = {}
        self._stars: Memo[Target | None] = Memo(ledger, None)
        self._exports: Memo[frozenset[str] | None] = Memo(ledger, None)
        self._orders: Memo[tuple[Class, ...]] = Memo(ledger, ())
        self._outlines: Memo[Outline] = Memo(ledger, Outline())
        self._whole: dict[cst.Module, Mapping[str, Outline]] = {}

    def is_module(self, name: str) -> bool:
        """Whether the tree has a module or package of that dotted name."""
        return name in self.texts.tree.modules

    def find(self, module: str, name: str) -> Target | None:
        """What a module's dotted name leads to, through re-exports, to where it is defined.

        A name that the module binds nowhere is taken as something that it offers at run time.
        None for what leads out of the tree, or to something unknown.
        """
        return self._found((module, name), lambda: self._find(module, name))

    def _find(self, module: str, name: str) -> Target | None:
        head, _, rest = name.partition(".")
        if self.is_module(f"{module}.{head}"):
            inner = f"{module}.{head}"
            return self.find(inner, rest) if rest else Target("module", inner, "")
        values = self._binding(module, head)
        if values is None:
            return self._through_star(module, name) or self._at_run_time(module, name)
        for value in values:
            found = self._follow(module, head, value, rest)
            if found is not None:
                return found
        return None

    def _follow(self, module: str, head: str, value: object, rest: str) -> Target | None:
        if isinstance(value, Module):
            return self.find(value.name, rest) if rest else Target("module", value.name, "")
        if isinstance(value, Called):
            found = self.find(value.module, value.name)
            if rest or found is None or found.kind != "class":
                return None
            return Target("instance", found.module, found.name, found.via)
        if not isinstance(value, Named):
            return None
        if value.module == module and value.kind:
            return self._defined(value, rest)
        path = f"{value.name}.{rest}" if rest else value.name
        found = self.find(value.module, path)
        if found is None or found.module == module:
            return found
        via = f"; {module} re-exports it as {head}{found.via}"
        return Target(found.kind, found.module, found.name, via)

    def _defined(self, value: Named, rest: str) -> Target | None:
        if not rest:
            kind = "class" if value.kind == "class" else "other"
            return Target(kind, value.module, value.name)
        if value.kind != "class":
            return None
        head, _, more = rest.partition(".")
        path = f"{value.name}.{head}"
        if self._view(value.module, path, "").is_defined:
            return self._defined(Named(value.module, path, "class"), more)
        if more:
            return None
        has_it = head in self._view(value.module, value.name, head).members
        return Target("other", value.module, path) if has_it else None

    def _at_run_time(self, module: str, name: str) -> Target | None:
        return Target("other", module, name) if self.texts.ask(module) and "." not in name else None

    def _binding(self, module: str, name: str) -> Values | None:
        """What a name is bound to at the top of a module; None if it is not bound there."""
        return self._bound((module, name), lambda: self._read_binding(module, name))

    def _read_binding(self, module: str, name: str) -> Values | None:
        text = self.texts.ask(module)
        tree = self.reader.top(text, name) if text else None
        if text is None or tree is None:
            return None
        return self._reading(text, tree, bodies=False).top.names.get(name)

    def _reading(self, text: ModuleText, tree: cst.Module, *, bodies: bool) -> Interpreter:
        """What a tree says by itself; a tree that comes again is not read again."""
        if not self.reader.keeps:
            return self._read(text, tree, bodies)
        key = tree, bodies
        if key not in self._readings:
            self._readings[key] = self._read(text, tree, bodies)
        return self._readings[key]

    def _read(self, text: ModuleText, tree: cst.Module, bodies: bool) -> Interpreter:
        reading = Interpreter(text.file.module, text.package, self)
        reading.read(tree, bodies=bodies)
        return reading

    def _through_star(self, module: str, name: str) -> Target | None:
        return self._stars((module, name), lambda: self._read_stars(module, name))

    def _read_stars(self, module: str, name: str) -> Target | None:
        text = self.texts.glimpse(module, "*")
        for imported, _ in text.bound.get("*", ()) if text else ():
            source = imported.absolute(text.package) if text else None
            if source and self.is_module(source) and self._offers(source, name):
                found = self.find(source, name)
                if found is not None:
                    via = f"; {module} re-exports it by a star{found.via}"
                    return Target(found.kind, found.module, found.name, via)
        return None

    def _offers(self, module: str, name: str) -> bool:
        """Whether a star import of a module brings a name."""
        head = name.partition(".")[0]
        listed = self._exports(module, lambda: self._read_all(module))
        if listed is not None:
            return head in listed
        found = self._binding(module, head) is not None or self._through_star(module, name)
        return not head.startswith("_") and bool(found)

    def _read_all(self, module: str) -> frozenset[str] | None:
        text = self.texts.ask(module)
        tree = self.reader.top(text, "__all__") if text else None
        strings: set[str] = set()
        found = False
        for line in tree.body if tree else ():
            for part in line.body if isinstance(line, cst.SimpleStatementLine) else ():
                if isinstance(part, cst.Assign):
                    targets = [target.target for target in part.targets]
                elif isinstance(part, (cst.AnnAssign, cst.AugAssign)):
                    targets = [part.target]
                else:
                    continue
                if any(isinstance(t, cst.Name) and t.value == "__all__" for t in targets):
                    found = True
                    strings |= _strings(part.value)
        return frozenset(strings) if found else None

    # -- classes -----------------------------------------------------------------------------

    def definer(
        self, module: str, name: str, member: str, *, inherited: bool = False
    ) -> Target | None:
        """The class, this or a base, that defines a member; with `inherited` only the bases.

        Bases are searched depth first, left to right.
        """
        key = module, name, member, inherited
        return self._definers(key, lambda: self._definer(module, name, member, inherited))

    def _definer(self, module: str, name: str, member: str, inherited: bool) -> Target | None:
        view = self._view(module, name, member)
        if not inherited and member in view.members:
            return Target("class", module, name)
        for base in self._bases(view):
            found = self.definer(base.module, base.name, member)
            if found is not None:
                return found
        return None

    def mentions(self, module: str, name: str) -> bool:
        """Whether a name occurs in a module's text at all."""
        text = self.texts.ask(module)
        return text is not None and self.reader.mentions(text, name)

    def family(self, module: str, name: str) -> frozenset[tuple[str, str]]:
        """A class and all its bases, each by module and name."""
        return self._families((module, name), lambda: self._family(module, name))

    def _family(self, module: str, name: str) -> frozenset[tuple[str, str]]:
        bases = self._bases(self._view(module, name, ""))
        families = (self.family(base.module, base.name) for base in bases)
        return frozenset({(module, name)}.union(*families))

    def order(self, module: str, name: str) -> tuple[Class, ...]:
        """A class and its bases in the order in which Python looks for a member.

        Bases that the tree has not are left out. Where Python would refuse the bases, they
        follow depth first; a class that is derived from itself has none.
        """
        return self._orders((module, name), lambda: self._order(module, name))

    def _order(self, module: str, name: str) -> tuple[Class, ...]:
        bases = [(base.module, base.name) for base in self._bases(self._view(module, name, ""))]
        orders = [list(self.order(*base)) for base in bases]
        return ((module, name), *_merged([*orders, bases], (module, name)))

    def outline(self, module: str, name: str) -> Outline:
        """What the text of a class declares; nothing if there is no such class."""
        return self._outlines((module, name), lambda: self._read_outline(module, name))

    def _read_outline(self, module: str, name: str) -> Outline:
        text = self.texts.ask(module)
        tree = self.reader.outline(text, name) if text else None
        if tree is None:
            return Outline()
        if not self.reader.keeps:
            return outlines(tree).get(name) or Outline()
        if tree not in self._whole:
            self._whole[tree] = outlines(tree)
        return self._whole[tree].get(name) or Outline()

    def may_define(self, module: str, name: str, member: str) -> bool:
        """Whether a class itself may define a member; quick, and never wrong with a no."""
        text = self.texts.ask(module)
        return text is not None and self.reader.may_define(text, name, member)

    def lead(self, written: str) -> Lead | None:
        """What a string names; None for what is not the tree's, or leads out of it."""
        return self.texts.dotted.lead(written)

    def attribute(self, module: str, name: str, attribute: str) -> Values:
        """What a class's methods, or its bases', assign to an attribute of `self`."""
        key = module, name, attribute
        return self._attributes(key, lambda: self._attribute(module, name, attribute))

    def _attribute(self, module: str, name: str, attribute: str) -> Values:
        held = self.held(module, f"{name}.{attribute}")
        if held:
            return held
        view = self._view(module, name, attribute, values=True)
        if attribute in view.attributes:
            return view.attributes[attribute]
        return either(
            *(self.attribute(base.module, base.name, attribute) for base in self._bases(view))
        )

    def lacks(self, module: str, name: str, member: str) -> bool:
        """Whether a class has no such member, and nothing that could give it one at run time."""
        key = module, name, member
        return self._gaps(key, lambda: self._lacks(*key))

    def _lacks(self, module: str, name: str, member: str) -> bool:
        if self.definer(module, name, member) is not None:
            return False
        return not any(self._is_open(*each) for each in self.family(module, name))

    def _is_open(self, module: str, name: str) -> bool:
        """Whether a class itself may have members that its text does not show."""
        view = self._view(module, name, "")
        if not view.is_defined or view.is_open:
            return True
        if len(self._bases(view)) < sum(isinstance(base, Named) for base in view.bases):
            return True
        makers = ("__getattr__", "__getattribute__")
        if any(maker in self._view(module, name, maker).members for maker in makers):
            return True
        text = self.texts.ask(module)
        return text is not None and self.reader.extends(text, name)

    # -- contracts ---------------------------------------------------------------------------

    def interface(self, module: str, name: str) -> Interface | None:
        """The interface that calling that gives a handle of."""
        if not self.handles.contracts:
            return None
        return self._interfaces((module, name), lambda: self._interface(module, name))

    def _interface(self, module: str, name: str) -> Interface | None:
        target = self.find(module, name)
        place = (target.module, target.name) if target else (module, name)
        contract = ""
        if target is None or target.kind == "other":
            contract = self.handles.returned.get(place, "")
        for each in self.handles.contracts if target and target.kind == "class" else ():
            if self.interface_of(each) == place:
                contract = each
        return Interface(contract, *self.interface_of(contract)) if contract else None

    def interface_of(self, contract: str) -> tuple[str, str]:
        """The module and name of a contract's class."""
        module, _, name = self.handles.contracts[contract].interface.partition(":")
        target = self.find(module, name)
        is_class = target is not None and target.kind == "class"
        return (target.module, target.name) if target and is_class else (module, name)

    def held(self, module: str, path: str) -> Values:
        """What the policy says that a parameter or an attribute of a module holds."""
        return self._handle_of(self.handles.held.get((module, path), ""))

    def returned(self, module: str, name: str, method: str) -> Values:
        """What the policy says that a method of a class returns."""
        if method not in self.handles.methods:
            return UNKNOWN
        target = self.find(module, name)
        family = self.family(target.module, target.name) if target else frozenset()
        known = (self.handles.returned.get((m, f"{c}.{method}"), "") for m, c in sorted(family))
        return self._handle_of(next(filter(None, known), ""))

    def _handle_of(self, contract: str) -> Values:
        return (Called(*self.interface_of(contract)),) if contract else UNKNOWN

    def contracts_in(self, family: frozenset[tuple[str, str]]) -> tuple[str, ...]:
        """The contracts whose interface is one of these classes."""
        return tuple(each for each in self.handles.contracts if self.interface_of(each) in family)

    def selector(self, option: str) -> str:
        """The contract whose implementer an option selects; "" if it selects none."""
        return self.handles.selectors.get(option, "")

    # -- reading classes ---------------------------------------------------------------------

    def _bases(self, view: ClassView) -> list[Target]:
        found = [self.find(b.module, b.name) for b in view.bases if isinstance(b, Named)]
        return [base for base in found if base is not None and base.kind == "class"]

    def _view(self, module: str, name: str, member: str, *, values: bool = False) -> ClassView:
        if member and not self.may_define(module, name, member):
            member = ""
        key = module, name, member, values and member != ""
        return self._views(key, lambda: self._read_class(*key))

    def _read_class(self, module: str, name: str, member: str, values: bool) -> ClassView:
        text = self.texts.ask(module)
        tree = self.reader.member(text, name, member, values=values) if text else None
        if text is None or tree is None:
            return ClassView()
        return self._reading(text, tree, bodies=True).classes.get(name) or ClassView()


def _merged(orders: list[list[Class]], own: Class) -> list[Class]:
    """Python's order of several, each of which it keeps (the C3 linearization)."""
    waiting = [[cls for cls in order if cls != own] for order in orders]
    found: list[Class] = []
    while waiting := [order for order in waiting if order]:
        later = {cls for order in waiting for cls in order[1:]}
        following = next((order[0] for order in waiting if order[0] not in later), None)
        if following is None:
            every = [cls for order in waiting for cls in order]
            return [*found, *dict.fromkeys(every)]
        found.append(following)
        waiting = [[cls for cls in order if cls != following] for order in waiting]
    return found


def _strings(node: cst.CSTNode | None) -> set[str]:
    if isinstance(node, (cst.List, cst.Tuple, cst.Set)):
        return {text for part in node.elements if (text := literal(part.value)) is not None}
    if isinstance(node, cst.BinaryOperation):
        return _strings(node.left) | _strings(node.right)
    return set()
