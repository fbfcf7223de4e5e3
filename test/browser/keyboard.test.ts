// By keyboard alone, and by ear: everything is reached, the focus is never lost, and what comes in is announced.
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import type { Chat } from "./chat.ts";
import { test, visit } from "./visit.ts";

/** So many presses of Tab lead around the whole page. */
const AROUND = 60;

/** What has the focus, by the name that a screen reader says. */
function focused({ page }: Chat): Promise<string> {
  return page.locator("html").evaluate(() => {
    const { activeElement: node } = document;
    return node?.getAttribute("aria-label") ?? node?.textContent ?? "";
  });
}

async function tabTo(chat: Chat, name: RegExp): Promise<void> {
  for (let n = 0; n < AROUND; n++) {
    if (name.test(await focused(chat))) return;
    await chat.page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${name}.`);
}

test("alice comes in, talks, changes rooms and settings without a mouse", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const alice = await visit();
  const { keyboard } = alice.page;
  await alice.door.waitFor();
  await keyboard.type(uniqueName("alice"));
  await keyboard.press("Tab");
  await keyboard.type(room);
  await keyboard.press("Enter");
  await alice.isIn(room);
  const bob = await join(room, someone("bob"));
  await expect.poll(() => focused(alice)).toBe("Message");
  await keyboard.type("two");
  await keyboard.press("Shift+Enter");
  await keyboard.type("lines");
  await keyboard.press("Enter");
  await bob.next("message", { text: "two\nlines" });
  await expect.poll(() => focused(alice)).toBe("Message");

  await tabTo(alice, /^Join another room$/);
  await keyboard.press("Enter");
  await alice.at.getByRole("dialog").waitFor();
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
  expect(await focused(alice)).toBe("Settings");
});

test("what others say is announced, what one says oneself is not", async () => {
  const room = uniqueName("lobby");
  const alice = await visit();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  const announcer = alice.at.locator("[data-announcer]");
  expect(await announcer.getAttribute("aria-live")).toBe("polite");
  await bob.sendMessage("hello alice");
  await announcer.getByText(`${bob.name}: hello alice`).waitFor();
  await alice.say("hello bob");
  await alice.hears("hello bob");
  await bob.sendMessage("and goodbye");
  await announcer.getByText(`${bob.name}: and goodbye`).waitFor();
  expect(await announcer.textContent()).not.toContain("hello bob");
});

test("the title counts what is unread, and a mention is lit", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const name = uniqueName("alice");
  const alice = await visit({ path: `/#${other}` });
  await (await alice.join(name)).isIn(other);
  await alice.page.goto(new URL(`/#${room}`, alice.page.url()).href);
  await alice.button(`Join ${room}`).click();
  await alice.isIn(room);
  const bob = await join(other, someone("bob"));
  await bob.sendMessage("one");
  await bob.sendMessage(`two, @${name}`);
  await alice.at.locator(`a[data-room="${other}"][data-unread="2"]`).waitFor();
  await expect.poll(() => alice.page.title()).toMatch(/^\(2\) /);
  await alice.room(other).click();
  await alice.isIn(other);
  await alice.at
    .locator("[data-mention]", { hasText: `two, @${name}` })
    .waitFor();
  await expect.poll(() => alice.page.title()).not.toMatch(/^\(/);
});

test("at 200 % and with large letters nothing is cut off", async () => {
  const room = uniqueName("lobby");
  // Half as many pixels, as a zoom of 200 % leaves of a laptop's.
  const alice = await visit({ viewport: { width: 640, height: 360 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const wide = await alice.page
    .locator("html")
    .evaluate((html) => html.scrollWidth - html.clientWidth);
  expect(wide).toBe(0);
  const field = await alice.box.boundingBox();
  expect((field?.y ?? 0) + (field?.height ?? 999)).toBeLessThanOrEqual(360);
});
