/** What stands for something else in a path that somebody wrote into the settings. */

export interface Surroundings {
  /** The user's home folder. */
  readonly home: string;
  /** The workspace folder that the setting is for, if there is one. */
  readonly folder: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Fills in `~`, `${userHome}`, `${workspaceFolder}` and `${env:NAME}`; what is unknown stays as it is. */
export function filledIn(text: string, around: Surroundings): string {
  const atHome = text === "~" || /^~[\\/]/.test(text) ? around.home + text.slice(1) : text;
  return atHome.replace(/\$\{(userHome|workspaceFolder|env:([^}]+))\}/g, (whole, what, name) => {
    if (what === "userHome") return around.home;
    if (what === "workspaceFolder") return around.folder ?? whole;
    return around.environment[name] ?? "";
  });
}
