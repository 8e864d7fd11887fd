/** When a server that died is started again, and when it is left alone. */

/** Restarts that are allowed within one period. */
export const RESTARTS = 4;
/** The period, in milliseconds. */
export const PERIOD = 3 * 60 * 1000;

/** Counts crashes; the clock is the caller's, in milliseconds. */
export class CrashPolicy {
  #crashes: number[] = [];

  /** Notes a crash, and says whether the server may be started again. */
  mayRestart(now: number): boolean {
    this.#crashes = [...this.#crashes.filter((then) => now - then < PERIOD), now];
    return this.#crashes.length <= RESTARTS;
  }

  /** Forgets all crashes, as when somebody restarts the server by hand. */
  forget(): void {
    this.#crashes = [];
  }
}
