// Keyboard and screen reader: everything is reachable, the focus is never lost, and new messages are announced.
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { findings } from "./support/axe.ts";
import { openBrowser, openChat, openTab, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";

/** More presses of Tab than the whole page needs. */
const TABS_MAX = 60;

/** The name of the focused element, as a screen reader says it. */
function focusedName({ page }: ChatPage): Promise<string> {
  return page.locator("html").evaluate(() => {
    const { activeElement: node } = document;
    return node?.getAttribute("aria-label") ?? node?.textContent ?? "";
  });
}

async function tabTo(chat: ChatPage, name: RegExp): Promise<void> {
  for (let n = 0; n < TABS_MAX; n++) {
    if (name.test(await focusedName(chat))) return;
    await chat.page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${name}.`);
}

test("a user signs in, chats, and changes rooms and settings without a mouse", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const alice = await openChat();
  const { keyboard } = alice.page;
  await alice.signIn.waitFor();
  await keyboard.type(uniqueName("alice"));
  await keyboard.press("Tab");
  await keyboard.type(room);
  await keyboard.press("Enter");
  await alice.isIn(room);
  const bob = await join(room, someone("bob"));
  await expect.poll(() => focusedName(alice)).toBe("Message");
  await keyboard.type("two");
  await keyboard.press("Shift+Enter");
  await keyboard.type("lines");
  await keyboard.press("Enter");
  await bob.next("message", { text: "two\nlines" });
  await expect.poll(() => focusedName(alice)).toBe("Message");

  await tabTo(alice, /^Join another room$/);
  await keyboard.press("Enter");
  await alice.root.getByRole("dialog").waitFor();
  await keyboard.type(other);
  await keyboard.press("Enter");
  await alice.isIn(other);
  await keyboard.press("Alt+ArrowUp");
  await alice.isIn(room);

  await tabTo(alice, /^Settings$/);
  await keyboard.press("Enter");
  await alice.dialog("Settings").waitFor();
  for (let n = 0; n < 10; n++) {
    await keyboard.press("Tab");
    const isInside = await alice
      .dialog("Settings")
      .evaluate(
        (dialog) =>
          dialog.contains(document.activeElement) ||
          document.activeElement === document.body,
      );
    expect(isInside).toBe(true);
  }
  await keyboard.press("Escape");
  await alice.dialog("Settings").waitFor({ state: "hidden" });
  await expect.poll(() => focusedName(alice)).toBe("Settings");
});

test("a user goes to rooms and people by a part of the name", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const third = uniqueName("garden");
  const context = await openBrowser({});
  const alice = await openTab(context, `/#${room}`);
  const name = uniqueName("alice");
  await (await alice.join(name, room)).isIn(room);
  const bob = await join(room, someone("bob"));
  const { keyboard } = alice.page;
  const dialog = alice.dialog("Go to…");
  const field = dialog.getByRole("combobox");
  const options = dialog.getByRole("option");
  const chosen = dialog.locator('[role="option"][aria-selected="true"]');
  await alice.button("Go to…").waitFor();

  // A name that is no known room can be joined.
  await keyboard.press("ControlOrMeta+k");
  await field.waitFor();
  await keyboard.type(other);
  await chosen.getByText(`Join ${other}`).waitFor();
  expect(await findings(alice)).toEqual([]);
  await keyboard.press("Enter");
  await alice.isIn(other);
  await expect.poll(() => focusedName(alice)).toBe("Message");

  // What waits comes first, as the option to which the field points.
  bob.send({ type: "private", to: name, text: "psst" });
  await alice.root
    .locator(`a[data-peer="${bob.name}"][data-unread="1"]`)
    .waitFor();
  await keyboard.press("ControlOrMeta+k");
  await chosen.getByText("1 unread").waitFor();
  expect(await field.getAttribute("aria-activedescendant")).toBe(
    await chosen.getAttribute("id"),
  );
  await dialog.getByRole("status").getByText("3 entries").waitFor();
  await keyboard.press("ArrowDown");
  await chosen.getByText(room).waitFor();
  await keyboard.press("ArrowUp");
  await keyboard.press("Enter");
  await alice.isIn(bob.name);
  await alice.sees("psst");

  // The browser does nothing else for these keys.
  await alice.page.evaluate(() => {
    globalThis.addEventListener("keydown", ({ key, defaultPrevented }) => {
      if (key === "k") document.body.dataset.taken = String(defaultPrevented);
    });
  });
  // Escape gives the focus back, and so does the key that has opened it.
  for (const key of ["Escape", "ControlOrMeta+k"]) {
    await keyboard.press("ControlOrMeta+k");
    await expect
      .poll(() => field.evaluate((node) => node === document.activeElement))
      .toBe(true);
    await keyboard.press(key);
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => focusedName(alice)).toBe("Message");
  }
  expect(await alice.page.locator("body").getAttribute("data-taken")).toBe(
    "true",
  );

  // After a reload it has the same, and what another tab joins or leaves.
  await alice.page.reload();
  await alice.isIn(bob.name);
  await alice.button("Go to…").click();
  await expect.poll(() => options.count()).toBe(3);
  const second = await openTab(context, `/#${room}`);
  await second.isIn(room);
  await second.joinAnother(third);
  await options.getByText(third).waitFor();
  await second.leave(third);
  await expect.poll(() => options.count()).toBe(3);
  await field.fill(room.toUpperCase());
  await chosen.getByText(room, { exact: true }).click();
  await alice.isIn(room);
});

test("a user hears messages of others announced, but not their own", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  const announcer = alice.root.locator("[data-announcer]");
  expect(await announcer.getAttribute("aria-live")).toBe("polite");
  await bob.sendMessage("hello alice");
  await announcer.getByText(`${bob.name}: hello alice`).waitFor();
  await alice.say("hello bob");
  await alice.receives("hello bob");
  await bob.sendMessage("and goodbye");
  await announcer.getByText(`${bob.name}: and goodbye`).waitFor();
  expect(await announcer.textContent()).not.toContain("hello bob");
});

test("a user sees unread messages in the title, and a mention highlighted", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const name = uniqueName("alice");
  const alice = await openChat({ path: `/#${other}` });
  await (await alice.join(name)).isIn(other);
  await alice.page.goto(new URL(`/#${room}`, alice.page.url()).href);
  await alice.button(`Join ${room}`).click();
  await alice.isIn(room);
  const bob = await join(other, someone("bob"));
  await bob.sendMessage("one");
  await bob.sendMessage(`two, @${name}`);
  await alice.root
    .locator(`a[data-room="${other}"][data-unread="2"]`)
    .waitFor();
  await expect.poll(() => alice.page.title()).toMatch(/^\(2\) /);
  await alice.roomLink(other).click();
  await alice.isIn(other);
  await alice.root
    .locator("[data-mention]", { hasText: `two, @${name}` })
    .waitFor();
  await expect.poll(() => alice.page.title()).not.toMatch(/^\(/);
});

test("a user at a zoom of 200 % sees everything", async () => {
  const room = uniqueName("lobby");
  // The pixels of a laptop at a zoom of 200 %.
  const alice = await openChat({ viewport: { width: 640, height: 360 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const wide = await alice.page
    .locator("html")
    .evaluate((html) => html.scrollWidth - html.clientWidth);
  expect(wide).toBe(0);
  const field = await alice.composer.boundingBox();
  expect((field?.y ?? 0) + (field?.height ?? 999)).toBeLessThanOrEqual(360);
});
