// The ten lines of README.md that put chat into an app, run as they stand there but for the server's address.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../../src/client/index.ts";
import { startServer } from "../client/support/live-server.ts";
import { project, runs } from "./project.ts";

const ADDRESS = '"http://localhost:8787"';

/** The ten lines, for the server at that address. */
function programFor(url: string): string {
  const readme = readFileSync(
    join(import.meta.dirname, "../../README.md"),
    "utf8",
  );
  const [, lines = ""] =
    /## In an app\n[\s\S]*?```js\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(lines.trim().split("\n").filter(Boolean)).toHaveLength(10);
  expect(lines).toContain(ADDRESS);
  return lines.replace(ADDRESS, JSON.stringify(url));
}

test("ten lines are a chat for carol with alice", async () => {
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

  writeFileSync(join(project, "readme.js"), programFor(server.url));
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

test("ten lines are a chat for carol where nobody is called alice", async () => {
  const server = await startServer();
  onTestFinished(async () => {
    await server.stop();
  });
  writeFileSync(join(project, "readme-alone.js"), programFor(server.url));
  const printed = await runs(process.execPath, ["readme-alone.js"]);
  expect(printed.split("\n")).toEqual([
    "connected undefined",
    "carol hello",
    "1 [ 'carol' ] 1",
    "closed The chat was closed.",
    "",
  ]);
});
