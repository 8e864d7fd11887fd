"""A real browser for pages: what a script does there, as the browser itself tells it."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# A script that returns the least contrast between words and their ground, as WCAG counts it.
CONTRAST = """
      const light = (color) => {
        const parts = color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
          .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
      };
      const ground = (each) => {
        for (let at = each; at; at = at.parentElement) {
          const color = getComputedStyle(at).backgroundColor;
          if (!/, 0\\)$/.test(color)) return color;
        }
      };
      return Math.min(...$$('h1, p, td, th, button, label, summary, li, code, b').map((each) => {
        const pair = [light(getComputedStyle(each).color), light(ground(each))].sort();
        return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
      }));
"""
_ASKED = """
<script>
window.addEventListener("error", (event) => { document.title = "failed: " + event.message; });
</script>
<script>
(async () => {
  const $ = (selector) => document.querySelector(selector);
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const press = (key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const choose = (name, value) => {
    $("#filters [name=" + name + "]").value = value;
    $("#filters").dispatchEvent(new Event("input", { bubbles: true }));
  };
  let told;
  try { told = await (async () => { SCRIPT })(); } catch (error) { told = "failed: " + error; }
  const answer = document.createElement("pre");
  answer.id = "answer";
  answer.textContent = JSON.stringify(told === undefined ? null : told);
  document.body.append(answer);
})();
</script>
</body>
"""


def browser() -> str:
    """The program; skips the test where there is none."""
    named = os.environ.get("BAILIWICK_BROWSER")
    found = next(filter(None, map(shutil.which, [named] if named else _NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on PATH, and none named by BAILIWICK_BROWSER")
    return found


def asked(page: Path, script: str, *options: str) -> Any:
    """What a script returns that runs in a page, as JSON can hold it.

    The script has `$` and `$$` to find elements, `press` for a key and `choose` for a filter.
    """
    copy = page.with_name(f"asked-{page.name}")
    text = page.read_text(encoding="utf-8")
    copy.write_text(text.replace("</body>", _ASKED.replace("SCRIPT", script)), encoding="utf-8")
    command = [
        *(browser(), "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,1000"),
        f"--user-data-dir={page.parent / 'browser'}",
        *("--virtual-time-budget=5000", *options, "--dump-dom", copy.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    told = re.search(r'<pre id="answer">(.*?)</pre>', done.stdout, re.DOTALL)
    assert told, done.stderr[-2000:] or done.stdout[-2000:]
    return json.loads(html.unescape(told[1]))
