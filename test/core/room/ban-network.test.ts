// Ban network tests: a ban of a guest holds for the guest's network, for guests who are new to the room, and has an end.
import { describe, expect, test } from "vitest";
import type { Settings } from "../../../src/protocol/settings.ts";
import { moderatedRoom } from "../support/moderated-room.ts";
import { join, secretOf, startJoin, userOf } from "../support/people.ts";
import type { World } from "../support/world.ts";

const HOUR = 3_600_000;
const FAR = "network of eve";
const REFUSED = {
  ...{ type: "error", code: "banned", reason: "network_banned" },
};

/** Eve and dan are guests of one network, and eve was banned. */
function bannedGuest(length = "", settings: Partial<Settings> = {}) {
  const scene = moderatedRoom(settings);
  const { world, mod } = scene;
  const query = { network: FAR };
  const eve = join(world, "lobby", "eve", { query });
  const dan = join(world, "lobby", "dan", { query });
  mod.send(`/ban eve ${length}`.trim());
  return { ...scene, eve, dan };
}

/** @returns the answer to a join from eve's network */
function knock(world: World, username: string, network: string | null = FAR) {
  const peer = startJoin(world, "lobby", username, { query: { network } });
  world.settle();
  return peer.inbox[0];
}

function rows(world: World) {
  return world.room("lobby").database.tables.network_ban ?? [];
}

describe("a ban of a guest", () => {
  test("refuses a new secret from the same network, and says neither whose ban it is nor its end", () => {
    const { world, eve } = bannedGuest("1h");
    expect(eve.closed).toBe("banned");
    const refusal = knock(world, "mallory");
    expect(refusal).toMatchObject(REFUSED);
    expect(refusal).not.toHaveProperty("until");
    expect(JSON.stringify(refusal)).not.toContain("eve");
    expect(knock(world, "frank", "another")).toMatchObject({ type: "welcome" });
    expect(knock(world, "grace", null)).toMatchObject({ type: "welcome" });
  });

  test("is told without a word about the network", () => {
    const { carol } = bannedGuest("1h");
    const [event] = carol.all("moderated");
    expect(event).toMatchObject({ action: "ban" });
    expect(JSON.stringify(event)).not.toContain("network");
  });

  test("leaves those of the network who were in the room, also when they come back", () => {
    const { world, dan } = bannedGuest("1h");
    expect(dan.closed).toBeNull();
    dan.close(1000);
    world.pass(60_000);
    world.hibernate(world.room("lobby"));
    expect(knock(world, "dan")).toMatchObject({ type: "welcome" });
  });

  test("leaves those who wrote in the room before", () => {
    const { world, mod } = moderatedRoom();
    const query = { network: FAR };
    const frank = join(world, "lobby", "frank", { query });
    frank.send("hello");
    world.settle();
    frank.close(1000);
    world.pass(60_000);
    join(world, "lobby", "eve", { query });
    mod.send("/ban eve 1h");
    expect(knock(world, "frank")).toMatchObject({ type: "welcome" });
    expect(knock(world, "grace")).toMatchObject(REFUSED);
  });

  test("leaves registered names", () => {
    const { world } = bannedGuest("1h");
    const peer = join(world, "hall", "ruth");
    peer.send("/register");
    world.settle();
    expect(knock(world, "ruth")).toMatchObject({ type: "welcome" });
  });

  test("refuses what a new guest of the network sends over HTTP", () => {
    const { world } = bannedGuest("1h");
    const publish = (username: string, network: string) => {
      const replies: unknown[] = [];
      const by = {
        kind: "guest",
        ...{ secret: secretOf(username), username, network },
      } as const;
      world
        .room("lobby")
        .ask([{ type: "publish-as", by, text: "hello" }], (all) =>
          replies.push(...(all ?? [])),
        );
      world.settle();
      return replies[0];
    };
    const refused = { type: "refused", reason: "network_banned" };
    expect(publish("mallory", FAR)).toMatchObject(refused);
    expect(publish("dan", FAR)).toMatchObject({ type: "published" });
    expect(publish("frank", "another")).toMatchObject({ type: "published" });
  });

  test.for(["sleep", "crash"])(
    "holds for the network over a %s, to its end exactly",
    (fault) => {
      const { world } = bannedGuest("1h");
      const lobby = world.room("lobby");
      const until = world.now + HOUR;
      if (fault === "sleep") world.hibernate(lobby);
      else world.crash(lobby);
      world.pass(until - world.now - 1);
      expect(knock(world, "mallory")).toMatchObject(REFUSED);
      world.pass(1);
      expect(knock(world, "mallory")).toMatchObject({ type: "welcome" });
      expect(rows(world)).toEqual([]);
    },
  );

  test("without an end holds for the network for a day", () => {
    const { world } = bannedGuest();
    world.pass(24 * HOUR - 1);
    expect(knock(world, "mallory")).toMatchObject(REFUSED);
    world.pass(1);
    expect(knock(world, "mallory")).toMatchObject({ type: "welcome" });
    expect(knock(world, "eve")).toMatchObject({ code: "banned" });
  });

  test("is not lifted for the network by a clock that is set back, and does not come back", () => {
    const { world, carol } = bannedGuest("1h");
    world.setClockBack(2 * HOUR);
    world.hibernate(world.room("lobby"));
    expect(knock(world, "mallory")).toMatchObject(REFUSED);
    world.pass(3 * HOUR + 1);
    carol.send("hello");
    world.settle();
    world.setClockBack(2 * HOUR);
    world.hibernate(world.room("lobby"));
    expect(knock(world, "mallory")).toMatchObject({ type: "welcome" });
  });

  test("is lifted for the network with the ban", () => {
    const { world, mod } = bannedGuest("1h");
    mod.send("/unban eve");
    expect(rows(world)).toEqual([]);
    expect(knock(world, "mallory")).toMatchObject({ type: "welcome" });
  });

  test("goes by the network that the guest had before the room slept", () => {
    const { world, mod } = moderatedRoom();
    join(world, "lobby", "eve", { query: { network: FAR } });
    world.hibernate(world.room("lobby"));
    mod.send("/ban eve 1h");
    expect(knock(world, "mallory")).toMatchObject(REFUSED);
  });

  test("stores no network in words", () => {
    const { world } = bannedGuest("1h");
    expect(rows(world)).toHaveLength(1);
    const { tables } = world.room("lobby").database;
    expect(JSON.stringify(tables)).not.toContain(FAR);
  });
});

