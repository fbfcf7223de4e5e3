// Rooms: a message goes to the open room, a left room stays left, and a link joins no room by itself.
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { findings } from "./support/axe.ts";
import { openChat, openTab, PHONE, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";

/** The events for a changed URL come late, as on a busy machine. */
const LATE_ADDRESS = `
  const add = window.addEventListener;
  window.addEventListener = function (type, listener, options) {
    const isLate = type === "hashchange" || type === "popstate";
    const late = (event) => setTimeout(() => listener(event), 300);
    return add.call(this, type, isLate ? late : listener, options);
  };
`;

/** The rooms in the list, in order. */
function roomNames({ root }: ChatPage): Promise<string[]> {
  return root
    .locator("a[data-room]")
    .evaluateAll((all) =>
      all.map((one) => one.getAttribute("data-room") ?? ""),
    );
}

/** The browser says so of the tab. */
async function showTab(
  { page }: ChatPage,
  state: "visible" | "hidden",
): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, "visibilityState", {
      ...{ value, configurable: true },
    });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}

/** Records each change of the heading. */
async function recordHeadings({
  page,
}: ChatPage): Promise<() => Promise<string[]>> {
  await page.evaluate(`
    window.headings = [];
    const look = () => {
      const now = document.querySelector("h1")?.textContent ?? "";
      if (window.headings.at(-1) !== now) window.headings.push(now);
    };
    look();
    new MutationObserver(look).observe(document.body, {
      childList: true, subtree: true, characterData: true,
    });
  `);
  return () => page.evaluate("window.headings");
}

test("a user's text right after a click goes to the clicked conversation", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const name = uniqueName("alice");
  const alice = await openChat({ initScript: LATE_ADDRESS });
  await (await alice.join(name, room)).isIn(room);
  await alice.joinAnother(other);
  const bob = await join(room, someone("bob"));
  const eve = await join(other, someone("eve"));
  await alice.roomLink(room).click();
  await alice.page.keyboard.type("to the lobby");
  await alice.page.keyboard.press("Enter");
  await bob.next("message", { text: "to the lobby" });
  await alice.page.keyboard.press("Alt+ArrowDown");
  await alice.page.keyboard.type("to the kitchen");
  await alice.page.keyboard.press("Enter");
  const heard = await eve.until("message", { text: "to the kitchen" });
  expect(JSON.stringify(heard)).not.toContain("to the lobby");
  bob.send({ type: "private", to: name, text: "psst" });
  await alice.peerLink(bob.name).click();
  await alice.page.keyboard.type("to bob");
  await alice.page.keyboard.press("Enter");
  await bob.next("private", { text: "to bob" });
  // The URL has changed as well, so that the browser can go back.
  await expect
    .poll(() => decodeURIComponent(new URL(alice.page.url()).hash))
    .toBe(`#@${bob.name}`);
  await alice.page.goBack();
  await alice.isIn(other);
});

test("a user's draft stays in its conversation", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const alice = await openChat({ initScript: LATE_ADDRESS });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.joinAnother(other);
  await alice.composer.fill("half a sentence");
  await alice.roomLink(room).click();
  expect(await alice.composer.inputValue()).toBe("");
  await alice.roomLink(other).click();
  expect(await alice.composer.inputValue()).toBe("half a sentence");
});

test("a user finds rooms in which something waits at the top, and no row moves under the pointer or the focus", async () => {
  const [room, other, third] = ["lobby", "kitchen", "attic"].map(uniqueName);
  if (!room || !other || !third) throw new Error("There are three names.");
  const name = uniqueName("alice");
  const alice = await openChat();
  const { page } = alice;
  await (await alice.join(name, room)).isIn(room);
  await alice.joinAnother(other);
  await alice.joinAnother(third);
  const bob = await join(other, someone("bob"));
  const eve = await join(third, someone("eve"));
  const order = () => roomNames(alice);
  await alice.roomLink(room).click();
  await alice.composer.click();
  await eve.sendMessage("one");
  await expect.poll(order).toEqual([third, room, other]);

  await alice.roomLink(room).hover();
  await bob.sendMessage(`come, @${name}`);
  await alice.root.locator(`a[data-room="${other}"][data-unread]`).waitFor();
  expect(await order()).toEqual([third, room, other]);
  await alice.composer.hover();
  await expect.poll(order).toEqual([other, third, room]);

  await page.keyboard.press("Alt+ArrowUp");
  await alice.isIn(third);
  await page.keyboard.press("Alt+Shift+ArrowUp");
  await alice.isIn(other);
  expect(await order()).toEqual([other, third, room]);
  await expect.poll(order, { timeout: 10_000 }).toEqual([other, room, third]);

  // A hidden tab is sorted, and the focus stays on its row.
  await alice.roomLink(other).focus();
  await page.keyboard.press("Tab");
  await eve.sendMessage("two");
  await alice.root.locator(`a[data-room="${third}"][data-unread]`).waitFor();
  expect(await order()).toEqual([other, room, third]);
  await showTab(alice, "hidden");
  await expect.poll(order).toEqual([other, third, room]);
  await showTab(alice, "visible");
  expect(
    await alice
      .roomLink(room)
      .evaluate((row) => row === document.activeElement),
  ).toBe(true);

  // The one in the place of a room that is left opens.
  await alice.leave(other);
  await alice.isIn(third);
  await alice.roomLink(room).click();
  await alice.isIn(room);
  await page.setViewportSize(PHONE.viewport);
  await eve.sendMessage("three");
  await alice.button(/1 unread/).click();
  await expect.poll(order).toEqual([third, room]);
  expect(await findings(alice)).toEqual([]);
});

