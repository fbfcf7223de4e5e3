// Socket.IO attacks: its clients pass the same doors as everybody, by token, origin, rate and host, and leave no secret behind.
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { urlOf } from "../conformance/support/connection.ts";
import { askRaw } from "../conformance/support/http-client.ts";
import { person, uniqueName } from "../conformance/support/people.ts";
import { SocketIoUser } from "../conformance/support/socketio-user.ts";
import { signToken, tokenClaims } from "../http/support/jwt-app.ts";
import { startAttackTarget } from "./support/attack-target.ts";

const target = startAttackTarget({
  ORIGINS: "https://app.example",
  PRIVATE_ROOMS: "team-*",
  CONNECTS_PER_MINUTE: 30,
  RATE_BURST: 5,
  RATE_PER_SECOND: 1,
});

const HANDSHAKE = "/socket.io/?EIO=4&transport=polling";

function token(more: Record<string, unknown> = {}): Promise<string> {
  return signToken(tokenClaims({ aud: "chat", ...more }));
}

test("a token of the app in auth names its user, opens a private room, and recovers", async () => {
  const room = uniqueName("team");
  const username = uniqueName("ann");
  const auth = {
    token: await token({ sub: username, username, rooms: ["team-*"] }),
  };
  const ann = new SocketIoUser(`/${room}`, { auth });
  const [joined] = await ann.next("joined");
  expect(joined).toMatchObject({ room, username });
  await ann.next("connect");
  ann.lose();
  expect(await ann.next("connect")).toEqual([true]);
  const guest = new SocketIoUser(`/${room}`, {
    auth: { username: uniqueName("guest") },
  });
  expect(await guest.next("connect_error")).toEqual([
    expect.stringMatching(/./),
    expect.objectContaining({ code: "forbidden" }),
  ]);
});

test.for([
  ["expired", { exp: 1_000_000_000 }],
  ["for another audience", { aud: "other" }],
] as const)(
  "a token that is %s is refused before the client is in",
  async ([, claims]) => {
    const auth = { token: await token(claims) };
    const ann = new SocketIoUser(`/${uniqueName("lobby")}`, { auth });
    expect(await ann.next("connect_error")).toEqual([
      expect.stringMatching(/./),
      expect.objectContaining({ code: "unauthorized" }),
    ]);
  },
);

test("a made-up pid and offset give nobody another's name or rooms", async () => {
  const [room, name] = [uniqueName("lobby"), person("guest-ann").name];
  const ann = new SocketIoUser();
  await ann.join(room, name);
  await ann.ask("new message", "mine");
  const offset: string = Reflect.get(ann.socket, "_lastOffset");
  const thief = new SocketIoUser("", {
    auth: { pid: `${"x".repeat(32)}.0`, offset },
  });
  expect(await thief.next("connect")).toEqual([false]);
  expect(await thief.next("left")).toEqual([
    expect.objectContaining({ room, code: "username_taken" }),
  ]);
  expect(await thief.ask("new message", "hers")).toHaveProperty(
    "error",
    "not_joined",
  );
});

test("a page of another site gets in neither by HTTP nor by WebSocket", async () => {
  const Origin = "https://evil.example";
  expect((await askRaw(HANDSHAKE, { Origin })).status).toBe(403);
  const url = urlOf("/socket.io/?EIO=4&transport=websocket");
  const status = await new Promise((resolve) => {
    const socket = new WebSocket(url, { headers: { Origin } });
    socket.on("unexpected-response", (_, { statusCode }) =>
      resolve(statusCode),
    );
    socket.on("open", () => resolve("open"));
    socket.on("error", () => {});
  });
  expect(status).toBe(403);
  const allowed = await askRaw(HANDSHAKE, { Origin: "https://app.example" });
  expect(allowed.status).toBe(200);
  expect(allowed.headers["access-control-allow-origin"]).toBe(
    "https://app.example",
  );
});

test("a token in the URL is refused", async () => {
  const { status } = await askRaw(`${HANDSHAKE}&token=abc`, {});
  expect(status).toBe(400);
});

test("a user's rate counts, whatever the client is", async () => {
  const ann = new SocketIoUser();
  await ann.join(uniqueName("lobby"), person("guest-ann").name);
  const answers = await Promise.all(
    Array.from({ length: 15 }, (_, n) => ann.ask("new message", `flood ${n}`)),
  );
  const refused = answers.filter(({ error }) => error === "rate_limited");
  expect(refused.length).toBeGreaterThanOrEqual(2);
  expect(refused[0]?.retryAfter).toBeGreaterThan(0);
});

test("a client that floods with events that are refused is cut off, and others are not", async () => {
  const [ann, flooder] = [new SocketIoUser(), new SocketIoUser()];
  await ann.join(uniqueName("lobby"), person("guest-ann").name);
  await flooder.next("connect");
  for (let n = 0; n < 300; n++) flooder.socket.emit("dance");
  await flooder.next("disconnect");
  expect(await ann.ask("new message", "still here")).toHaveProperty("seq");
});

test("no secret, pid or offset is in the server's log", async () => {
  const ann = new SocketIoUser();
  await ann.join(uniqueName("lobby"), person("guest-ann").name);
  const pid: string = Reflect.get(ann.socket, "_pid");
  ann.socket.emit("new message", "\u0000");
  await ann.next("new message");
  expect(target.logs()).not.toContain(pid.split(".")[0]);
});

test("one address opens so many connections a minute, and no more", async () => {
  const statuses = new Set<number>();
  for (let n = 0; n < 40; n++)
    statuses.add((await askRaw(HANDSHAKE, {})).status);
  expect(statuses).toEqual(new Set([200, 429]));
});
