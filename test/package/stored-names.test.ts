// Stored names: tests that the minified package stores files under the field names of every release.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { project, runs } from "./project.ts";

/** Writes offline, and prints the keys of every file in the folder. */
const PROGRAM = `
  import { readdirSync, readFileSync } from "node:fs";
  import { connect } from "edge-chat/client";
  import { fileStorage } from "edge-chat/client/node";

  const storage = fileStorage("stored-names");
  const lobby = connect("http://127.0.0.1:9", {
    ...{ room: "lobby", username: "alice", storage },
  });
  lobby.send("hello").catch(() => {});
  const keysOf = (extension) =>
    readdirSync("stored-names")
      .filter((name) => name.endsWith(extension))
      .map((name) => JSON.parse(readFileSync("stored-names/" + name, "utf8")))
      .map(({ value, ...file }) => [...Object.keys(file), ...Object.keys(Object(value))]);
  const locks = keysOf(".lock");
  await lobby.client.close();
  const values = keysOf(".json").filter((keys) => keys.includes("id"));
  console.log(JSON.stringify({ locks, values }));
`;

test("a user's stored message and lock can be read by any release", async () => {
  writeFileSync(join(project, "stored-names.js"), PROGRAM);
  const printed = await runs(process.execPath, ["stored-names.js"]);
  const { locks, values } = JSON.parse(printed);
  expect(locks).toEqual([["name", "pid", "start", "machine", "id"]]);
  expect(values).toEqual([["key", "room", "id", "text", "at", "owner"]]);
});
