// Failed messages: a message that is refused or too long is shown where it was written, and does not disturb the others.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { openChat, PHONE, test } from "./support/browser.ts";
import { TIMEOUT_MS } from "./support/chat-page.ts";

test("a user sees the last characters counted, and cannot send a text that is too long", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat(PHONE);
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  const count = alice.root.locator(".character-count");
  await alice.composer.fill("a".repeat(3700));
  expect(await count.count()).toBe(0);
  await alice.composer.fill("😀".repeat(3999));
  await count.getByText("1 character is left").waitFor();
  await alice.composer.fill("好".repeat(4001));
  await count.getByText(/^1 character too many\./).waitFor();
  expect(await alice.composer.getAttribute("aria-invalid")).toBe("true");
  const send = alice.button("Send");
  expect(await send.getAttribute("aria-disabled")).toBe("true");
  await alice.composer.press("Enter");
  await send.tap({ force: true });
  expect(await alice.composer.inputValue()).toBe("好".repeat(4001));
  expect(await alice.shownMessages()).toEqual([]);
  await alice.composer.press("Backspace");
  await count.getByText("0 characters are left").waitFor();
  await alice.composer.press("Enter");
  await bob.next("message", { text: "好".repeat(4000) });
});

/** Hides the limits of the server from the page. */
const NO_LIMITS = `
  const parse = JSON.parse;
  JSON.parse = (text, reviver) => {
    const value = parse(text, reviver);
    if (value?.type === "welcome")
      Object.assign(value.limits, { text: 1e6, frame: 1e6 });
    return value;
  };
`;

/**
 * From its next connection on, the page gets no history.
 *
 * @returns lets the page have it
 */
async function holdHistory(page: Page): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.routeWebSocket(/\/rooms\//, (client) => {
    const server = client.connectToServer();
    let sent = Promise.resolve();
    server.onMessage((frame) => {
      const isHeld = String(frame).includes('"type":"history"');
      sent = sent
        .then(() => (isHeld ? released : undefined))
        .then(() => client.send(frame));
    });
  });
  return release;
}

test("a user's refused message stays in its place, small, while others go on", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({ ...PHONE, initScript: NO_LIMITS });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  await bob.sendMessage("before");
  await alice.receives("before");
  await alice.say(`${"a\n".repeat(60)}${"a".repeat(4000)}`);
  const failed = alice.log.locator('[data-state="failed"]');
  await failed.waitFor();
  await bob.sendMessage("after");
  await expect
    .poll(async () => (await alice.shownMessages()).map(({ state }) => state), {
      timeout: TIMEOUT_MS,
    })
    .toEqual(["sent", "failed", "sent"]);
  const box = await failed.boundingBox();
  expect(box?.height).toBeLessThan(PHONE.viewport.height / 2);
  const release = await holdHistory(alice.page);
  await alice.page.reload();
  // It is stored on this device, and shown before the others have come.
  await failed.waitFor();
  await alice.isConnected();
  expect(await alice.log.getAttribute("aria-busy")).toBe("true");
  release();
  await alice.isIn(room);
  expect((await alice.shownMessages()).map(({ state }) => state)).toEqual([
    "sent",
    "failed",
    "sent",
  ]);
  await alice.button("Conversations").tap();
  await alice.root.locator(`a[data-room="${room}"][data-failed="1"]`).tap();
  await failed.getByRole("button", { name: "Discard" }).tap();
  await failed.waitFor({ state: "detached" });
});

test("a user's private message to nobody fails where it was written, and only there", async () => {
  const room = uniqueName("lobby");
  const nobody = uniqueName("nobody");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  await alice.say(`@${nobody} my secret`);
  const failed = alice.log.locator('[data-state="failed"]');
  await failed.getByText("Nobody has this name now.").waitFor();
  await failed.getByText(`This message was only for ${nobody}.`).waitFor();
  const announced = alice.root.locator("[data-announcer]");
  await announced.getByText("Nobody has this name now.").waitFor();
  // The other conversation that contains it is marked as well.
  await alice.root
    .locator(`a[data-peer="${nobody}"][data-failed="1"]`)
    .waitFor();
  // It is not mixed with a draft for other users.
  await alice.composer.fill("hello all");
  await failed.getByRole("button", { name: "Edit" }).click();
  await failed.getByRole("alert").waitFor();
  expect(await alice.composer.inputValue()).toBe("hello all");
  await alice.composer.fill("");
  await failed.getByRole("button", { name: "Edit" }).click();
  await failed.waitFor({ state: "detached" });
  await expect
    .poll(() => alice.composer.inputValue())
    .toBe(`@${nobody} my secret`);
  // The conversation with nobody disappears.
  await alice.peerLink(nobody).waitFor({ state: "detached" });
  await alice.say("to all");
  const heard = await bob.until("message", { text: "to all" });
  expect(JSON.stringify(heard)).not.toContain("secret");
});