describe("no network is banned", () => {
  test("where the operator has turned that off", () => {
    const { world } = bannedGuest("1h", { BAN_NETWORKS: "off" });
    expect(knock(world, "mallory")).toMatchObject({ type: "welcome" });
    expect(world.room("lobby").database.tables).not.toHaveProperty(
      "network_ban",
    );
  });

  test("by a kick, or by a ban of a registered name", () => {
    const { world, mod } = moderatedRoom();
    const query = { network: FAR };
    const tab = join(world, "lobby", "bob", { query });
    join(world, "lobby", "eve", { query });
    mod.send("/kick eve");
    mod.send("/ban bob");
    expect(tab.closed).toBe("banned");
    expect(knock(world, "mallory")).toMatchObject({ type: "welcome" });
    expect(world.room("lobby").database.tables).not.toHaveProperty(
      "network_ban",
    );
  });

  test("for good: the one that ends first makes place for the next", () => {
    const { world, mod } = moderatedRoom();
    for (let i = 0; i < 1001; i++) {
      const eve = join(world, "lobby", `eve${i}`, {
        query: { network: `network ${i}` },
      });
      mod.send({
        ...{ type: "moderate", action: "ban", user: userOf(`eve${i}`) },
        for: 3600 + i,
      });
      expect(eve.closed).toBe("banned");
      world.pass(1000);
    }
    expect(rows(world)).toHaveLength(1000);
    expect(knock(world, "ann", "network 0")).toMatchObject({ type: "welcome" });
    expect(knock(world, "ben", "network 1000")).toMatchObject(REFUSED);
  });
});
