/** Two letters for a subsystem: the initials of its first two words, else its first two letters. */
export function badge(subsystem: string): string {
  const [first = "", second] = subsystem.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const letters = second === undefined ? [...first].slice(0, 2) : [[...first][0], [...second][0]];
  return letters.join("");
}
