// SDK page: docs/sdk.md has every method and property of a chat, and no page names one that does not exist.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Chat } from "../../src/client/chat.ts";

const docs = join(import.meta.dirname ?? "", "../../docs");
const members = Object.getOwnPropertyNames(Chat.prototype).filter(
  (name) => name !== "constructor",
);
/** Made anew for each chat, so that views may take them alone. */
const own = ["subscribe", "getSnapshot", "getServerSnapshot"];

test("a reader of the SDK's page finds every method and property", () => {
  const page = readFileSync(join(docs, "sdk.md"), "utf8");
  const missing = [...members, ...own].filter(
    (name) => !new RegExp(`\\b${name}\\b`).test(page),
  );
  expect(missing).toEqual([]);
});

test("a reader of any page is told of no method that does not exist", () => {
  const pages = readdirSync(docs, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => readFileSync(join(docs, path), "utf8"));
  const named = pages.flatMap((page) =>
    [...page.matchAll(/(?<![\w./-])chat\.(\w+)(?=[(,)`\s])/g)].map(
      ([, name = ""]) => name,
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  const known = [...members, ...own, "example"];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
