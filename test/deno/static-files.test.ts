// Static files: each has its content type and the headers of _headers, and no other file is served.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { StaticFiles } from "../../src/deno/static-files.ts";

function pageOf(files: Readonly<Record<string, string>>): StaticFiles {
  const folder = mkdtempSync(join(tmpdir(), "edge-chat-page-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "art"));
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(folder, name), text);
  return new StaticFiles(folder);
}

function get(page: StaticFiles, path: string, init: RequestInit = {}) {
  return page.get(path, new Request(`http://localhost${path}`, init));
}

const files = {
  "index.html": "<p>hello",
  "try.js": "alert(1)",
  "art/dot.svg": "<svg/>",
  strange: "?",
  _headers:
    "# for all\n/*\n  X-One: 1\n/art/*\n\tX-Two: a: b\n/try.js\n  X-One: 3\n",
};

test("a client gets each file with its type, and the page at the root", async () => {
  const page = pageOf(files);
  const types = new Map([
    ["/", "text/html; charset=utf-8"],
    ["/try.js", "text/javascript; charset=utf-8"],
    ["/art/dot.svg", "image/svg+xml"],
    ["/strange", "application/octet-stream"],
  ]);
  for (const [path, type] of types)
    expect(get(page, path)?.headers.get("content-type")).toBe(type);
  expect(await get(page, "/")?.text()).toBe("<p>hello");
});

test("a client gets the headers of _headers for the paths that they name", () => {
  const page = pageOf(files);
  const headersOf = (path: string) => {
    const headers = get(page, path)?.headers;
    return [headers?.get("x-one"), headers?.get("x-two")];
  };
  expect(headersOf("/")).toEqual(["1", null]);
  expect(headersOf("/try.js")).toEqual(["3", null]);
  expect(headersOf("/art/dot.svg")).toEqual(["1", "a: b"]);
});

test("a client finds the page at one path, to which others lead", () => {
  expect(get(pageOf(files), "/index.html")).toBeNull();
});

test("a client is not sent a file again that has not changed", async () => {
  const page = pageOf(files);
  const etag = get(page, "/")?.headers.get("etag") ?? "";
  const again = get(page, "/", { headers: { "If-None-Match": etag } });
  expect(again?.status).toBe(304);
  expect(await again?.text()).toBe("");
  const other = get(page, "/try.js", { headers: { "If-None-Match": etag } });
  expect(other?.status).toBe(200);
});

test("a client who asks for anything else gets the answer of the app", async () => {
  const page = pageOf(files);
  for (const path of ["/_headers", "/art", "/art/", "/none", "//", "/rooms/x"])
    expect(get(page, path)).toBeNull();
  expect(get(page, "/", { method: "POST" })).toBeNull();
  expect(await get(page, "/", { method: "HEAD" })?.text()).toBe("");
});

test("a client gets answers though the folder lacks _headers or the page", () => {
  const page = pageOf({ "a.txt": "a" });
  expect(get(page, "/a.txt")?.status).toBe(200);
  expect(get(page, "/")).toBeNull();
});
