// Mounted chat: the checks of a chat that another app has mounted below a path, the same on both hosts.
import { io } from "socket.io-client";
import { describe, expect, onTestFinished, test } from "vitest";
import { connect as connectSdk } from "../../src/client/index.ts";
import { memoryStorage } from "../../src/client/storage.ts";
import { baseUrl, urlOf } from "../conformance/support/connection.ts";
import {
  ask,
  askRaw,
  expectProblem,
  UPGRADE_HEADERS,
} from "../conformance/support/http-client.ts";
import { expectUndisturbed, join } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { ADMIN_SECRET, NO_PAGE } from "./site.ts";

/** Registers the test of a mounted chat that has the schemas of `data-schemas.ts`. */
export function checkDataSchemas(): void {
  test("alice's data is checked by the schema of the app", async () => {
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"));
    const bob = await join(room, person("bob"));
    const message = { type: "message", text: "hello", id: "a-1" };
    alice.send({ ...message, data: { sticker: "too long" } });
    expect(await alice.next("error")).toMatchObject({
      ...{ code: "bad_request", id: "a-1" },
      message: expect.stringMatching(/^data: sticker: /),
    });
    alice.send({ ...message, data: { sticker: "cat", more: 1 } });
    const { data } = await bob.next("message");
    expect(data).toEqual({ sticker: "cat" });
  });
}

/** EDGE_CHAT_URL ends with the path below which the site has mounted it. */
export function checkMountedChat(): void {
  test("a client of Socket.IO talks by the path below which the chat is", async () => {
    const { origin, pathname } = urlOf("/socket.io/");
    const socket = io(origin, { path: pathname, forceNew: true });
    onTestFinished(() => void socket.disconnect());
    const [room, name] = [uniqueName("lobby"), uniqueName("alice")];
    socket.emit("join room", room, name);
    const answer = await socket
      .timeout(10_000)
      .emitWithAck("new message", "hi");
    expect(answer).toMatchObject({ seq: 1 });
    await expect.poll(() => socket.io.engine.transport.name).toBe("websocket");
  });

  /** Asks the site itself, outside of the mount. */
  const askSite = async (path: string) => {
    const response = await fetch(new URL(path, baseUrl()));
    return { status: response.status, text: await response.text() };
  };

  test("people talk, with and without the subprotocol", async () => {
    const room = uniqueName("lobby");
    const protocols = ["edge-chat.v1"];
    const alice = await join(room, person("alice"), {}, { protocols });
    const bob = await join(room, person("bob"));
    await alice.next("joined", { username: bob.name });
    await expectUndisturbed(alice, bob);
    expect((await ask(`/rooms/${room}`)).body).toMatchObject({ count: 2 });
    const { body } = await ask(`/rooms/${room}/messages?limit=1`);
    expect(body).toMatchObject({ messages: [{ room }] });
  });

  test("the SDK joins by the URL of the mount", async () => {
    const room = uniqueName("lobby");
    const bob = await join(room, person("bob"));
    const username = uniqueName("alice");
    const url = `${baseUrl()}/`;
    const storage = memoryStorage();
    const joined = connectSdk(url, { room, username, storage });
    onTestFinished(() => joined.client.close());
    await bob.next("joined", { username });
    void joined.send("hello");
    await bob.next("message", { username, text: "hello" });
  });

  test("the page and all that it names are below the path", async () => {
    const page = await ask("/");
    expect(page.status).toBe(200);
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self'");
    const names = [...page.text.matchAll(/(?<=(href|src)=")[^"]+/g)];
    expect(names.length).toBeGreaterThan(2);
    for (const [name] of names) {
      const { href } = new URL(name, `${baseUrl()}/`);
      expect(href.startsWith(`${baseUrl()}/`)).toBe(true);
      const response = await fetch(href);
      expect([href, response.status]).toEqual([href, 200]);
      const type = response.headers.get("content-type");
      expect(type).toMatch(/css|javascript|svg/);
      const again = await fetch(href, {
        headers: { "If-None-Match": response.headers.get("etag") ?? "" },
      });
      expect([href, again.status]).toEqual([href, 304]);
    }
  });

  test("another site may load embed.js", async () => {
    const { status, headers, text } = await ask("/embed.js");
    expect(status).toBe(200);
    expect(headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(text).toContain("embed");
  });

  test("the path without a slash at its end leads to the page", async () => {
    for (const [path, end] of [
      ["", "/"],
      ["?embed", "/?embed"],
      ["/index.html", "/"],
    ]) {
      const response = await fetch(baseUrl() + path);
      expect(response.status).toBe(200);
      expect(response.url).toBe(baseUrl() + end);
    }
  });

  test("health and configuration are there", async () => {
    expect((await ask("/health")).body).toEqual({ ok: true });
    expect((await ask("/config")).body).toEqual({ guests: true });
  });

  test("the admin is there for its secret alone", async () => {
    const room = uniqueName("lobby");
    await join(room, person("alice"));
    const path = `/admin/rooms/${room}/export`;
    expectProblem(await ask(path), 401);
    const Authorization = `Bearer ${ADMIN_SECRET}`;
    const { status, text } = await askRaw(path, { Authorization });
    expect(status).toBe(200);
    expect(JSON.parse(text.split("\n")[0] ?? "")).toMatchObject({ room });
  });

  describe("a request that is not for the chat", () => {
    test("gets a problem of the chat below the path", async () => {
      for (const path of [
        "/nothing",
        "/none.js",
        "/rooms",
        "/index",
        "/_headers",
      ])
        expectProblem(await ask(path), 404);
      const refused = await ask("/rooms/lobby", "POST");
      expectProblem(refused, 405);
      expect(refused.headers.get("allow")).toBe("GET, HEAD");
      expectProblem(await ask("/", "POST"), 405);
    });

    test("gets the answer of the site outside of it", async () => {
      const outside = ["/", "/rooms/lobby", "/health", "/config", "/embed.js"];
      for (const path of [...outside, `/admin/rooms/lobby/export`, "/chatty"])
        expect([path, await askSite(path)]).toEqual([
          path,
          { status: 404, text: NO_PAGE },
        ]);
      expect(await askSite("/about")).toEqual({ status: 200, text: "About." });
    });
  });

  test("a page of another origin, or by another host name, is refused", async () => {
    const Origin = "https://other.example";
    const refused = await askRaw("/rooms/lobby", {
      ...UPGRADE_HEADERS,
      Origin,
    });
    expect(refused.status).toBe(403);
    const Host = "rebound.example";
    expect((await askRaw("/rooms/lobby", { Host })).status).toBe(403);
    expect((await askRaw("/health", { Host })).status).toBe(200);
  });
}
