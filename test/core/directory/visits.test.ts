// Visits: test the list of rooms that a user was in.
import { describe, expect, test } from "vitest";
import { Visits } from "../../../src/core/directory/visits.ts";
import { visitedRoomsMax as VISITS_MAX } from "../../../src/protocol/limits.ts";

describe("the rooms that alice was in", () => {
  test("a room that alice left is listed, the newest first", () => {
    const visits = new Visits();
    visits.left("old", 10);
    visits.left("new", 20);
    const rooms = visits.list(new Map([["here", 30]])).map(({ room }) => room);
    expect(rooms).toEqual(["here", "new", "old"]);
  });

  test("alice's marker goes forward only, within one epoch of the room", () => {
    const visits = new Visits();
    expect(visits.markRead("lobby", { epoch: "a", seq: 5 }, 1)).toBe(true);
    expect(visits.markRead("lobby", { epoch: "a", seq: 4 }, 2)).toBe(false);
    expect(visits.markRead("lobby", { epoch: "a", seq: 5 }, 2)).toBe(false);
    expect(visits.markRead("lobby", { epoch: "b", seq: 2 }, 3)).toBe(true);
    expect(visits.find("lobby")?.read).toEqual({ epoch: "b", seq: 2 });
  });

  test("alice's marker stays when she leaves the room", () => {
    const visits = new Visits();
    visits.markRead("lobby", { epoch: "a", seq: 5 }, 1);
    visits.left("lobby", 9);
    expect(Visits.parse(`{"visits":${visits.toJson()}}`).find("lobby")).toEqual(
      {
        ...{ room: "lobby", at: 9, read: { epoch: "a", seq: 5 } },
      },
    );
  });

  test("the oldest room goes when alice was in too many", () => {
    const visits = new Visits();
    for (let i = 0; i <= VISITS_MAX; i++) visits.left(`room-${i}`, i);
    const listed = visits.list(new Map());
    expect(listed).toHaveLength(VISITS_MAX);
    expect(listed.at(-1)?.room).toBe("room-1");
  });

  test("a room that alice forgets is listed no more", () => {
    const visits = new Visits();
    visits.left("lobby", 1);
    expect(visits.forget("lobby")).toBe(true);
    expect(visits.forget("lobby")).toBe(false);
    expect(visits.list(new Map())).toEqual([]);
  });
});
