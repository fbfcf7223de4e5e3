// Storage: the user can chat if the browser's storage never answers, and is told that nothing is stored.
import { expect } from "vitest";
import { join } from "../../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../../conformance/support/people.ts";
import { openChat, PHONE, test } from "../support/browser.ts";

const BROKEN_STORAGES = {
  "a database that is never opened":
    "IDBFactory.prototype.open = () => new EventTarget();",
  "a transaction that never ends": `
    Object.defineProperty(IDBTransaction.prototype, "oncomplete", { set() {} });
  `,
  "locks that are never granted": `
    const never = () => new Promise(() => {});
    // The blank page before ours is not secure, and has no locks.
    if ("LockManager" in window)
      LockManager.prototype.request = LockManager.prototype.query = never;
  `,
};

const WORDS = {
  "en-GB": "This browser cannot store your messages.",
  "zh-CN": "此浏览器无法保存你写的内容。",
};
const NAMES = { "en-GB": /^Your name/, "zh-CN": /^你的名字/ };

test.for(
  Object.entries(BROKEN_STORAGES).flatMap(([what, initScript]) =>
    (["en-GB", "zh-CN"] as const).map((locale) => ({
      what,
      initScript,
      locale,
    })),
  ),
)("a user chats with $what, in $locale", async ({ initScript, locale }) => {
  const room = uniqueName("lobby");
  const alice = await openChat({
    ...PHONE,
    initScript,
    locale,
    path: `/#${room}`,
  });
  const name = alice.signIn.getByRole("textbox", { name: NAMES[locale] });
  await name.fill(uniqueName("alice"));
  await name.press("Enter");
  await alice.isIn(room);
  await alice.root.getByText(WORDS[locale]).waitFor();
  const bob = await join(room, someone("bob"));
  const box = alice.root.locator("textarea");
  await box.fill("hello");
  await box.press("Enter");
  await bob.until("message", { text: "hello" });
  await bob.sendMessage("hello back");
  await alice.sees("hello", "hello back");
  const wide = await alice.page
    .locator("html")
    .evaluate((html) => html.scrollWidth - html.clientWidth);
  expect(wide).toBe(0);
});

test("a user with a working storage sees no warning", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.say("hello");
  await alice.sees("hello");
  expect(await alice.root.locator('[data-storage="works"]').count()).toBe(1);
  expect(await alice.root.getByText(WORDS["en-GB"]).count()).toBe(0);
});
