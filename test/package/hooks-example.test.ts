// Hooks example: its own test passes, and at its Worker people meet the word filter, the slow check and /roll.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createTestHarness } from "wrangler";
import { WebSocket } from "ws";
import { connect } from "../../src/client/index.ts";
import { memoryStorage } from "../../src/client/storage.ts";
import { appFolder } from "./app-folder.ts";
import { runs } from "./project.ts";

// Otherwise the harness asks the network for a location.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";

const source = join(import.meta.dirname, "../../examples/hooks");
const folder = appFolder("hooks-example", source);

test("a developer who runs the test of the example sees it pass", async () => {
  const args = ["--test", "src/hooks.test.ts"];
  const printed = await runs(process.execPath, args, { cwd: folder });
  expect(printed).toMatch(/pass 4\b/);
});

test("people at the example's Worker meet its hooks", async () => {
  const harness = createTestHarness({
    workers: [{ configPath: join(folder, "wrangler.toml") }],
  });
  const { url } = await harness.listen();
  onTestFinished(() => harness.close());
  const enter = (room: string, username: string) => {
    const storage = memoryStorage();
    const joined = connect(url.origin, { room, username, storage });
    onTestFinished(() => joined.client.close());
    return joined;
  };
  const ann = enter("lobby", "ann");
  const bob = enter("lobby", "bob");
  await Promise.all([ann.ready(), bob.ready()]);
  const heard: string[] = [];
  bob.on("message", ({ text }) => heard.push(text));
  await ann.send("You fool!");
  await expect(ann.send("GO AWAY FROM MY CHAT ROOM")).rejects.toMatchObject({
    ...{ code: "forbidden" },
  });
  await ann.send("Sorry, I did not mean it like that.");
  await expect
    .poll(() => heard)
    .toEqual(["You ***!", "Sorry, I did not mean it like that."]);
  const dave = new WebSocket(
    `${url.origin.replace("http", "ws")}/rooms/lobby?format=text&username=dave`,
  );
  onTestFinished(() => dave.terminate());
  const lines: string[] = [];
  dave.on("message", (data) => lines.push(`${data}`));
  await expect.poll(() => lines).toContain("* you are dave in lobby (3 here)");
  dave.send("/roll 20");
  await expect.poll(() => heard.at(-1)).toMatch(/^rolls ([1-9]|1\d|20) of 20$/);
  dave.send("/roll many");
  await expect.poll(() => lines.join()).toContain("Try /roll, or /roll 20.");
  await expect(enter("staff", "carl").ready()).rejects.toMatchObject({
    ...{ code: "forbidden", message: "Guests stay outside." },
  });
});
