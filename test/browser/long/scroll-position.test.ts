// Scroll position: a reader at the end stays at the end, whatever grows or shrinks around the list.
import { expect } from "vitest";
import { join, type Member } from "../../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../../conformance/support/people.ts";
import { openChat, PHONE, test } from "../support/browser.ts";
import { type ChatPage, TIMEOUT_MS } from "../support/chat-page.ts";

/**
 * Pixels between the visible part and the end, two frames after the last
 * change.
 */
function distanceToEnd({ log }: ChatPage): Promise<number> {
  return log.evaluate(async (log) => {
    for (let n = 0; n < 2; n++) await new Promise(requestAnimationFrame);
    return Math.round(log.scrollHeight - log.clientHeight - log.scrollTop);
  });
}

/** The scroll position, once it has not changed for ten frames. */
function settledTop({ log }: ChatPage): Promise<number> {
  return log.evaluate(async (log) => {
    for (let still = 0, top = log.scrollTop; still < 10; still++) {
      await new Promise(requestAnimationFrame);
      if (log.scrollTop !== top) still = 0;
      top = log.scrollTop;
    }
    return log.scrollTop;
  });
}

/** Within one pixel, because of rounding. */
async function expectAtEnd(chat: ChatPage): Promise<void> {
  await expect
    .poll(() => distanceToEnd(chat), { timeout: TIMEOUT_MS })
    .toBeLessThanOrEqual(1);
}

/** Two users by turns, since one alone would exceed the rate limit. */
async function sendByTurns(
  room: string,
  texts: readonly string[],
): Promise<Member> {
  const bob = await join(room, someone("bob"));
  const carol = await join(room, someone("carol"));
  for (const [n, text] of texts.entries())
    await (n % 2 === 0 ? bob : carol).sendMessage(text);
  return bob;
}

const LINES = Array.from({ length: 30 }, (_, n) => `line ${n + 1}`);

test("a user sees the last of thirty messages in a row", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({ viewport: { width: 900, height: 600 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.composer.focus();
  for (const line of LINES) {
    await alice.page.keyboard.insertText(line);
    await alice.page.keyboard.press("Enter");
  }
  await alice.log
    .locator('[data-state="sent"]')
    .filter({ has: alice.root.getByText("line 30", { exact: true }) })
    .waitFor();
  await expectAtEnd(alice);
});

test("a user at the end follows long and short messages of others", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat(PHONE);
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await sendByTurns(
    room,
    LINES.map((line, n) => `${line} ${"and so on ".repeat((n * 37) % 60)}`),
  );
  await alice.log.getByText(/^line 30\b/).waitFor();
  await expectAtEnd(alice);
});

test("a user stays at the end when the window, the font or the field changes", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({ viewport: { width: 900, height: 600 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await sendByTurns(
    room,
    LINES.map((line) => `${line} ${"and so on ".repeat(9)}`),
  );
  await alice.log.getByText(/^line 30\b/).waitFor();
  await expectAtEnd(alice);
  for (const [width, height] of [
    [900, 300],
    [400, 600],
    [900, 700],
  ] as const) {
    await alice.page.setViewportSize({ width, height });
    await expectAtEnd(alice);
  }
  // Like a font that loads late.
  const spaced = (on: boolean) =>
    alice.log.evaluate((log, on) => {
      log.style.letterSpacing = on ? "0.3em" : "";
    }, on);
  await spaced(true);
  await expectAtEnd(alice);
  await spaced(false);
  await expectAtEnd(alice);
  await alice.composer.fill("many\nlines\nof\na\ndraft");
  await expectAtEnd(alice);
  await alice.composer.fill("");
  await expectAtEnd(alice);
  bob.send({ type: "typing" });
  await alice.root.locator("[data-typing]").waitFor();
  await expectAtEnd(alice);
});

test("a user who reads further up stays there, and returns to the end", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({ viewport: { width: 900, height: 600 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await sendByTurns(room, LINES);
  await alice.log.getByText(/^line 30\b/).waitFor();
  await expectAtEnd(alice);
  await alice.log.hover();
  // A small step is enough to leave the end.
  await alice.page.mouse.wheel(0, -20);
  await expect.poll(() => distanceToEnd(alice)).toBe(20);
  bob.send({ type: "typing" });
  await alice.root.locator("[data-typing]").waitFor();
  await alice.composer.fill("a draft");
  expect(await distanceToEnd(alice)).toBe(20);
  await alice.page.mouse.wheel(0, -180);
  const toEnd = alice.button(/^Jump to the newest/);
  await toEnd.waitFor();
  const before = await settledTop(alice);
  await bob.sendMessage("one more");
  await alice.button("Jump to the newest message, 1 new").waitFor();
  await alice.page.setViewportSize({ width: 900, height: 560 });
  expect(await alice.log.evaluate((log) => log.scrollTop)).toBe(before);
  await toEnd.click();
  await expectAtEnd(alice);
  await bob.sendMessage("and another");
  await alice.receives("and another");
  await expectAtEnd(alice);
});
