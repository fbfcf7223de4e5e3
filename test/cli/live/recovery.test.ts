// Recovery: tests at real terminals that users lose nothing when the network fails, or the program ends or is killed.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { FaultyNetwork } from "../../client/support/faulty-network.ts";
import { noTerminals } from "../../restart/support/terminal.ts";
import {
  atFileEnd,
  keys,
  serverUrl,
  startChat,
  temporaryConfig,
  uniqueName,
  uniqueRoom,
} from "../support/terminal-session.ts";

const noTerminal = await noTerminals();
if (noTerminal !== null) console.error(`SKIPPED: ${noTerminal}`);
const terminal = test.skipIf(noTerminal).concurrent;

/** All stored values of a folder, without unfinished drafts. */
function contentsOf(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith(".json"))
    .map((file) => readFileSync(join(folder, file.name), "utf8"))
    .join("\n");
}

terminal(
  "a user who loses the network misses nothing, and each of their messages arrives once",
  async () => {
    const room = uniqueRoom();
    const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
    const network = await FaultyNetwork.inFrontOf(serverUrl());
    atFileEnd(() => network.close());
    const a = await startChat(room, alice, { url: network.url });
    await a.waitForText("(1 here)");
    const b = await startChat(room, bob);
    await b.waitForText("(2 here)");
    a.type("before");
    await b.waitForText(`${alice}: before`);

    network.isDown = true;
    network.disconnect();
    await a.waitForText("reconnecting");
    a.type("typed offline");
    a.type(`@${bob} whispered offline`);
    await a.waitForText("… typed offline");
    await a.waitForText(`… @${bob} whispered offline`);
    b.type("said meanwhile");
    await b.waitForText(`${bob}: said meanwhile`);
    a.press("half a line");
    network.isDown = false;
    a.press(keys.enter);
    a.type("/reconnect");

    await a.waitForText(`${bob}: said meanwhile`);
    await a.waitForText(`${alice}: half a line`);
    await b.waitForText(`${alice}: half a line`);
    await b.waitForText(`(private) ${alice}: whispered offline`);
    await a.waitForText("connected");
    for (const desk of [a, b])
      for (const text of [
        "before",
        "typed offline",
        "said meanwhile",
        "half a line",
      ])
        expect(desk.linesWith(`: ${text}`)).toHaveLength(1);
    expect(b.linesWith("whispered offline")).toHaveLength(1);
    await a.waitUntilGone("…");
  },
);

terminal(
  "a user who starts again sees older messages, has the same name, and sends what was not sent",
  async () => {
    const room = uniqueRoom();
    const alice = uniqueName("alice");
    const config = temporaryConfig();
    const network = await FaultyNetwork.inFrontOf(serverUrl());
    atFileEnd(() => network.close());
    const url = network.url;
    const first = await startChat(room, alice, { config, url });
    await first.waitForText("(1 here)");
    for (let n = 1; n <= 60; n++) first.type(`number ${n}`);
    await first.waitForText(`${alice}: number 60`);
    // Nobody else can take the name or read its secret.
    const stranger = await startChat(room, alice);
    expect(await stranger.exitCode()).toBe(3);
    expect(stranger.screen.lines.join("\n")).toContain(
      "Somebody else has this name",
    );
    network.isDown = true;
    network.disconnect();
    await first.waitForText("reconnecting");
    first.type("kept for later");
    await first.waitForText("… kept for later");
    first.press(keys.ctrlC);
    expect(await first.exitCode()).toBe(0);
    expect(first.linesWith("1 message is not sent")).toHaveLength(1);

    if (process.platform !== "win32") {
      const folder = join(config, "edge-chat");
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      const files = readdirSync(folder, { withFileTypes: true });
      for (const file of files.filter((one) => one.isFile()))
        expect(statSync(join(folder, file.name)).mode & 0o777).toBe(0o600);
      expect(files.length).toBeGreaterThan(0);
    }

    network.isDown = false;
    const again = await startChat(room, alice, { config, url });
    await again.waitForText(`${alice}: kept for later`);
    expect(again.linesWith("number 60")).toHaveLength(1);
    expect(again.linesWith("number 10")).toEqual([]);
    again.type("/history 5");
    await again.waitForText("* end of the older messages");
    expect(again.linesWith("number 10")).toHaveLength(1);
  },
);

terminal(
  "a message typed offline arrives once, though the program is killed",
  async () => {
    const room = uniqueRoom();
    const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
    const config = temporaryConfig();
    const network = await FaultyNetwork.inFrontOf(serverUrl());
    atFileEnd(() => network.close());
    const { url } = network;
    const b = await startChat(room, bob);
    await b.waitForText("(1 here)");
    const first = await startChat(room, alice, { config, url });
    await first.waitForText("(2 here)");
    network.isDown = true;
    network.disconnect();
    await first.waitForText("reconnecting");
    first.type("typed before the end");
    await first.waitForText("… typed before the end");
    const folder = join(config, "edge-chat");
    await vi.waitFor(() => expect(contentsOf(folder)).toContain("before the"), {
      timeout: 20_000,
    });
    await first.kill();
    network.isDown = false;
    const again = await startChat(room, alice, { config, url });
    await b.waitForText(`${alice}: typed before the end`);
    await again.waitForText(`${alice}: typed before the end`);
    again.type("and on it goes");
    await b.waitForText(`${alice}: and on it goes`);
    expect(b.linesWith("typed before the end")).toHaveLength(1);
  },
);
