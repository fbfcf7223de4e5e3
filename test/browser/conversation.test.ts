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
import { findings } from "./support/axe.ts";
import { openChat, openTab, PHONE, test } from "./support/browser.ts";

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

test("a user sees by whom a message was seen, and reads private messages on one device for both", async () => {
  const room = uniqueName("lobby");
  const { name, token } = someone("alice");
  const phone = await join(room, { name, token });
  const alice = await openChat();
  await alice.root.getByText("I use this name on another device").click();
  const key = alice.root.getByRole("textbox", { name: "Key of this name" });
  await key.fill(token);
  await (await alice.join(name, room)).isIn(room);
  const bob = await join(room, someone("bob"));
  const lei = await join(room, someone("李雷"));
  await alice.say("one");
  await alice.say("two");
  const { seq: one } = await bob.next("message", { text: "one" });
  const { seq } = await bob.next("message", { text: "two" });
  await alice.sees("one", "two");
  const places = () =>
    alice.log
      .locator("[data-message]")
      .evaluateAll((all) =>
        all.map((each) => each.getBoundingClientRect().top),
      );
  const before = await places();
  bob.send({ type: "read", seq: one });
  await alice.message("one").locator("[data-seen]").waitFor();
  bob.send({ type: "read", seq });
  lei.send({ type: "read", seq });
  const mark = alice.message("two").locator("[data-seen]");
  const label = `Seen by ${bob.name} and ${lei.name}`;
  await expect.poll(() => mark.getAttribute("aria-label")).toBe(label);
  expect(await alice.root.locator("[data-seen]").count()).toBe(1);
  expect(await places()).toEqual(before);
  expect(await findings(alice)).toEqual([]);
  await mark.focus();
  await alice.page.keyboard.press("Enter");
  const people = alice.dialog("Seen by").getByRole("listitem");
  await expect.poll(() => people.count()).toBe(2);
  expect(await people.nth(1).textContent()).toBe(lei.name);
  await alice.page.keyboard.press("Escape");
  await alice.page.reload();
  await alice.isIn(room);
  await expect.poll(() => mark.getAttribute("aria-label")).toBe(label);
  lei.send({ type: "private", to: name, text: "psst" });
  const { mail } = await phone.next("private");
  const row = alice.peerLink(lei.name);
  await row.getByText("1 unread").waitFor();
  phone.send({ type: "read", mail });
  await row.getByText("1 unread").waitFor({ state: "detached" });
  lei.send({ type: "private", to: name, text: "more" });
  const { mail: next } = await phone.next("private", { text: "more" });
  await row.click();
  await alice.sees("psst", "more");
  expect(await phone.next("read", { mail: next })).toBeDefined();
});

test("a user marks all as read by the keys or the button, also in a room of another device, which learns of it", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const third = uniqueName("attic");
  const { name, token } = someone("alice");
  const phone = await join(other, { name, token });
  const bob = await join(other, someone("bob"));
  const eve = await join(third, someone("eve"));
  const { seq } = await bob.sendMessage(`come, @${name}`);
  const alice = await openChat();
  await alice.root.getByText("I use this name on another device").click();
  await alice.root
    .getByRole("textbox", { name: "Key of this name" })
    .fill(token);
  await (await alice.join(name, third)).isIn(third);
  await alice.joinAnother(room);
  await alice.composer.click();
  const unread = alice.root.locator(".conversation-list [data-unread]");
  const button = alice.button("Mark all as read");
  await eve.sendMessage("one");
  eve.send({ type: "private", to: name, text: "psst" });
  await expect.poll(() => unread.count()).toBe(3);
  await expect.poll(() => alice.page.title()).toMatch(/^\(3\) /);
  expect(await findings(alice)).toEqual([]);
  await alice.page.keyboard.press("Shift+Escape");
  await expect.poll(() => unread.count()).toBe(0);
  await expect.poll(() => alice.page.title()).not.toMatch(/^\(/);
  expect(await phone.until("read", { read: seq })).toBeDefined();
  await alice.root
    .locator("[data-announcer]")
    .getByText("All is marked as read.")
    .waitFor();
  await alice.page.reload();
  await alice.isIn(room);
  await expect.poll(() => button.getAttribute("aria-disabled")).toBe("true");
  expect(await unread.count()).toBe(0);

  await eve.sendMessage("two");
  await alice.page.setViewportSize(PHONE.viewport);
  await alice.button(/1 unread/).click();
  await unread.waitFor();
  await button.click();
  await unread.waitFor({ state: "detached" });
  await expect.poll(() => alice.page.title()).not.toMatch(/^\(/);
});
