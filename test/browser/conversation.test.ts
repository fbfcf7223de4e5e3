// Conversation: users in browsers and at a terminal receive each message in order and once.
import { resolve } from "node:path";
import { expect, onTestFinished } from "vitest";
import { baseUrl } from "../conformance/support/connection.ts";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { noTerminals, Terminal } from "../restart/support/terminal.ts";
import { openChat, openTab, test } from "./support/browser.ts";

const noTerminal = await noTerminals();

/** A user at a terminal who has joined. */
async function openTerminal(name: string, room: string): Promise<Terminal> {
  const url = `${baseUrl().replace(/^http/, "ws")}/rooms/${room}`;
  const program = resolve("node_modules/.bin/wscat");
  const command = `${program} -c "${url}?username=${name}&format=text"`;
  const opened = await Terminal.open(name, command);
  onTestFinished(() => opened.close());
  for (let line = ""; !line.includes(`you are ${name}`); )
    line = await opened.line();
  return opened;
}

(noTerminal === null ? test : test.skip)(
  "two users in browsers and one at a terminal chat in one room",
  async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await Promise.all([openChat(), openChat()]);
    await (await alice.join(uniqueName("alice"), room)).isIn(room);
    await (await bob.join(uniqueName("bob"), room)).isIn(room);
    await alice.say("hello bob");
    await bob.sees("hello bob");
    const carol = await openTerminal(uniqueName("carol"), room);
    carol.type("hello from a terminal");
    await bob.receives("hello from a terminal");
    await bob.say("hello\nall");
    const all = ["hello bob", "hello from a terminal", "hello\nall"];
    await Promise.all([alice.sees(...all), bob.sees(...all)]);
    let screen = "";
    while (!screen.includes("  | all")) screen += `${await carol.line()}\n`;
    expect(screen).toMatch(/^< bob-\w+: hello\n {2}\| all$/m);
  },
);

test("a user's private message reaches bob in another room, and nobody else", async () => {
  const [room, elsewhere] = [uniqueName("lobby"), uniqueName("kitchen")];
  const names = { alice: uniqueName("alice"), bob: uniqueName("bob") };
  const [alice, bob] = await Promise.all([openChat(), openChat()]);
  await (await alice.join(names.alice, room)).isIn(room);
  await (await bob.join(names.bob, elsewhere)).isIn(elsewhere);
  const eve = await join(room, someone("eve"));
  await alice.say(`@${names.bob} psst`);
  await bob.peerLink(names.alice).click();
  await bob.isIn(names.alice);
  await bob.sees("psst");
  await bob.say("what is it?");
  await alice.peerLink(names.bob).click();
  await alice.sees("psst", "what is it?");
  // The messages of a room have one order: these are all that eve has received.
  await alice.roomLink(room).click();
  await alice.say("good morning");
  const frames = await eve.until("message", { text: "good morning" });
  expect(JSON.stringify(frames)).not.toContain("psst");
});

test("a user who reloads the page loses nothing, and nobody notices", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  await alice.say("before");
  await bob.next("message", { text: "before" });
  await alice.composer.fill("half a sen");
  await alice.page.reload();
  await alice.isIn(room);
  expect(await alice.composer.inputValue()).toBe("half a sen");
  await alice.sees("before");
  await alice.say("half a sentence");
  const frames = await bob.until("message", { text: "half a sentence" });
  expect(frames.filter(({ type }) => /joined|left/.test(type))).toEqual([]);
});

test("a user with two tabs sees each message once in both", async () => {
  const room = uniqueName("lobby");
  const name = uniqueName("alice");
  const first = await openChat();
  await (await first.join(name, room)).isIn(room);
  const bob = await join(room, someone("bob"));
  await first.say("one");
  await bob.next("message", { text: "one" });
  const second = await openTab(first.page.context(), `/#${room}`);
  await second.isIn(room);
  await second.sees("one");
  await second.say("two");
  await bob.next("message", { text: "two" });
  await bob.sendMessage("three");
  await Promise.all([
    first.sees("one", "two", "three"),
    second.sees("one", "two", "three"),
  ]);
  await first.page.close();
  await second.say("four");
  const frames = await bob.until("message", { text: "four" });
  expect(frames.filter(({ type }) => type === "left")).toEqual([]);
});
