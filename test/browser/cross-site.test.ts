// Cross-site requests: a page of another site cannot connect through a visitor's browser.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { baseUrl } from "../conformance/support/connection.ts";
import { uniqueName } from "../conformance/support/people.ts";
import { openBrowser, test } from "./support/browser.ts";

type Headers = Readonly<Record<string, string>>;

/** The result of a connection from a page with these headers. */
async function connectFrom(headers: Headers): Promise<string> {
  const browser = await openBrowser({ badNetwork: true });
  const page = await browser.newPage();
  await page.goto(await startSite(headers));
  const url = new URL(`/rooms/${uniqueName("lobby")}?username=eve`, baseUrl());
  url.protocol = "ws:";
  return page.evaluate(
    (url) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url);
        socket.onopen = () => resolve("opened");
        socket.onclose = ({ code }) => resolve(`closed ${code}`);
      }),
    url.href,
  );
}

/** Starts a site with one empty page. */
async function startSite(headers: Headers): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html", ...headers });
    response.end("<!doctype html><title>A site</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/`;
}

test("a user who visits an unknown site does not connect through it", async () => {
  // The server receives `Origin: null`.
  const stranger = { "Content-Security-Policy": "sandbox allow-scripts" };
  expect(await connectFrom(stranger)).toBe("closed 1006");
});

test("a user who visits a site on the same machine connects to a local server", async () => {
  expect(await connectFrom({})).toBe("opened");
});
