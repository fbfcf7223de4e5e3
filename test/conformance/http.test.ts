// HTTP: every route with its statuses, and errors as problem+json.
import { describe, expect, test } from "vitest";
import {
  ask,
  askRaw,
  expectProblem,
  UPGRADE_HEADERS,
} from "./support/http-client.ts";
import { join, joinAll, leaveRoom } from "./support/members.ts";
import { person, uniqueName } from "./support/people.ts";

describe("what can be read", () => {
  test("a person who opens / gets a page", async () => {
    const { status, headers, text } = await ask("/");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^text\/html\b/);
    expect(text).toMatch(/<html|<!doctype html/i);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toMatch(/(^|; *)script-src 'self'(;|$)/);
    expect(policy).toMatch(/(^|; *)frame-ancestors 'self'(;| |$)/);
  });

  test("a person finds the page at one address only", async () => {
    const { status, headers } = await ask("/index.html");
    expect(status).toBe(307);
    // The redirect also works below the path of a proxy.
    expect(headers.get("location")).toBe("./");
  });

  test("GET /config tells whether guests may come in", async () => {
    const { status, body } = await ask("/config");
    expect([status, body]).toEqual([200, { guests: true }]);
  });

  test("GET /health tells that the server works", async () => {
    const { status, body } = await ask("/health");
    expect(status).toBe(200);
    expect(body).toEqual({ ok: true });
  });

  test("a room that nobody ever joined is empty for a reader", async () => {
    const room = uniqueName("nowhere");
    const { status, body, headers } = await ask(`/rooms/${room}`);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^application\/json\b/);
    expect(body).toEqual({ room, count: 0, seq: 0, epoch: null });
  });

  test("a reader gets the members, the newest number and the epoch of a room", async () => {
    const room = uniqueName("lobby");
    const [alice, bob] = await joinAll(room, "alice", "bob");
    const phone = await join(room, bob.person);
    const { epoch } = alice.welcome;
    const { seq } = await alice.sendMessage("hello");
    expect((await ask(`/rooms/${room}`)).body).toEqual({
      room,
      count: 2,
      seq,
      epoch,
    });
    for (const member of [alice, bob, phone]) await leaveRoom(member);
    expect((await ask(`/rooms/${room}`)).body).toEqual({
      room,
      count: 0,
      seq,
      epoch,
    });
  });

  test("a reader finds a room by any spelling of its name, in any script", async () => {
    const room = uniqueName("李雷-lobby");
    const alice = await join(room, person("alice"));
    const { epoch } = alice.welcome;
    await alice.sendMessage("hello");
    const path = encodeURIComponent(room.replace("lobby", "ｌｏｂｂｙ"));
    const { body } = await ask(`/rooms/${path}`);
    expect(body).toEqual({ room, count: 1, seq: 1, epoch });
    const page = await ask(`/rooms/${path}/messages`);
    expect(page.body).toMatchObject({
      messages: [{ text: "hello", room, type: "message" }],
      more: false,
      epoch,
    });
  });

  // Reading an unused room writes nothing. Seen from outside: it has no epoch
  // and no members.
  test("a reader does not make a room by reading it", async () => {
    const room = uniqueName("nowhere");
    for (let turn = 0; turn < 3; turn++) {
      const { body } = await ask(`/rooms/${room}`);
      expect(body).toMatchObject({ epoch: null, count: 0 });
      const page = await ask(`/rooms/${room}/messages`);
      expect(page.body).toMatchObject({ messages: [], epoch: null });
    }
    const { welcome } = await join(room, person("alice"));
    expect(welcome).toMatchObject({ seq: 0, count: 1 });
    const { body } = await ask(`/rooms/${room}`);
    expect(body).toMatchObject({ epoch: welcome.epoch });
  });

  test("members of a room notice no reader", async () => {
    const room = uniqueName("lobby");
    const [alice] = await joinAll(room, "alice");
    await ask(`/rooms/${room}`);
    await ask(`/rooms/${room}/messages?limit=5`);
    expect(await alice.unread()).toEqual([]);
  });
});

