// Publish over HTTP: which token publishes to which room, and which request is refused before the room hears of it.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Op } from "../../src/core/shared/rpc.ts";
import { Access } from "../../src/http/access.ts";
import { readChatConfig } from "../../src/http/chat-config.ts";
import type { PrivateCheck } from "../../src/http/publish-private.ts";
import { SettingsError } from "../../src/protocol/settings.ts";
import { ISSUER, SECRET, signToken, tokenClaims } from "./support/jwt-app.ts";
import { appWith } from "./support/test-backend.ts";

const hashOf = (secret: string) =>
  createHash("sha256").update(secret).digest("hex");
const GUEST = "a-guest-with-a-long-secret";
const as = { id: "ci", username: "ci" };
const KEYS = [
  `ci:${hashOf("first")}:publish`,
  `ci:${hashOf("second")}:publish+read@*`,
  `team:${hashOf("team")}:publish@team-*+lobby`,
  `reader:${hashOf("reader")}:read`,
  `guard:${hashOf("guard")}:moderate@lobby`,
].join(", ");

/** The app with rooms that answer each call with `reply`, and note it. */
function serverWith(
  given: Record<string, unknown> = {},
  privateCheck: PrivateCheck | null = null,
) {
  const settings = { API_KEYS: KEYS, PRIVATE_ROOMS: "team-*", ...given };
  const config = readChatConfig(settings);
  const access = new Access(config, null, privateCheck);
  const calls: Op[] = [];
  const app = appWith(access, {
    askObject: async (_, ops) => {
      calls.push(...ops);
      return ops.map(() => ({ type: "published", seq: 1, at: 2 }));
    },
  });
  const send = async (
    path: string,
    token: string | null,
    body: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await app.request(`http://localhost${path}`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        ...(token !== null && { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    const answer = await response.json();
    return { status: response.status, headers: response.headers, answer };
  };
  const post = (
    room: string,
    ...rest: Parameters<typeof send> extends [string, ...infer Rest]
      ? Rest
      : never
  ) => send(`/rooms/${room}/messages`, ...rest);
  const read = async (room: string, token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    const path = `http://localhost/rooms/${room}`;
    return (await app.request(path, { headers })).status;
  };
  return { send, post, read, calls };
}

const jwt = { JWT_ISSUER: ISSUER, JWT_SECRET: SECRET };

describe("who publishes where", () => {
  test.for([
    [
      "both keys of one id, while a backend changes it",
      "ek_ci_first",
      "a",
      201,
    ],
    ["the second of them", "ek_ci_second", "a", 201],
    ["a key with another secret", "ek_ci_third", "a", 401],
    ["a key with an id that nobody has", "ek_other_first", "a", 401],
    ["a key of another id", "ek_team_first", "a", 401],
    ["a key without the scope", "ek_reader_reader", "a", 403],
    ["a key for other rooms", "ek_team_team", "a", 403],
    ["a key that names the room", "ek_team_team", "lobby", 201],
    ["a key that names a private room", "ek_team_team", "team-7", 201],
    ["a key for all rooms but private ones", "ek_ci_first", "team-7", 403],
    ["a key for all rooms, private ones too", "ek_ci_second", "team-7", 201],
    [
      "a guest in a private room, of which the room knows members",
      GUEST,
      "team-7",
      201,
    ],
    ["nobody, in a private room", null, "team-7", 403],
    ["nobody", null, "a", 401],
    ["a secret that is too short", "short", "a", 401],
    ["a guest", GUEST, "a", 201],
  ] as const)("%s", async ([, token, room, status]) => {
    const { post, calls } = serverWith();
    const sender = token === GUEST ? { username: "alice" } : { as };
    const answered = await post(room, token, { text: "hi", ...sender });
    expect(answered.status).toBe(status);
    expect(calls).toHaveLength(status === 201 ? 1 : 0);
    if (status === 401)
      expect(answered.headers.get("WWW-Authenticate")).toBe("Bearer");
  });

  test("a user of the app publishes by a token with the scope, and in no other room than the token's", async () => {
    const { post, calls } = serverWith(jwt);
    const publish = async (claims: object, room = "a") => {
      const token = await signToken(tokenClaims({ ...claims }));
      return (await post(room, token, { text: "hi" })).status;
    };
    expect(await publish({ scope: "read publish" })).toBe(201);
    expect(calls).toMatchObject([{ by: { verified: { subject: "1" } } }]);
    expect(await publish({})).toBe(403);
    expect(await publish({ scope: ["publish"] })).toBe(403);
    expect(await publish({ scope: "publish", rooms: ["b"] })).toBe(403);
    expect(await publish({ scope: "publish", rooms: [] }, "team-7")).toBe(403);
    const bare = await signToken(tokenClaims({}));
    expect((await post("team-7", bare, { text: "hi" })).answer).toMatchObject({
      reason: "room_private",
    });
    // The room knows whether the user is a member.
    expect(await publish({ scope: "publish" }, "team-7")).toBe(201);
    expect(calls).toHaveLength(2);
    expect(
      await publish({ scope: "publish", rooms: ["team-7"] }, "team-7"),
    ).toBe(201);
    expect(await publish({ scope: "publish", exp: 1 })).toBe(401);
  });

  test.for([
    ["a key with the scope, in its room", "ek_guard_guard", "lobby", 201],
    ["a key with the scope, in another room", "ek_guard_guard", "a", 403],
    ["a key without the scope", "ek_ci_second", "lobby", 403],
    ["a key with another secret", "ek_guard_first", "lobby", 401],
    ["a guest", GUEST, "lobby", 403],
    ["nobody", null, "lobby", 401],
  ] as const)("%s asks to moderate", async ([, token, room, status]) => {
    const { send, calls } = serverWith();
    const path = `/rooms/${room}/moderate`;
    const answered = await send(path, token, { as, action: "lock", id: "l" });
    expect(answered.status).toBe(status);
    const frame = { type: "moderate", action: "lock", id: "l" };
    const call = { type: "moderate", username: "bot:ci", frame };
    expect(calls).toMatchObject(status === 201 ? [call] : []);
    expect((await send(`${path}?token=x`, token, {})).status).toBe(400);
  });

  test("a private room looks the same to a guest and to a key of other rooms", async () => {
    const { post, send } = serverWith();
    const answers = await Promise.all(
      [GUEST, null, "ek_ci_first", "short"].flatMap((token) => [
        post("team-7", token, { text: "hi" }),
        send("/rooms/team-7/moderate", token, { action: "lock" }),
      ]),
    );
    for (const { answer } of answers)
      expect(answer).toEqual(answers[0]?.answer);
  });

  test("a user of the app moderates by a token without a scope, where the token opens the room", async () => {
    const { send, calls } = serverWith(jwt);
    const lock = { action: "lock" };
    const moderate = async (claims: Record<string, unknown>, room = "a") => {
      const token = await signToken(tokenClaims(claims));
      return (await send(`/rooms/${room}/moderate`, token, lock)).status;
    };
    expect(await moderate({})).toBe(201);
    expect(calls.at(-1)).toMatchObject({
      ...{ type: "moderate-as", by: { kind: "app" } },
      frame: { action: "lock" },
    });
    expect(await moderate({ rooms: ["b"] })).toBe(403);
    expect(await moderate({ rooms: [] }, "team-7")).toBe(403);
    expect(await moderate({ exp: 1 })).toBe(401);
    const before = calls.length;
    const named = { ...lock, as };
    const token = await signToken(tokenClaims({}));
    expect((await send("/rooms/a/moderate", token, named)).status).toBe(400);
    expect((await send("/rooms/a/moderate", GUEST, lock)).status).toBe(403);
    expect((await send("/rooms/a/moderate", null, lock)).status).toBe(401);
    expect(calls).toHaveLength(before);
  });

  test("a key with the scope reads what others may not", async () => {
    const { read } = serverWith({ ...jwt, GUESTS: "off" });
    expect(await read("a", "ek_reader_reader")).toBe(200);
    expect(await read("team-7", "ek_reader_reader")).toBe(403);
    expect(await read("team-7", "ek_ci_second")).toBe(200);
    expect(await read("a", "ek_ci_first")).toBe(403);
    expect(await read("a", "ek_ci_third")).toBe(401);
  });
});

describe("the request", () => {
  test.for([
    ["no JSON", "text/plain", "hi", 415],
    ["JSON that is none", "application/json", "{", 400],
    ["no text", "application/json", { as }, 400],
    ["no bot", "application/json", { text: "hi" }, 400],
    [
      "a bot without a name",
      "application/json",
      { text: "hi", as: { id: "ci" } },
      400,
    ],
    [
      "a bot whose name is none",
      "application/json",
      { text: "hi", as: { id: "ci", username: "bot:ci" } },
      400,
    ],
    [
      "a bot with too much data",
      "application/json",
      { text: "hi", as: { ...as, data: "x".repeat(300) } },
      400,
    ],
    ["an empty text", "application/json", { text: " ", as }, 400],
    [
      "an id of the wrong form",
      "application/json",
      { text: "hi", as, id: "é" },
      400,
    ],
    ["a long text", "application/json", { text: "x".repeat(5000), as }, 413],
    ["a long body", "application/json", { text: "x".repeat(50_000), as }, 413],
  ] as const)(
    "a backend that sends %s is told so",
    async ([, type, body, status]) => {
      const { post, calls } = serverWith();
      const headers = { "Content-Type": type };
      const answered = await post("a", "ek_ci_first", body, headers);
      expect(answered.status).toBe(status);
      expect(answered.answer).toMatchObject({ status });
      expect(calls).toEqual([]);
      // Who may not publish is told that first.
      expect((await post("a", "ek_ci_no", body, headers)).status).toBe(401);
    },
  );

  test("a guest is no bot, and needs a name", async () => {
    const { post } = serverWith();
    expect((await post("a", GUEST, { text: "hi", as })).status).toBe(400);
    expect((await post("a", GUEST, { text: "hi" })).status).toBe(400);
  });

  test("the id comes from the body, or from Idempotency-Key with quotes or without", async () => {
    const { post, calls } = serverWith();
    const send = (id: object, key?: string) =>
      post(
        ...(["a", "ek_ci_first", { text: "hi", as, ...id }] as const),
        key === undefined ? {} : { "Idempotency-Key": key },
      );
    await send({ id: "1" });
    await send({}, '"2"');
    await send({}, "3 4");
    const { answer } = await send({ id: "5" }, "6");
    expect(calls.map((call) => "id" in call && call.id)).toEqual([
      ...["1", "2", "3 4", "5"],
    ]);
    expect(answer).toEqual({ id: "5", seq: 1, at: 2 });
    for (const key of ['"2', "x".repeat(65), "é"])
      expect((await send({}, key)).status).toBe(400);
  });

  test("a key has a rate, and is told what is left of it", async () => {
    const { post } = serverWith({
      API_RATE_BURST: 2,
      API_RATE_PER_SECOND: 0.1,
    });
    const answers = [];
    for (let i = 0; i < 3; i++)
      answers.push(await post("a", "ek_ci_first", { text: "hi", as }));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 429]);
    const { headers, answer } = answers.at(-1) ?? {};
    expect(answer).toMatchObject({ code: "rate_limited" });
    expect(headers?.get("Retry-After")).toBe("10");
    expect(headers?.get("RateLimit-Limit")).toBe("2");
    expect(headers?.get("RateLimit-Remaining")).toBe("0");
    expect(headers?.get("RateLimit-Reset")).toBe("20");
    expect((await post("a", "ek_team_team", { text: "hi", as })).status).toBe(
      403,
    );
    expect(
      (await post("lobby", "ek_team_team", { text: "hi", as })).status,
    ).toBe(201);
  });
});

describe("many at once, and private messages", () => {
  test("each message of a batch, and each room of a broadcast, counts in the rate", async () => {
    const rate = { API_RATE_BURST: 3, API_RATE_PER_SECOND: 0.1 };
    const statuses = ({ answer }: { answer: unknown }) =>
      (answer as Answers).results.map(({ status }) => status);
    const messages = Array.from({ length: 4 }, () => ({ text: "hi" }));
    const batch = serverWith(rate);
    const body = { as, messages };
    expect(
      statuses(await batch.send("/rooms/a/messages", "ek_ci_first", body)),
    ).toEqual([201, 201, 201, 429]);
    const many = serverWith(rate);
    const rooms = ["a", "team-7", "b", "c"];
    expect(
      statuses(
        await many.send("/broadcast", "ek_ci_first", { as, text: "hi", rooms }),
      ),
    ).toEqual([201, 403, 201, 429]);
  });

  test("a key for certain rooms writes to nobody in private", async () => {
    const { send, calls } = serverWith();
    const path = "/users/bob/messages";
    const body = { as, text: "hi" };
    expect((await send(path, "ek_team_team", body)).status).toBe(403);
    expect((await send(path, "ek_reader_reader", body)).status).toBe(403);
    expect((await send(path, null, body)).status).toBe(401);
    expect(calls).toEqual([]);
    await send(path, "ek_ci_second", body);
    expect(calls).toMatchObject([{ type: "post", letter: { bot: true } }]);
  });

  test("the app is asked about a private message by HTTP, and changes it", async () => {
    const asked: unknown[] = [];
    const { send, calls } = serverWith({}, async (question) => {
      asked.push(question);
      return question.text === "no"
        ? { type: "refused", code: "forbidden", message: "Not here." }
        : { type: "allowed", text: "***" };
    });
    const path = "/users/bob/messages";
    const denied = await send(path, "ek_ci_first", { as, text: "no" });
    expect(denied.answer).toMatchObject({ status: 403, detail: "Not here." });
    await send(path, "ek_ci_first", { as, text: "hi", id: "1" });
    expect(asked.at(-1)).toEqual({
      ...{ room: "", to: "bob", text: "hi", id: "1" },
      user: { id: "bot ci", username: "bot:ci", kind: "bot" },
    });
    expect(calls).toMatchObject([{ letter: { text: "***" } }]);
  });
});

interface Answers {
  readonly results: readonly { readonly status: number }[];
}

describe("the setting", () => {
  test.for([
    "ci:abc:publish",
    `c_i:${hashOf("x")}:publish`,
    `ci:${hashOf("x")}:write`,
    `ci:${hashOf("x")}:publish@`,
    `ci:${hashOf("x")}`,
    "ek_ci_secret",
  ])("an operator is told that %s is no key, without a word of it", (entry) => {
    expect(() => readChatConfig({ API_KEYS: entry })).toThrow(SettingsError);
    expect(() => readChatConfig({ API_KEYS: entry })).not.toThrow(
      new RegExp(entry.slice(3)),
    );
  });

  test("an operator has two keys of one id at most", () => {
    const entries = ["1", "2", "3"].map((x) => `ci:${hashOf(x)}:publish`);
    expect(() => readChatConfig({ API_KEYS: entries })).toThrow(/id ci/);
  });
});
