// Threads, pins, links and search: people talk beside the room, and come to a message by its link or its words.
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { findings } from "./support/axe.ts";
import { openChat, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";
import { importHistory } from "./support/import-history.ts";

/** The thread that is open, read like a conversation. */
function threadOf({ page, root }: ChatPage) {
  const panel = root.getByRole("region", { name: "Thread" });
  return {
    panel,
    field: panel.getByRole("textbox", { name: "Reply in this thread" }),
    messages: () =>
      panel.locator("[data-message] [data-text]").allTextContents(),
    page,
  };
}

test("two people talk in a thread, which a reload keeps open", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({ viewport: { width: 1280, height: 720 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await openChat();
  await (await bob.join(uniqueName("bob"), room)).isIn(room);
  await alice.say("shall we?");
  await bob.receives("shall we?");
  await bob.message("shall we?").hover();
  await bob
    .message("shall we?")
    .getByRole("button", { name: "Reply in a thread" })
    .click();
  const ofBob = threadOf(bob);
  await ofBob.field.fill("yes");
  await ofBob.field.press("Enter");
  const link = alice.log.getByRole("button", {
    name: /^1 reply last reply .*\d:\d\d$/,
  });
  await link.click();
  const ofAlice = threadOf(alice);
  await expect.poll(ofAlice.messages).toEqual(["shall we?", "yes"]);
  expect(await findings(alice)).toEqual([]);
  await ofAlice.field.fill("when?");
  await ofAlice.field.press("Enter");
  await expect.poll(ofBob.messages).toEqual(["shall we?", "yes", "when?"]);
  // Replies stand in the room too.
  const inRoom = bob.root.getByRole("log", { name: "Messages" });
  await inRoom.getByText("when?").waitFor();

  await alice.page.waitForURL(/\/thread\/\d+$/);
  await alice.page.reload();
  await expect.poll(ofAlice.messages).toEqual(["shall we?", "yes", "when?"]);
  // On a narrow screen it covers the room.
  await alice.page.setViewportSize({ width: 320, height: 568 });
  await expect.poll(ofAlice.messages).toEqual(["shall we?", "yes", "when?"]);
  expect(await findings(alice)).toEqual([]);
  await ofAlice.field.press("Escape");
  await ofAlice.panel.waitFor({ state: "hidden" });
  await expect.poll(() => alice.page.url()).not.toContain("/thread/");
});

test("a user comes to an old message by its link, and is told of one that is gone", async () => {
  const room = uniqueName("archive");
  const said = Array.from({ length: 400 }, (_, i) => ({
    ...{ username: "carol", text: `line ${i + 1}` },
    at: Date.UTC(2026, 0, 1) + i * 60_000,
  }));
  await importHistory(room, said);
  const alice = await openChat({ path: `/#${room}/20` });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const focused = alice.log.locator("[data-message]:focus");
  await focused.getByText("line 20").waitFor();
  await alice.page.goto(new URL(`/#${room}/390`, alice.page.url()).href);
  await focused.getByText("line 390").waitFor();
  await alice.page.goto(new URL(`/#${room}/4000`, alice.page.url()).href);
  await alice.root.getByText("This message is not there any more.").waitFor();

  await alice.page
    .context()
    .grantPermissions(["clipboard-read", "clipboard-write"]);
  await alice.log.focus();
  await alice.page.keyboard.press("ArrowUp");
  await alice.page.keyboard.press("Enter");
  const menu = alice.root.getByRole("dialog");
  await menu.getByRole("button", { name: "Copy link" }).click();
  await menu.waitFor({ state: "hidden" });
  await expect
    .poll(() => alice.page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(new RegExp(`#${room}/\\d+$`));
});

test("an owner pins a message and sets the topic, and the others find both in the header", async () => {
  const [first, room] = [uniqueName("hall"), uniqueName("lobby")];
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), first)).isIn(first);
  await alice.say("/register");
  await alice.root.getByText("The name is kept until").waitFor();
  await alice.joinAnother(room);
  const bob = await openChat();
  await (await bob.join(uniqueName("bob"), room)).isIn(room);
  await alice.say("remember this");
  await bob.receives("remember this");
  for (const chat of [alice, bob]) {
    await chat.message("remember this").hover();
    await chat
      .message("remember this")
      .getByRole("button", { name: "More" })
      .click();
  }
  const pin = { name: "Pin", exact: true };
  await bob.button("Copy link").waitFor();
  expect(await bob.root.getByRole("button", pin).count()).toBe(0);
  await bob.page.keyboard.press("Escape");
  await alice.root.getByRole("button", pin).click();
  await alice.say("/topic who climbs up next");

  await bob.root.locator("[data-topic]").getByText("who climbs up").waitFor();
  await bob.button("1 pinned message").click();
  const info = bob.dialog("About this room");
  await info.locator("[data-pin]").getByText("remember this").waitFor();
  expect(await findings(bob)).toEqual([]);
  await info.getByRole("button", { name: "Show in the room" }).click();
  await bob.log
    .locator("[data-message]:focus")
    .getByText("remember this")
    .waitFor();

  await alice.button("1 pinned message").click();
  const ofAlice = alice.dialog("About this room");
  await ofAlice.getByRole("button", { name: "Change" }).click();
  await ofAlice.getByRole("textbox").fill("the new mast");
  await ofAlice.getByRole("button", { name: "Save" }).click();
  await bob.root.locator("[data-topic]").getByText("the new mast").waitFor();
  await ofAlice.getByRole("button", { name: "Unpin" }).click();
  await bob.button("1 pinned message").waitFor({ state: "hidden" });
});

test("a user finds old messages by their words, reads on around one, and comes back to the newest", async () => {
  const room = uniqueName("archive");
  const said = Array.from({ length: 3000 }, (_, i) => ({
    ...{ username: "carol", at: Date.UTC(2026, 0, 1) + i * 60_000 },
    text: i % 1400 === 99 ? `The red Fox no ${i + 1}` : `line ${i + 1}`,
  }));
  await importHistory(room, said);
  const alice = await openChat({
    ...{ viewport: { width: 1280, height: 720 }, timezoneId: "UTC" },
  });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.log.getByText("line 3000").waitFor();
  await alice.button("Search").waitFor();
  await alice.page.keyboard.press("Control+f");
  const panel = alice.root.getByRole("region", { name: "Search" });
  const field = panel.getByLabel("Words to find");
  const found = panel.locator("[data-found]");
  await expect
    .poll(() => field.evaluate((one) => one === document.activeElement))
    .toBe(true);
  await field.fill("x");
  await field.press("Enter");
  await panel.getByText("Write at least two characters.").waitFor();
  await field.fill("fox ＲＥＤ");
  await field.press("Enter");
  await panel.getByText("That is all.").waitFor();
  expect(
    await found.evaluateAll((all) =>
      all.map((one) => one.getAttribute("data-found")),
    ),
  ).toEqual(["2900", "1500", "100"]);
  expect(await found.first().locator("mark").allTextContents()).toEqual([
    ...["red", "Fox"],
  ]);
  expect(await findings(alice)).toEqual([]);

  // Far from the newest messages, it is shown among its neighbours.
  await found.last().click();
  const past = olderMessages(alice);
  await past.locator("[data-message]:focus").getByText("no 100").waitFor();
  await past.getByText("line 99", { exact: true }).waitFor();
  await past.getByText("line 101", { exact: true }).waitFor();
  expect(await findings(alice)).toEqual([]);
  await past.getByRole("button", { name: "Show newer messages" }).click();
  await past.locator("[data-message]:focus").getByText("line 150").waitFor();
  await past.getByRole("button", { name: "Back to the newest" }).click();
  await past.waitFor({ state: "hidden" });
  await alice.log.getByText("line 3000").waitFor();

  // On a phone the panel covers the room, and gives way to the message.
  await alice.page.setViewportSize({ width: 320, height: 568 });
  await panel.waitFor();
  expect(await findings(alice)).toEqual([]);
  await found.first().click();
  await panel.waitFor({ state: "hidden" });
  await alice.log
    .locator("[data-message]:focus")
    .getByText("no 2900")
    .waitFor();
  await alice.button("Search").click();
  await field.fill("hen");
  await field.press("Enter");
  await panel.getByText("No message has all these words.").waitFor();
  await field.press("Escape");
  await panel.waitFor({ state: "hidden" });
  await alice.say("/search red fox");
  await panel.getByText("That is all.").waitFor();
  await panel.getByRole("button", { name: "Close search" }).click();

  // A day above the messages, and the dialog of the room, lead to a date.
  await alice.root.locator(".list-top [data-day]").click();
  const dates = alice.dialog("Jump to a date");
  const day = dates.getByLabel("Day");
  expect(await day.inputValue()).toBe("2026-01-03");
  await day.fill("2026-01-02");
  expect(await findings(alice)).toEqual([]);
  await day.press("Enter");
  await dates.waitFor({ state: "hidden" });
  await past.locator("[data-message]:focus").getByText("line 1441").waitFor();
  await past.locator(".list-top").getByText("1 January").waitFor();
  expect(await findings(alice)).toEqual([]);
  await past.locator(".list-top [data-day]").click();
  await dates.getByRole("button", { name: "The beginning" }).click();
  await past
    .locator("[data-message]:focus")
    .getByText("line 1", { exact: true })
    .waitFor();
  await alice.button("About this room").click();
  await alice.root
    .getByRole("button", { name: "Jump to a date", exact: true })
    .click();
  // Nobody has spoken since: the newest message is the next.
  await dates.getByRole("button", { name: "Today" }).click();
  await past.waitFor({ state: "hidden" });
  await alice.log
    .locator("[data-message]:focus")
    .getByText("line 3000")
    .waitFor();
});

/** @returns the name of a room with 900 messages */
async function createArchive(): Promise<string> {
  const room = uniqueName("archive");
  await importHistory(
    room,
    Array.from({ length: 900 }, (_, i) => ({
      ...{ username: "carol", text: `line ${i + 1}` },
      at: Date.UTC(2026, 0, 1) + i * 60_000,
    })),
  );
  return room;
}

function olderMessages({ root }: ChatPage) {
  return root.getByRole("region", { name: "Older messages" });
}

/** Goes to the first message of the room, by the date that stands at the top. */
async function showBeginning(chat: ChatPage): Promise<void> {
  await chat.root.locator(".list-top [data-day]").last().click();
  await chat
    .dialog("Jump to a date")
    .getByRole("button", { name: "The beginning" })
    .click();
  await olderMessages(chat).locator("[data-message]:focus").waitFor();
}

test("a user jumps to the first unread message, also where it is not loaded, and marks all as read", async () => {
  const room = await createArchive();
  // Another device of hers has read to line 20.
  const { name, token } = someone("alice");
  const other = await join(room, { name, token });
  other.send({ type: "read", seq: 20 });
  other.send({ type: "ping" });
  await other.next("pong");
  const alice = await openChat({ viewport: { width: 1280, height: 720 } });
  await alice.root.getByText("I use this name on another device").click();
  await alice.root
    .getByRole("textbox", { name: "Key of this name" })
    .fill(token);
  await (await alice.join(name, room)).isIn(room);
  const bar = alice.root.locator(".unread-bar");
  await bar.getByText(/^More than \d+ new messages$/).waitFor();
  expect(await findings(alice)).toEqual([]);
  const past = olderMessages(alice);
  // Where older messages cover the bar, Esc marks nothing.
  await alice.root.locator(".list-top [data-day]").click();
  await alice
    .dialog("Jump to a date")
    .getByRole("button", { name: "The beginning" })
    .click();
  await past.locator("[data-message]:focus").waitFor();
  await alice.composer.press("Escape");
  await past.waitFor({ state: "hidden" });
  await bar.getByText(/^More than \d+ new messages$/).waitFor();
  await bar.getByRole("button", { name: "Jump to the first" }).click();
  await past.locator("[data-message]:focus").getByText("line 21").waitFor();
  await past.locator("[data-row=new]").waitFor();
  // The message has the focus: Esc leads back from it.
  await alice.page.keyboard.press("Escape");
  await past.waitFor({ state: "hidden" });
  await alice.root.locator("textarea:focus").waitFor();
  await alice.log.getByText("line 900").waitFor();
  await bar.waitFor({ state: "hidden" });

  // After a reload the line is where she has stopped reading.
  const awayWhile = async (username: string) => {
    const speaker = await join(room, someone(username));
    await alice.page.goto("about:blank");
    for (let i = 1; i <= 15; i++)
      await speaker.sendMessage(`${username} ${i}\n\n\n\n\n.`);
    await alice.page.goBack();
    await alice.isIn(room);
    await bar.getByText(/^15 new messages since \d/).waitFor();
  };
  await awayWhile("bob");
  await alice.page.keyboard.press("Shift+PageUp");
  await alice.log
    .locator("[data-message]:focus", { hasText: "bob 1" })
    .waitFor();
  await alice.log.locator("[data-row=new]").waitFor();
  await bar.waitFor({ state: "hidden" });

  // Esc marks as read, and the line is gone.
  await awayWhile("dora");
  await alice.composer.press("Escape");
  await bar.waitFor({ state: "hidden" });
  await alice.receives("dora 15");
  expect(await alice.log.locator("[data-row=new]").count()).toBe(0);
});

test("a user comes back from older messages by Esc in the field, and keeps the draft", async () => {
  const room = await createArchive();
  const alice = await openChat({ viewport: { width: 1280, height: 720 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const past = olderMessages(alice);
  const target = alice.root.locator("[data-target=reply]");
  const list = alice.root.getByRole("listbox");
  await showBeginning(alice);

  // Each press takes what is uppermost: the list, the reply, the older part.
  await past.getByText("line 2", { exact: true }).hover();
  await past.getByRole("button", { name: "Reply", exact: true }).click();
  await target.waitFor();
  await alice.composer.fill("half a thought @car");
  await alice.composer.press("End");
  await list.waitFor();
  await alice.composer.press("Escape");
  await list.waitFor({ state: "hidden" });
  await target.waitFor();
  await alice.composer.press("Escape");
  await target.waitFor({ state: "hidden" });
  await past.waitFor();
  // Esc of an input method only ends the composition.
  await alice.composer.evaluate((field) =>
    field.dispatchEvent(
      new KeyboardEvent("keydown", {
        ...{ key: "Escape", isComposing: true, bubbles: true },
      }),
    ),
  );
  expect(await past.isVisible()).toBe(true);
  await alice.composer.press("Escape");
  await past.waitFor({ state: "hidden" });
  expect(await alice.composer.inputValue()).toBe("half a thought @car");
  await alice.root.locator("textarea:focus").waitFor();
  await alice.log.getByText("line 900").waitFor();

  // By its button the keys stay in the room.
  await showBeginning(alice);
  await past.getByRole("button", { name: "Back to the newest" }).click();
  await past.waitFor({ state: "hidden" });
  await alice.root.locator("[role=log]:focus").waitFor();
});

test("a message that comes while a user reads older ones is a new one when the user comes back", async () => {
  const room = await createArchive();
  const alice = await openChat({ viewport: { width: 1280, height: 720 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const past = olderMessages(alice);
  await showBeginning(alice);
  const bob = await join(room, someone("bob"));
  await bob.sendMessage("meanwhile");
  await alice.root
    .locator("[data-message]", { hasText: "meanwhile" })
    .waitFor({ state: "attached" });
  await alice.page.keyboard.press("Escape");
  await past.waitFor({ state: "hidden" });
  await alice.log.locator("[data-row=new]").waitFor();
  await alice.log.getByText("meanwhile").waitFor();
});
