// Migration guides: the client of each guide runs as it is written, and prints the output that the guide shows.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "../client/support/live-server.ts";
import { project, runs } from "./project.ts";

const ADDRESS = '"http://localhost:8787"';
const guides = join(import.meta.dirname, "../../docs/guides");

test.for(["from-socket-io", "from-partykit", "from-pusher"])(
  "a user who runs the client of %s.md reads hello",
  async (name) => {
    const guide = readFileSync(join(guides, `${name}.md`), "utf8");
    const [, program = "", output] =
      /## The same client on edge-chat\n[\s\S]*?```js\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(
        guide,
      ) ?? [];
    expect(program).toContain(ADDRESS);
    const server = await startServer();
    onTestFinished(async () => {
      await server.stop();
    });
    writeFileSync(
      join(project, `${name}.js`),
      program.replace(ADDRESS, JSON.stringify(server.url)),
    );
    expect(await runs(process.execPath, [`${name}.js`])).toBe(output);
  },
);

test("a user who runs the client of coming-from-socket-io.md reads that the message is stored", async () => {
  const guide = readFileSync(join(guides, "coming-from-socket-io.md"), "utf8");
  const [, program = "", output] =
    /```js\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(guide) ?? [];
  expect(program).toContain(ADDRESS);
  const server = await startServer();
  onTestFinished(async () => {
    await server.stop();
  });
  // Not in the project of the others: it has no package but ours.
  const folder = join(guides, "../../dist");
  const file = join(folder, "coming-from-socket-io.mjs");
  writeFileSync(file, program.replace(ADDRESS, JSON.stringify(server.url)));
  expect(await runs(process.execPath, [file])).toBe(output);
});
