// A wrong address, with a real WebSocket: what was tried, and what came back, is said.
import { createServer as createHttp, type Server } from "node:http";
import { createServer, type Server as NetServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { connect, memoryStorage } from "../../src/client/index.ts";

async function listen(server: Server | NetServer): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Why the first try fails. */
async function firstReason(url: string, options = {}): Promise<string> {
  const chat = connect(url, {
    ...{ room: "lobby", username: "alice", storage: memoryStorage() },
    ...options,
  });
  onTestFinished(() => chat.close());
  return new Promise((resolve) => {
    chat.on("state", ({ reason }) => resolve(reason?.message ?? ""));
  });
}

const notFound = () =>
  listen(
    createHttp((_, response) => {
      response.statusCode = 404;
      response.end("nothing here");
    }),
  );

/** Where nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("a port at which nobody listens", async () => {
  const url = `127.0.0.1:${await closedPort()}`;
  expect(await firstReason(`http://${url}`)).toBe(
    `No connection to ws://${url}/rooms/lobby: ECONNREFUSED.`,
  );
});

test("a path that is not there", async () => {
  const url = `127.0.0.1:${await notFound()}/chat`;
  expect(await firstReason(`http://${url}`)).toBe(
    `No connection to ws://${url}/rooms/lobby: HTTP 404.`,
  );
});

test("TLS to a port without", async () => {
  const url = `127.0.0.1:${await notFound()}`;
  expect(await firstReason(`https://${url}`)).toContain(
    `No connection to wss://${url}/rooms/lobby: ERR_SSL`,
  );
});

test("a port that hangs up", async () => {
  const server = createServer((socket) => socket.destroy());
  const url = `127.0.0.1:${await listen(server)}`;
  expect(await firstReason(`http://${url}`)).toMatch(
    /^No connection to ws:\S+: \w+.*\.$/,
  );
});

test("by a WebSocket that says why, in its words", async () => {
  const url = `127.0.0.1:${await notFound()}`;
  expect(await firstReason(`http://${url}`, { WebSocket })).toBe(
    `No connection to ws://${url}/rooms/lobby: Unexpected server response: 404.`,
  );
});

test("by a WebSocket that may not be made", async () => {
  class Forbidden {
    constructor() {
      throw new Error("A page by https may not");
    }
  }
  expect(await firstReason("http://a.example", { WebSocket: Forbidden })).toBe(
    "No connection to ws://a.example/rooms/lobby: A page by https may not.",
  );
});