test("a user leaves a room after a confirmation, and it stays left", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const name = uniqueName("alice");
  const alice = await openChat();
  await (await alice.join(name, room)).isIn(room);
  await alice.joinAnother(other);
  const bob = await join(other, someone("bob"));
  await alice.button("Leave room").click();
  const dialog = alice.dialog(`Leave ${other}?`);
  await dialog.waitFor();
  await alice.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(await roomNames(alice)).toEqual([room, other]);

  const seen = await recordHeadings(alice);
  await alice.leave(other);
  await bob.next("left", { username: name });
  await alice.isIn(room);
  expect(await seen()).toEqual([other, room]);
  expect(await roomNames(alice)).toEqual([room]);
  await alice.say("still here");
  await alice.sees("still here");
  await alice.page.reload();
  await alice.isIn(room);
  expect(await roomNames(alice)).toEqual([room]);
});

test("a user leaves the first room without an effect on the others", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const name = uniqueName("alice");
  const alice = await openChat();
  await (await alice.join(name, room)).isIn(room);
  await alice.joinAnother(other);
  const bob = await join(other, someone("bob"));
  await alice.roomLink(room).click();
  await alice.isIn(room);
  const seen = await recordHeadings(alice);
  await alice.leave(room);
  await alice.isIn(other);
  expect(await seen()).toEqual([room, other]);
  await alice.say("hello");
  const heard = await bob.until("message", { text: "hello" });
  expect(heard.filter(({ type }) => /joined|left/.test(type))).toEqual([]);
  // Private messages arrive through the remaining room.
  bob.send({ type: "private", to: name, text: "psst" });
  await alice.peerLink(bob.name).click();
  await alice.sees("psst");
  await alice.say("yes?");
  await bob.next("private", { text: "yes?" });
});

test("a user who leaves a room in one tab leaves it in the other", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.joinAnother(other);
  const second = await openTab(alice.page.context(), `/#${other}`);
  await second.isIn(other);
  await alice.leave(other);
  await second.isIn(room);
  expect(await roomNames(second)).toEqual([room]);
  await second.joinAnother(other);
  await alice.roomLink(other).waitFor();
  await alice.leave(room);
  await alice.isIn(other);
  await second.roomLink(room).waitFor({ state: "detached" });
  await alice.leave(other);
  await Promise.all([alice.signIn.waitFor(), second.signIn.waitFor()]);
  await second.page.reload();
  await second.signIn.waitFor();
});

test("a user who opens a link to another room is asked before joining", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const bob = await join(other, someone("bob"));
  const alice = await openChat();
  const name = uniqueName("alice");
  await (await alice.join(name, room)).isIn(room);
  const link = new URL(`/#${other}`, alice.page.url()).href;
  await alice.page.goto(link);
  const ask = alice.button(`Join ${other}`);
  await ask.waitFor();
  expect(await roomNames(alice)).toEqual([room]);
  await alice.button("Not now").click();
  await alice.isIn(room);
  // A new tab with this link does not join either.
  const second = await openTab(alice.page.context(), `/#${other}`);
  await second.button(`Join ${other}`).waitFor();
  expect(await roomNames(second)).toEqual([room]);
  await second.page.reload();
  await second.button(`Join ${other}`).click();
  await second.isIn(other);
  const heard = await bob.until("joined", { username: name });
  expect(heard.filter(({ type }) => type === "joined")).toHaveLength(1);
  await alice.roomLink(other).waitFor();
  // A link to a left room asks again.
  await second.leave(other);
  await second.isIn(room);
  await second.page.goto(link);
  await second.button(`Join ${other}`).waitFor();
  expect(await roomNames(second)).toEqual([room]);
});

