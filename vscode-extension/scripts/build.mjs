// Bundles src/ into dist/, and puts beside it the pages that findings link to.
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(here, "dist");
await rm(dist, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.cjs",
  bundle: true,
  minify: true,
  format: "cjs",
  platform: "node",
  target: "node18",
  external: ["vscode"],
  legalComments: "none",
  logLevel: "warning",
});
const pages = join(here, "..", "docs", "rules");
await mkdir(join(dist, "rules"));
for (const page of await readdir(pages)) {
  if (/^BW\d{3}\.md$/.test(page)) await cp(join(pages, page), join(dist, "rules", page));
}

// A README that shows its pictures wherever it is read, also where nothing can be fetched. What leads
// to other files of the repository leads nowhere from here, and is left as plain words.
const readme = await readFile(join(here, "README.md"), "utf8");
const pictures = new Map();
for (const [, path] of readme.matchAll(/!\[[^\]]*\]\(([^)]+\.png)\)/g)) {
  pictures.set(path, (await readFile(join(here, path))).toString("base64"));
}
await writeFile(
  join(dist, "README.md"),
  readme
    .replace(
      /(!\[[^\]]*\])\(([^)]+\.png)\)/g,
      (_, alt, path) => `${alt}(data:image/png;base64,${pictures.get(path)})`,
    )
    .replace(/(?<!!)\[([^\]]*)\]\((?!https:)[^)]*\)/g, "$1"),
);
await cp(join(here, "..", "LICENSE"), join(here, "LICENSE"));
