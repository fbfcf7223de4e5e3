// Phone: everything is in reach of a thumb, large enough for it, and nothing is cut off.
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { openChat, PHONE, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";

/** In pixels: WCAG 2.5.8 requires 24, a thumb needs more. */
const THUMB_SIZE = 40;

/** The HTML of targets that are smaller than a thumb. */
async function tooSmall({ root }: ChatPage): Promise<string[]> {
  const all = await root
    .locator("button:visible, a:visible, input:visible, textarea:visible")
    .all();
  const small: string[] = [];
  for (const one of all) {
    // A link in a text has the height of its line.
    const isInText = await one.evaluate(
      (node) => node.closest("[data-text]") !== null,
    );
    const { width = 0, height = 0 } = (await one.boundingBox()) ?? {};
    if (!isInText && (width < THUMB_SIZE || height < THUMB_SIZE))
      small.push(`${await one.evaluate(({ outerHTML }) => outerHTML)}`);
  }
  return small;
}

function overflow({ page }: ChatPage): Promise<number> {
  return page
    .locator("html")
    .evaluate((html) => html.scrollWidth - html.clientWidth);
}

test("a user chats with one thumb, in a room and privately", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat(PHONE);
  await alice.signIn.waitFor();
  expect(await tooSmall(alice)).toEqual([]);
  const name = uniqueName("alice");
  await alice.signIn.getByRole("textbox", { name: "Your name" }).fill(name);
  await alice.signIn.getByRole("textbox", { name: "Room" }).fill(room);
  await alice.button("Join").tap();
  await alice.isIn(room);
  await alice.button("Copy a link to invite others").waitFor();
  expect(await tooSmall(alice)).toEqual([]);
  const bob = await join(room, someone("bob"));
  await alice.composer.tap();
  await alice.page.keyboard.type("hello");
  await alice.button("Send").tap();
  await bob.next("message", { text: "hello" });
  await alice.sees("hello");
  expect(await tooSmall(alice)).toEqual([]);
  expect(await overflow(alice)).toBe(0);

  bob.send({ type: "private", to: name, text: "psst" });
  await alice.button("Conversations, 1 unread").tap();
  const menu = alice.dialog("Conversations");
  await menu.waitFor();
  expect(await tooSmall(alice)).toEqual([]);
  await menu.locator(`a[data-peer="${bob.name}"][data-unread="1"]`).tap();
  await alice.isIn(bob.name);
  await alice.sees("psst");
  await alice.composer.tap();
  await alice.page.keyboard.type("yes?");
  await alice.button("Send").tap();
  await bob.next("private", { text: "yes?" });
  expect(await overflow(alice)).toBe(0);

  await alice.button(/^Conversations/).tap();
  await menu.getByRole("button", { name: "Go to…" }).tap();
  const switcher = alice.dialog("Go to…");
  await switcher.getByRole("combobox").fill(room.slice(1));
  await switcher.getByRole("option", { name: room, exact: true }).waitFor();
  expect(await tooSmall(alice)).toEqual([]);
  expect(await overflow(alice)).toBe(0);
  await switcher.getByRole("option", { name: room, exact: true }).tap();
  await alice.isIn(room);
});

test("a user reaches the main controls in the lower half of the screen", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat(PHONE);
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const { height } = PHONE.viewport;
  for (const one of [
    alice.composer,
    alice.button("Send"),
    alice.button(/^Conversations/),
  ]) {
    const box = await one.boundingBox();
    expect(box?.y).toBeGreaterThan(height / 2);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
  }
});

test("a user sees the newest message and the field when the keyboard opens", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat(PHONE);
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  for (let n = 1; n <= 12; n++) await bob.sendMessage(`line ${n}`);
  await alice.receives("line 12");
  await alice.page.setViewportSize({ width: 320, height: 300 });
  const inSight = async () => {
    const field = await alice.composer.boundingBox();
    const last = await alice.message("line 12").boundingBox();
    return (
      (field?.y ?? 0) + (field?.height ?? 999) <= 300 &&
      (last?.y ?? 0) + (last?.height ?? 999) <= (field?.y ?? 0) + 1
    );
  };
  await expect.poll(inSight).toBe(true);
});

test("a user sees long names and words cut or broken, within the page", async () => {
  const room = `${uniqueName("l")}${"o".repeat(40)}`;
  const alice = await openChat(PHONE);
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("B".repeat(16)));
  await bob.sendMessage("w".repeat(500));
  await alice.receives("w".repeat(500));
  expect(await overflow(alice)).toBe(0);
  // She has seen how the message came.
  expect(await alice.root.locator(".unread-bar").count()).toBe(0);
});

test("a user with a finger reads which message an edit changes, and has room to copy code", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat(PHONE);
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.say("```\nls\n```");
  await alice.button("Copy code").waitFor();
  await alice.say("**mine**");
  await alice.sees("ls", "mine");
  await alice.composer.press("ArrowUp");
  // The keys of the other hint are not there.
  const notice = alice.root.locator("[data-target=edit]");
  await notice.getByText("mine", { exact: true }).waitFor();
  expect(await tooSmall(alice)).toEqual([]);
  await notice.getByRole("button", { name: "Cancel" }).tap();
  await expect.poll(() => alice.composer.inputValue()).toBe("");
  expect(await overflow(alice)).toBe(0);
});
