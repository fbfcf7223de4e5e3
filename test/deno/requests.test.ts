// Requests: a malformed target, Host or handshake is refused, and a Host cannot change the path.

import { createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { readRequestUrl } from "../../src/deno/request-url.ts";
import { RawConnection, request, UPGRADE } from "./support/raw-tcp.ts";
import { serve } from "./support/servers.ts";

const SECRET = "correct-horse-battery";

function urlOf(url: string, ...host: readonly string[]): string | undefined {
  const head = {
    url,
    httpVersion: "1.1",
    headersDistinct: { host: [...host] },
  };
  return readRequestUrl(head)?.href;
}

describe("the URL of a request", () => {
  test.for([
    ["/rooms/a?b=c", "chat.example", "http://chat.example/rooms/a?b=c"],
    ["/", "chat.example:8787", "http://chat.example:8787/"],
    ["/", "127.0.0.1", "http://127.0.0.1/"],
    ["/", "[::1]:80", "http://[::1]/"],
    ["/", "my_host", "http://my_host/"],
    ["//evil.example/x", "a", "http://a//evil.example/x"],
    ["/a/../b", "a", "http://a/b"],
    ["/@b:c", "a", "http://a/@b:c"],
    ["http://b/x?y", "a", "http://b/x?y"],
    ["HTTPS://b", "a", "http://b/"],
    ["http://b?y", "a", "http://b/?y"],
  ] as const)(
    "a client that asks for %s at %s reaches %s",
    ([target, host, url]) => {
      expect(urlOf(target, host)).toBe(url);
    },
  );

  test.for([
    "x/admin",
    "x?",
    "x#",
    "x\\admin",
    "a b",
    " ",
    "",
    "a@b",
    "a:b@c",
    "a,b",
    "a%2fadmin",
    "a:b",
    "a:123456",
    "a:99999",
    "[::1",
    "[::g]",
    "999.1.1.1",
    "b\u00fccher.example",
    "http://a",
  ])("a client with the Host %j is refused", (host) => {
    expect(urlOf("/rooms/a", host)).toBeUndefined();
  });

  test.for([
    "*",
    "rooms/a",
    "a.example:443",
    "ftp://a/",
    "http://",
    "http://a b/",
    "http://u:p@a/",
    "http:///x",
  ])("a client with the target %j is refused", (target) => {
    expect(urlOf(target, "a")).toBeUndefined();
  });

  test("a client sends one Host, and only HTTP/1.0 may leave it out", () => {
    expect(urlOf("/", "a", "a")).toBeUndefined();
    expect(urlOf("/")).toBeUndefined();
    const old = { url: "/x", httpVersion: "1.0", headersDistinct: {} };
    expect(readRequestUrl(old)?.href).toBe("http://localhost/x");
  });
});

describe("a server", () => {
  test.for([
    ["a blank", ["Host: a b"]],
    ["a path", ["Host: x/admin"]],
    ["an empty one", ["Host:"]],
    ["two", ["Host: localhost", "Host: localhost"]],
    ["none", []],
  ] as const)(
    "a client that sends a Host with %s gets a 400",
    async ([, hosts]) => {
      const { url } = await serve({ env: { ADMIN_SECRET: SECRET } });
      for (const target of ["/health", "/rooms/a1/export", "/rooms/a1"]) {
        const head = [`GET ${target} HTTP/1.1`, ...hosts];
        const authorization = `Authorization: Bearer ${SECRET}`;
        const answer = await request(url, ...head, authorization);
        expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
        expect(answer).toMatch(/application\/problem\+json/);
      }
    },
  );

  test("a client cannot give a path in the Host", async () => {
    const { url } = await serve({ env: { ADMIN_SECRET: SECRET } });
    for (const host of [
      "x/admin",
      "x/admin?",
      "x/admin#",
      "x\\admin",
      "y@x/admin",
    ]) {
      const answer = await request(
        url,
        "GET /rooms/a1/export HTTP/1.1",
        `Host: ${host}`,
        `Authorization: Bearer ${SECRET}`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).not.toMatch(/Nobody has ever joined/);
    }
  });

  test("a client may name the host in the target, or speak HTTP/1.0 without a Host", async () => {
    const { url } = await serve();
    const absolute = `GET ${url}/health HTTP/1.1`;
    expect(await request(url, absolute, `Host: ${new URL(url).host}`)).toMatch(
      /^HTTP\/1.1 200 .*\{"ok":true/s,
    );
    expect(await request(url, "GET /health HTTP/1.0")).toMatch(
      /^HTTP\/1.1 200 .*\{"ok":true/s,
    );
  });

  test.for([
    ["a target that is none", ["OPTIONS * HTTP/1.1", "Host: localhost"], 400],
    ["no HTTP", ["\x16\x03\x01\x02"], 400],
    [
      "a method that pages may not use",
      ["TRACE / HTTP/1.1", "Host: localhost"],
      405,
    ],
    [
      "two lengths",
      [
        "POST / HTTP/1.1",
        "Host: localhost",
        "Content-Length: 1",
        "Content-Length: 2",
      ],
      400,
    ],
    [
      "a length and chunks",
      [
        "POST / HTTP/1.1",
        "Host: localhost",
        "Content-Length: 5",
        "Transfer-Encoding: chunked",
      ],
      400,
    ],
    [
      "a blank before a colon",
      ["GET / HTTP/1.1", "Host: localhost", "X : y"],
      400,
    ],
    [
      "a head of 20 kB",
      ["GET / HTTP/1.1", "Host: localhost", `X: ${"x".repeat(20_000)}`],
      431,
    ],
  ] as const)(
    "a client that sends %s gets the right status",
    async ([, lines, status]) => {
      const { url } = await serve();
      const answer = await request(url, ...lines);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    },
  );

  test("a client sends one request after the other on a connection", async () => {
    const { url } = await serve();
    const connection = new RawConnection(url);
    const head = (path: string) =>
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    await connection.send(head("/health") + head("/none") + head("/rooms/a"));
    await connection.until(/200 OK.*404 Not Found.*200 OK.*"count":0/s);
    await connection.send(head("/health"));
    await connection.until(/"count":0.*\{"ok":true\}$/s);
  });

  test("a client gets the head alone for HEAD, and no file again that it has", async () => {
    const { url } = await serve();
    const head = ["HEAD /health HTTP/1.1", "Host: 127.0.0.1"];
    expect(await request(url, ...head)).toMatch(/^HTTP\/1.1 200 .*\r\n\r\n$/s);
    const file = ["GET /style.css HTTP/1.1", "Host: 127.0.0.1"];
    const answer = await request(url, ...file);
    expect(answer).toMatch(/\r\ncontent-length: \d{4,}\r\n/i);
    const etag = /\r\netag: (\S+)/i.exec(answer)?.[1];
    const again = await request(url, ...file, `If-None-Match: ${etag}`);
    expect(again).toMatch(/^HTTP\/1.1 304 .*\r\n\r\n$/s);
  });
});

describe("requests that are sent without waiting for the responses", () => {
  const health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** Sends five of them, and this behind them. */
  async function answersBefore(url: string, last: string) {
    const connection = new RawConnection(url);
    await connection.send(health.repeat(5) + last);
    const answer = await connection.toTheEnd();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    return [...answer.matchAll(/(?:^|\})HTTP\/1.1 (\d+) /g)].map(
      ([, status]) => status,
    );
  }

  test.for(["/rooms/a", "/rooms/a%20b", "/health"])(
    "a client gets responses to requests at once, and no WebSocket to %s behind them",
    async (path) => {
      const { url } = await serve();
      const head = [`GET ${path} HTTP/1.1`, "Host: localhost", ...UPGRADE];
      const statuses = await answersBefore(url, `${head.join("\r\n")}\r\n\r\n`);
      expect(statuses).toEqual(Array(5).fill("200"));
    },
  );

  test("a client gets responses to requests before malformed bytes, but for the last one", async () => {
    const { url } = await serve();
    const [last, ...others] = (
      await answersBefore(url, "GET\r\n\r\n")
    ).reverse();
    expect(others).toEqual(Array(4).fill("200"));
    expect(last).toMatch(/200|400/);
  });
});

describe("a handshake", () => {
  const without = (name: string) =>
    UPGRADE.filter((line) => !line.startsWith(name));

  test.for([
    ["8", 426],
    ["7", 426],
    ["14", 426],
    ["013", 426],
    ["13, 8", 426],
    ["", 426],
    ["13", 101],
  ] as const)(
    "a client that opens a WebSocket of version %j gets %i",
    async ([version, status]) => {
      const { url } = await serve();
      const connection = new RawConnection(url);
      const lines = [
        ...without("Sec-WebSocket-Version"),
        `Sec-WebSocket-Version: ${version}`,
      ];
      await connection.sendHead(
        "GET /rooms/a HTTP/1.1",
        "Host: 127.0.0.1",
        ...lines,
      );
      const answer = await connection.until(/\r\n\r\n/);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      if (status === 426) {
        expect(answer).toMatch(/\r\nsec-websocket-version: 13\r\n/i);
        expect(answer).toMatch(/\r\nupgrade: websocket\r\n/i);
        expect(answer).toMatch(/\r\ncontent-type: application\/problem\+json/i);
        await connection.toTheEnd();
      }
    },
  );

  test.for([
    ["without a version", without("Sec-WebSocket-Version"), 426],
    ["without a key", without("Sec-WebSocket-Key"), 400],
    [
      "with a short key",
      [...without("Sec-WebSocket-Key"), "Sec-WebSocket-Key: AAAA"],
      400,
    ],
    ["without Connection", without("Connection"), 400],
  ] as const)(
    "a client that opens a WebSocket %s is refused",
    async ([, lines, status]) => {
      const { url } = await serve();
      const head = ["GET /rooms/a HTTP/1.1", "Host: 127.0.0.1", ...lines];
      const connection = new RawConnection(url);
      await connection.sendHead(...head);
      const answer = await connection.until(/\r\n\r\n/);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer).toMatch(/\r\nx-content-type-options: nosniff\r\n/i);
    },
  );

  test("a client that upgrades to another protocol gets a response like others", async () => {
    const { url } = await serve();
    const answer = await request(
      url,
      "GET /health HTTP/1.1",
      "Host: localhost",
      "Upgrade: h2c",
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 .*\{"ok":true\}$/s);
  });

  test("a client gets no compression, and only the subprotocol of this server", async () => {
    const { url } = await serve();
    const connection = new RawConnection(url);
    await connection.sendHead(
      "GET /rooms/a HTTP/1.1",
      "Host: 127.0.0.1",
      ...UPGRADE,
      "Sec-WebSocket-Extensions: permessage-deflate",
      "Sec-WebSocket-Protocol: other,edge-chat.v1",
    );
    const answer = await connection.until(/\r\n\r\n/);
    expect(answer).toMatch(/\r\nsec-websocket-protocol: edge-chat.v1\r\n/i);
    expect(answer).not.toMatch(/permessage-deflate/);
  });
});

test("an operator can use a port again after the server has stopped", async () => {
  const { url, stop } = await serve();
  const port = Number(new URL(url).port);
  expect(await stop("SIGTERM")).toBe(0);
  const other = createServer();
  onTestFinished(() => {
    other.close();
  });
  await new Promise<void>((resolve, reject) => {
    other.once("error", reject);
    other.listen(port, "127.0.0.1", resolve);
  });
});
