// Retention storage tests: what is too old is deleted within a day, by one alarm a day at most, also in rooms that nobody opens.
import { describe, expect, test } from "vitest";
import { moderatedRoom } from "../support/moderated-room.ts";
import { join } from "../support/people.ts";
import {
  DAY,
  HOUR,
  OLD,
  page,
  seqsOf,
  started,
  stored,
} from "../support/retention-room.ts";

describe("storage", () => {
  test("of what is hidden is reached by a purge", () => {
    const { world, mod, bob } = moderatedRoom({ ROOM_DAYS: 2 });
    world.pass(DAY);
    bob.send("a day before");
    world.pass(HOUR);
    bob.send(OLD);
    world.pass(DAY + HOUR);
    bob.send("new");
    world.pass(DAY);
    expect(page(bob).messages).toMatchObject([{ seq: 4 }]);
    expect(stored(world)).toContain(OLD);
    mod.send("/purge bob 3d");
    expect(stored(world)).not.toContain(OLD);
  });

  test("is looked through once a day, also where the oldest event is still to come", () => {
    const { world, lobby, bob } = started();
    world.now += 100 * DAY;
    bob.send("by a clock that is ahead");
    world.setClockBack(100 * DAY);
    bob.send("new");
    world.pass(HOUR);
    const { written } = lobby.database;
    for (let i = 0; i < 20; i++) bob.send({ type: "who" });
    world.pass(HOUR);
    expect(lobby.database.written).toBe(written);
    expect(lobby.alarm).toBeLessThanOrEqual(world.now + 3 * DAY);
  });

  test("of a room that nobody opens is freed by one alarm, which a crash does not lose", () => {
    const { world, lobby, alice, bob } = started();
    bob.send(OLD);
    const said = world.now;
    for (const peer of [alice, bob]) peer.close(1000);
    world.hibernate(lobby);
    expect(lobby.alarm).toBe(said + 2 * DAY);
    world.crash(lobby);
    const { written } = lobby.database;
    world.pass(2 * DAY);
    expect(stored(world)).not.toContain(OLD);
    expect(lobby.alarm).toBeNull();
    expect(lobby.database.written - written).toBeLessThan(6);
    world.pass(100 * DAY);
    expect(lobby.alarm).toBeNull();
    world.hibernate(lobby);
    const { now } = world;
    join(world, "lobby", "carol").send("new");
    expect(lobby.alarm).toBe(now + 2 * DAY);
  });

  test("is freed once a day at most in a quiet room", () => {
    const { world, lobby, bob } = started();
    const alarms: number[] = [];
    for (let hour = 0; hour < 5 * 24; hour++) {
      bob.send(`word ${hour}`);
      world.sleepIfIdle(lobby);
      world.pass(DAY / 24);
      if (lobby.alarm !== null && lobby.alarm !== alarms.at(-1))
        alarms.push(lobby.alarm);
      expect(stored(world)).not.toContain(`word ${hour - 3 * 24}"`);
    }
    for (const [i, at] of alarms.slice(1).entries())
      expect(at - (alarms[i] ?? 0)).toBeGreaterThanOrEqual(DAY);
  });

  test("has nothing of it in a room without ROOM_DAYS", () => {
    const { world, lobby, bob } = started({ ROOM_DAYS: 0 });
    bob.send(OLD);
    world.hibernate(lobby);
    world.pass(1000 * DAY);
    expect(lobby.alarm).toBeNull();
    expect(lobby.database.tables.retention).toBeUndefined();
    expect(seqsOf(world)).toEqual([1]);
  });

  test("is freed in the first event of a room from before the setting", () => {
    const { world, lobby, bob } = started({ ROOM_DAYS: 0 });
    for (let i = 0; i < 300; i++) bob.send(OLD);
    world.pass(1000);
    world.pass(9 * DAY);
    bob.send("new");
    world.crash(lobby);
    (world.settings as { ROOM_DAYS: number }).ROOM_DAYS = 2;
    expect(seqsOf(world)).toEqual([301]);
    world.pass(DAY);
    expect(stored(world)).not.toContain(OLD);
  });

  test("is freed earlier once the days are fewer", () => {
    const { world, lobby, alice, bob } = started({ ROOM_DAYS: 30 });
    bob.send(OLD);
    for (const peer of [alice, bob]) peer.close(1000);
    world.hibernate(lobby);
    (world.settings as { ROOM_DAYS: number }).ROOM_DAYS = 3;
    world.askRoom("lobby", { type: "info", isServer: true });
    world.hibernate(lobby);
    world.pass(3 * DAY);
    expect(stored(world)).not.toContain(OLD);
  });

  test("is freed again after an event that was not committed", () => {
    const { world, lobby, alice, bob } = started();
    bob.send(OLD);
    for (const peer of [alice, bob]) peer.close(1000);
    world.hibernate(lobby);
    world.pass(2 * DAY - 40_000);
    world.hibernate(lobby);
    lobby.nextFault = { kind: "uncommitted" };
    world.pass(DAY);
    expect(lobby.nextFault).toBeNull();
    expect(stored(world)).not.toContain(OLD);
  });

  test("of a very long log is freed in several events, and nobody reads it meanwhile", () => {
    const { world, lobby, alice } = started({ ROOM_HISTORY: 1_000_000 });
    const count = 70_000;
    const at = world.now - DAY;
    const lineOf = (_: unknown, i: number) =>
      `{"type":"message","seq":${i + 1},"room":"lobby","user":"someone","username":"someone","text":"${OLD}","at":${at}}`;
    const lines = Array.from({ length: count }, lineOf);
    for (const step of [
      { kind: "begin", first: 1, lines } as const,
      { kind: "end" } as const,
    ])
      world.askRoom("lobby", { type: "import-log", id: "one", step });
    alice.take();
    world.now += DAY;
    alice.send({ type: "history", before: count - 10, limit: 200 });
    expect(JSON.stringify(alice.frames)).not.toContain(OLD);
    expect(stored(world)).toContain(OLD);
    world.advance(60_000);
    expect(stored(world)).not.toContain(OLD);
    expect(lobby.timer).toBeNull();
    expect(seqsOf(world)).toEqual([]);
    alice.send("new");
    expect(alice.last("ack")).toMatchObject({ seq: count + 1 });
  });
});
