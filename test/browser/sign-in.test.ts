// Sign-in: users join on a first visit, by a link, and after their name was taken.
import { expect, onTestFinished } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { openChat, openTab, PHONE, test } from "./support/browser.ts";
import { startHost } from "./support/host.ts";

/** Notes which field has the focus when the first fields appear. */
const FIRST_FOCUS = `
  new MutationObserver((_, observer) => {
    const fields = [...document.querySelectorAll("form input")];
    if (fields.length === 0) return;
    window.firstFocus = fields.indexOf(document.activeElement);
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
`;

test("a new user is asked for a name and a room, and nothing else", async () => {
  const { signIn, page } = await openChat({ initScript: FIRST_FOCUS });
  await signIn.waitFor();
  expect(await signIn.getByRole("textbox").count()).toBe(2);
  const name = signIn.getByRole("textbox", { name: "Your name" });
  expect(await name.evaluate((field) => field === document.activeElement)).toBe(
    true,
  );
  // A key pressed at the first sight of the field is not lost.
  expect(await page.evaluate("window.firstFocus")).toBe(0);
});

test("a user follows a link to a room, and opens it directly the next time", async () => {
  const [room, other] = [uniqueName("lobby"), uniqueName("李雷的房间")];
  const alice = await openChat({ path: `/#${room}` });
  const field = alice.signIn.getByRole("textbox", { name: "Room" });
  expect(await field.inputValue()).toBe(room);
  await (await alice.join(uniqueName("李雷"))).isIn(room);
  await alice.page.goto(new URL(`/#${other}`, alice.page.url()).href);
  await alice.button(`Join ${other}`).click();
  await alice.isIn(other);
  const again = await openTab(alice.page.context());
  await again.isIn(other);
  await again.roomLink(room).waitFor();
});

test("a user with a taken name is told so, and joins under another name", async () => {
  const room = uniqueName("lobby");
  const bob = await join(room, someone("bob"));
  const mallory = await openChat();
  await mallory.join(bob.name.toUpperCase(), room);
  await mallory.root.locator('[data-error="username_taken"]').waitFor();
  await (await mallory.join(uniqueName("mallory"))).isIn(room);
  await mallory.say("it was me");
  await bob.next("message", { text: "it was me" });
});

test("a user with an invalid name is told so without a request to the server", async () => {
  const alice = await openChat();
  let asked = 0;
  alice.page.on("websocket", () => asked++);
  const wrong = ["", "two words", "dot.", "-dash", "a".repeat(33), "a/b", "😀"];
  for (const name of wrong) {
    await alice.join(name, "lobby");
    await alice.root.locator('[data-error="bad_username"]').waitFor();
  }
  expect(asked).toBe(0);
});

test("a user who opens the URL of an invalid room is told so, and goes back", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.page.goto(new URL("/#no%20room", alice.page.url()).href);
  await alice.root.getByRole("alert").waitFor();
  await alice.button("Back").click();
  await alice.isIn(room);
});

test("a user without browser storage can chat", async () => {
  const room = uniqueName("lobby");
  const initScript = `
    for (const name of ["localStorage", "sessionStorage", "indexedDB"])
      Object.defineProperty(window, name, {
        get() { throw new DOMException("No storage here.", "SecurityError"); },
      });
  `;
  const alice = await openChat({ initScript });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  await alice.say("hello");
  await bob.next("message", { text: "hello" });
  await bob.sendMessage("hello back");
  await alice.sees("hello", "hello back");
});

test("a user with a full disk loses no message", async () => {
  const room = uniqueName("lobby");
  const initScript = `
    Storage.prototype.setItem = () => {
      throw new DOMException("It is full.", "QuotaExceededError");
    };
    IDBObjectStore.prototype.put = IDBObjectStore.prototype.add = () => {
      throw new DOMException("It is full.", "QuotaExceededError");
    };
  `;
  const alice = await openChat({ initScript });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  const bob = await join(room, someone("bob"));
  await alice.say("hello");
  await bob.next("message", { text: "hello" });
  await alice.sees("hello");
});

test("a user with a reserved name is told so, and joins under another name", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat();
  for (const name of ["admin", "ADMIN", "Root"]) {
    await alice.join(name, room);
    const reason = alice.root.getByText("This name is reserved.");
    await reason.waitFor();
    expect(await reason.textContent()).toBe(
      "This name is reserved. Choose another one.",
    );
  }
  await (await alice.join(uniqueName("alice"))).isIn(room);
});

test("a user with a wrong key is told so, and keeps the stored key", async () => {
  const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
  const alice = await openChat();
  await (await alice.join(name, room)).isIn(room);
  const context = alice.page.context();
  await alice.page.close();
  const again = await openTab(context);
  await again.isIn(room);
  await again.page.evaluate("sessionStorage.setItem('edge-chat:name', '')");
  await again.page.reload();
  await again.root.getByText("I use this name on another device").click();
  const key = again.signIn.getByRole("textbox", { name: "Key of this name" });
  for (const wrong of [
    "short",
    "two words that are long enough",
    "ключ".repeat(9),
  ]) {
    await key.fill(wrong);
    await again.join(name, room);
    await again.root.locator('[data-error="bad_key"]').waitFor();
    expect(await key.evaluate((it) => it === document.activeElement)).toBe(
      true,
    );
  }
  await key.fill("another-persons-key-0000");
  await again.join(name, room);
  await again.root.locator('[data-error="username_taken"]').waitFor();
  await key.fill("");
  await (await again.join(name, room)).isIn(room);
});

test.for([
  ["en-GB", "This server is only for users of its app."],
  ["zh-CN", "此服务器只允许其应用的用户进入。"],
] as const)(
  "a guest reads in %s that guests may not join, without a form",
  async ([locale, words]) => {
    const { url, stop } = await startHost(process.env.EDGE_CHAT_HOST, {
      ...{ ADMIN_SECRET: "nobody-needs-it-in-this-test", GUESTS: "off" },
      ...{ JWT_ISSUER: "https://app.example", PRIVATE_ROOMS: "-" },
      JWT_SECRET: "a-secret-of-the-app-for-this-test",
    });
    onTestFinished(async () => {
      await stop();
    });
    const { root, page } = await openChat({ ...PHONE, path: url, locale });
    await root.getByText(words).waitFor();
    expect(await root.locator("form, input").count()).toBe(0);
    const wide = await page
      .locator("html")
      .evaluate((html) => html.scrollWidth - html.clientWidth);
    expect(wide).toBe(0);
  },
);
