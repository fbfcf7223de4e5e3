// Embedding: the page works in the frame of an allowed site, and has a separate user for each site.
import { expect } from "vitest";
import { baseUrl } from "../conformance/support/connection.ts";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { openBrowser, openChat, openTab, test } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";

/**
 * The URL of a page of this site, whose script has these `data-` attributes.
 */
function siteUrl(host: string, data: Readonly<Record<string, string>> = {}) {
  const url = new URL(`http://${host}:${process.env.SITES_PORT}/`);
  url.search = `${new URLSearchParams({ server: baseUrl(), ...data })}`;
  return url.href;
}

/** The chat inside the frame of such a page. */
function embeddedChat({ page }: ChatPage): ChatPage {
  return new ChatPage(page, page.frameLocator("iframe"));
}

test("a visitor of a shop chats with the support inside the shop's page", async () => {
  const room = uniqueName("support");
  const path = siteUrl("shop.localhost", { room });
  const shop = await openChat({ path });
  const chat = embeddedChat(shop);
  await (await chat.join(uniqueName("alice"))).isIn(room);
  const bob = await join(room, someone("bob"));
  await chat.say("my parcel is late");
  await bob.next("message", { text: "my parcel is late" });
  await bob.sendMessage("which one?");
  await chat.sees("my parcel is late", "which one?");
  const frame = shop.page.locator("iframe");
  expect(await frame.getAttribute("title")).toBe(`Chat: ${room}`);
  await shop.page.reload();
  await embeddedChat(shop).isIn(room);
  await embeddedChat(shop).sees("my parcel is late", "which one?");
});

test("a visitor sees a frame as wide as its place and as high as the site says", async () => {
  const room = uniqueName("support");
  const viewport = { width: 360, height: 640 };
  const path = siteUrl("shop.localhost", { room, height: "420" });
  const { page } = await openChat({ path, viewport });
  const box = await page.locator("iframe").boundingBox();
  expect(box?.height).toBe(420);
  expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThanOrEqual(360);
  const chat = new ChatPage(page, page.frameLocator("iframe"));
  await (await chat.join(uniqueName("alice"))).isIn(room);
  const wide = await page.locator("html").evaluate((html) => html.scrollWidth);
  expect(wide).toBeLessThanOrEqual(360);
});

test("a user known to the shop joins at once, in the shop's language", async () => {
  const room = uniqueName("support");
  const username = uniqueName("alice");
  const data = { room, username, lang: "zh", theme: "dark" };
  const shop = await openChat({ path: siteUrl("shop.localhost", data) });
  const chat = embeddedChat(shop);
  await chat.isIn(room);
  const bob = await join(room, someone("bob"));
  const { members } = bob.welcome;
  expect(members).toContain(username);
  const html = chat.root.locator("html");
  expect(await html.getAttribute("lang")).toMatch(/^zh/);
});

test("a user who opens a link with a username is not signed in by it", async () => {
  const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
  const { signIn } = await openChat({ path: `/#${room}?username=${name}` });
  const field = signIn.getByRole("textbox", { name: "Your name" });
  expect(await field.inputValue()).toBe(name);
});

test("a visitor has a separate user at each site, in one browser", async () => {
  const room = uniqueName("support");
  const browser = await openBrowser({});
  // Two sites, and two origins of one site, which share the browser's storage.
  const hosts = ["shop.localhost", "help.localhost", "127.0.0.1"];
  const own = await openTab(browser, `/#${room}`);
  await (await own.join(uniqueName("alice"))).isIn(room);
  const names = new Set<string>();
  for (const host of hosts) {
    const chat = embeddedChat(await openTab(browser, siteUrl(host, { room })));
    const field = chat.signIn.getByRole("textbox", { name: "Your name" });
    expect(await field.inputValue()).toBe("");
    const name = uniqueName("visitor");
    names.add(name);
    await (await chat.join(name)).isIn(room);
  }
  const bob = await join(room, someone("bob"));
  expect(bob.welcome.members).toEqual(expect.arrayContaining([...names]));
});

test("a visitor of a site that is not listed sees no frame", async () => {
  const path = siteUrl("other.localhost", { room: "lobby" });
  const refusal = /frame-ancestors/;
  const shop = await openChat({ path, expectedError: refusal });
  await expect
    .poll(() => shop.page.frames().at(1)?.url() ?? "")
    .toMatch(/^chrome-error:/);
});
