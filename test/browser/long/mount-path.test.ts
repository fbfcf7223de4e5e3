// Mount path: the page works below the path at which another app has mounted the chat, with and without a slash.
import { afterAll, beforeAll, expect } from "vitest";
import { join } from "../../conformance/support/members.ts";
import {
  person as someone,
  uniqueName,
} from "../../conformance/support/people.ts";
import { openBrowser, openChat, openTab, test } from "../support/browser.ts";
import { ChatPage } from "../support/chat-page.ts";
import type { RunningHost } from "../support/host.ts";
import { startMountingHost } from "../support/mounting-host.ts";

const SHOP = `http://shop.localhost:${process.env.SITES_PORT}`;
let site: RunningHost | undefined;

beforeAll(async () => {
  site = await startMountingHost(process.env.EDGE_CHAT_HOST, SHOP);
});
afterAll(() => site?.stop());

test.for([
  ["/chat", "/chat", "/chat/"],
  ["/chat", "/chat/", "/chat/"],
  // A proxy strips this path; the request does not show it.
  ["/stripped", "/stripped", "/stripped"],
  ["/stripped", "/stripped/", "/stripped/"],
] as const)(
  "below %s a user opens %s and chats",
  async ([mount, path, end]) => {
    const server = `${site?.url}${mount}`;
    process.env.EDGE_CHAT_URL = server;
    const room = uniqueName("lobby");
    const requests: string[] = [];
    const context = await openBrowser({});
    context.on("request", (request) => requests.push(request.url()));
    const alice = await openTab(
      context,
      `${site?.url}${path}?from=link#${room}`,
    );
    alice.page.on("websocket", (socket) => requests.push(socket.url()));
    await (await alice.join(uniqueName("alice"))).isIn(room);
    expect(alice.page.url()).toBe(`${site?.url}${end}?from=link#${room}`);
    const bob = await join(room, someone("bob"));
    await alice.say("hello");
    await bob.next("message", { text: "hello" });
    await alice.page.reload();
    await alice.isIn(room);
    await bob.sendMessage("hello back");
    await alice.sees("hello", "hello back");
    const start = new RegExp(`^${server}(?![^/?])`);
    const outside = requests.filter(
      (url) => !start.test(url.replace(/^ws/, "http")),
    );
    expect(outside).toEqual([]);
    expect(requests.some((url) => url.startsWith("ws"))).toBe(true);
    const keys: string[] = await alice.page.evaluate(
      "Object.keys(localStorage)",
    );
    expect(
      keys.filter((key) => !key.startsWith(`edge-chat:${mount}/:`)),
    ).toEqual([]);
  },
);

test.for(["/chat", "/stripped"])(
  "a user chats in a site that embeds the page from %s",
  async (mount) => {
    const server = `${site?.url}${mount}`;
    process.env.EDGE_CHAT_URL = server;
    const room = uniqueName("support");
    const url = new URL(SHOP);
    url.search = `${new URLSearchParams({ server, room })}`;
    const { page } = await openChat({ path: url.href });
    const chat = new ChatPage(page, page.frameLocator("iframe"));
    await (await chat.join(uniqueName("alice"))).isIn(room);
    const bob = await join(room, someone("bob"));
    await chat.say("my parcel is late");
    await bob.next("message", { text: "my parcel is late" });
  },
);
