// Invitation tests: a code makes registered users members, as often and as long as it says, and nobody else hears it.
import { describe, expect, test } from "vitest";
import { botIdentity } from "../../../src/core/shared/identity.ts";
import {
  CODE,
  NO_MEMBER,
  NO_NAME,
  register,
  rows,
  tryJoin,
} from "../support/members-room.ts";
import { errorsOf, moderatedRoom } from "../support/moderated-room.ts";
import type { Peer } from "../support/peer.ts";
import { startJoin, userOf } from "../support/people.ts";

const MINUTE = 60_000;

describe("an invitation", () => {
  const invite = (mod: Peer, more: { uses?: number; for?: number } = {}) =>
    mod.send({ type: "moderate", action: "invite", code: CODE, ...more });

  test("makes a registered user a member, once for each use", () => {
    const { world, owner, mod } = moderatedRoom();
    register(world, "dora", "erik", "frank");
    owner.send("/access members");
    invite(mod, { uses: 2 });
    const until = world.now + 7 * 24 * 60 * MINUTE;
    expect(owner.last("moderated")).toMatchObject({
      ...{ action: "invite", uses: 2, until },
    });
    const dora = startJoin(world, "lobby", "dora", { invite: CODE });
    world.settle();
    const event = {
      ...{ type: "moderated", action: "member", username: "dora" },
      target: { user: userOf("dora"), username: "dora" },
    };
    const [welcome, history] = dora.take();
    expect(welcome).toMatchObject({ type: "welcome", access: "members" });
    expect(history).toMatchObject({ type: "history" });
    expect(history).toHaveProperty(
      "messages.3",
      expect.objectContaining(event),
    );
    expect(owner.last("moderated")).toMatchObject(event);
    // A member spends no use.
    expect(tryJoin(world, "dora", { invite: CODE })).toMatchObject({
      type: "welcome",
    });
    for (const [name, type] of [
      ["erik", "welcome"],
      ["frank", "error"],
    ] as const)
      expect(tryJoin(world, name, { invite: CODE })).toMatchObject({ type });
    expect(rows(world, "invitation")).toEqual([]);
    expect(rows(world, "room_member")).toHaveLength(2);
  });

  test("is stored as a hash, and in no event", () => {
    const { world, mod } = moderatedRoom();
    invite(mod);
    mod.send(`/invite ${CODE}-second`);
    const { tables } = world.room("lobby").database;
    expect(rows(world, "invitation")).toHaveLength(2);
    expect(JSON.stringify(tables)).not.toContain(CODE);
  });

  test("without a code gets one, which the moderator alone hears", () => {
    const { world, owner, mod } = moderatedRoom();
    register(world, "dora");
    owner.send("/access members");
    mod.send("/invite 1h");
    const { text, command } = mod.last("reply");
    expect(command).toBe("invite");
    expect(owner.all("reply")).toEqual([]);
    expect(tryJoin(world, "dora", { invite: text })).toMatchObject({
      type: "welcome",
    });
  });

  test("that is wrong, used up, ended or over is as none", () => {
    const { world, owner, mod } = moderatedRoom();
    register(world, "dora");
    owner.send("/access members");
    const expectRefused = (code = CODE) =>
      expect(tryJoin(world, "dora", { invite: code })).toEqual(
        tryJoin(world, "dora"),
      );
    expectRefused();
    invite(mod, { for: 60 });
    expectRefused(`${CODE}-`);
    expectRefused("");
    expectRefused("x".repeat(256));
    mod.send(`/uninvite ${CODE}`);
    expectRefused();
    invite(mod, { for: 60 });
    world.pass((mod.last("moderated").until ?? 0) - world.now);
    expect(tryJoin(world, "dora", { invite: CODE })).toMatchObject(NO_MEMBER);
    invite(mod);
    mod.send("/uninvite");
    expectRefused();
    mod.send("/uninvite");
    mod.send(`/uninvite ${CODE}`);
    expect(errorsOf(mod)).toEqual(["gone", "gone"]);
    expect(rows(world, "invitation")).toEqual([]);
  });

  test.for(["sleep", "crash"])("ends in time also over a %s", (fault) => {
    const { world, owner, mod } = moderatedRoom();
    register(world, "dora");
    owner.send("/access members");
    invite(mod, { for: 3600 });
    const lobby = world.room("lobby");
    const restart = () =>
      fault === "sleep" ? world.hibernate(lobby) : world.crash(lobby);
    restart();
    world.pass(60 * MINUTE - 1);
    const dora = startJoin(world, "lobby", "dora", { invite: CODE });
    world.pass(1);
    restart();
    // The clock goes back, and the invitation has been seen to end.
    expect(tryJoin(world, "dora", { invite: CODE })).toMatchObject(NO_MEMBER);
    expect(dora.all("error").length + dora.all("welcome").length).toBeLessThan(
      2,
    );
    world.setClockBack(30 * MINUTE);
    expect(tryJoin(world, "dora", { invite: CODE })).toMatchObject(NO_MEMBER);
  });

  test("that an event has outlived does not come back with an earlier clock", () => {
    const { world, owner, mod } = moderatedRoom();
    register(world, "dora");
    owner.send("/access members");
    invite(mod, { for: 60 });
    world.pass(MINUTE);
    owner.send("hello");
    world.setClockBack(MINUTE / 2);
    expect(tryJoin(world, "dora", { invite: CODE })).toMatchObject(NO_MEMBER);
  });

  test("of a guest is not spent, and says what to do", () => {
    const { world, owner, mod } = moderatedRoom();
    owner.send("/access members");
    invite(mod);
    expect(tryJoin(world, "dora", { invite: CODE })).toMatchObject(NO_NAME);
    register(world, "dora");
    expect(tryJoin(world, "dora", { invite: CODE })).toMatchObject({
      type: "welcome",
    });
  });

  test("lifts no ban, and is not spent by a banned user", () => {
    const { world, owner, mod, bob } = moderatedRoom();
    mod.send("/ban bob");
    expect(bob.closed).toBe("banned");
    owner.send("/access members");
    invite(mod);
    expect(tryJoin(world, "bob", { invite: CODE })).toMatchObject({
      code: "banned",
    });
    expect(tryJoin(world, "bob")).toMatchObject(NO_MEMBER);
    expect(rows(world, "invitation")).toHaveLength(1);
    expect(rows(world, "room_member")).toEqual([]);
  });

  test("of two joins at once the last use goes to one", () => {
    const { world, owner, mod } = moderatedRoom();
    register(world, "dora", "erik");
    owner.send("/access members");
    invite(mod);
    const peers = ["dora", "erik"].map((name) =>
      startJoin(world, "lobby", name, { invite: CODE }),
    );
    world.settle();
    const types = peers.map(({ inbox }) => inbox[0]?.type);
    expect(types.toSorted()).toEqual(["error", "welcome"]);
  });

  test("a hundred are open at most, and a code is no short word", () => {
    const { mod } = moderatedRoom({ RATE_BURST: 1000 });
    for (let i = 0; i < 101; i++)
      mod.send(`/invite ${CODE}-${String(i).padStart(4, "0")}`);
    expect(errorsOf(mod)).toEqual(["forbidden"]);
    mod.send("/uninvite");
    mod.send("/invite short");
    const frame = { type: "moderate", action: "invite" } as const;
    mod.send({ ...frame, code: "short" });
    mod.send({ ...frame, code: `${CODE} ${CODE}` });
    mod.send({ ...frame, uses: 0 });
    mod.send({ ...frame, uses: 10_001 });
    expect(errorsOf(mod)).toEqual([
      "forbidden",
      ...Array(5).fill("bad_request"),
    ]);
  });

  test("of the app needs a code, which no other can tell", () => {
    const { world } = moderatedRoom();
    const identity = botIdentity({ hash: (text) => text.padEnd(32) }, "ci");
    const op = { type: "moderate", identity, username: "bot:ci" } as const;
    const frame = { type: "moderate", action: "invite" } as const;
    expect(world.askRoom("lobby", { ...op, frame })).toMatchObject({
      code: "bad_request",
    });
    expect(
      world.askRoom("lobby", { ...op, frame: { ...frame, code: CODE } }),
    ).toMatchObject({ type: "published" });
  });
});
