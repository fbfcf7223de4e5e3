// What a person at a real terminal keeps when the network goes, the program is ended, or is killed.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { Network } from "../../client/network.ts";
import { noTerminals } from "../../restart/support/terminal.ts";
import {
  atEnd,
  freshConfig,
  freshRoom,
  keys,
  nameOf,
  serverUrl,
  sit,
} from "./desk.ts";

const noTerminal = await noTerminals();
if (noTerminal !== null) console.error(`SKIPPED: ${noTerminal}`);
const terminal = test.skipIf(noTerminal).concurrent;

/** Of all that is kept in a folder; what is half written is not. */
function contentsOf(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith(".json"))
    .map((file) => readFileSync(join(folder, file.name), "utf8"))
    .join("\n");
}

terminal(
  "one loses the network and comes back: what was typed meanwhile arrives once, what was missed is shown once",
  async () => {
    const room = freshRoom();
    const [alice, bob] = [nameOf("alice"), nameOf("bob")];
    const network = await Network.to(serverUrl());
    atEnd(() => network.close());
    const a = await sit(room, alice, { url: network.url });
    await a.sees("(1 here)");
    const b = await sit(room, bob);
    await b.sees("(2 here)");
    a.type("before");
    await b.sees(`${alice}: before`);

    network.isDown = true;
    network.cut();
    await a.sees("offline, tries again");
    a.type("typed offline");
    a.type(`@${bob} whispered offline`);
    await a.sees("… typed offline");
    await a.sees(`… @${bob} whispered offline`);
    b.type("said meanwhile");
    await b.sees(`${bob}: said meanwhile`);
    a.press("half a line");
    network.isDown = false;
    a.press(keys.enter);
    a.type("/reconnect");

    await a.sees(`${bob}: said meanwhile`);
    await a.sees(`${alice}: half a line`);
    await b.sees(`${alice}: half a line`);
    await b.sees(`(private) ${alice}: whispered offline`);
    await a.sees("live");
    for (const desk of [a, b])
      for (const text of [
        "before",
        "typed offline",
        "said meanwhile",
        "half a line",
      ])
        expect(desk.linesWith(`: ${text}`)).toHaveLength(1);
    expect(b.linesWith("whispered offline")).toHaveLength(1);
    expect(a.linesWith("…")).toEqual([]);
  },
);

terminal(
  "who starts again is shown what was said, is the same person, and finds what was not sent",
  async () => {
    const room = freshRoom();
    const alice = nameOf("alice");
    const config = freshConfig();
    const network = await Network.to(serverUrl());
    atEnd(() => network.close());
    const url = network.url;
    const first = await sit(room, alice, { config, url });
    await first.sees("(1 here)");
    for (let n = 1; n <= 60; n++) first.type(`number ${n}`);
    await first.sees(`${alice}: number 60`);
    // Nobody else can take the name, nor read the secret behind it.
    const stranger = await sit(room, alice);
    expect(await stranger.ended()).toBe(3);
    expect(stranger.screen.lines.join("\n")).toContain(
      "Somebody else has this name",
    );
    network.isDown = true;
    network.cut();
    await first.sees("offline");
    first.type("kept for later");
    await first.sees("… kept for later");
    first.press(keys.ctrlC);
    expect(await first.ended()).toBe(0);
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
    const again = await sit(room, alice, { config, url });
    await again.sees(`${alice}: kept for later`);
    expect(again.linesWith("number 60")).toHaveLength(1);
    expect(again.linesWith("number 10")).toEqual([]);
    again.type("/history 5");
    await again.sees("* that was before; here it goes on");
    expect(again.linesWith("number 10")).toHaveLength(1);
  },
);

terminal(
  "killed while offline, and started again: what was typed goes out once",
  async () => {
    const room = freshRoom();
    const [alice, bob] = [nameOf("alice"), nameOf("bob")];
    const config = freshConfig();
    const network = await Network.to(serverUrl());
    atEnd(() => network.close());
    const { url } = network;
    const b = await sit(room, bob);
    await b.sees("(1 here)");
    const first = await sit(room, alice, { config, url });
    await first.sees("(2 here)");
    network.isDown = true;
    network.cut();
    await first.sees("offline");
    first.type("typed before the end");
    await first.sees("… typed before the end");
    const folder = join(config, "edge-chat");
    await vi.waitFor(() => expect(contentsOf(folder)).toContain("before the"));
    await first.kill();
    network.isDown = false;
    const again = await sit(room, alice, { config, url });
    await b.sees(`${alice}: typed before the end`);
    await again.sees(`${alice}: typed before the end`);
    again.type("and on it goes");
    await b.sees(`${alice}: and on it goes`);
    expect(b.linesWith("typed before the end")).toHaveLength(1);
  },
);
