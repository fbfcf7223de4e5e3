// Browser translation: the page stays current under a translator, and says so if JavaScript is missing.
import { expect } from "vitest";
import { join } from "../../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../../conformance/support/people.ts";
import { openChat, PHONE, test } from "../support/browser.ts";

const WORDS = [
  "This page needs JavaScript",
  "此页面需要 JavaScript",
  "npx wscat",
];

test("a user without JavaScript reads what the page needs, and another way to chat", async () => {
  const { page } = await openChat({ ...PHONE, javaScriptEnabled: false });
  const section = page.locator("section:visible");
  await section.waitFor();
  for (const words of WORDS)
    expect(await section.textContent()).toContain(words);
  expect((await section.boundingBox())?.y).toBeLessThan(100);
});

test("a user whose script fails to load reads the same", async () => {
  const { page } = await openChat({ path: "/icon.svg", badNetwork: true });
  await page.route("**/page.js", (route) => route.abort());
  await page.goto(new URL("/", page.url()).href);
  const section = page.locator("section:visible");
  for (const words of WORDS) await section.getByText(words).waitFor();
});

/**
 * Works as Chrome does: it replaces each text by <font> in <font>, again and
 * again.
 */
const TRANSLATOR_SCRIPT = `
window.addEventListener("DOMContentLoaded", () => {
  const translate = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      if (text.data.trim() === "" || text.parentNode.closest("font, noscript")) continue;
      const outer = document.createElement("font");
      const inner = document.createElement("font");
      inner.append(text.data.replace(/[a-z]+/g, (word) => word.toUpperCase()));
      outer.append(inner);
      text.replaceWith(outer);
    }
  };
  new MutationObserver(translate).observe(document.body, {
    childList: true, characterData: true, subtree: true,
  });
  translate();
});
`;

test("a user with a translator sees current counts, members and messages", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("kitchen")];
  const alice = await openChat({
    initScript: TRANSLATOR_SCRIPT,
    viewport: { width: 1280, height: 720 },
  });
  const { root, page } = alice;
  await root.locator("input").first().fill(uniqueName("alice"));
  await root.locator("input").nth(1).fill(room);
  await root.locator("input").nth(1).press("Enter");
  const count = root.locator(".conversation-header p");
  await expect.poll(() => count.textContent()).toBe("1 HERE");
  const bob = await join(room, someone("bob"));
  await expect.poll(() => count.textContent()).toBe("2 HERE");
  const people = root.getByRole("complementary").locator("h2");
  await expect.poll(() => people.textContent()).toBe("PEOPLE: 2");
  const carol = await join(room, someone("carol"));
  await expect.poll(() => count.textContent()).toBe("3 HERE");
  await carol.send({ type: "leave" });
  await expect.poll(() => count.textContent()).toBe("2 HERE");
  await page.goto(new URL(`/#${other}`, page.url()).href);
  await root.locator("main button.primary").click();
  const heading = root.locator(".conversation-header h1");
  await expect.poll(() => heading.textContent()).toBe(other.toUpperCase());
  const badge = root.locator(`a[data-room="${room}"] .badge`);
  for (const [n, text] of ["one", "two", "three"].entries()) {
    await bob.sendMessage(text);
    await expect.poll(() => badge.textContent()).toBe(`${n + 1}`);
  }
  await root.locator(`a[data-room="${room}"]`).click();
  const texts = root.locator("[data-text]");
  await expect
    .poll(() => texts.allTextContents())
    .toEqual(["ONE", "TWO", "THREE"]);
});
