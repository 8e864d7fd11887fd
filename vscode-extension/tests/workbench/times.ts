/** Times as the page itself sees them, in milliseconds. */

/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { PATIENCE } from "../until.ts";

/** When, since navigation began, the editor had text, the status its subsystem, and a finding was marked. */
export async function sinceNavigation(
  page: Page,
): Promise<{ editor: number; status: number; squiggle: number }> {
  const when = async (selector: string) => {
    const locator = page.locator(selector).first();
    await locator.waitFor({ state: "attached", timeout: PATIENCE });
    return Math.round(await page.evaluate(() => performance.now()));
  };
  const editor = await when(".editor-instance .view-line span span");
  const status = await when('.statusbar-item[id="bailiwick.bailiwick.status"] .codicon-law');
  const squiggle = await when(".tabs-container .tab [class*=monaco-decoration-itemColor]");
  return { editor, status, squiggle };
}

/** How a squiggle looks: ours is an `error`, of others it may be another. */
export type Look = "error" | "warning";

/** What the page keeps while somebody types: when the last key came, and which squiggles are there since when. */
interface Watch {
  keyAt: number;
  shownAt: Partial<Record<Look, number>>;
}

/**
 * Takes the last letter of an underlined name away and types it again, so many times; for each the time
 * from the key to the frame in which the squiggle is back, for each look. The cursor stands behind the letter.
 */
export async function keysToSquiggle<Looks extends Look>(
  page: Page,
  letter: string,
  rounds: number,
  looks: readonly Looks[],
): Promise<Record<Looks, number[]>> {
  await page.evaluate(watchSquiggles, looks);
  const times = Object.fromEntries(looks.map((look) => [look, []])) as unknown as Record<
    Looks,
    number[]
  >;
  for (let round = 0; round < rounds; round++) {
    await page.keyboard.press("Backspace");
    await page.waitForFunction(
      () => Object.keys((window as unknown as Watch).shownAt).length === 0,
      undefined,
      { timeout: PATIENCE, polling: 50 },
    );
    await page.waitForTimeout(300);
    await page.keyboard.press(letter);
    const seen = await page.waitForFunction(
      (wanted) => {
        const { keyAt, shownAt } = window as unknown as Watch;
        const after = wanted.map((look) => (shownAt[look] ?? 0) - keyAt);
        return after.every((time) => time > 0) && after;
      },
      looks,
      { timeout: PATIENCE, polling: 50 },
    );
    const after = (await seen.jsonValue()) || [];
    for (const [index, look] of looks.entries()) times[look].push(Math.round(after[index] ?? 0));
  }
  return times;
}

/** Runs in the page: notes when squiggles come and go in the line of the cursor. */
function watchSquiggles(looks: readonly Look[]): void {
  const watch = window as unknown as Watch;
  watch.shownAt = {};
  window.addEventListener(
    "keydown",
    (event) => {
      watch.keyAt = event.timeStamp;
    },
    true,
  );
  const overlays = document.querySelector(".editor-group-container.active .view-overlays");
  const observe = () => {
    const line = document
      .querySelector(".editor-group-container.active .cursor")
      ?.getBoundingClientRect();
    for (const look of looks) {
      const marks = [...(overlays?.querySelectorAll(`.squiggly-${look}`) ?? [])];
      const shown = marks.some((mark) => {
        const { top, bottom } = mark.getBoundingClientRect();
        return line !== undefined && top < line.bottom && bottom > line.top;
      });
      if (!shown) delete watch.shownAt[look];
      else watch.shownAt[look] ??= performance.now();
    }
  };
  if (overlays) {
    new MutationObserver(observe).observe(overlays, {
      childList: true,
      subtree: true,
      attributes: true,
    });
  }
}

/** The value below which so many percent of the times lie. */
export function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