describe("what there is not", () => {
  test.for([
    "/nothing",
    "/rooms",
    "/room/lobby",
    "/rooms/lobby/people",
    "/rooms/lobby/messages/1/text",
    "/health/1",
  ])("a reader who asks for %s gets 404", async (path) => {
    expectProblem(await ask(path), 404);
  });

  test("a reader who asks for one message gets 405: it is edited and deleted there", async () => {
    const answer = await ask("/rooms/lobby/messages/1");
    expectProblem(answer, 405);
    expect(answer.headers.get("allow")).toBe("PATCH, DELETE");
  });

  test.for([
    ["a blank in it", "a%20b"],
    ["a hyphen first", "-lobby"],
    ["an underscore first", "__proto__"],
    ["a dot last", "lobby."],
    ["65 characters", "x".repeat(65)],
    ["66 characters after NFKC", encodeURIComponent("ﬁ".repeat(33))],
    ["a slash in it", "a%2Fb"],
    ["a newline in it", "a%0Ab"],
    ["a NUL in it", "a%00b"],
    ["an emoji", encodeURIComponent("😀")],
    ["a bidi override", encodeURIComponent("a\u202eb")],
    ["half a character", "%E0%A4"],
    ["a lone percent sign", "a%b"],
  ] as const)(
    "a reader who asks for a room with %s gets 400",
    async ([, name]) => {
      for (const path of [`/rooms/${name}`, `/rooms/${name}/messages`]) {
        const answer = await ask(path);
        expectProblem(answer, 400);
        expect(answer.body).toMatchObject({ code: "bad_room" });
      }
      const upgrade = await askRaw(`/rooms/${name}`, UPGRADE_HEADERS);
      expect(upgrade.status).toBe(400);
    },
  );

  test("a room's name may have 64 characters", async () => {
    const name = uniqueName("x").padEnd(64, "x");
    expect((await ask(`/rooms/${name}`)).body).toMatchObject({ room: name });
  });

  test.for(["POST", "PUT", "PATCH", "DELETE"])(
    "a client that sends %s gets 405 with the methods that are allowed",
    async (method) => {
      const room = uniqueName("lobby");
      const paths = ["/health", `/rooms/${room}`];
      // Messages are sent there.
      if (method !== "POST") paths.push(`/rooms/${room}/messages`);
      for (const path of paths) {
        const answer = await ask(path, method);
        expectProblem(answer, 405);
        const allow = answer.headers.get("allow")?.split(/\s*,\s*/);
        expect(allow).toContain("GET");
        expect(allow).not.toContain(method);
      }
      expect((await ask("/", method)).status).toBe(405);
    },
  );
});

// The response should name the protocol to upgrade to (RFC 9110, 15.5.22).
// workerd removes this header, so it is checked only if it is there.
function expectUpgradeNamed(upgrade: string | null | undefined): void {
  expect(upgrade ?? "websocket").toMatch(/^websocket$/i);
}

describe("a WebSocket's URL without the upgrade", () => {
  test.for([
    "username=alice",
    "format=text",
    "username=alice&format=text",
    "username=-",
  ])("a GET with ?%s and without an upgrade gets 426", async (query) => {
    const room = uniqueName("lobby");
    const answer = await ask(`/rooms/${room}?${query}`);
    expectProblem(answer, 426);
    expectUpgradeNamed(answer.headers.get("upgrade"));
    expect((await ask(`/rooms/${room}`)).body).toMatchObject({ epoch: null });
  });

  test("a client whose proxy removes the Upgrade header gets 426", async () => {
    const { Upgrade: _u, Connection: _c, ...rest } = UPGRADE_HEADERS;
    const { status, headers, text } = await askRaw(
      `/rooms/${uniqueName("lobby")}`,
      rest,
    );
    expect(status).toBe(426);
    expectUpgradeNamed(headers.upgrade);
    expect(headers["content-type"]).toMatch(/^application\/problem\+json\b/);
    expect(JSON.parse(text)).toMatchObject({ status: 426 });
  });

  test.for(["0", "8", "14", "13, 8", ""])(
    "a client of version %j of WebSocket gets 426 with the right version",
    async (version) => {
      const { status, headers } = await askRaw(
        `/rooms/${uniqueName("lobby")}`,
        {
          ...UPGRADE_HEADERS,
          "Sec-WebSocket-Version": version,
        },
      );
      expect(status).toBe(426);
      expectUpgradeNamed(headers.upgrade);
      expect(headers["sec-websocket-version"]).toBe("13");
    },
  );

  // workerd hides other upgrade requests: the server sees a plain request.
  test("a client that upgrades to another protocol opens no WebSocket", async () => {
    const { status, headers } = await askRaw(`/rooms/${uniqueName("lobby")}`, {
      Connection: "Upgrade",
      Upgrade: "carrier-pigeon",
    });
    expect([200, 426]).toContain(status);
    if (status === 426) expectUpgradeNamed(headers.upgrade);
  });

  test("a client that opens a WebSocket where no room is gets 404", async () => {
    for (const path of ["/nothing", "/rooms/lobby/people"])
      expect((await askRaw(path, UPGRADE_HEADERS)).status).toBe(404);
  });
});
