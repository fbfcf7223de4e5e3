// Display names: two users of an app see each other's display names, pictures and handles, and are warned of look-alikes.
import { afterAll, beforeAll, expect } from "vitest";
import { uniqueName } from "../conformance/support/people.ts";
import { API_KEYS, KEY } from "../conformance/support/server-key.ts";
import {
  ISSUER,
  SECRET,
  signToken,
  tokenClaims,
} from "../http/support/jwt-app.ts";
import { findings } from "./support/axe.ts";
import {
  type BrowserOptions,
  openChat,
  PHONE,
  test,
} from "./support/browser.ts";
import type { ChatPage } from "./support/chat-page.ts";
import { type RunningHost, startHost } from "./support/host.ts";

const PICTURES = "https://cdn.app.example";
/** A picture of one pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

let host: RunningHost;
beforeAll(async () => {
  host = await startHost(process.env.EDGE_CHAT_HOST, {
    ...{ ADMIN_SECRET: "nobody-needs-it-in-this-test", PRIVATE_ROOMS: "-" },
    API_KEYS,
    ...{ JWT_ISSUER: ISSUER, JWT_SECRET: SECRET, AVATAR_ORIGINS: PICTURES },
  });
});
afterAll(async () => {
  await host.stop();
});

/** The referrers of all requests for pictures. */
const referrers: (string | undefined)[] = [];

/** Opens the page in a browser that finds the pictures. */
async function open(options: BrowserOptions): Promise<ChatPage> {
  const chat = await openChat({ ...options, path: host.url });
  await chat.page.route(`${PICTURES}/**`, (route) => {
    referrers.push(route.request().headers().referer);
    return route.fulfill({ contentType: "image/png", body: PNG });
  });
  return chat;
}

/** Signs in on the page by a token of the app, as one does with a key. */
async function signIn(
  chat: ChatPage,
  username: string,
  room: string,
  data: unknown,
): Promise<void> {
  const token = await signToken(tokenClaims({ sub: username, username, data }));
  await chat.root.getByText("I use this name on another device").click();
  await chat.signIn
    .getByRole("textbox", { name: "Key of this name" })
    .fill(token);
  await (await chat.join(username, room)).isIn(room);
}

