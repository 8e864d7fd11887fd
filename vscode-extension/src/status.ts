/** What the status item says: plain text made from what the server tells and what became of it. */

/** The answer to `bailiwick/status`, for one document. */
export interface DocumentStatus {
  /** `outside` any policy, `stale` under the last good one, or `broken` without a good one. */
  readonly state: "outside" | "ok" | "stale" | "broken";
  /** The subsystem that claims the document; `null` if none does. */
  readonly subsystem: string | null;
  readonly owners: readonly string[];
  /** The address of the policy that governs the document; `null` if none does. */
  readonly policy: string | null;
  readonly counts: Counts;
  /** What is wrong with the policy, `""` or `null` if nothing is. */
  readonly message: string | null;
}

/** Findings in the document, by what they cost. */
export interface Counts {
  readonly error: number;
  readonly warning: number;
  readonly info: number;
}

/** What has become of the server. */
export type ServerState =
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly busy: string | undefined }
  | { readonly kind: "failed"; readonly reason: string };

/** All that the item shows. */
export interface Situation {
  readonly server: ServerState;
  /** The active document, if it is one that is judged; `policy` if it is a policy itself. */
  readonly document: DocumentStatus | "policy" | undefined;
  /** Whether the workspace is in Restricted Mode. */
  readonly restricted: boolean;
  readonly caution: string | undefined;
  /** Which Bailiwick runs, and on what. */
  readonly running: string | undefined;
}

export interface Shown {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly severity: "plain" | "warning" | "error";
  readonly visible: boolean;
}

/** Puts the item together. */
export function shown(situation: Situation): Shown {
  const { server, document } = situation;
  switch (server.kind) {
    case "off":
      return { text: "", tooltip: "", severity: "plain", visible: false };
    case "starting":
      return item("$(sync~spin) Bailiwick", ["Bailiwick is starting."], situation);
    case "failed":
      return {
        ...item("$(error) Bailiwick", [escaped(server.reason)], situation),
        severity: "error",
      };
    case "running":
      break;
  }
  const icon = server.busy === undefined ? "$(law)" : "$(sync~spin)";
  const lines = server.busy === undefined ? [] : [`${escaped(server.busy)} …`];
  if (document === undefined) {
    return item(
      `${icon} Bailiwick`,
      [...lines, "The active editor shows no file that Bailiwick judges."],
      situation,
    );
  }
  if (document === "policy") {
    return item(`${icon} policy`, [...lines, "The lines that Bailiwick holds."], situation);
  }
  switch (document.state) {
    case "outside":
      return item(
        `${icon} no policy`,
        [...lines, "No `bailiwick.toml` governs this file, so nothing is forbidden to it."],
        situation,
      );
    case "broken": {
      const broken = `The policy is broken, and nothing is judged by it: ${reason(document)}`;
      return warned(item("$(warning) policy broken", [...lines, broken], situation));
    }
    case "stale": {
      const stale = `The policy is broken; the last good one stays in force: ${reason(document)}`;
      const text = `$(warning) ${name(document)}${tally(document.counts)}`;
      return warned(item(text, [...lines, stale, ...described(document)], situation));
    }
    case "ok":
      break;
  }
  return item(
    `${icon} ${name(document)}${tally(document.counts)}`,
    [...lines, ...described(document)],
    situation,
  );
}

function item(text: string, lines: readonly string[], situation: Situation): Shown {
  const more = [...lines];
  if (situation.restricted) {
    more.push(
      "Restricted Mode: the copy that came with the extension runs, and nothing from the workspace.",
    );
  }
  if (situation.caution !== undefined) more.push(`$(warning) ${escaped(situation.caution)}`);
  if (situation.running !== undefined) more.push(escaped(situation.running));
  return {
    text,
    tooltip: more.join("\n\n"),
    severity: situation.caution === undefined ? "plain" : "warning",
    visible: true,
  };
}

function warned(shown: Shown): Shown {
  return { ...shown, severity: "warning" };
}

function reason(document: DocumentStatus): string {
  return escaped(document.message?.split("\n")[0] ?? "see its own findings");
}

function name(document: DocumentStatus): string {
  return document.subsystem ?? "unclaimed";
}

function described(document: DocumentStatus): string[] {
  const subsystem =
    document.subsystem === null
      ? "No subsystem claims this module."
      : `Subsystem **${escaped(document.subsystem)}**`;
  const owners =
    document.owners.length > 0 ? [`Owned by ${document.owners.map(escaped).join(", ")}`] : [];
  return [subsystem, ...owners, counted(document.counts)];
}

function tally(counts: Counts): string {
  const parts = [
    counts.error > 0 ? `$(error) ${counts.error}` : "",
    counts.warning > 0 ? `$(warning) ${counts.warning}` : "",
    counts.info > 0 ? `$(info) ${counts.info}` : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? `  ${parts.join(" ")}` : "";
}

function counted(counts: Counts): string {
  const parts = [
    plural(counts.error, "error"),
    plural(counts.warning, "warning"),
    counts.info > 0 ? `${counts.info} for information` : "",
  ].filter((part) => part !== "");
  return parts.length > 0
    ? `Findings in this file: ${parts.join(", ")}`
    : "No findings in this file";
}

function plural(count: number, noun: string): string {
  return count === 0 ? "" : `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Keeps names from being read as Markdown. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>$~-]/g, "\\$&");
}
