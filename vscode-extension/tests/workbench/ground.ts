/** What a test stands on: the packaged extension in a laboratory, and a project of its own. */

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { servers } from "./processes.ts";
import { Laboratory, type Parts, type Workbench } from "./workbench.ts";

const EXAMPLE = fileURLToPath(new URL("../../../examples/miniature-compute/", import.meta.url));

export class Ground {
  readonly #laboratory: Laboratory;
  readonly #folder: string;
  readonly #pictures: string;

  private constructor(laboratory: Laboratory, folder: string, pictures: string) {
    this.#laboratory = laboratory;
    this.#folder = folder;
    this.#pictures = pictures;
  }

  /** Takes what scripts/trial.py has prepared. */
  static async prepare(): Promise<Ground> {
    const parts: Parts = JSON.parse(told("BAILIWICK_WORKBENCH"));
    return new Ground(
      await Laboratory.open(parts, [told("BAILIWICK_VSIX")]),
      await mkdtemp(join(tmpdir(), "bailiwick-ground-")),
      told("BAILIWICK_PICTURES"),
    );
  }

  /** The Python that the tests run on, which has Bailiwick. */
  get python(): string {
    return told("BAILIWICK_PYTHON");
  }

  /** The servers that run in the laboratory. */
  get servers(): number[] {
    return servers(this.#laboratory.extensions);
  }

  /** A copy of the example. */
  async project(name: string): Promise<string> {
    const folder = join(this.#folder, name);
    await cp(EXAMPLE, folder, { recursive: true });
    return folder;
  }

  /** Opens a workbench on a folder, and closes it however the test ends; a failure leaves a picture. */
  async in(
    target: string,
    name: string,
    use: (bench: Workbench) => Promise<void>,
    settings: object = {},
    file?: string,
  ): Promise<void> {
    const bench = await this.#laboratory.workbench(target, settings, file);
    try {
      await use(bench);
    } catch (error) {
      await this.picture(bench, `failed-${name}`);
      throw error;
    } finally {
      await bench.close();
    }
  }

  /** A part of a test; a failure leaves a picture. */
  async step(
    t: TestContext,
    bench: Workbench,
    title: string,
    play: () => Promise<void>,
  ): Promise<void> {
    await t.test(title, async () => {
      try {
        await play();
      } catch (error) {
        await this.picture(bench, `failed-${title.replaceAll(/\W+/g, "-")}`);
        throw error;
      }
    });
  }

  /** The same as `in`, on a fresh copy of the example. */
  async with(
    name: string,
    use: (bench: Workbench, folder: string) => Promise<void>,
    settings: object = {},
  ): Promise<void> {
    const folder = await this.project(name);
    await this.in(folder, name, (bench) => use(bench, folder), settings);
  }

  /** Keeps what the page shows. */
  async picture(bench: Workbench, name: string): Promise<void> {
    await bench.page.screenshot({ path: join(this.#pictures, `${name}.png`) });
  }

  async clear(): Promise<void> {
    await this.#laboratory.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function told(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run \`make test-editor\``);
  return value;
}
