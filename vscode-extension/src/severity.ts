/** How findings look in this editor, whatever they cost elsewhere. */

/** What the setting may say of a code. */
export type Look = "error" | "warning" | "info" | "hint" | "off";

/** The most exact entry that a code begins with: `BW203` before `BW2` before `BW`. */
export function lookOf(code: string, setting: Readonly<Record<string, Look>>): Look | undefined {
  const beginnings = Object.keys(setting).filter((beginning) => code.startsWith(beginning));
  const [longest] = beginnings.sort((one, other) => other.length - one.length);
  return longest === undefined ? undefined : setting[longest];
}
