// Terminals: test users at real terminals and a real server, who write, edit, complete and block.
import { resolve } from "node:path";
import { expect, test, vi } from "vitest";
import { noTerminals } from "../../restart/support/terminal.ts";
import {
  keys,
  serverUrl,
  startChat,
  TerminalSession,
  uniqueName,
  uniqueRoom,
} from "../support/terminal-session.ts";

const noTerminal = await noTerminals();
if (noTerminal !== null) console.error(`SKIPPED: ${noTerminal}`);
const terminal = test.skipIf(noTerminal).concurrent;

terminal(
  "users of two terminals and wscat talk, and only two of them see a private message",
  async () => {
    const room = uniqueRoom();
    const [alice, bob, carol] = [
      uniqueName("alice"),
      uniqueName("bob"),
      uniqueName("carol"),
    ];
    const a = await startChat(room, alice);
    await a.waitForText(`you are ${alice} in ${room} (1 here)`);
    const b = await startChat(room, bob);
    await b.waitForText("(2 here)");
    await a.waitForText(`* ${bob} joined`);
    const socket = serverUrl().replace(/^http/, "ws");
    const wscat = resolve("node_modules/.bin/wscat");
    const url = `${socket}/rooms/${room}?username=${carol}&format=text`;
    const c = await TerminalSession.open([wscat, "-c", url]);
    await c.waitForText(`you are ${carol} in ${room} (3 here)`);
    await a.waitForText(`3 here: ${alice}, ${bob}, ${carol}`);

    a.type("hello 李雷 🎉");
    await b.waitForText(`${alice}: hello 李雷 🎉`);
    await c.waitForText(`${alice}: hello 李雷 🎉`);
    c.type("hi from wscat");
    await a.waitForText(`${carol}: hi from wscat`);
    b.type(`@${alice} psst`);
    await a.waitForText(`(private) ${bob}: psst`);
    await b.waitForText(`(private) to ${alice}: psst`);
    a.type(`@${carol}, you too`);
    await c.waitForText(`(private) ${alice}: you too`);
    // A mention at the start of a line would be a private message.
    b.type(`hello @${alice}`);
    await a.waitForText(`${bob}: hello @${alice}`);
    await vi.waitFor(() => expect(a.screen.written).toContain("\u0007"));
    expect(b.screen.written).not.toContain("\u0007");
    a.type("/mentions");
    await a.waitForText(`${bob} mentioned you in ${room}`);
    b.type("/mentions");
    await b.waitForText("* nobody has mentioned you");
    b.type("/who");
    await b.waitForText(`* here (3): ${alice}, ${bob}, ${carol}`);

    b.type("/quit");
    expect(await b.exitCode()).toBe(0);
    await a.waitForText(`* ${bob} left`);
    expect(c.linesWith("psst")).toEqual([]);
    expect(b.linesWith("you too")).toEqual([]);
    expect(a.linesWith("hello 李雷")).toHaveLength(1);
    // The footer is removed at the end.
    expect(b.linesWith("connected")).toEqual([]);
    a.press(keys.ctrlD);
    expect(await a.exitCode()).toBe(0);
  },
);

terminal(
  "the input stays whole while others write, also when the window changes",
  async () => {
    const room = uniqueRoom();
    const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
    const a = await startChat(room, alice);
    await a.waitForText("(1 here)");
    const b = await startChat(room, bob);
    await b.waitForText("(2 here)");
    a.press("half a sent");
    b.type("first");
    await a.waitForText(`${bob}: first`);
    a.resize(40, 20);
    await a.waitForText(/^● .{1,37}…\n> half a sent$/m);
    b.type("second");
    await a.waitForText(`${bob}: second`);
    await a.waitForCursorAfter("> half a sent");
    a.resize(120, 25);
    await a.waitForText(/^● .*connected.*\n> half a sent$/m);
    a.press("ence");
    b.type("third");
    await a.waitForText(`${bob}: third`);
    await a.waitForText("> half a sentence");
    a.press(keys.enter);
    await b.waitForText(`${alice}: half a sentence`);
    await a.waitForText(`${alice}: half a sentence`);
    await a.waitUntilGone("> half");
    for (const text of ["first", "second", "third"])
      expect(a.linesWith(`: ${text}`)).toHaveLength(1);
  },
);

