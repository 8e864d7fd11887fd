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

/**
 * Takes the last letter of an underlined name away and types it again, so many times; for each the time
 * from the key to the frame in which the squiggle is back. The cursor stands behind the letter.
 */
export async function keysToSquiggle(
  page: Page,
  letter: string,
  rounds: number,
): Promise<number[]> {
  await page.evaluate(() => {
    const watch = window as unknown as { keyAt: number; shownAt: number };
    window.addEventListener("keydown", (event) => (watch.keyAt = event.timeStamp), true);
    const overlays = document.querySelector(".editor-group-container.active .view-overlays");
    const look = () => {
      const line = document
        .querySelector(".editor-group-container.active .cursor")
        ?.getBoundingClientRect();
      const marks = [...(overlays?.querySelectorAll(".squiggly-error") ?? [])];
      const shown = marks.some((mark) => {
        const { top, bottom } = mark.getBoundingClientRect();
        return line !== undefined && top < line.bottom && bottom > line.top;
      });
      if (!shown) watch.shownAt = 0;
      else if (!watch.shownAt) watch.shownAt = performance.now();
    };
    if (overlays) {
      new MutationObserver(look).observe(overlays, {
        childList: true,
        subtree: true,
        attributes: true,
      });
    }
  });
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await page.keyboard.press("Backspace");
    await page.waitForFunction(
      () => (window as unknown as { shownAt: number }).shownAt === 0,
      undefined,
      { timeout: PATIENCE, polling: 50 },
    );
    await page.waitForTimeout(300);
    await page.keyboard.press(letter);
    const time = await page.waitForFunction(
      () => {
        const { keyAt, shownAt } = window as unknown as { keyAt: number; shownAt: number };
        return shownAt > keyAt ? shownAt - keyAt : 0;
      },
      undefined,
      { timeout: PATIENCE, polling: 50 },
    );
    times.push(Math.round(await time.jsonValue()));
  }
  return times;
}

/** The value below which so many percent of the times lie. */
export function percentile(times: readonly number[], percent: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
