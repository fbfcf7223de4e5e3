// Access: a reader over HTTP may read what the same user may read by a join.
import { describe, expect, test } from "vitest";
import { type Backend, createApp } from "../../src/app.ts";
import type { RoomOp } from "../../src/core/shared/rpc.ts";
import { Access } from "../../src/http/access.ts";
import { createAppTokens } from "../../src/http/app-tokens.ts";
import {
  DEFAULT_SETTINGS,
  type Settings,
} from "../../src/protocol/settings.ts";
import { ISSUER, SECRET, signToken, tokenClaims } from "./support/jwt-app.ts";
import { NO_OBJECTS } from "./support/no-objects.ts";

/** The app with one room, "lobby". It records the calls of rooms. */
function appOf(given: Partial<Settings> = {}, gate = {}) {
  const settings: Settings = {
    ...DEFAULT_SETTINGS,
    JWT_ISSUER: ISSUER,
    JWT_SECRET: SECRET,
    ...given,
  };
  const connected: string[] = [];
  const asked: string[] = [];
  const ops: RoomOp[] = [];
  const epochOf = (room: string) => (room === "lobby" ? "e" : null);
  const backend: Backend = {
    socketIo: async () => new Response(),
    connect: async (room) => {
      connected.push(room);
      return new Response(null, { status: 200 });
    },
    ask: async (room, op) => {
      asked.push(room);
      ops.push(op);
      // A room of an older release, which does not know it.
      if (op.type === "read-as")
        return { type: "refused", code: "unsupported" };
      return op.type === "info"
        ? { type: "info", count: 0, seq: 0, epoch: epochOf(room) }
        : { type: "page", lines: [], more: false, epoch: epochOf(room) };
    },
    ...NO_OBJECTS,
    file: async () => new Response("page"),
    storageProblem: () => null,
    source: () => ({
      address: "192.0.2.1",
      isDirect: false,
      mayConnect: async () => true,
      ...gate,
    }),
  };
  const appTokens = createAppTokens(settings);
  const access = new Access({ settings, appTokens, adminSecret: null });
  const app = createApp({ backend: () => backend, access: () => access });
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const response = await app.request(`http://chat.example${path}`, {
      headers,
    });
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    const body: unknown = isJson ? await response.json() : null;
    return { status: response.status, headers: response.headers, body };
  };
  return { app, ask, asked, ops, connected };
}

const bearer = async (claims = {}) => ({
  Authorization: `Bearer ${await signToken(tokenClaims(claims))}`,
});
const upgrade = {
  ...{ Upgrade: "websocket", Connection: "Upgrade" },
  "Sec-WebSocket-Version": "13",
};
const READS = ["/rooms/lobby", "/rooms/lobby/messages"];

