// Log lines: the table of docs/operate.md has every line that the server can write to its log, and no other.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The parts of the server. Clients have events of other kinds. */
const FOLDERS = ["core", "hosting", "hooks", "http", "deno", "cloudflare"];

/** `event: "..."`, or one of two names by a condition. */
const NAMED =
  /\bevent(?:: |\s*=\s*)(?:[^"?;,{}]*\?\s*)?"([^"]+)"(?:\s*:\s*"([^"]+)")?/g;

function sources(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, "src", folder), {
      recursive: true,
      encoding: "utf8",
    })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(root, "src", folder, path)),
  ).concat(join(root, "src/app.ts"));
}

/** The names in the first column of the table. */
function documented(): string[] {
  const page = readFileSync(join(root, "docs/operate.md"), "utf8");
  const [, section = ""] = page.split("\n## The log\n");
  const [table = ""] = section.split("\n## ");
  return [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
}

test("an operator finds every line of the log in the table, and the server can write each of them", () => {
  const written = new Set<string>();
  for (const path of sources())
    for (const [, one, other] of readFileSync(path, "utf8").matchAll(NAMED))
      for (const name of [one, other])
        if (name !== undefined) written.add(name);
  const rows = documented().filter((name) => name !== "event");
  expect(new Set(rows).size).toBe(rows.length);
  expect(rows.toSorted()).toEqual([...written].toSorted());
});
