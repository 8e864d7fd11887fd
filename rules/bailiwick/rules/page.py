"""A rule's page in Markdown: its docstring, then its examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bailiwick.rules.rule import Example, Rule


def page(rule: Rule) -> str:
    """What `bailiwick explain` prints, and what stands in `docs/rules/`."""
    _, _, text = (rule.__doc__ or "").partition("\n\n")
    summary = rule.SUMMARY[0].upper() + rule.SUMMARY[1:]
    parts = (
        f"# {rule.CODE} {rule.NAME}",
        f"{summary} Where the policy does not say what it costs: `{rule.SEVERITY}`.",
        text.strip(),
        "## Refused",
        *_examples(rule.INVALID, rule.CODE),
        "## Accepted",
        *_examples(rule.VALID, rule.CODE),
    )
    return "\n\n".join(parts) + "\n"


def _examples(examples: Iterable[Example], code: str) -> Iterator[str]:
    policy = ""
    for example in examples:
        yield f"### {example.title}"
        if example.policy_text() == policy:
            yield "Under the same policy:"
        else:
            policy = example.policy_text()
            yield _block("toml", f"# bailiwick.toml\n{policy}")
        for path, text in example.tree().items():
            yield _block(
                _language(path), f"# {path}\n{_marked(path, text, example.breaches, code)}"
            )


def _marked(path: str, text: str, breaches: Iterable[str], code: str) -> str:
    """The text with a comment below each line that breaks the rule, pointing at the places."""
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        here = f"{path}:{number}:"
        columns = [int(breach[len(here) :]) for breach in breaches if breach.startswith(here)]
        lines.append(line)
        if columns:
            marks = "".join("^" if c in columns else " " for c in range(2, max(columns) + 1))
            lines.append(f"#{marks or '^'} {code}")
    return "\n".join(lines)


def _language(path: str) -> str:
    return "toml" if path.endswith(".toml") else "python"


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"
