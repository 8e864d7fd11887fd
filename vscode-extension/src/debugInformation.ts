/** What somebody pastes into a report when something is wrong. */

export interface DebugInformation {
  readonly extension: string;
  readonly editor: string;
  readonly platform: string;
  readonly remote: string | undefined;
  readonly trusted: boolean;
  readonly folders: number;
  readonly state: string;
  readonly command: readonly string[] | undefined;
  readonly server: string | undefined;
  readonly trail: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
}

/** As Markdown. The home folder is written `~`, so that nobody's name gets into a report. */
export function asMarkdown(information: DebugInformation, home: string): string {
  const lines = [
    `- extension ${information.extension}, editor ${information.editor}, ${information.platform}${
      information.remote === undefined ? "" : `, remote ${information.remote}`
    }`,
    `- ${information.folders} folder${information.folders === 1 ? "" : "s"}, ${
      information.trusted ? "trusted" : "Restricted Mode"
    }`,
    `- server: ${information.server ?? "none"}, ${information.state}`,
    `- command: ${information.command === undefined ? "none" : `\`${information.command.join(" ")}\``}`,
    "- looked at:",
    ...information.trail.map((line) => `  - ${line}`),
    "- settings:",
    "",
    "```json",
    JSON.stringify(information.settings, undefined, 2),
    "```",
    "",
  ];
  return lines.join("\n").replaceAll(home, "~");
}
