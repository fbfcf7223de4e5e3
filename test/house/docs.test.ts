// Documentation: every link leads to a file and a heading that exist.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every page, by its path from the root. */
const pages = new Map(
  [
    ...readdirSync(root),
    ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }) //
      .map((path) => `docs/${path}`),
    "src/protocol/README.md",
  ]
    .filter((path) => path.endsWith(".md"))
    .map((path) => [path, readFileSync(join(root, path), "utf8")]),
);

/** Markdown without its blocks of code. */
function prose(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

/** As GitHub makes them of headings. */
function anchors(text: string): Set<string> {
  const headings = prose(text).matchAll(/^#+ (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

test.for([...pages])("every link of %s leads somewhere", ([path, text]) => {
  const links = prose(text).matchAll(/\]\(([^)\s]+)\)/g);
  const broken = [...links]
    .map(([, link = ""]) => link)
    .filter((link) => !/^https?:/.test(link))
    .filter((link) => {
      const [file = "", heading] = link.split("#");
      const target = file === "" ? path : join(dirname(path), file);
      if (!existsSync(join(root, target))) return true;
      if (heading === undefined) return false;
      return !anchors(pages.get(target) ?? "").has(heading);
    });
  expect(broken).toEqual([]);
});
