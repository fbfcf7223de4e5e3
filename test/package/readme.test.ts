// The ten lines of README.md that put chat into an app, run as they stand there but for the server's address.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/client/index.ts";
import { startServer } from "../client/support/live-server.ts";
import { project, runs } from "./project.ts";

const ADDRESS = '"http://localhost:8787"';

test("ten lines are a chat", async () => {
  const readme = readFileSync(
    join(import.meta.dirname, "../../README.md"),
    "utf8",
  );
  const [, lines = ""] =
    /## In an app\n[\s\S]*?```js\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(lines.trim().split("\n").filter(Boolean)).toHaveLength(10);
  expect(lines).toContain(ADDRESS);

  const server = await startServer();
  onTestFinished(async () => {
    await server.stop();
  });
  const lobby = connect(server.url, { room: "lobby", username: "alice" });
  const alice = lobby.client;
  onTestFinished(() => alice.close());
  await lobby.ready();
  const heard: string[] = [];
  lobby.on("message", ({ text }) => heard.push(text));
  alice.on("private", ({ text }) => heard.push(text));

  const program = lines.replace(ADDRESS, JSON.stringify(server.url));
  writeFileSync(join(project, "readme.js"), program);
  expect((await runs(process.execPath, ["readme.js"])).split("\n")).toEqual([
    "connected undefined",
    "carol hello",
    "to alice psst",
    "1 [ 'alice', 'carol' ] 1",
    "closed The chat was closed.",
    "",
  ]);
  // She has been told before the acks were.
  expect(heard.sort()).toEqual(["hello", "psst"]);
});
