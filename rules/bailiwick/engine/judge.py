"""The verdict on one file: text to sieve, sieve to libcst, references to findings."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bailiwick.catalogue import BY_CODE, FILE_RULE, GRAPH_RULE, MODULE_RULE
from bailiwick.engine.bench import Bench
from bailiwick.engine.forked import aside
from bailiwick.engine.verdict import Sighting, Verdict, placed
from bailiwick.sieve.broken import may_be_broken
from bailiwick.sieve.cut import Cut, whole
from bailiwick.sieve.propose import Sieve
from bailiwick.sieve.questions import YES, ask, module_asked, still_holds
from bailiwick.sieve.texts import ModuleText, Texts
from bailiwick.source.ledger import SIGN, Ledger
from bailiwick.source.text import NotTextError, decode
from bailiwick.source.tree import digest_of
from bailiwick.suppressions.comments import suppressions
from bailiwick.vocabulary.reference import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from bailiwick.engine.court import Court
    from bailiwick.engine.known import Known
    from bailiwick.rules.rule import Witness
    from bailiwick.source.ledger import Answered, Lesson
    from bailiwick.source.tree import File, Tree
    from bailiwick.syntax.parsing import UnparsedError
    from bailiwick.vocabulary.finding import Finding
    from bailiwick.vocabulary.policy import Policy
    from bailiwick.vocabulary.suppression import Suppression

    # A subsystem, and one that it uses.
    Edge = tuple[str, str]

_NAMES = {code: rule.NAME for code, rule in BY_CODE.items()}
# Characters of a line that is still shown: a finding for each name in one of megabytes would
# otherwise fill all memory.
_PAGE = 5000
# Characters that may be parsed in vain before a small broken file is given up.
_PATIENCE = 1_000_000
# Of so many modules one is asked in this process while another has the rest of them.
_OWN_SHARE = 3


@dataclass(slots=True)
class Changed:
    """What a change of a module touches.

    notes:  what may have been noted of it, in the ledger or in a verdict, and holds no more
    gained: the private names that it may have come to define
    shows:  whether anything is otherwise but what stands inside its functions
    """

    notes: set[str]
    gained: frozenset[str] = frozenset()
    shows: bool = True


def _difference(module: str, before: ModuleText | None, now: ModuleText | None) -> Changed:
    if before is None or now is None:
        names = now.accessed | now.defined if now is not None else frozenset()
        return Changed({module, f"~{module}", f"^{module}"}, names)
    if before.text == now.text:
        return Changed(set(), shows=False)
    changed = Changed({module}, shows=False)
    if before.face != now.face:
        changed.notes.add(f"~{module}")
    old, new = before.own_privates, now.own_privates
    if before.members(old) != now.members(new):
        changed.notes.add(f"^{module}")
        changed.gained = new - old if now.members(old) == before.members(old) else new
    changed.shows = len(changed.notes) > 1
    return changed


class Judge:
    """Judges the files of one tree under one policy."""

    def __init__(
        self,
        policy: Policy,
        tree: Tree,
        *,
        exhaustive: bool = False,
        faces: bool = False,
        whole: bool = False,
        buffers: Mapping[str, bytes] | None = None,
    ) -> None:
        """`buffers` gives text that is not saved, by path as the tree has it.

        With `faces` each verdict says what other verdicts may depend on. With `whole` all of the
        tree is to be judged: a file that has been read for another is judged as it was then, and
        what would be asked for most files is worked out for the tree at once.
        """
        self.policy, self.tree = policy, tree
        self.exhaustive, self.faces, self.whole = exhaustive, faces, whole
        self.ledger = Ledger()
        self.texts = Texts(tree, self.ledger, {} if buffers is None else buffers)
        self.bench = Bench(policy, tree, datetime.date.today())
        self.sieve = Sieve(self.texts, policy, self.bench, whole=whole)
        self._court: Court | None = None
        self._given: set[str] = set()

    @property
    def court(self) -> Court:
        """Libcst's part, loaded when there is something to judge."""
        if self._court is None:
            from bailiwick.engine.court import Court

            registrations = self.sieve.registrations
            self._court = Court(self.bench, self.texts, registrations, exhaustive=self.exhaustive)
        return self._court

    def ask_ahead(self) -> None:
        """Find out what is asked of all modules, whichever are judged; on two processors at once.

        This process has libcst to import besides, which takes as long as a third of the questions.
        """
        ask, modules = self.sieve.handles.ask_ahead, list(self.tree.modules)
        own = modules[::_OWN_SHARE]
        others = [module for number, module in enumerate(modules) if number % _OWN_SHARE]

        def learnt() -> list[Lesson]:
            ask(others)
            return self.ledger.lessons()

        with aside(learnt) as lessons:
            ask(own)
            _ = self.court
            self.ledger.learn(lessons())

    def verdict(self, file: File, known: Verdict | None = None) -> Verdict:
        """Judge one file; `known` is an older verdict on a cut that would be judged alike now."""
        text = self._text(file)
        if isinstance(text, Verdict):
            return text
        (verdict, reads) = self.ledger.reading(lambda: self._judge(text, known))
        verdict.digest = text.digest
        verdict.suppressions = self.suppressions(text)
        verdict.reads = frozenset(
            read
            for read in verdict.reads | reads
            if file.module not in read or _module(read) != file.module
        )
        if self.faces:
            _show(verdict, text)
            verdict.answers = self.answers(verdict.reads)
        return verdict

    def _text(self, file: File) -> ModuleText | Verdict:
        """A file's text, or the verdict on one that has none."""
        known = self.texts.known(file.module) if self.whole else None
        if known is not None and known.file is file and known.digest:
            return known
        try:
            data = self.texts.data(file)
        except OSError as error:
            return Verdict("", findings=(self.unreadable(file, error.strerror or str(error)),))
        digest = digest_of(data)
        try:
            return self.texts.put(file, decode(data), digest)
        except NotTextError as error:
            finding = self._not_parsed(file, str(error), error.line, error.column)
            return Verdict(digest, findings=(finding,))

    def fragment(
        self, text: ModuleText, start: int, end: int, known: dict[str, list[Finding]]
    ) -> tuple[list[Finding], bool]:
        """What is found between two offsets of a piece of a module, and whether all was parsed.

        Places are the piece's own. `known` has what was found in earlier cuts, and is added to.
        """
        work = lambda: self._judge_between(text, start, end, known)  # noqa: E731
        return self.ledger.reading(work)[0]

    def suppressions(self, text: ModuleText) -> tuple[Suppression, ...]:
        """The comments in a text that allow findings."""
        return suppressions(text.lines, _NAMES)

    def _judge_between(
        self, text: ModuleText, start: int, end: int, known: dict[str, list[Finding]]
    ) -> tuple[list[Finding], bool]:
        from bailiwick.syntax.parsing import UnparsedError

        proposed, names, _ = self.sieve.propose(text)
        offsets = sorted(offset for offset in proposed if start <= offset < end)
        if not offsets:
            return [], True
        cut = text.cutter.cut(offsets, chosen=names)
        try:
            if cut.text not in known:
                known[cut.text] = self._findings(text, cut, names)
            return [placed(finding, cut.lines) for finding in known[cut.text]], True
        except UnparsedError:
            return self._judge_each(text, offsets, names), False

    def answers(self, reads: Iterable[str]) -> dict[str, Answered]:
        """The answers behind what was read, and behind them, but for those given here before."""
        found: dict[str, Answered] = {}
        waiting = [frozenset(reads)]
        while waiting:
            new = waiting.pop() - self._given
            self._given |= new
            for word in new:
                answered = self.ledger.answered(word) if word.startswith(SIGN) else None
                if answered is not None:
                    found[word] = answered
                    waiting.append(answered.reads)
        return found

    def fallen(self, questions: Iterable[str]) -> set[str]:
        """Which of these noted questions have other answers now."""
        return {
            read for read in questions if not still_holds(self.texts.ask(module_asked(read)), read)
        }

    def look(self, file: File) -> Verdict:
        """A file's digest and what it shows to others, without a verdict; nothing if unreadable."""
        try:
            data = self.texts.data(file)
            digest = digest_of(data)
            text = self.texts.put(file, decode(data), digest)
        except (OSError, NotTextError):
            return Verdict()
        seen = Verdict(digest)
        _show(seen, text)
        return seen

    def change(self, file: File) -> Changed:
        """Learn that a file has another text than before, and forget what rested on that."""
        module = file.module
        before = self.texts.known(module)
        self.texts.forget(module)
        now = self.texts.ask(module)
        changed = _difference(module, before, now)
        if not changed.notes:
            return changed
        if now is not None:
            asked = self.ledger.asked(module)
            changed.notes.update(word for word in asked if not still_holds(now, word))
        changed.notes |= self.ledger.forget(frozenset(changed.notes))
        self.sieve.forget(module, all_of=changed.shows)
        if self._court is not None:
            self._court.forget(module)
        return changed

    def gained(self, file: File, before: Verdict, now: Verdict) -> frozenset[str]:
        """The names by which a changed file may concern who has them, too.

        Only its new ones, if each class still has those of the old ones that it had.
        """
        text = self.texts.ask(file.module)
        if text is not None and text.members(before.names) == before.members:
            return now.names - before.names
        return now.names

    def exists(self, target: str) -> bool:
        """Whether the tree has a `module`, or one that may bind the `Name` of `module:Name`."""
        module, _, name = target.partition(":")
        if not name or module not in self.tree.modules:
            return module in self.tree.modules
        return ask(self.texts, module, ("binds", name.partition(".")[0])) == YES

    def _judge(self, text: ModuleText, known: Verdict | None) -> Verdict:
        if self.exhaustive:
            return self._judge_whole(text)
        broken = self._syntax_error(text) if may_be_broken(text.text) else None
        offsets, names, edges = self.sieve.propose(text)
        cut = text.cutter.cut(offsets, chosen=names) if offsets else Cut("", ())
        # Of the names that matter those that are there belong to what is judged.
        key = _digest("\0".join([cut.text, *sorted(n for n in names if n in cut.text)]))
        if known is not None and known.cut == key and not broken and _is_told(text, known.court):
            return replace(known, lines=cut.lines, edges=edges, reads=known.court)
        self.ledger.beat()
        if not offsets:
            return Verdict("", cut="" if broken else key, findings=broken or (), edges=edges)
        return self._judge_cut(text, cut, key, offsets, names, broken, edges)

    def _judge_cut(
        self,
        text: ModuleText,
        cut: Cut,
        key: str,
        offsets: Iterable[int],
        names: frozenset[str],
        broken: tuple[Finding, ...] | None,
        edges: dict[str, list[int]],
    ) -> Verdict:
        from bailiwick.syntax.parsing import UnparsedError

        try:
            findings, reads = self.ledger.reading(lambda: self._findings(text, cut, names))
        except UnparsedError:
            if broken is None:
                return replace(self._judge_whole(text), edges=edges)
            findings = self._judge_each(text, sorted(offsets), names)
            return Verdict("", findings=(*broken, *findings), edges=edges)
        if broken:
            still = (placed(finding, cut.lines) for finding in findings)
            return Verdict("", findings=(*broken, *still), edges=edges)
        # What was asked of the module's own text, beside what the cut says, can be asked again.
        module = text.file.module
        asked = all(module_asked(read) for read in reads if _module(read) == module)
        return Verdict(
            "",
            cut=key if asked else "",
            court=reads,
            lines=cut.lines,
            findings=tuple(findings),
            edges=edges,
        )

    def _judge_whole(self, text: ModuleText) -> Verdict:
        from bailiwick.syntax.parsing import UnparsedError

        cut = whole(text.text)
        try:
            judged = self._findings(text, cut)
            return Verdict("", findings=tuple(judged), edges=self.sieve.propose(text).edges)
        except UnparsedError as error:
            offsets, names, edges = self.sieve.propose(text)
            findings = (self._broken(text, error), *self._judge_each(text, sorted(offsets), names))
            return Verdict("", findings=findings, edges=edges)

    def _judge_each(
        self, text: ModuleText, offsets: Sequence[int], names: frozenset[str]
    ) -> list[Finding]:
        """What can still be judged of a broken file: the proposed statements that can be read.

        They are parted until what cannot be read stands alone, or has cost more than it is worth.
        """
        from bailiwick.syntax.parsing import UnparsedError

        found: dict[Span, Finding] = {}
        waiting, patience = [offsets], 10 * len(text.text) + _PATIENCE
        while waiting and patience > 0:
            part = waiting.pop()
            try:
                cut = text.cutter.cut(part, chosen=names)
                judged = self._findings(text, cut, names)
                found.update((each.span, each) for each in (placed(f, cut.lines) for f in judged))
            except (UnparsedError, StopIteration):
                patience -= len(cut.text)
                half = len(part) // 2
                waiting += [part[half:], part[:half]] if half else []
        return list(found.values())

    def _syntax_error(self, text: ModuleText) -> tuple[Finding, ...] | None:
        from bailiwick.syntax.parsing import UnparsedError, parse

        try:
            parse(text.text)
        except UnparsedError as error:
            return (self._broken(text, error),)
        return None

    def _broken(self, text: ModuleText, error: UnparsedError) -> Finding:
        finding = self._not_parsed(text.file, error.reason, error.line, error.column)
        return replace(finding, excerpt=_line(text.text.split("\n"), error.line))

    def _not_parsed(self, file: File, reason: str, line: int = 1, column: int = 1) -> Finding:
        span = Span(line, column, line, column)
        message = FILE_RULE.breach(reason).message
        return self.bench.file_finding(file.path, file.module, FILE_RULE.CODE, span, message)

    def _findings(
        self, text: ModuleText, cut: Cut, holders: frozenset[str] | None = None
    ) -> list[Finding]:
        """The findings in a cut, with their lines. Raises UnparsedError.

        `holders`: the only names that handles go by in the cut, if they are known.
        """
        from bailiwick.syntax.parsing import room_for

        with room_for(cut.text):
            findings = self.court.judge(text, cut, holders)
        lines = cut.text.split("\n") if findings else []
        return [replace(found, excerpt=_line(lines, found.span.line)) for found in findings]

    def unreadable(self, file: File, reason: str) -> Finding:
        """The finding on a file or folder that the system would not open."""
        return self._not_parsed(file, f"cannot be read: {reason[:1].lower()}{reason[1:]}")

    def unclaimed(self, files: Iterable[File]) -> list[Finding]:
        """The findings on modules that no subsystem claims."""
        if self.policy.unclaimed == "ignore":
            return []
        span, code = Span(1, 1, 1, 1), MODULE_RULE.CODE
        return [
            self.bench.file_finding(
                file.path, file.module, code, span, MODULE_RULE.judge_module(file.module).message
            )
            for file in files
            if self.bench.subsystem(file.module) is None
        ]

    def edges(self, files: Iterable[File]) -> dict[str, Verdict]:
        """By path, verdicts that say no more than whom the imports of some files may tie."""
        found: dict[str, Verdict] = {}
        for file in files:
            text = None if self.policy.is_test(file.module) else self.texts.of(file.module)
            edges = self.sieve.edges(text) if text is not None else {}
            if edges:
                found[file.path] = Verdict(edges=edges)
        return found

    def circles(self, known: Known) -> list[Finding]:
        """The findings on circles between subsystems, from what the verdicts say of edges.

        The sightings that are known are asked first, and told what they did not know.
        """
        if self.bench.severity(GRAPH_RULE, None) == "off":
            return []
        possible: dict[Edge, list[File]] = {}
        telling = set(known.telling())
        for file in self.tree.files:
            used = known.outcome(file.path).edges if file.path in telling else ()
            user = self.bench.subsystem(file.module) if used else None
            if user is not None:
                for target in used:
                    possible.setdefault((user.name, target), []).append(file)

        def witnesses(edge: Edge, *, recalled: bool = False) -> Iterator[Witness]:
            sighted = self._recalled if recalled else self._sighting
            sightings = (sighted(file, edge[1], known) for file in possible[edge])
            return (seen for each in sightings if each and (seen := each.placed()) is not None)

        # Whether there is an edge, known sightings mostly tell; who shows it first is asked of few.
        edges = [
            edge
            for edge in sorted(_on_circles(possible))
            if any(witnesses(edge, recalled=True)) or any(witnesses(edge))
        ]
        return list(self.bench.circles(_Witnessed(edges, lambda edge: next(witnesses(edge)))))

    def _recalled(self, file: File, target: str, known: Known) -> Sighting | None:
        """What a file's imports that may make it use a subsystem come to, if that is known."""
        before = known.sightings.get((file.path, target))
        return before if before is not None and before.digest == known.digest(file.path) else None

    def _sighting(self, file: File, target: str, known: Known) -> Sighting:
        """What a file's imports that may make it use a subsystem come to."""
        recalled = self._recalled(file, target, known)
        if recalled is not None:
            return recalled
        verdict = known.get(file.path)
        assert verdict is not None
        text = self.texts.of(file.module)
        found = Sighting(verdict.digest)
        if text is not None:
            cut = text.cutter.cut(verdict.edges[target])
            found.cut, found.lines = _digest(cut.text), cut.lines
            before = known.sighting(file.path, target, cut.text)
            if before is not None and before.cut == found.cut:
                found.witness = before.witness
            else:
                self._see(text, target, cut, found)
        known.sightings[file.path, target] = found
        return found

    def _see(self, text: ModuleText, target: str, cut: Cut, found: Sighting) -> None:
        """Put into a sighting the first import in a cut that uses a subsystem, if there is one.

        Where the cut cannot be parsed, the file is read whole.
        """
        from bailiwick.syntax.parsing import UnparsedError, room_for

        for part in (whole(text.text),) if self.exhaustive else (cut, whole(text.text)):
            try:
                with room_for(part.text):
                    witness = self.court.witnesses(text, part).get(target)
            except UnparsedError:
                continue
            if part is not cut:
                # These lines and this cut are the file's own, so they hold for no other text.
                found.cut, found.lines = "", part.lines
            if witness is not None:
                excerpt = _line(part.text.split("\n"), witness.reference.span.line)
                found.witness = replace(witness, excerpt=excerpt)
            return


