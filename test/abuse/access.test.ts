// Access attacks: reading without a right, pages of other sites, rooms that must not exist, and too many connections.
import { describe, expect, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import { askRaw, UPGRADE_HEADERS } from "../conformance/support/http-client.ts";
import { person, secret, uniqueName } from "../conformance/support/people.ts";
import { signToken, tokenClaims } from "../http/support/jwt-app.ts";
import { startAttackTarget } from "./support/attack-target.ts";

startAttackTarget({
  GUESTS: "off",
  ROOMS: "team-*",
  ORIGINS: "https://app.example",
  CONNECTS_PER_MINUTE: 40,
});

async function bearer(more: Record<string, unknown> = {}) {
  const claims = tokenClaims({
    aud: "chat",
    username: uniqueName("ann"),
    ...more,
  });
  return { Authorization: `Bearer ${await signToken(claims)}` };
}

describe("without the right", () => {
  test("nobody without the right reads, whatever they show", async () => {
    const room = uniqueName("team");
    const headers = await bearer();
    const ann = await connect(room, { headers });
    ann.send({ type: "join", history: 0 });
    await ann.next("welcome");
    await ann.sendMessage("for the team alone");
    for (const shown of [
      {},
      { Authorization: `Bearer ${secret()}` },
      { Authorization: "Basic YWRtaW46YWRtaW4=" },
      { Cookie: headers.Authorization },
      { "X-Authorization": headers.Authorization },
      await bearer({ rooms: ["team-of-others"] }),
    ])
      for (const rest of ["", "/messages", "/messages?limit=1&before=9"]) {
        const answer = await askRaw(`/rooms/${room}${rest}`, shown);
        expect([401, 403]).toContain(answer.status);
        expect(answer.text).not.toContain("for the team alone");
        expect(answer.text).not.toMatch(/"seq"|"count"/);
      }
    const read = await askRaw(`/rooms/${room}/messages`, headers);
    expect(read.text).toContain("for the team alone");
  });

  test("nobody who is banned reads on with the token that opened the room", async () => {
    const [room, username] = [uniqueName("team"), uniqueName("ben")];
    const [ann, ben] = [
      await bearer({ sub: "ann", roles: { "team-*": "moderator" } }),
      await bearer({ sub: "ben", username }),
    ];
    const [mod, member] = [
      await connect(room, { headers: ann }),
      await connect(room, { headers: ben }),
    ];
    for (const client of [member, mod]) {
      client.send({ type: "join", history: 0 });
      await client.next("welcome");
    }
    mod.send({ type: "moderate", action: "ban", username });
    await member.next("error", { code: "banned" });
    await mod.sendMessage("without ben");
    for (const rest of ["", "/messages", "/messages?limit=1"]) {
      const answer = await askRaw(`/rooms/${room}${rest}`, ben);
      expect(answer.status).toBe(403);
      expect(answer.text).toContain('"code":"banned"');
      expect(answer.text).not.toMatch(/without ben|"seq"|"count"/);
    }
    const read = await askRaw(`/rooms/${room}/messages`, ann);
    expect(read.text).toContain("without ben");
  });

  test("nobody without the right reads by another form of the path", async () => {
    const room = uniqueName("team");
    for (const path of [
      `/rooms/${room}/messages/`,
      `/rooms//${room}/messages`,
      `/rooms/${room}/%6dessages`,
      `/rooms/${room}%2Fmessages`,
      `/ROOMS/${room}/messages`,
    ]) {
      const { status } = await askRaw(path, {});
      expect([400, 401, 404]).toContain(status);
    }
  });

  test("no guest gets in where guests are not allowed", async () => {
    const client = await connect(uniqueName("team"));
    const { name, token } = person("mallory");
    client.send({ type: "join", username: name, token });
    await client.next("error", { code: "unauthorized" });
  });

  test("nobody opens a room that is not allowed", async () => {
    const room = uniqueName("board");
    const headers = await bearer();
    const client = await connect(room, { headers });
    client.send({ type: "join" });
    await client.next("error", { code: "forbidden" });
    expect((await askRaw(`/rooms/${room}`, headers)).status).toBe(403);
  });
});

describe("a page of another site", () => {
  const evil = { Origin: "https://evil.example" };

  test("a page of another site opens no WebSocket for a user, and learns the setting", async () => {
    for (const Origin of [
      "https://evil.example",
      "https://app.example.evil.example",
      "http://app.example",
      "null",
    ]) {
      const room = `/rooms/${uniqueName("team")}`;
      const answer = await askRaw(room, { ...UPGRADE_HEADERS, Origin });
      expect(answer.status).toBe(403);
      expect(answer.headers["content-type"]).toMatch(/problem\+json/);
      expect(JSON.parse(answer.text)).toMatchObject({
        code: "forbidden",
        detail: expect.stringMatching(/ORIGINS/),
      });
    }
  });

  test("a page of another site reads nothing, though the user's token is sent with it", async () => {
    const headers = { ...(await bearer()), ...evil };
    const answer = await askRaw(`/rooms/${uniqueName("team")}`, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("a page of the app both reads and connects for a user", async () => {
    const headers = { ...(await bearer()), Origin: "https://app.example" };
    const room = `/rooms/${uniqueName("team")}`;
    const read = await askRaw(room, headers);
    expect(read.status).toBe(200);
    expect(read.headers["access-control-allow-origin"]).toBe(headers.Origin);
    const opened = await askRaw(room, { ...headers, ...UPGRADE_HEADERS });
    expect(opened.status).toBe(101);
  });

  test("a page of this machine both reads and connects to a server of this machine", async () => {
    const Origin = "http://localhost:5173";
    const room = `/rooms/${uniqueName("team")}`;
    const opened = await askRaw(room, { ...UPGRADE_HEADERS, Origin });
    expect(opened.status).toBe(101);
  });
});

// The last test of the file: it uses up the connections of the minute.
test("a guest who connects too often waits, whatever address they claim", async () => {
  const room = `/rooms/${uniqueName("team")}`;
  const statuses = new Map<number, number>();
  // On a slow machine the minute goes on, and allows a few more.
  const isRefused = () => (statuses.get(429) ?? 0) >= 20;
  for (let i = 0; i < 60 || (i < 600 && !isRefused()); i++) {
    const { status, headers } = await askRaw(room, {
      ...UPGRADE_HEADERS,
      "X-Forwarded-For": `198.51.100.${i % 256}`,
      "X-Real-IP": `198.51.100.${i % 256}`,
      Forwarded: `for=198.51.100.${i % 256}`,
    });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 429) expect(Number(headers["retry-after"])).toBeLessThan(61);
  }
  expect(isRefused()).toBe(true);
  const shown = { ...UPGRADE_HEADERS, ...(await bearer()) };
  expect((await askRaw(room, shown)).status).toBe(101);
  const forged = { ...UPGRADE_HEADERS, ...(await bearer({ exp: 1 })) };
  await expect
    .poll(async () => (await askRaw(room, forged)).status, { interval: 1 })
    .toBe(429);
});
