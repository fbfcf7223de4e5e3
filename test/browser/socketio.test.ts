// Socket.IO in a browser: a page with nothing but the served script and io(url) talks with the chat's own page, and recovers.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { baseUrl } from "../conformance/support/connection.ts";
import { join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { openBrowser, test } from "./support/browser.ts";
import { startCuttableProxy } from "./support/cuttable-proxy.ts";

/** The two ways to load the client, as sites do. */
const SCRIPTS = {
  "a script": (url: string) =>
    `<script src="${url}/socket.io/socket.io.js"></script><script>`,
  "a module": (url: string) =>
    `<script type="module">import { io } from "${url}/socket.io/socket.io.esm.min.js";`,
};

/** What such a chat's page does, in its order. */
function pageOf(start: string, url: string, room: string, name: string) {
  return `<!doctype html><meta charset="utf-8"><title>A chat</title>
<link rel="icon" href="data:,"><ul id="messages"></ul>${start}
const list = document.querySelector("#messages");
const socket = io("${url}");
socket.on("new message", (said) => {
  const line = document.createElement("li");
  line.textContent = typeof said === "string" ? said
    : said.error ? said.msg : said.username + ": " + said.message;
  list.append(line);
});
socket.on("connect", () => { document.title = "recovered " + socket.recovered; });
socket.emit("new message", "before the join");
socket.emit("join room", { roomname: "${room}", username: "${name}" });
socket.emit("new message", "here I am");
</script>`;
}

/** Serves a page from another origin of this machine. */
async function startSite(html: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end(html);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

for (const [how, start] of Object.entries(SCRIPTS))
  test(`a page that loads the client as ${how} does what it did with Socket.IO's server, and misses nothing`, async () => {
    const proxy = await startCuttableProxy();
    const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
    const ann = await join(room, person("ann"));
    const html = pageOf(start(baseUrl()), proxy.url, room, name);
    const browser = await openBrowser({ badNetwork: true });
    const page = await browser.newPage();
    await page.goto(await startSite(html));
    const lines = page.locator("#messages li");
    await ann.next("message", { username: name, text: "here I am" });
    await ann.sendMessage("hello");
    await expect
      .poll(() => lines.allTextContents())
      .toEqual(["You're not part of a room yet", `${ann.name}: hello`]);
    proxy.cut();
    await ann.sendMessage("while you are away");
    proxy.restore();
    await expect.poll(() => page.title()).toBe("recovered true");
    await ann.sendMessage("welcome back");
    await expect
      .poll(() => lines.allTextContents())
      .toEqual([
        "You're not part of a room yet",
        `${ann.name}: hello`,
        `${ann.name}: while you are away`,
        `${ann.name}: welcome back`,
      ]);
  });
