/** Waiting for what takes as long as it takes. */

/** How long anything may take on a slow machine, in milliseconds. */
export const PATIENCE = Number(process.env.BAILIWICK_PATIENCE ?? 90_000);

/** Looks again and again until what is seen is as wanted. */
export async function until<T>(
  look: () => T | PromiseLike<T>,
  holds: (seen: T) => boolean,
  what: string,
): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > deadline) {
      throw new Error(
        `${what}: not within ${PATIENCE / 1000} s; last seen ${JSON.stringify(seen)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