test("a mention in a room that a user has not joined waits in the list, and leads to its message", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const name = uniqueName("alice");
  const alice = await openChat();
  await (await alice.join(name, room)).isIn(room);
  const bob = await join(other, someone("bob"));
  const { seq } = await bob.sendMessage(`where is @${name}?`);
  for (let i = 0; i < 3; i++) await bob.sendMessage(`later ${i}`);
  const row = alice.root.locator(`a[data-mentioned-in="${other}"]`);
  await row.waitFor();
  expect(await row.textContent()).toContain("1 mention");
  await expect.poll(() => alice.page.title()).toMatch(/^\(1\) /);
  await row.click();
  await alice.button(`Join ${other}`).click();
  await alice.isIn(other);
  const message = alice.root.locator(`article[data-seq="${seq}"]`);
  await message.waitFor();
  expect(await message.getAttribute("data-mention")).toBe("");
  await expect.poll(() => row.count()).toBe(0);
  await expect.poll(() => alice.page.title()).not.toMatch(/^\(/);
});

test("a user chooses by the keyboard which messages of a room notify, and finds the choice in each tab", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const name = uniqueName("alice");
  const alice = await openChat();
  await (await alice.join(name, room)).isIn(room);
  await alice.joinAnother(other);
  const bob = await join(other, someone("bob"));
  const second = await openTab(alice.page.context(), `/#${other}`);
  await second.isIn(other);
  const choose = async (page: ChatPage, choice: string) => {
    await page.button("About this room").press("Enter");
    const button = page
      .dialog("About this room")
      .getByRole("button", { name: choice });
    await button.press("Space");
    await expect.poll(() => button.getAttribute("aria-pressed")).toBe("true");
    expect(await findings(page)).toEqual([]);
    await page.page.keyboard.press("Escape");
    await page.roomLink(room).click();
    await page.isIn(room);
  };
  const row = alice.roomLink(other);
  await choose(alice, "None");
  await expect.poll(() => row.textContent()).toContain("no notifications");
  const secondRow = second.roomLink(other);
  await expect.poll(() => secondRow.getAttribute("data-muted")).toBe("");
  await second.roomLink(room).click();
  await bob.sendMessage(`@${name} come`);
  await row.and(alice.root.locator("[data-unread]")).waitFor();
  expect(await alice.page.title()).not.toMatch(/^\(/);
  // Nor in the quick switcher.
  await alice.page.keyboard.press("ControlOrMeta+k");
  const option = alice.dialog("Go to…").getByRole("option", { name: other });
  await option.waitFor();
  expect(await option.locator(".badge").count()).toBe(0);
  await alice.page.reload();
  await alice.isIn(room);
  await expect.poll(() => row.textContent()).toContain("no notifications");
  await row.and(alice.root.locator("[data-unread]")).waitFor();
  expect(await alice.page.title()).not.toMatch(/^\(/);

  await secondRow.click();
  await second.receives(`@${name} come`);
  await choose(second, "Mentions only");
  await expect.poll(() => row.textContent()).toContain("only mentions notify");
  await expect.poll(() => row.getAttribute("data-unread")).toBe(null);
  await bob.sendMessage("is anybody there?");
  await bob.sendMessage(`@${name} come, please`);
  await expect.poll(() => row.getAttribute("data-unread")).toBe("2");
  await expect.poll(() => alice.page.title()).toMatch(/^\(1\) /);
  await alice.button("Settings").first().click();
  await alice.dialog("Settings").getByRole("button", { name: "中文" }).click();
  await alice.dialog("设置").waitFor();
  await expect.poll(() => row.textContent()).toContain("仅在提到我时通知");
  await alice.page.keyboard.press("Escape");
  await alice.page.setViewportSize(PHONE.viewport);
  await alice.button(/1 条未读/).click();
  await row.locator("[data-notify=mentions]").waitFor();
  // A room that is joined again begins without a choice.
  await secondRow.click();
  await second.isIn(other);
  await second.leave(other);
  await second.isIn(room);
  await second.joinAnother(other);
  expect(await secondRow.locator("[data-notify]").count()).toBe(0);
});

test("a user sees what waits in a room that only another device has joined", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const { name, token } = someone("alice");
  await join(other, { name, token });
  const bob = await join(other, someone("bob"));
  for (let i = 0; i < 2; i++) await bob.sendMessage(`later ${i}`);
  const alice = await openChat();
  await alice.root.getByText("I use this name on another device").click();
  await alice.root
    .getByRole("textbox", { name: "Key of this name" })
    .fill(token);
  await (await alice.join(name, room)).isIn(room);
  const row = alice.root.locator(`a[data-waiting-in="${other}"]`);
  await row.waitFor();
  expect(await row.textContent()).toContain(`${other}, 2 unread`);
  expect(await roomNames(alice)).toEqual([room]);
  await row.focus();
  await alice.page.keyboard.press("Enter");
  await alice.button(`Join ${other}`).click();
  await alice.isIn(other);
  await alice.sees("later 0", "later 1");
  await expect.poll(() => row.count()).toBe(0);
  expect(await roomNames(alice)).toEqual([room, other]);
});