terminal(
  "Tab completes a name, or lists several, and the up key recalls a line",
  async () => {
    const room = uniqueRoom();
    const [alice, other] = [uniqueName("alice"), uniqueName("zora")];
    const a = await startChat(room, alice);
    await a.waitForText("(1 here)");
    const b = await startChat(room, other);
    await b.waitForText("(2 here)");
    await a.waitForText(`* ${other} joined`);
    a.press("@zo", keys.tab);
    await a.waitForText(`> @${other}`);
    a.type("psst");
    await b.waitForText(`(private) ${alice}: psst`);
    a.press("/re", keys.tab);
    await a.waitForText("/register  /release  /retry  /reconnect");
    a.press(keys.backspace, keys.up);
    await a.waitForText(`> @${other} psst`);
  },
);

terminal(
  "a private text of several lines that is pasted is one message",
  async () => {
    const room = uniqueRoom();
    const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
    const a = await startChat(room, alice);
    await a.waitForText("(1 here)");
    const b = await startChat(room, bob);
    await b.waitForText("(2 here)");
    a.press(`@${bob} psst\rthe rest\r`);
    await a.waitForText("several lines were pasted");
    await a.waitForText("the rest");
    a.press(keys.enter);
    await b.waitForText(`(private) ${alice}: psst`);
    await b.waitForText("the rest");
    b.type("done");
    await a.waitForText(`${bob}: done`);
    expect(b.linesWith(`${alice}: the rest`)).toEqual([]);
  },
);

terminal(
  "a refused message is shown with a number, and can be discarded",
  async () => {
    const alice = uniqueName("alice");
    const a = await startChat(uniqueRoom(), alice);
    await a.waitForText("(1 here)");
    a.type("@nobody-has-this psst");
    await a.waitForText(
      "✗ 1 @nobody-has-this psst (Nobody has this name. /retry or /discard)",
    );
    a.type("/retry 2");
    await a.waitForText("! There is no failed message with the number 2.");
    a.type("/retry");
    a.type("/who");
    await a.waitForText(`* here (1): ${alice}`);
    await a.waitForText("✗ 1 @nobody");
    a.type("/discard 1");
    a.type("/what");
    await a.waitForText("! There is no command /what; /help lists them");
    await a.waitUntilGone("✗");
  },
);

terminal(
  "a user registers their name, and blocks another user in private and in the room",
  async () => {
    const room = uniqueRoom();
    const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
    const a = await startChat(room, alice);
    await a.waitForText("(1 here)");
    const b = await startChat(room, bob);
    await b.waitForText("(2 here)");
    a.type("/register");
    await a.waitForText(`* ${alice} is yours until`);
    b.type("first");
    await a.waitForText(`${bob}: first`);
    a.type(`/block ${bob}`);
    await a.waitForText(`* you block ${bob}`);
    b.type("second");
    b.type(`@${alice} third`);
    await b.waitForText(`✗ 1 @${alice} third (Nobody has this name.`);
    a.type(`/unblock ${bob}`);
    await a.waitForText("* you block nobody");
    b.type("/retry");
    await a.waitForText(`(private) ${bob}: third`);
    expect(a.linesWith("second")).toEqual([]);
    a.type("/rotate a-secret-of-22-characters");
    await a.waitForText(`* the secret of ${alice} has changed`);
    expect(a.linesWith("a-secret")).toEqual([]);
    a.press(keys.up);
    await a.waitForText(`> /unblock ${bob}`);
    a.press("\u0003");
    expect(b.linesWith("a-secret")).toEqual([]);
    a.type("/release");
    await a.waitForText(`* you gave ${alice} up`);
  },
);

terminal(
  "a name has the same colour on every screen, and NO_COLOR turns colours off",
  async () => {
    const room = uniqueRoom();
    const [alice, bob] = [uniqueName("alice"), uniqueName("bob")];
    const a = await startChat(room, alice);
    await a.waitForText("(1 here)");
    const plain = await startChat(room, bob, { env: { NO_COLOR: "1" } });
    await plain.waitForText("(2 here)");
    a.type("hello");
    await a.waitForText(`${alice}: hello`);
    await plain.waitForText(`${alice}: hello`);
    expect(a.screen.colourAt(`${alice}: hello`)).toEqual(expect.any(Number));
    expect(plain.screen.colourAt(`${alice}: hello`)).toBeNull();
    expect(plain.screen.written).not.toMatch(/\p{Cc}\[[\d;]*m/u);
    expect(a.screen.written).toMatch(/\p{Cc}\[[\d;]*m/u);
  },
);
