// People at real terminals, against the real server: they talk, whisper, edit and complete.
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { noTerminals } from "../../restart/support/terminal.ts";
import { Desk, freshRoom, keys, nameOf, serverUrl, sit } from "./desk.ts";

const noTerminal = await noTerminals();
if (noTerminal !== null) console.error(`SKIPPED: ${noTerminal}`);
const terminal = test.skipIf(noTerminal).concurrent;

terminal(
  "two terminals and a wscat talk; what is private is seen by two of them",
  async () => {
    const room = freshRoom();
    const [alice, bob, carol] = [
      nameOf("alice"),
      nameOf("bob"),
      nameOf("carol"),
    ];
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
  "what is typed stays whole while others talk, also when the window changes",
  async () => {
    const room = freshRoom();
    const [alice, bob] = [nameOf("alice"), nameOf("bob")];
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
    const [alice, other] = [nameOf("alice"), nameOf("zora")];
    const a = await sit(room, alice);
    await a.sees("(1 here)");
    const b = await sit(room, other);
    await b.sees("(2 here)");
    await a.sees(`* ${other} joined`);
    a.press("@zo", keys.tab);
    await a.sees(`> @${other}`);
    a.type("psst");
    await b.sees(`(private) ${alice}: psst`);
    a.press("/re", keys.tab);
    await a.sees("/register  /release  /retry  /reconnect");
    a.press(keys.backspace, keys.up);
    await a.sees(`> @${other} psst`);
  },
);

terminal(
  "a private text of several lines that comes at once is one text",
  async () => {
    const room = freshRoom();
    const [alice, bob] = [nameOf("alice"), nameOf("bob")];
    const a = await sit(room, alice);
    await a.sees("(1 here)");
    const b = await sit(room, bob);
    await b.sees("(2 here)");
    a.press(`@${bob} psst\rthe rest\r`);
    await a.sees("several lines came at once");
    await a.sees("the rest");
    a.press(keys.enter);
    await b.sees(`(private) ${alice}: psst`);
    await b.sees("the rest");
    b.type("done");
    await a.sees(`${bob}: done`);
    expect(b.linesWith(`${alice}: the rest`)).toEqual([]);
  },
);

terminal(
  "what the server refuses is told, numbered, and can be discarded",
  async () => {
    const alice = nameOf("alice");
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
  "one keeps a name for good, and hears no more of somebody: not in private, not in the room",
  async () => {
    const room = freshRoom();
    const [alice, bob] = [nameOf("alice"), nameOf("bob")];
    const a = await sit(room, alice);
    await a.sees("(1 here)");
    const b = await sit(room, bob);
    await b.sees("(2 here)");
    a.type("/register");
    await a.sees(`* ${alice} is yours until`);
    b.type("first");
    await a.sees(`${bob}: first`);
    a.type(`/block ${bob}`);
    await a.sees(`* you block ${bob}`);
    b.type("second");
    b.type(`@${alice} third`);
    await b.sees(`✗ 1 @${alice} third (Nobody has this name.`);
    a.type(`/unblock ${bob}`);
    await a.sees("* you block nobody");
    b.type("/retry");
    await a.sees(`(private) ${bob}: third`);
    expect(a.linesWith("second")).toEqual([]);
    a.type("/rotate a-secret-of-22-characters");
    await a.sees(`* the secret of ${alice} has changed`);
    expect(a.linesWith("a-secret")).toEqual([]);
    a.press(keys.up);
    await a.sees(`> /unblock ${bob}`);
    a.press("\u0003");
    expect(b.linesWith("a-secret")).toEqual([]);
    a.type("/release");
    await a.sees(`* you gave ${alice} up`);
  },
);

terminal(
  "names have colours, the same on every screen; NO_COLOR turns them off",
  async () => {
    const room = freshRoom();
    const [alice, bob] = [nameOf("alice"), nameOf("bob")];
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