describe.for(READS)("GET %s", (path) => {
  test("a reader needs no token where a guest could come in", async () => {
    const { ask } = appOf();
    expect((await ask(path)).status).toBe(200);
    expect((await ask(path, await bearer())).status).toBe(200);
    const secret = { Authorization: "Bearer a-secret-of-a-guest-long-enough" };
    expect((await ask(path, secret)).status).toBe(200);
  });

  test("a reader gets in by a token of the app where there are no guests", async () => {
    const { ask } = appOf({ GUESTS: "off" });
    for (const headers of [
      {},
      { Authorization: "Bearer a-secret-of-a-guest-long-enough" },
      { Authorization: "Basic YWxpY2U6c2VjcmV0" },
    ]) {
      const answer = await ask(path, headers);
      expect(answer).toMatchObject({
        status: 401,
        body: { code: "unauthorized" },
      });
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
    expect((await ask(path, await bearer())).status).toBe(200);
  });

  test("a reader with a bad token is refused, guests or not", async () => {
    const { ask } = appOf();
    for (const headers of [
      await bearer({ exp: 1 }),
      await bearer({ iss: "https://other.example" }),
      { Authorization: "Bearer eyJhbGciOiJub25lIn0.e30." },
      { Authorization: "Bearer short" },
    ])
      expect(await ask(path, headers)).toMatchObject({
        status: 401,
        body: { code: "unauthorized" },
      });
  });

  test("a reader with a token for other rooms is refused", async () => {
    const { ask } = appOf();
    const other = await bearer({ rooms: ["team-*"] });
    expect(await ask(path, other)).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
    const own = await bearer({ rooms: ["lob*"] });
    expect((await ask(path, own)).status).toBe(200);
  });

  test("a reader with a token in the URL is told where it belongs", async () => {
    for (const name of ["token", "access_token", "jwt"])
      expect(await appOf().ask(`${path}?${name}=x`)).toMatchObject({
        status: 400,
        body: {
          code: "bad_request",
          detail: expect.stringMatching(/Authorization: Bearer/),
        },
      });
  });
});

describe("a room that is not there", () => {
  test("a reader may ask for a room that is not there where it could be made", async () => {
    const { ask } = appOf();
    expect((await ask("/rooms/attic")).body).toMatchObject({ epoch: null });
  });

  test.for(["", "/messages"])(
    "a reader who could not make a room is refused its address and its page: %j",
    async (rest) => {
      const path = `/rooms/attic${rest}`;
      const named = appOf({ ROOMS: ["team-*"] });
      expect((await named.ask(path)).status).toBe(403);
      expect((await named.ask(path, await bearer())).status).toBe(403);
      const apps = appOf({ ROOM_CREATION: "jwt" });
      expect((await apps.ask(path)).status).toBe(403);
      expect((await apps.ask(path, await bearer())).status).toBe(200);
    },
  );
});

describe.for(["lobby", "attic"])("a private room, %s", (room) => {
  const PRIVATE_ROOMS = ["lob*", "attic"];
  const paths = [
    `/rooms/${room}`,
    `/rooms/${room}/messages`,
    `/rooms/${room}/messages?limit=9999`,
  ];
  const forbidden = {
    type: "about:blank",
    title: "Forbidden",
    status: 403,
    detail:
      "This room opens only to its members, and to an app's token that names it in rooms.",
    code: "forbidden",
    reason: "room_private",
  };

  test("a user without the right is refused a private room in the same words, and it is never asked", async () => {
    const given: Partial<Settings>[] = [
      { PRIVATE_ROOMS },
      { PRIVATE_ROOMS, GUESTS: "off" },
      { PRIVATE_ROOMS, ROOMS: ["team-*"] },
      { PRIVATE_ROOMS, ROOM_CREATION: "jwt" },
    ];
    for (const settings of given) {
      const { ask, asked } = appOf(settings);
      for (const path of paths)
        for (const headers of [
          {},
          { Authorization: "Bearer a-secret-of-a-guest-long-enough" },
          { Authorization: "Bearer short" },
          { Authorization: "Basic YWxpY2U6c2VjcmV0" },
          await bearer({ rooms: [] }),
          await bearer({ rooms: ["team-*"] }),
        ])
          expect((await ask(path, headers)).body).toEqual(forbidden);
      expect(asked).toEqual([]);
    }
  });

  test("a user who may be a member of a private room is looked for there alone", async () => {
    const { ask, ops } = appOf({ PRIVATE_ROOMS });
    const secret = "a-secret-of-a-guest-long-enough";
    const headers = { Authorization: `Bearer ${secret}` };
    for (const path of paths) {
      const named = `${path}${path.includes("?") ? "&" : "?"}member=alice`;
      expect((await ask(named, headers)).body).toEqual(forbidden);
      expect((await ask(path, await bearer())).body).toEqual(forbidden);
    }
    expect(ops).toHaveLength(2 * paths.length);
    expect(ops[0]).toEqual({
      type: "read-as",
      by: { kind: "guest", secret, username: "alice", network: null },
      read: { type: "info" },
    });
    expect(ops[1]).toMatchObject({ type: "read-as", by: { kind: "app" } });
  });

  test("a user with a token that names a private room gets in", async () => {
    const { ask } = appOf({ PRIVATE_ROOMS });
    for (const rooms of [["*"], [room], "*"])
      for (const path of paths.slice(0, 2))
        expect((await ask(path, await bearer({ rooms }))).status).toBe(200);
  });

  test("a user with a bad token is told so at a private room", async () => {
    const { ask } = appOf({ PRIVATE_ROOMS });
    for (const path of paths)
      expect((await ask(path, await bearer({ exp: 1 }))).status).toBe(401);
  });
});

describe("pages of other origins", () => {
  const evil = { Origin: "https://evil.example" };
  const listed = { Origin: "https://app.example" };
  const ORIGINS = ["https://app.example"];

  test("a page of another origin neither reads nor connects for a user, and learns the setting", async () => {
    const { ask, connected } = appOf({ ORIGINS });
    for (const path of READS)
      for (const headers of [evil, { ...evil, ...upgrade }])
        expect(await ask(path, headers)).toMatchObject({
          status: 403,
          body: {
            code: "forbidden",
            detail: expect.stringMatching(/evil.*ORIGINS/),
          },
        });
    expect(connected).toEqual([]);
  });

  test("a page of a listed origin may read, errors too, and connect for a user", async () => {
    const { ask, connected } = appOf({ ORIGINS });
    for (const path of [...READS, "/rooms/a%20b", "/rooms/lobby?token=x"]) {
      const { headers } = await ask(path, listed);
      expect(headers.get("access-control-allow-origin")).toBe(listed.Origin);
      expect(headers.get("vary")).toMatch(/origin/i);
    }
    await ask("/rooms/lobby", { ...listed, ...upgrade });
    expect(connected).toEqual(["lobby"]);
  });

  test("a page of a listed origin may ask first whether it may send a user's token", async () => {
    const { app } = appOf({ ORIGINS });
    const preflight = (origin: string) =>
      app.request("http://chat.example/rooms/lobby/messages", {
        method: "OPTIONS",
        headers: {
          Origin: origin,
          "Access-Control-Request-Method": "GET",
          "Access-Control-Request-Headers": "authorization",
        },
      });
    const { status, headers } = await preflight("https://app.example");
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-headers")).toMatch(
      /authorization/i,
    );
    const refused = await preflight("https://evil.example");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("a page of another origin gets the page and its health like any user", async () => {
    const { ask } = appOf();
    expect((await ask("/", evil)).status).toBe(200);
    expect((await ask("/health", evil)).status).toBe(200);
  });
});

describe("connections of an address", () => {
  const CONNECTS_PER_MINUTE = 2;

  test("a guest who connects too often from one address waits, and users of the app do not", async () => {
    const { ask, connected } = appOf({ CONNECTS_PER_MINUTE });
    const connect = (headers = {}) =>
      ask("/rooms/lobby", { ...upgrade, ...headers });
    await connect();
    await connect();
    const answer = await connect();
    expect(answer).toMatchObject({
      status: 429,
      body: { code: "rate_limited" },
    });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await connect(await bearer({ exp: 1 }))).status).toBe(429);
    expect((await connect(await bearer())).status).toBe(200);
    expect(connected).toHaveLength(3);
  });

  test("the connections of users are counted by the host too, which may see more of them", async () => {
    const { ask } = appOf({}, { mayConnect: async () => false });
    const answer = await ask("/rooms/lobby", upgrade);
    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("60");
    const off = appOf(
      { CONNECTS_PER_MINUTE: 0 },
      { mayConnect: async () => false },
    );
    expect((await off.ask("/rooms/lobby", upgrade)).status).toBe(200);
  });

  test("the connections of users are not counted where nobody knows the address", async () => {
    const { ask } = appOf({ CONNECTS_PER_MINUTE }, { address: null });
    for (let i = 0; i < 5; i++)
      expect((await ask("/rooms/lobby", upgrade)).status).toBe(200);
  });

  test("the requests of readers are not counted as connections", async () => {
    const { ask } = appOf({ CONNECTS_PER_MINUTE });
    for (let i = 0; i < 5; i++)
      expect((await ask("/rooms/lobby")).status).toBe(200);
  });
});

test("a reader's answers are no page, nor part of another page", async () => {
  const { headers } = await appOf().ask("/rooms/lobby/messages");
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none'; frame-ancestors 'none'",
  );
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("referrer-policy")).toBe("no-referrer");
  expect(headers.get("cache-control")).toBe("no-store");
});
