// Build: the first load of the page is small, and its markup contains no script.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import filePlugin from "@size-limit/file";
import sizeLimit from "size-limit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPage } from "../../src/web/build.ts";
import { LANGUAGES } from "../../src/web/locale.ts";

const LIMIT = 64_000;
const FIRST_LOAD = ["index.html", "page.js", "style.css", "icon.svg"];

const folder = mkdtempSync(join(tmpdir(), "edge-chat-page-"));
beforeAll(() => buildPage(folder), 30_000);
afterAll(() => rmSync(folder, { recursive: true }));

test("a user's first load of the page is under 64 KB compressed", async () => {
  const files = FIRST_LOAD.map((name) => join(folder, name));
  const size = sizeIn(await sizeLimit([filePlugin], files));
  console.log(`first load: ${size} bytes compressed`);
  expect(size).toBeLessThan(LIMIT);
  expect(size).toBeGreaterThan(10_000);
});

test("a user's first load consists of the files that the markup names", () => {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  const named = [...html.matchAll(/(?:href|src)="\/?([^"]*)"/g)];
  expect(named.map(([, name]) => name).sort()).toEqual(
    FIRST_LOAD.filter((name) => name !== "index.html").sort(),
  );
});

test("a user loads the texts of one language only", () => {
  const script = readFileSync(join(folder, "page.js"), "utf8");
  expect(script).not.toMatch(/\bimport\s*["{*]|\bfrom\s*"/);
  const words = readdirSync(folder).filter((name) =>
    /^(?:en|zh)-.*\.js$/.test(name),
  );
  expect(words).toHaveLength(Object.keys(LANGUAGES).length - 1);
  for (const name of words) expect(script).toContain(`import("./${name}")`);
});

test("the parts that a user loads later share the code of the page", () => {
  const [name = ""] = readdirSync(folder).filter((one) =>
    /^on-demand-.*\.js$/.test(one),
  );
  const part = readFileSync(join(folder, name), "utf8");
  const page = readFileSync(join(folder, "page.js"), "utf8");
  expect(page).toContain(`import("./${name}")`);
  const imports = [...part.matchAll(/\bfrom\s*"([^"]*)"/g)];
  expect(imports.map(([, from]) => from)).toEqual(["./page.js"]);
  const [, names = ""] = /^import\{([^}]*)\}/.exec(part) ?? [];
  const wanted = names.split(",").map((one) => one.split(" as ")[0]);
  const [, given = ""] = /export\{([^}]*)\};?\s*\/\//.exec(page) ?? [];
  const exported = given.split(",").map((one) => one.split(" as ").at(-1));
  expect(wanted.length).toBeGreaterThan(5);
  expect(exported).toEqual(expect.arrayContaining(wanted));
});

test("the page that a user loads has no inline script, style or handler", () => {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
});

test("the page never turns a user's text into markup", () => {
  const script = readFileSync(join(folder, "page.js"), "utf8");
  expect(script).not.toMatch(/\beval\(|new Function\(|document\.write/);
  expect(script).not.toMatch(/insertAdjacentHTML|outerHTML\s*=/);
});

function sizeIn(results: object): number {
  const [first]: unknown[] = Object.values(results);
  const isResult = typeof first === "object" && first !== null;
  return isResult && "size" in first ? Number(first.size) : Number.NaN;
}
