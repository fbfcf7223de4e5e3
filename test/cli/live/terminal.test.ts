// People at real terminals, against the real server: they talk, whisper, lose the network and come back.
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { Network } from "../../client/network.ts";
import { noTerminals } from "../../restart/terminal.ts";
import {
  atEnd,
  CHAT,
  Desk,
  environment,
  freshConfig,
  freshRoom,
  keys,
  serverUrl,
} from "./desk.ts";

const noTerminal = await noTerminals();
if (noTerminal !== null) console.error(`SKIPPED: ${noTerminal}`);
const terminal = test.skipIf(noTerminal).concurrent;

/** A name that nobody else has, since claims outlast a test. */
let names = 0;
const name = (stem: string) => `${stem}${process.pid}x${names++}`;

function sit(
  room: string,
  username: string,
  more: { url?: string; config?: string; env?: Record<string, string> } = {},
): Promise<Desk> {
  const { url = serverUrl(), config = freshConfig(), env } = more;
  return Desk.open([...CHAT, room, username, "--url", url], {
    env: environment(config, env),
  });
}

terminal(
  "two terminals and a wscat talk; what is private is seen by two of them",
  async () => {
    const room = freshRoom();
    const [alice, bob, carol] = [name("alice"), name("bob"), name("carol")];
    const a = await sit(room, alice);
    await a.sees(`you are ${alice} in ${room} (1 here)`);
    const b = await sit(room, bob);
    await b.sees("(2 here)");
    await a.sees(`* ${bob} joined`);
    const socket = serverUrl().replace(/^http/, "ws");
    const wscat = resolve("node_modules/.bin/wscat");
    const url = `${socket}/rooms/${room}?username=${carol}&format=text`;
    const c = await Desk.open([wscat, "-c", url]);
    await c.sees(`you are ${carol} in ${room} (3 here)`);
    await a.sees(`3 here: ${alice}, ${bob}, ${carol}`);

    a.type("hello 李雷 🎉");
    await b.sees(`${alice}: hello 李雷 🎉`);
    await c.sees(`${alice}: hello 李雷 🎉`);
    c.type("hi from wscat");
    await a.sees(`${carol}: hi from wscat`);
    b.type(`@${alice} psst`);
    await a.sees(`(private) ${bob}: psst`);
    await b.sees(`(private) to ${alice}: psst`);
    a.type(`@${carol}, you too`);
    await c.sees(`(private) ${alice}: you too`);
    b.type("/who");
    await b.sees(`* here (3): ${alice}, ${bob}, ${carol}`);

    b.type("/quit");
    expect(await b.ended()).toBe(0);
    await a.sees(`* ${bob} left`);
    expect(c.linesWith("psst")).toEqual([]);
    expect(b.linesWith("you too")).toEqual([]);
    expect(a.linesWith("hello")).toHaveLength(1);
    // The block is gone with who drew it.
    expect(b.linesWith("live")).toEqual([]);
    a.press(keys.ctrlD);
    expect(await a.ended()).toBe(0);
  },
);

