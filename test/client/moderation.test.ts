// Moderation: tests what moderators do by the client, and what a user is told who may not speak, or not come in.
import { describe, expect, test } from "vitest";
import type { Moderation } from "../../src/client/index.ts";
import { flushPromises } from "./support/fake-environment.ts";
import { alice, begin, bob, moderated } from "./support/moderated-room.ts";
import {
  ack,
  errorReply,
  message,
  ownMessage,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

describe("an act of a moderator", () => {
  const mute: Moderation = { action: "mute", username: "bob", for: 600 };

  test("it is sent with an id, and resolves with its ack", async () => {
    const { client, lobby, sent } = await begin({ role: "moderator" });
    const acts: object[] = [];
    lobby.on("moderated", ({ action, mine }) => acts.push({ action, mine }));
    const done = lobby.moderate(mute);
    const [frame] = await sent();
    expect(frame).toEqual({
      ...{ type: "moderate", ...mute, id: expect.any(String) },
    });
    const event = { action: "mute", target: bob, ...alice, id: frame?.id };
    client.serverSends(moderated(1, event), ack(frame, 1), message(2));
    expect(await done).toMatchObject({ id: frame?.id, seq: 1, at: 1001 });
    expect(acts).toEqual([{ action: "mute", mine: true }]);
    expect(client.shownTexts).toEqual(["text 2"]);
    expect(await sent()).toEqual([]);
  });

  test("a refusal rejects, and nothing is sent again", async () => {
    const { client, lobby, sent } = await begin();
    for (const code of ["forbidden", "internal", "unavailable"]) {
      const done = lobby.moderate(mute);
      const [frame] = await sent();
      client.serverSends(errorReply(frame, code));
      await expect(done).rejects.toMatchObject({ code });
    }
    await client.environment.advance(60_000);
    expect(client.takeSent().map(({ type }) => type)).not.toContain("moderate");
  });

  test("it is sent again under its id after a lost connection", async () => {
    const { client, lobby, sent } = await begin({ role: "owner", seq: 5 });
    const done = lobby.moderate({ ...mute, id: "m-1" });
    const [frame] = await sent();
    await client.loseConnection();
    client.serverSends(resumedWelcome({ role: "owner", seq: 5 }));
    expect(await sent()).toEqual([frame]);
    client.serverSends(ack(frame, 6, { duplicate: true }));
    expect(await done).toMatchObject({ id: "m-1", seq: 6, duplicate: true });
  });

  test.for([
    { why: "the room has another history", fields: { resumed: false } },
    { why: "too much was written since", fields: { seq: 900, more: true } },
  ])("it may have been done if $why", async ({ fields }) => {
    const { client, lobby, sent } = await begin({ role: "owner" });
    const done = lobby.moderate(mute);
    await sent();
    await client.loseConnection();
    client.serverSends(resumedWelcome({ role: "owner", ...fields }));
    await expect(done).rejects.toMatchObject({ code: "unknown" });
    const types = (await sent()).map(({ type }) => type);
    expect(types).not.toContain("moderate");
  });
});

describe("a user who may not speak", () => {
  test("a mute refuses a message, which is not sent again", async () => {
    const { client, lobby, environment, sent } = await begin();
    const said = lobby.send("hello");
    const [frame] = await sent();
    client.serverSends(errorReply(frame, "muted"));
    await expect(said).rejects.toMatchObject({ code: "muted" });
    expect(lobby.muted).toEqual({});
    expect(lobby.permissions.can("speak")).toBe(false);
    await environment.advance(700_000);
    const types = client.takeSent().map(({ type }) => type);
    expect(types).not.toContain("message");
    expect(lobby.pending).toMatchObject([{ state: "failed" }]);
  });

  test("a user sees a mute begin, and end by its time", async () => {
    const { client, lobby, environment } = await begin();
    const views: unknown[] = [];
    const until = environment.now() + 20_000;
    client.serverSends(moderated(1, { action: "mute", target: alice, until }));
    expect(lobby.getSnapshot().muted).toEqual({ until });
    expect(lobby.getSnapshot().permissions.can("speak")).toBe(false);
    lobby.subscribe(() => views.push(lobby.getSnapshot().muted));
    await environment.advance(20_001);
    expect(views.at(-1)).toBeNull();
    expect(lobby.getSnapshot().permissions.can("speak")).toBe(true);
  });

  test("a mute is known from the welcome, and lifted by an event", async () => {
    const { client, lobby } = await begin({ muted: {} });
    expect(lobby.muted).toEqual({});
    client.serverSends(moderated(1, { action: "unmute", target: bob }));
    expect(lobby.muted).toEqual({});
    client.serverSends(moderated(2, { action: "unmute", target: alice }));
    expect(lobby.muted).toBeNull();
  });

  test("a lock holds for all but moderators", async () => {
    const { client, lobby } = await begin({ locked: true });
    expect(lobby.locked).toBe(true);
    expect(lobby.permissions.can("speak")).toBe(false);
    const role = { action: "role", role: "moderator", target: alice };
    client.serverSends(moderated(1, role));
    expect(lobby.permissions.can("speak")).toBe(true);
    client.serverSends(moderated(2, { action: "unlock" }));
    expect(lobby.locked).toBe(false);
    client.serverSends(moderated(3, { action: "lock" }));
    expect(lobby.getSnapshot().locked).toBe(true);
  });
});

describe("slow mode", () => {
  test("messages wait for each other, and go out in order", async () => {
    const { client, lobby, environment, sent } = await begin({ slow: 30 });
    lobby.send("one");
    lobby.send("two");
    lobby.send("three");
    const [one, ...others] = await sent();
    expect(others).toEqual([]);
    client.serverSends(ack(one, 1));
    const [two] = await sent();
    expect(two).toMatchObject({ text: "two" });
    const slow = { reason: "slow_mode", retryAfter: 20_000 };
    client.serverSends(errorReply(two, "rate_limited", slow));
    expect(lobby.slowUntil).toBe(environment.now() + 20_000);
    expect(lobby.permissions.can("speak")).toBe(false);
    expect(await sent()).toEqual([]);
    await environment.advance(20_001);
    expect(lobby.slowUntil).toBeNull();
    expect(await sent()).toEqual([two]);
    expect(lobby.pending.map(({ text }) => text)).toEqual(["two", "three"]);
  });

  test("a user sees when they may write again", async () => {
    const { client, lobby, environment, sent } = await begin();
    const view = lobby.getSnapshot();
    client.serverSends(moderated(1, { action: "slow", seconds: 10 }));
    expect(lobby.getSnapshot()).toMatchObject({ slow: 10, slowUntil: null });
    expect(view).toMatchObject({ slow: 0 });
    lobby.send("hello");
    const [frame] = await sent();
    client.serverSends(ack(frame, 2));
    expect(lobby.getSnapshot().slowUntil).toBe(environment.now() + 10_000);
    await environment.advance(4000);
    client.serverSends(ownMessage(3, undefined, { text: "by a phone" }));
    expect(lobby.getSnapshot().slowUntil).toBe(environment.now() + 10_000);
    client.serverSends(moderated(4, { action: "slow", seconds: 0 }));
    expect(lobby.getSnapshot()).toMatchObject({ slow: 0, slowUntil: null });
  });
});

describe("a user who is banned", () => {
  test("a ban ends the room with its end, until the app asks again", async () => {
    const { client, lobby, environment, sent } = await begin();
    const until = environment.now() + 3_600_000;
    const history = lobby.history();
    await sent();
    client.serverSends(moderated(1, { action: "ban", target: alice, until }), {
      type: "error",
      code: "banned",
      message: "No.",
      until,
    });
    environment.socket.serverCloses(4502, "banned");
    await expect(history).rejects.toMatchObject({ code: "banned" });
    expect(lobby).toMatchObject({
      ...{ state: "failed", reason: { code: "banned", until } },
    });
    const sockets = environment.sockets.length;
    await environment.advance(7_200_000);
    expect(environment.sockets).toHaveLength(sockets);
    expect(client.events.filter(({ type }) => type === "error")).toEqual([]);
    lobby.reconnect();
    await client.join();
    expect(lobby.state).toBe("connected");
  });

  test("a join is refused with the end of the ban", async () => {
    const client = new TestClient();
    await client.acceptJoin();
    const refusal = { type: "error", code: "banned", message: "No." };
    client.serverSends({ ...refusal, until: 5000 });
    expect(client.lobby).toMatchObject({
      ...{ state: "failed", reason: { code: "banned", until: 5000 } },
    });
  });

  test("a user who may not be in the room any more is told why", async () => {
    const { client, lobby, environment } = await begin({ access: "members" });
    expect(lobby.access).toBe("members");
    client.serverSends(
      moderated(1, { action: "access", access: "registered" }),
    );
    expect(lobby.getSnapshot().access).toBe("registered");
    const error = { type: "error", code: "forbidden", message: "No." };
    client.serverSends({ ...error, reason: "registered_only" });
    environment.socket.serverCloses(4500, "refused");
    expect(lobby).toMatchObject({
      state: "failed",
      reason: { code: "forbidden", reason: "registered_only" },
    });
  });

  test("an invitation is shown with the join", async () => {
    const client = new TestClient();
    client.sdk.join("club", { invite: "a-code" });
    await flushPromises();
    const [, socket] = client.environment.sockets;
    socket?.accept();
    await flushPromises();
    expect(socket?.takeSent()).toMatchObject([
      { type: "join", invite: "a-code" },
    ]);
  });

  test("a kick is told by its own code", async () => {
    const { client, lobby, environment } = await begin();
    const error = { type: "error", code: "banned", message: "No." };
    client.serverSends({ ...error, until: 60_000 });
    environment.socket.serverCloses(4501, "kicked");
    expect(lobby.reason).toMatchObject({ code: "kicked", until: 60_000 });
  });
});

describe("reports", () => {
  test("a user reports a message, and a moderator reads and closes it", async () => {
    const { client, lobby, sent } = await begin({ role: "moderator" });
    const told: unknown[] = [];
    lobby.on("reported", (event) => told.push(event.report));
    lobby.on("report_closed", (event) => told.push(event.outcome));
    client.serverSends(message(1));
    const done = lobby.report(1, "spam");
    const [report] = await sent();
    expect(report).toEqual({
      ...{ type: "report", of: 1, reason: "spam", epoch: "e1" },
      id: expect.any(String),
    });
    const answer = { type: "ack", id: report?.id, of: 1, at: 5 };
    client.serverSends(answer);
    expect(await done).toEqual(answer);
    const page = lobby.reports({ open: true });
    expect(await sent()).toEqual([{ type: "reports", open: true }]);
    client.serverSends({ type: "reports", reports: [], more: false, open: 2 });
    expect(await page).toMatchObject({ reports: [], open: 2 });
    const closed = lobby.closeReport(1, "resolved");
    const [close] = await sent();
    expect(close).toMatchObject({ type: "close_report", report: 1 });
    client.serverSends({ type: "ack", id: close?.id, report: 1, at: 6 });
    expect(await closed).toMatchObject({ at: 6 });
    const about = { room: "lobby", report: 2, ...bob, at: 7 };
    client.serverSends(
      { type: "reported", ...about, of: 1, epoch: "e1", target: alice },
      { type: "report_closed", ...about, outcome: "dismissed" },
      // An ack that comes late, or is of a newer kind.
      { type: "ack", id: "other", of: 1, at: 8 },
      message(2),
    );
    expect(told).toEqual([2, "dismissed"]);
    expect(client.shownTexts).toEqual(["text 1", "text 2"]);
    expect(await sent()).toEqual([]);
  });

  test("a report too many is refused, and holds no other request up", async () => {
    const { client, lobby, sent } = await begin();
    const done = lobby.report(1);
    const page = lobby.listMembers();
    const [report] = await sent();
    const refusal = { retryAfter: 600_000 };
    client.serverSends(errorReply(report, "rate_limited", refusal));
    await expect(done).rejects.toMatchObject({ code: "rate_limited" });
    expect(await sent()).toMatchObject([{ type: "who" }]);
    client.serverSends({ type: "members", members: [], count: 0, more: false });
    await page;
  });
});
