// Member list: all members are listed, the user first, and every message shows its author.
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { openChat, test } from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";
import { importHistory } from "./support/import-history.ts";

const MEMBERS = 230;
/** Names that the server sends without a request. */
const LISTED_MEMBERS = 200;

/** The names in the list, in order. */
function memberNames({ root }: ChatPage): Promise<string[]> {
  return root
    .locator(".members li .label")
    .evaluateAll((all) => all.map((one) => one.textContent ?? ""));
}

test("a user in a large room finds all members, c2 before c10", async () => {
  const room = uniqueName("stadium");
  const tail = uniqueName("x");
  const names = Array.from({ length: MEMBERS }, (_, n) => `c${n}${tail}`);
  // A few at a time, within the server's limit for one address.
  for (let n = 0; n < MEMBERS; n += 10)
    await Promise.all(
      names
        .slice(n, n + 10)
        .map((name) => join(room, { ...someone(name), name })),
    );
  const alice = await openChat({ viewport: { width: 1280, height: 720 } });
  // Sorted after all names that the server sends.
  const name = uniqueName("zoe");
  await (await alice.join(name, room)).isIn(room);
  await alice.root.getByText(`People: ${MEMBERS + 1}`).waitFor();
  expect((await memberNames(alice))[0]).toBe(name);
  await alice.button(`and ${MEMBERS - LISTED_MEMBERS} more`).click();
  await expect
    .poll(async () => (await memberNames(alice)).length)
    .toBe(MEMBERS + 1);
  expect(await memberNames(alice)).toEqual([name, ...names]);
  expect(await alice.button(/^and \d+ more$/).count()).toBe(0);
});

test("a user sees that another user is blocked", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({ viewport: { width: 1280, height: 720 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  await alice.button(bob.name).click();
  const dialog = alice.dialog(bob.name);
  await dialog.getByText(`If you block ${bob.name}`).waitFor();
  await dialog.getByRole("button", { name: "Block" }).click();
  await dialog.getByText(`You have blocked ${bob.name}.`).waitFor();
  await dialog.getByRole("button", { name: "Unblock" }).click();
  await dialog.getByText(`If you block ${bob.name}`).waitFor();
});

test("a user who reads a long run of one author always sees the name", async () => {
  const room = uniqueName("monologue");
  const start = Date.UTC(2026, 0, 1);
  const said = Array.from({ length: 60 }, (_, n) => ({
    username: "socrates",
    text: `${n + 1} ${"and so on ".repeat(n % 3 === 0 ? 60 : 1)}`,
    at: start + n * 1000,
  }));
  await importHistory(room, said);
  const alice = await openChat({ viewport: { width: 500, height: 400 } });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.log.getByText(/^60\b/).waitFor();
  // Either above the topmost message, or at a visible one.
  const isNamed = () =>
    alice.root.locator("body").evaluate((body) => {
      const area = body.querySelector(".message-area");
      const { top = 0, bottom = 0 } = area?.getBoundingClientRect() ?? {};
      return [...body.querySelectorAll(".author, .author-above bdi")].some(
        (name) => {
          const { y } = name.getBoundingClientRect();
          return name.textContent === "socrates" && y >= top - 1 && y < bottom;
        },
      );
    });
  await expect.poll(isNamed).toBe(true);
  for (let n = 0; n < 8; n++) {
    await alice.log.hover();
    await alice.page.mouse.wheel(0, -230);
    await expect.poll(isNamed).toBe(true);
  }
  // The actions of a message that begins above are in sight, too.
  const { x = 0, y = 0 } = (await alice.log.boundingBox()) ?? {};
  await alice.page.mouse.move(x + 150, y + 6);
  const toolbar = alice.log.getByRole("toolbar");
  const top = async () => (await toolbar.boundingBox())?.y ?? 0;
  await expect.poll(top).toBeGreaterThanOrEqual(y - 0.5);
});

test("a user sees the real host of a link with look-alike letters", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const eve = await join(room, someone("eve"));
  await eve.sendMessage("log in at https://аррӏе.com/id");
  const link = alice.log.getByRole("link");
  await link.waitFor();
  expect(await link.textContent()).toBe("https://xn--80ak6aa92e.com/id");
  expect(await link.getAttribute("href")).toBe("https://xn--80ak6aa92e.com/id");
});
