// Damaged input: a bad locale, time, name, URL or stored value affects only its own line.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { join } from "../../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../../conformance/support/people.ts";
import { openChat, openTab, PHONE, test } from "../support/browser.ts";

const LOCALES = [
  `["en-US@posix"]`,
  `["en-US@posix", "*", "", "zh_CN.UTF-8"]`,
  "[]",
  "undefined",
];

test.for(LOCALES)(
  "a user whose browser has the languages %s can chat",
  async (list) => {
    const room = uniqueName("lobby");
    const initScript = `
    Object.defineProperty(navigator, "languages", { get: () => ${list} });
  `;
    const bob = await join(room, someone("bob"));
    await bob.sendMessage("hello");
    const alice = await openChat({ initScript });
    await alice.join(uniqueName("alice"), room);
    await alice.isIn(room);
    await alice.say("hello back");
    await alice.sees("hello", "hello back");
  },
);

/** Changes the times of these messages on their way to the page. */
async function withTimes(page: Page, times: Readonly<Record<string, string>>) {
  await page.routeWebSocket(/\/rooms\//, (client) => {
    const server = client.connectToServer();
    server.onMessage((data) => {
      let changed = `${data}`;
      for (const [text, at] of Object.entries(times))
        changed = changed.replaceAll(
          new RegExp(`("text":"${text}"[^}]*"at":)\\d+`, "g"),
          `$1${at}`,
        );
      client.send(changed);
    });
  });
}

test("a user sees a message with an invalid time as of unknown time", async () => {
  const room = uniqueName("lobby");
  const bob = await join(room, someone("bob"));
  for (const text of ["before", "beyond", "endless", "last", "after"])
    await bob.sendMessage(text);
  const alice = await openChat();
  await withTimes(alice.page, {
    beyond: "9000000000000000",
    endless: "1e999",
    last: "8640000000000000",
  });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.sees("before", "beyond", "endless", "last", "after");
  const time = alice.message("beyond").locator("time");
  expect(await time.textContent()).toBe("Unknown time");
  expect(await time.getAttribute("datetime")).toBeNull();
  expect(await alice.log.locator(".render-error").count()).toBe(0);
});

/** The page fails to render a text that contains this. */
const FAILING_NAME = "boom";
const FAILING_SCRIPT = `
  const { segment } = Intl.Segmenter.prototype;
  Intl.Segmenter.prototype.segment = function (text) {
    if (/^${FAILING_NAME}/.test(text)) throw new RangeError("It fails: " + text);
    return segment.call(this, text);
  };
`;

test("a user sees all other rows if a row and a member fail to render", async () => {
  const room = uniqueName("lobby");
  const [bad, good] = [someone(uniqueName(FAILING_NAME)), someone("bob")];
  const boom = await join(room, bad);
  const bob = await join(room, good);
  await boom.sendMessage("from somebody who cannot be drawn");
  await bob.sendMessage("one");
  await bob.sendMessage(`${FAILING_NAME} is a text that cannot be drawn`);
  await bob.sendMessage("two");
  const alice = await openChat({
    initScript: FAILING_SCRIPT,
    viewport: { width: 1280, height: 720 },
    expectedError: /A part cannot be shown:\nRangeError/,
  });
  await (await alice.join(uniqueName("alice"), room)).isIn(room);
  await alice.receives("two");
  await alice.sees("one", "two");
  expect(await alice.log.getByText("This cannot be shown.").count()).toBe(2);
  const people = alice.root.getByRole("complementary", { name: "People" });
  await people.getByText(bob.name).waitFor();
  expect(await people.getByText("This cannot be shown.").count()).toBe(1);
  await alice.say("three");
  await alice.sees("one", "two", "three");
});

test("a user can close a dialog that fails", async () => {
  const room = uniqueName("lobby");
  const alice = await openChat({
    ...PHONE,
    initScript: FAILING_SCRIPT,
    expectedError: /A part cannot be shown:\nRangeError/,
  });
  await (await alice.join(uniqueName(FAILING_NAME), room)).isIn(room);
  await alice.button("Conversations").click();
  const dialog = alice.dialog("Conversations");
  await dialog.getByText("This cannot be shown.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await dialog.waitFor({ state: "hidden" });
  await alice.say("hello");
  await alice.sees("hello");
});

const JUNK = ["", "null", "{", "[1,null,{}]", `["a b","\\ud800",""]`, "%E0%A4"];

test.for(JUNK)("a user whose stored data is %j can chat", async (junk) => {
  const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
  const first = await openChat();
  await (await first.join(name, room)).isIn(room);
  await first.say("before");
  await first.sees("before");
  await first.page.evaluate((value) => {
    for (const storage of [localStorage, sessionStorage])
      for (const key of Object.keys(storage))
        if (!/:name$|:secret:/.test(key)) storage.setItem(key, value);
    localStorage.setItem("edge-chat:draft:%E0%A4%A:x", value);
  }, junk);
  const again = await openTab(first.page.context(), `/#${room}`);
  // The saved rooms are lost, and a link alone joins no room.
  await again.button("Join").click();
  await again.isIn(room);
  await again.composer.fill("after");
  await again.composer.press("Enter");
  await again.sees("before", "after");
});

test("a user with a damaged stored name and key signs in again", async () => {
  const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
  const initScript = `
    if (location.protocol === "http:") junk();
    function junk() {
    localStorage.setItem("edge-chat:name", "no name/");
    localStorage.setItem("edge-chat:names", '["", 7, null, "no name/"]');
    localStorage.setItem("edge-chat:secret:${name}", "short");
    localStorage.setItem("edge-chat:theme", "<b>");
    localStorage.setItem("edge-chat:language", "\\ud800");
    }
  `;
  const alice = await openChat({ initScript });
  await alice.signIn.waitFor();
  expect(await alice.signIn.locator(".known-names").count()).toBe(0);
  await (await alice.join(name, room)).isIn(room);
});

test.for(["%E0%A4%A", "%00", "@", "@%", "?lang=%E0%A4%A&theme=%", "#", "%F0"])(
  "a user who opens the URL hash #%s gets the sign-in form or a sentence",
  async (hash) => {
    const room = uniqueName("lobby");
    const alice = await openChat({ path: `/#${hash}` });
    await (await alice.join(uniqueName("alice"), room)).isIn(room);
    await alice.page.goto(new URL(`/#${hash}`, alice.page.url()).href);
    await alice.page.reload();
    await alice.root.getByRole("heading", { level: 1 }).first().waitFor();
  },
);
