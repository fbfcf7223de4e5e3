// Documentation: every link leads to a file and a heading that exist, every file that is named exists, and every table is in the list of what is kept.
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

test.for([...pages])(
  "a reader finds something behind every link of %s",
  ([path, text]) => {
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
  },
);

/** Every file of ours that a page may name. */
const files = ["src", "test"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }) //
    .map((path) => `/${folder}/${path}`),
);

test.for([...pages])("a reader finds every file that %s names", ([, text]) => {
  const paths = text.matchAll(
    /(?<![\w./-])(?:src|test|docs|tools)\/[\w./-]*[\w/]/g,
  );
  const absent = [...paths].filter(([path]) => !existsSync(join(root, path)));
  expect(absent.map(([path]) => path)).toEqual([]);
  // As `room/join.ts`, where the folder above is said beside it.
  const modules = text.matchAll(/(?<![\w./-])[\w./-]+\.tsx?\b/g);
  const unknown = [...modules].filter(
    ([name]) =>
      !files.some((file) => file.endsWith(name.replace(/^(\.\/)?/, "/"))),
  );
  expect(unknown.map(([name]) => name)).toEqual([]);
});

test("a reader has at most 8 KB of README to read", () => {
  expect(Buffer.byteLength(pages.get("README.md") ?? "")).toBeLessThan(8192);
});

test("an operator finds every table in the list of what is kept how long", () => {
  const source = files
    .filter((path) => path.startsWith("/src/") && path.endsWith(".ts"))
    .map((path) => readFileSync(join(root, path), "utf8"))
    .join("\n");
  const made = source.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+)/g);
  const guide = pages.get("docs/guides/retention.md") ?? "";
  const missing = [...made]
    .map(([, table = ""]) => table)
    .filter((table) => !guide.includes(`\`${table}\``));
  expect(missing).toEqual([]);
});
