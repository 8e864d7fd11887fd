/** Links from a finding to the page of its rule, which comes with the extension. */

/** The scheme under which the pages are opened. */
export const SCHEME = "bailiwick-rule";

/** The path of a code's page under that scheme; `undefined` for what is no code of ours. */
export function pagePath(code: string): string | undefined {
  return /^BW\d{3}$/.test(code) ? `/${code}.md` : undefined;
}

/** The code that a path under that scheme stands for. */
export function codeOf(path: string): string | undefined {
  return /^\/(BW\d{3})\.md$/.exec(path)?.[1];
}

/** Leads a page's links to its neighbours, `[BW102](BW102.md)`, to the same scheme. */
export function linkedPage(markdown: string): string {
  return markdown.replace(/\]\((BW\d{3})\.md\)/g, `](${SCHEME}:/$1.md)`);
}