terminal(
  "one loses the network and comes back: what was typed meanwhile arrives once, what was missed is shown once",
  async () => {
    const room = freshRoom();
    const [alice, bob] = [name("alice"), name("bob")];
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
  "what is typed stays whole while others talk, also when the window changes",
  async () => {
    const room = freshRoom();
    const [alice, bob] = [name("alice"), name("bob")];
    const a = await sit(room, alice);
    await a.sees("(1 here)");
    const b = await sit(room, bob);
    await b.sees("(2 here)");
    a.press("half a sent");
    b.type("first");
    await a.sees(`${bob}: first`);
    a.resize(40, 20);
    await a.sees(/^● .{1,37}…\n> half a sent$/m);
    b.type("second");
    await a.sees(`${bob}: second`);
    expect(a.screen.beforeCursor).toBe("> half a sent");
    a.resize(120, 25);
    await a.sees(/^● .*live.*\n> half a sent$/m);
    a.press("ence");
    b.type("third");
    await a.sees(`${bob}: third`);
    await a.sees("> half a sentence");
    a.press(keys.enter);
    await b.sees(`${alice}: half a sentence`);
    await a.sees(`${alice}: half a sentence`);
    expect(a.linesWith("> half")).toEqual([]);
    for (const text of ["first", "second", "third"])
      expect(a.linesWith(`: ${text}`)).toHaveLength(1);
  },
);

terminal(
  "Tab completes a name, and shows several; the up key brings a line back",
  async () => {
    const room = freshRoom();
    const [alice, other] = [name("alice"), name("zora")];
    const a = await sit(room, alice);
    await a.sees("(1 here)");
    const b = await sit(room, other);
    await b.sees("(2 here)");
    await a.sees(`* ${other} joined`);
    a.press("@zo", keys.tab);
    await a.sees(`> @${other}`);
    a.type("psst");
    await b.sees(`(private) ${alice}: psst`);
    a.press("/", keys.tab);
    await a.sees("/history  /retry  /discard");
    a.press(keys.backspace, keys.up);
    await a.sees(`> @${other} psst`);
  },
);

terminal(
  "what the server refuses is told, numbered, and can be discarded",
  async () => {
    const alice = name("alice");
    const a = await sit(freshRoom(), alice);
    await a.sees("(1 here)");
    a.type("@nobody-has-this psst");
    await a.sees(
      "✗ 1 @nobody-has-this psst (Nobody has this name. /retry or /discard)",
    );
    a.type("/retry 2");
    await a.sees("! Nothing number 2 has failed.");
    a.type("/retry");
    a.type("/who");
    await a.sees(`* here (1): ${alice}`);
    await a.sees("✗ 1 @nobody");
    a.type("/discard 1");
    a.type("/what");
    await a.sees("! There is no /what; /help lists what there is");
    expect(a.linesWith("✗")).toEqual([]);
  },
);

terminal(
  "who starts again is shown what was said, is the same person, and finds what was not sent",
  async () => {
    const room = freshRoom();
    const alice = name("alice");
    const config = freshConfig();
    const network = await Network.to(serverUrl());
    atEnd(() => network.close());
    const url = network.url;
    const first = await sit(room, alice, { config, url });
    await first.sees("(1 here)");
    for (let n = 1; n <= 60; n++) first.type(`number ${n}`);
    await first.sees(`${alice}: number 60`);
    network.isDown = true;
    network.cut();
    await first.sees("offline");
    first.type("kept for later");
    await first.sees("… kept for later");
    first.press(keys.ctrlC);
    expect(await first.ended()).toBe(0);
    expect(first.linesWith("1 message is not sent")).toHaveLength(1);

    // Nobody else can take the name, nor read the secret behind it.
    const stranger = await sit(room, alice);
    expect(await stranger.ended()).toBe(3);
    expect(stranger.screen.lines.join("\n")).toContain(
      "Somebody else has this name",
    );
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
  "names have colours, the same on every screen; NO_COLOR turns them off",
  async () => {
    const room = freshRoom();
    const [alice, bob] = [name("alice"), name("bob")];
    const a = await sit(room, alice);
    await a.sees("(1 here)");
    const plain = await sit(room, bob, { env: { NO_COLOR: "1" } });
    await plain.sees("(2 here)");
    a.type("hello");
    await a.sees(`${alice}: hello`);
    await plain.sees(`${alice}: hello`);
    expect(a.screen.colourAt(`${alice}: hello`)).toEqual(expect.any(Number));
    expect(plain.screen.colourAt(`${alice}: hello`)).toBeNull();
    expect(plain.screen.written).not.toMatch(/\p{Cc}\[[\d;]*m/u);
    expect(a.screen.written).toMatch(/\p{Cc}\[[\d;]*m/u);
  },
);