class _Witnessed(Mapping["Edge", "Witness"]):
    """Edges, each with its first witness, who is looked for when somebody asks for him."""

    def __init__(self, edges: Sequence[Edge], witness: Callable[[Edge], Witness]) -> None:
        self._edges, self._witness = dict.fromkeys(edges), witness

    def __getitem__(self, edge: Edge) -> Witness:
        return self._witness(edge)

    def __iter__(self) -> Iterator[Edge]:
        return iter(self._edges)

    def __len__(self) -> int:
        return len(self._edges)

    def __contains__(self, edge: object) -> bool:
        return edge in self._edges


def _digest(text: str) -> str:
    return digest_of(text.encode("utf-8", "surrogatepass"))


def _module(read: str) -> str:
    """The module of a note in the ledger, however closely it was read."""
    return read.partition("?")[0].lstrip("~^")


def _is_told(text: ModuleText, reads: Iterable[str]) -> bool:
    """Whether a text answers as before what was asked of it."""
    own = (read for read in reads if module_asked(read) == text.file.module)
    return all(still_holds(text, read) for read in own)


def _show(verdict: Verdict, text: ModuleText) -> None:
    """Note in a verdict what other verdicts may depend on."""
    verdict.names, verdict.own = text.accessed | text.defined, text.own_privates
    verdict.face, verdict.members = text.face, text.members(verdict.names)


def _line(lines: Sequence[str], number: int) -> str:
    """A line to show with a finding; nobody looks at one that is longer than a page."""
    line = lines[number - 1] if number <= len(lines) else ""
    return line if len(line) <= _PAGE else ""


def _on_circles(edges: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges that lie on a circle."""
    after: dict[str, set[str]] = {}
    for user, used in edges:
        after.setdefault(user, set()).add(used)

    def reaches(start: str, goal: str) -> bool:
        seen, waiting = {start}, [start]
        while waiting:
            for following in after.get(waiting.pop(), set()) - seen:
                seen.add(following)
                waiting.append(following)
        return goal in seen

    return {(user, used) for user, used in edges if reaches(used, user)}
