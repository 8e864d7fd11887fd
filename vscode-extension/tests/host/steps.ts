/** Tests that run in the extension host, where the editor's own API is at hand. */

import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { PATIENCE } from "../until.ts";

/** What became of one test; `error` is there if it failed. */
export interface Outcome {
  readonly title: string;
  readonly error?: string;
}

/** Tests by their titles, played in this order: what one does to the window, the next one finds. */
export type Steps = Readonly<Record<string, () => Promise<void>>>;

/**
 * What the editor calls as `run` of an `extensionTestsPath`. Each outcome is a line of JSON in the file
 * that BAILIWICK_OUTCOMES names; the first failure does not keep the others from being played.
 */
export function played(steps: Steps): () => Promise<void> {
  return async () => {
    const file = process.env.BAILIWICK_OUTCOMES;
    if (file === undefined) throw new Error("BAILIWICK_OUTCOMES is not set");
    for (const [title, play] of Object.entries(steps)) {
      const outcome: Outcome = { title, ...(await failure(play)) };
      appendFileSync(file, `${JSON.stringify(outcome)}\n`);
    }
  };
}

async function failure(play: () => Promise<void>): Promise<{ error?: string }> {
  const ended = new AbortController();
  // A command or a task may never come to its end.
  const late = async () => {
    await setTimeout(2 * PATIENCE, undefined, { signal: ended.signal });
    throw new Error(`not at its end after ${(2 * PATIENCE) / 1000} s`);
  };
  try {
    await Promise.race([play(), late()]);
    return {};
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    ended.abort();
  }
}
