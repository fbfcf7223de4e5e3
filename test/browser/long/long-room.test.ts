// Long room: ten thousand messages can be read back to the first, and the page stays small.
import { expect } from "vitest";
import { uniqueName } from "../../conformance/support/people.ts";
import { openChat, test } from "../support/browser.ts";
import type { ChatPage } from "../support/chat-page.ts";
import { importHistory } from "../support/import-history.ts";

const MESSAGES = 10_000;
/** Elements in the list, whatever its length. */
const ELEMENTS_MAX = 1500;
/** In pixels: a message may move this far while others load above it. */
const JUMP_MAX = 3;

/** The text of each message begins with its number. */
function fillRoom(room: string): Promise<void> {
  const names = ["alice", "bob", "carol", "李雷"];
  const start = Date.UTC(2026, 0, 1);
  const said = Array.from({ length: MESSAGES }, (_, i) => ({
    username: names[Math.floor(i / 3) % names.length] ?? "",
    text: `${i + 1} ${"and so on ".repeat((i * 7) % 23)}`.trim(),
    at: start + i * 60_000,
  }));
  return importHistory(room, said);
}

/**
 * Scrolls up until the first message.
 *
 * @returns the largest number of elements on the way
 */
function scrollToStart(chat: ChatPage): Promise<number> {
  return chat.log.evaluate(async (log) => {
    let most = 0;
    while (log.querySelector('[data-row="start"]') === null) {
      log.scrollTop = 0;
      await new Promise(requestAnimationFrame);
      most = Math.max(most, log.querySelectorAll("*").length);
    }
    return most;
  });
}

function countElements(chat: ChatPage): Promise<number> {
  return chat.log.evaluate((log) => log.querySelectorAll("*").length);
}

test("a user reads ten thousand messages back to the first, and the page stays small", async () => {
  const room = uniqueName("archive");
  await fillRoom(room);
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.log.getByText(/^10000\b/).waitFor();
  expect(await scrollToStart(alice)).toBeLessThan(ELEMENTS_MAX);
  await alice.log.press("Home");
  await alice.log.getByText(/^1\b/).first().waitFor();
  await alice.button(/^Jump to the newest/).click();
  await alice.log.getByText(/^10000\b/).waitFor();
  expect(await countElements(alice)).toBeLessThan(ELEMENTS_MAX);
});

/**
 * Scrolls up, waits for older messages, and scrolls on.
 *
 * @returns the pixels that the topmost message moved, for each page that
 *   loaded
 */
function measureJumps(chat: ChatPage, pages: number): Promise<number[]> {
  return chat.log.evaluate(async (log, pages) => {
    const frame = () => new Promise(requestAnimationFrame);
    const top = () => log.getBoundingClientRect().top;
    const messages = () => [...log.querySelectorAll("[data-message]")];
    const placeOf = (seq: string | null) => {
      const all = messages().filter(
        (one) => one.getAttribute("data-seq") === seq,
      );
      return (all[0]?.getBoundingClientRect().top ?? Infinity) - top();
    };
    const moved: number[] = [];
    while (moved.length < pages) {
      log.scrollTop = 0;
      const inSight = messages().find(
        (one) => one.getBoundingClientRect().top >= top(),
      );
      const seq = inSight?.getAttribute("data-seq") ?? null;
      const [place, height] = [placeOf(seq), log.scrollHeight];
      await frame();
      if (log.scrollHeight > height + 1000) {
        await frame();
        moved.push(Math.abs(placeOf(seq) - place));
      }
    }
    return moved;
  }, pages);
}

test("a user's view does not jump when older messages load", async () => {
  const room = uniqueName("archive");
  await fillRoom(room);
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.log.getByText(/^10000\b/).waitFor();
  // Not by the Home key: the browser would go on scrolling smoothly.
  const [worst] = (await measureJumps(alice, 4)).sort((a, b) => b - a);
  expect(worst).toBeLessThanOrEqual(JUMP_MAX);
});
