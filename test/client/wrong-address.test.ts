// Wrong address: tests with real WebSockets that the reason names the URL and the failure.
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

/** Why the first attempt fails. */
async function firstReason(url: string, options = {}): Promise<string> {
  const room = connect(url, {
    ...{ room: "lobby", username: "alice", storage: memoryStorage() },
    ...options,
  });
  onTestFinished(() => room.client.close());
  return new Promise((resolve) => {
    room.on("state", ({ reason }) => resolve(reason?.message ?? ""));
  });
}

const notFound = () =>
  listen(
    createHttp((_, response) => {
      response.statusCode = 404;
      response.end("nothing here");
    }),
  );

/** A port on which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("a user sees that nobody listens on the port", async () => {
  const url = `127.0.0.1:${await closedPort()}`;
  expect(await firstReason(`http://${url}`)).toBe(
    `No connection to ws://${url}/rooms/lobby: ECONNREFUSED.`,
  );
});

test("a user sees that the path does not exist", async () => {
  const url = `127.0.0.1:${await notFound()}/chat`;
  expect(await firstReason(`http://${url}`)).toBe(
    `No connection to ws://${url}/rooms/lobby: HTTP 404.`,
  );
});

test("a user sees that the port does not speak TLS", async () => {
  const url = `127.0.0.1:${await notFound()}`;
  expect(await firstReason(`https://${url}`)).toContain(
    `No connection to wss://${url}/rooms/lobby: ERR_SSL`,
  );
});

test("a user sees that the port hangs up", async () => {
  const server = createServer((socket) => socket.destroy());
  const url = `127.0.0.1:${await listen(server)}`;
  expect(await firstReason(`http://${url}`)).toMatch(
    /^No connection to ws:\S+: \w+.*\.$/,
  );
});

test("a user sees the error of a WebSocket that gives one", async () => {
  const url = `127.0.0.1:${await notFound()}`;
  expect(await firstReason(`http://${url}`, { WebSocket })).toBe(
    `No connection to ws://${url}/rooms/lobby: Unexpected server response: 404.`,
  );
});

test("a user sees why a WebSocket cannot be created", async () => {
  class Forbidden {
    constructor() {
      throw new Error("A page by https may not");
    }
  }
  expect(await firstReason("http://a.example", { WebSocket: Forbidden })).toBe(
    "No connection to ws://a.example/rooms/lobby: A page by https may not.",
  );
});
