// Connections: silent and incomplete ones are closed, and chats continue when file handles run out.
import { Buffer } from "node:buffer";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { ask } from "../conformance/support/http-client.ts";
import { join, joinAll } from "../conformance/support/members.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { openWebSocket, RawConnection } from "./support/raw-tcp.ts";
import { eventually, serve } from "./support/servers.ts";

const HANDLES = 200;

describe.skipIf(process.platform === "win32")("without file handles", () => {
  const settings = { CONNECTS_PER_MINUTE: 0, PRESENCE_GRACE_MS: 0 };
  const many = (count: number, url: string) =>
    Array.from({ length: count }, () => new RawConnection(url));

  test("users go on and new ones come in though silent clients hold all file handles", async () => {
    const server = await serve({ handles: HANDLES, settings });
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const silent = many(HANDLES + 60, server.url);
    await Promise.all(silent.map((connection) => connection.opened()));
    await eventually(() =>
      server.printed.some((line) => line.includes('"accept paused"')),
    );
    await alice.sendMessage("still here");
    await bob.next("message", { text: "still here" });
    expect((await ask("/health")).status).toBe(200);
    const carol = await join(room, person("carol"));
    expect(carol.welcome.count).toBe(3);
    expect(server.printed.join()).not.toMatch(/Uncaught|failed/);
    expect(await server.stop("SIGTERM")).toBe(0);
  });

  test("new users wait until some of as many WebSockets as file handles have gone", async () => {
    const server = await serve({ handles: HANDLES, settings });
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const open: RawConnection[] = [];
    for (let i = 0; i < HANDLES / 2; i++)
      open.push(await openWebSocket(server.url));
    // So many that the last ones get no answer.
    const more = many(HANDLES, server.url);
    for (const connection of more)
      connection.sendHead(
        "GET /rooms/raw HTTP/1.1",
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      );
    await eventually(() =>
      server.printed.some((line) => line.includes('"accept paused"')),
    );
    await alice.sendMessage("still here");
    await bob.next("message", { text: "still here" });
    for (const connection of [...open, ...more]) connection.drop();
    const carol = await join(room, person("carol"));
    expect(carol.welcome.count).toBe(3);
  });
});

test("a client that sends nothing, or half of a request, is closed for other users", async () => {
  const { url } = await serve();
  const alice = await join(uniqueName("lobby"), person("alice"));
  const silent = new RawConnection(url);
  const half = new RawConnection(url);
  await half.send("GET /health HTTP/1.1\r\nHost: localhost\r\nX: ");
  const dripping = new RawConnection(url);
  const drip = setInterval(() => dripping.send("x"), 500);
  await dripping.send("GET /health HTTP/1.1\r\nHost: localhost\r\nX: ");
  const again = new RawConnection(url);
  await again.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HT");
  expect(await silent.toTheEnd()).toBe("");
  expect(await half.toTheEnd()).toMatch(/^HTTP\/1.1 408 .*"status":408/s);
  expect(await dripping.toTheEnd()).toMatch(/^HTTP\/1.1 408 /);
  expect(await again.toTheEnd()).toMatch(/^HTTP\/1.1 200 .*HTTP\/1.1 408 /s);
  clearInterval(drip);
  await alice.sendMessage("still here");
}, 120_000);

describe("a client that vanishes", () => {
  const ADMIN_SECRET = "correct-horse-battery";
  const authorization = `Authorization: Bearer ${ADMIN_SECRET}`;

  async function talkedIn(count: number) {
    const settings = { RATE_PER_SECOND: 0 };
    const server = await serve({ settings, env: { ADMIN_SECRET } });
    const room = uniqueName("lobby");
    const alice = await join(room, person("alice"));
    const text = "x".repeat(4000);
    await Promise.all(
      Array.from({ length: count }, () => alice.sendMessage(text)),
    );
    const read = (path: string) =>
      fetch(new URL(`/admin/rooms/${path}`, server.url), {
        headers: { Authorization: `Bearer ${ADMIN_SECRET}` },
      });
    return { server, room, alice, read };
  }

  test.for([
    ["a length", ["Content-Length: 10000000"], (body: string) => body],
    [
      "chunks",
      ["Transfer-Encoding: chunked"],
      (body: string) => `${body.length.toString(16)}\r\n${body}\r\n`,
    ],
  ] as const)(
    "a client that vanishes during an import with %s changes nothing and fails nothing",
    async ([, lines, encoded]) => {
      const { server, room, alice, read } = await talkedIn(200);
      const log = await (await read(`${room}/export`)).text();
      const half = log.slice(0, log.length / 2);
      const other = uniqueName("attic");
      for (const target of [room, other]) {
        const connection = new RawConnection(server.url);
        await connection.sendHead(
          `POST /admin/rooms/${target}/import HTTP/1.1`,
          "Host: localhost",
          authorization,
          ...lines,
        );
        await connection.send(encoded(half));
        // A request on another connection, which shows that the body is being
        // read.
        await read(`${room}/export`).then((response) => response.text());
        connection.drop();
      }
      expect(await (await read(`${room}/export`)).text()).toBe(log);
      expect((await read(`${other}/export`)).status).toBe(404);
      expect((await alice.sendMessage("still here")).seq).toBe(201);
      await server.stop("SIGTERM");
      expect(server.printed.join("\n")).not.toMatch(/failed|rror| at /);
    },
  );

  test("a client that vanishes during an export fails nothing in the log", async () => {
    const { server, room, alice } = await talkedIn(500);
    const path = `/admin/rooms/${room}/export`;
    const connection = new RawConnection(server.url);
    await connection.sendHead(
      `GET ${path} HTTP/1.1`,
      "Host: localhost",
      authorization,
    );
    await connection.until(/"type":"export"/);
    connection.drop();
    expect((await alice.sendMessage("still here")).seq).toBe(501);
    await server.stop("SIGTERM");
    expect(server.printed.join("\n")).not.toMatch(/failed|cut|rror| at /);
  });

  test("a user who vanishes in the middle of a frame leaves, and fails nothing in the log", async () => {
    const server = await serve();
    const connection = await openWebSocket(server.url);
    await connection.send(Buffer.from([0x81, 0xfe, 0x10]));
    connection.drop();
    await join(uniqueName("lobby"), person("alice"));
    await server.stop("SIGTERM");
    expect(server.printed.join("\n")).not.toMatch(/failed|rror| at /);
  });
});
