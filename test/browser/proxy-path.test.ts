// Proxy path: the page works below a path that a proxy strips, and requests nothing outside of it.
import { expect } from "vitest";
import { join } from "../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../conformance/support/people.ts";
import { openBrowser, openChat, openTab, test } from "./support/browser.ts";
import { ChatPage } from "./support/chat-page.ts";
import { startPathProxy } from "./support/path-proxy.ts";

test.for(["/chat", "/a/deep one"])(
  "a user chats through a proxy below %s",
  async (path) => {
    const room = uniqueName("李雷的房间");
    const url = await startPathProxy(encodeURI(path));
    const asked: string[] = [];
    const context = await openBrowser({});
    context.on("request", (one) => asked.push(one.url()));
    const alice = await openTab(context, `${url}/?from=link#${room}`);
    alice.page.on("websocket", (one) => asked.push(one.url()));
    const icon = alice.signIn.locator("img");
    await expect
      .poll(() =>
        icon.evaluate((image) => (image as HTMLImageElement).naturalWidth),
      )
      .toBeGreaterThan(0);
    await (await alice.join(uniqueName("alice"))).isIn(room);
    const bob = await join(room, someone("bob"));
    await alice.say("hello");
    await bob.next("message", { text: "hello" });
    await alice.page.reload();
    await alice.isIn(room);
    await bob.sendMessage("hello back");
    await alice.sees("hello", "hello back");
    const outside = asked.filter(
      (one) => !one.replace(/^ws/, "http").startsWith(`${url}/`),
    );
    expect(outside).toEqual([]);
    expect(asked.some((one) => one.startsWith("ws"))).toBe(true);
  },
);

test("a user's data below one path is separate from other paths", async () => {
  const room = uniqueName("lobby");
  const url = await startPathProxy("/chat");
  const context = await openBrowser({});
  const alice = await openTab(context, `${url}/#${room}`);
  await (await alice.join(uniqueName("alice"))).isIn(room);
  const keys: string[] = await alice.page.evaluate("Object.keys(localStorage)");
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.filter((key) => !key.startsWith("edge-chat:/chat/:"))).toEqual(
    [],
  );
});

test("a user who opens index.html below a path gets the page", async () => {
  const url = await startPathProxy("/chat");
  const { signIn, page } = await openChat({ path: `${url}/index.html` });
  await signIn.waitFor();
  expect(page.url()).toBe(`${url}/`);
});

test("a user chats in a site that embeds the page from below a path", async () => {
  const room = uniqueName("support");
  const server = await startPathProxy("/chat");
  const site = new URL(`http://shop.localhost:${process.env.SITES_PORT}/`);
  site.search = `${new URLSearchParams({ server, room })}`;
  const { page } = await openChat({ path: site.href });
  const chat = new ChatPage(page, page.frameLocator("iframe"));
  await (await chat.join(uniqueName("alice"))).isIn(room);
  const bob = await join(room, someone("bob"));
  await chat.say("my parcel is late");
  await bob.next("message", { text: "my parcel is late" });
});