test("two users of an app see each other's display names with their handles, and a look-alike is marked", async () => {
  const room = uniqueName("lobby");
  const [ann, bob, mallory] = [
    uniqueName("ann"),
    uniqueName("bob"),
    uniqueName("mal"),
  ];
  const wide = { viewport: { width: 1280, height: 720 } };
  const alice = await open(wide);
  await signIn(alice, ann, room, { displayName: "Ann Lee" });
  const phone = await open(PHONE);
  const avatar = `${PICTURES}/bob.png`;
  await signIn(phone, bob, room, {
    displayName: "\u202eBob\u200b Long",
    avatar,
  });

  // By the list, by a message, and for a screen reader.
  await alice.button(`Bob Long @${bob}`).waitFor();
  await phone.say("hello from bob");
  await alice.receives("hello from bob");
  const article = alice.root.getByRole("article", {
    name: `Bob Long @${bob}`,
  });
  await article.waitFor();
  const picture = article.locator("img");
  await expect
    .poll(() =>
      picture.evaluate((img) => (img as HTMLImageElement).naturalWidth),
    )
    .toBe(1);
  expect(new Set(referrers)).toEqual(new Set([undefined]));

  // Dialog by keyboard: the name is the identity.
  await article.getByRole("button", { name: `Bob Long @${bob}` }).focus();
  await alice.page.keyboard.press("Enter");
  await alice.dialog(bob).getByText("Bob Long").waitFor();
  await alice.page.keyboard.press("Escape");
  await phone.say(`@${ann} psst`);
  await alice.peerLink(bob).getByText("Bob Long").waitFor();

  // Mentions go by the handle.
  await alice.say(`hello @${bob}`);
  await phone.receives(`hello @${bob}`);
  const mention = phone.root.getByRole("article", { name: `Ann Lee @${ann}` });
  await expect.poll(() => mention.getAttribute("data-mention")).toBe("");

  // Cyrillic o in the name of another user.
  const third = await open(wide);
  await signIn(third, mallory, room, { displayName: "B\u043eb  long" });
  await third.say("hello from mallory");
  for (const chat of [alice, phone]) {
    await chat.receives("hello from mallory");
    const fake = chat.root.getByRole("article", {
      name: `B\u043eb long @${mallory}, looks like another name`,
    });
    await fake.waitFor();
    await fake.getByRole("img", { name: "looks like another name" }).waitFor();
  }

  // Lines about users, and the author of a message whose beginning is out of sight.
  const shown = (name: string, username: string) => `${name} @${username}`;
  const joined = alice.log.locator("[data-row=presence]");
  await expect
    .poll(async () => (await joined.allTextContents()).join())
    .toContain(`${shown("B\u043eb long", mallory)} has joined.`);
  const marks = joined.getByRole("img", { name: "looks like another name" });
  await marks.last().waitFor();
  // A client says so every few seconds at most.
  const typing = async () => {
    await phone.composer.pressSequentially(".");
    return (await alice.root.locator("[data-typing]").allTextContents()).join();
  };
  await expect
    .poll(typing, { timeout: 15_000 })
    .toContain(`${shown("Bob Long", bob)} is typing\u2026`);
  await phone.composer.fill("");
  await third.say("a line\n".repeat(60));
  const above = alice.root.locator(".author-above", {
    hasText: shown("B\u043eb long", mallory),
  });
  await above.waitFor();
  expect(await above.locator(".look-alike").count()).toBe(1);
  await third.leave(room);
  await expect
    .poll(async () => (await joined.allTextContents()).join())
    .toContain(`${shown("B\u043eb long", mallory)} has left.`);
  await alice.peerLink(bob).click();
  await alice.isIn(shown("Bob Long", bob));
  for (const chat of [alice, phone]) expect(await findings(chat)).toEqual([]);
  const tooWide = await phone.page
    .locator("html")
    .evaluate((html) => html.scrollWidth - html.clientWidth);
  expect(tooWide).toBe(0);
});

test("a bot's message has a mark beside the bot's name, in the language of the reader", async () => {
  const room = uniqueName("lobby");
  const alice = await open({ viewport: { width: 1280, height: 720 } });
  await signIn(alice, uniqueName("ann"), room, {});
  const headers = {
    Authorization: `Bearer ${KEY}`,
    "Content-Type": "application/json",
  };
  const as = { id: "ci", username: "Builds" };
  const body = JSON.stringify({ as, text: "Build 7 is green." });
  const url = `${host.url}/rooms/${room}/messages`;
  const { status } = await fetch(url, { method: "POST", headers, body });
  expect(status).toBe(201);
  const article = alice.root.getByRole("article", { name: "Builds, bot" });
  await article.getByText("bot", { exact: true }).waitFor();
  await alice.button("Settings").first().click();
  await alice.dialog("Settings").getByRole("button", { name: "中文" }).click();
  await alice.page.keyboard.press("Escape");
  await alice.root.getByText("机器人", { exact: true }).waitFor();
});

test("a user whose display name is another's username is marked, and data that the page does not know changes nothing", async () => {
  const room = uniqueName("lobby");
  const [ann, bob] = [uniqueName("ann"), uniqueName("bob")];
  const options = { viewport: { width: 1280, height: 720 } };
  const alice = await open(options);
  // The policy of the page would tell of a request to that origin.
  const avatar = "https://elsewhere.example/a.png";
  await signIn(alice, ann, room, { displayName: bob, avatar });
  const other = await open(options);
  const data = { plan: ["pro", { deep: null }], displayName: 7, avatar: {} };
  await signIn(other, bob, room, data);
  await other.say("hello from bob");
  await alice.receives("hello from bob");
  await alice.root.getByRole("article", { name: `${bob}: hello` }).waitFor();
  await other.button(`looks like another name ${bob} @${ann}`).waitFor();
  expect(await other.root.locator(".avatar img").count()).toBe(0);
});
