// Hostile text: markup, script links, bidi letters and terminal escapes stay plain text.
import type { Locator } from "playwright-core";
import { expect } from "vitest";
import { join } from "../../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../../conformance/support/people.ts";
import { openChat, test } from "../support/browser.ts";
import { importHistory } from "../support/import-history.ts";

const texts = [
  `<img src=x onerror="document.title='hacked'"><script>document.title='hacked'</script>`,
  `</div></article></main><h1>hacked</h1><style>*{display:none}</style>`,
  `&lt;b&gt;bold&lt;/b&gt; &amp; &#x3C;`,
  `javascript:alert(1) data:text/html,<script>alert(1)</script>`,
  `[click](javascript:alert(1)) javascript://x.example/%0aalert(1)`,
  `{{constructor.constructor("alert(1)")()}} \${alert(1)}`,
  `שלום עולם hello مرحبا`,
  "a\u0301".repeat(40),
  `${"Z\u0310\u0302\u034c\u0360\u0317".repeat(30)}`,
  "W".repeat(3900),
  "__proto__ constructor toString",
  "👨‍👩‍👧‍👦🏳️‍🌈",
];

test("a user sees every text as it was written, and it runs nothing", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const title = await alice.page.title();
  const eve = await join(room, someone("eve"));
  for (const text of texts) {
    await eve.sendMessage(text);
    await alice.log.locator("[data-text]").last().getByText(text).waitFor();
    const shown = alice.log.locator("[data-text]").last();
    expect(await shown.textContent()).toBe(text);
    expect(await shown.locator("img, script, style, h1, b").count()).toBe(0);
  }
  const links = await alice.log
    .locator("a")
    .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(links.filter((href) => !/^(https?|mailto):/.test(href ?? ""))).toEqual(
    [],
  );
  expect((await alice.page.title()).replace(/^\(\d+\) /, "")).toBe(title);
  const wide = await alice.page
    .locator("html")
    .evaluate((html) => html.scrollWidth - html.clientWidth);
  expect(wide).toBe(0);
});

test("a user who opens a link gets a window without access to the chat", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const eve = await join(room, someone("eve"));
  await eve.sendMessage("see https://example.org/a?b=c#d, or www.example.net.");
  const links = alice.log.locator("a");
  await links.first().waitFor();
  const hrefs = await links.evaluateAll((all) =>
    all.map((link) => link.getAttribute("href")),
  );
  expect(hrefs[0]).toBe("https://example.org/a?b=c#d");
  for (const link of await links.all()) {
    expect(await link.getAttribute("target")).toBe("_blank");
    expect(await link.getAttribute("rel")).toMatch(/noopener/);
  }
});

test("a user with a right-to-left name does not reverse the line", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const david = await join(room, someone("דוד"));
  await david.sendMessage("hello, 2026!");
  await alice.sees("hello, 2026!");
  const name = alice.log.getByText(david.name).first();
  // Isolated from its surroundings: the time and the text keep their places.
  const isolated = await name.evaluate((node) => {
    const { unicodeBidi } = getComputedStyle(node);
    return node.closest("bdi, [dir]") !== null || /isolate/.test(unicodeBidi);
  });
  expect(isolated).toBe(true);
});

/** The pixels of an element, once nothing in it changes any more. */
async function stillPicture(element: Locator): Promise<Buffer> {
  const options = { animations: "disabled", caret: "hide" } as const;
  let last = await element.screenshot(options);
  const isStill = async () => {
    const before = last;
    last = await element.screenshot(options);
    return last.equals(before);
  };
  await expect.poll(isStill).toBe(true);
  return last;
}

/** Compares the pixels of one element with and without another one. */
async function coversOther(victim: Locator, other: Locator): Promise<boolean> {
  const withIt = await stillPicture(victim);
  await other.evaluate((node) => {
    (node as HTMLElement).style.visibility = "hidden";
  });
  return !withIt.equals(await stillPicture(victim));
}

/** Most fonts stack these marks on each other. */
const stack = (letter: string, marks: number) =>
  `${letter}${"\u0301".repeat(marks)}`;

test("a user's stacked marks cover no message of others", async () => {
  const room = uniqueName("lobby");
  // The server no longer accepts such a name, but an old history may contain
  // it.
  await importHistory(room, [
    { username: "bob", text: "one", at: 1 },
    { username: stack("ź", 30), text: stack("Z", 60), at: 2 },
  ]);
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await expect.poll(() => alice.shownMessages()).toHaveLength(2);
  const [one, stacked] = await alice.log.locator("[data-message]").all();
  if (!one || !stacked) throw new Error("Not two messages.");
  expect(await coversOther(one, stacked.locator("[data-text]"))).toBe(false);
  expect(await coversOther(one, stacked.locator(".author"))).toBe(false);
});

test("a user sees that a message is invisible, and cannot send one", async () => {
  const room = uniqueName("lobby");
  await importHistory(room, [
    { username: "eve", text: "\u3164", at: 1 },
    { username: "eve", text: "\u00ad\u2800", at: 2 },
  ]);
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const words = "This message has no visible text.";
  await alice.sees(words, words);
  for (const text of ["\u3164", "\u00ad", "\u{e0068}\u{e0069}"]) {
    await alice.say(text);
    const send = alice.button("Send");
    expect(await send.getAttribute("aria-disabled")).toBe("true");
  }
  await alice.say("❤️");
  await alice.sees(words, words, "❤️");
});
