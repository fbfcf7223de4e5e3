// Model of network bans: random guests, networks, bans and clocks, over sleep and crashes, against an oracle of its own.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import type { Peer } from "../../support/peer.ts";
import { join, startJoin } from "../../support/people.ts";
import { World } from "../../support/world.ts";
import { runClockStep } from "./clock-step.ts";

const GUESTS = ["g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8"] as const;
type Guest = (typeof GUESTS)[number];
const NETWORKS = ["203.0.113.7", "198.51.100.1", null] as const;
const DAY_MS = 86_400_000;

const who = fc.constantFrom(...GUESTS);
const net = fc.constantFrom(...NETWORKS, NETWORKS[0]);
const steps = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant("join" as const), who, net }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constantFrom("leave" as const, "say" as const, "kick" as const),
        who,
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constantFrom("ban" as const, "ban" as const, "unban" as const),
        who,
        seconds: fc.constantFrom(null, 60, 3600, 86_400, 200_000),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom("sleep" as const, "crash" as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("edge" as const),
        isBefore: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom("pass" as const, "back" as const),
        ms: fc.constantFrom(1, 1000, 59_000, 3_600_000, 50_000_000),
      }),
    },
  ),
  { minLength: 5, maxLength: 60, size: "max" },
);
type Step = typeof steps extends fc.Arbitrary<(infer S)[]> ? S : never;

interface Ban {
  readonly until: number;
  readonly rows: Map<string, Set<Guest>>;
  readonly rowsUntil: number;
}

class Scene {
  readonly world = new World({
    RATE_PER_SECOND: 0,
    FLUSH_CEILING_MS: 0,
    GUEST_CLAIM_SECONDS: 0,
  });
  mod: Peer;
  readonly peers = new Map<Guest, { peer: Peer; net: string | null }>();
  readonly authors = new Set<Guest>();
  readonly bans = new Map<Guest, Ban>();
  /** The newest time that the room has looked at since it woke; null: none. */
  looked: number | null = null;
  newestAt = 0;
  refused = 0;

  constructor() {
    const { world } = this;
    const first = join(world, "hall", "alice");
    first.send("/register");
    world.settle();
    first.close(1000);
    this.mod = join(world, "lobby", "alice");
    this.see();
  }

  /** Everything that ends is seen to end, since an event is stored. */
  see(): void {
    const reply = this.world.askRoom("lobby", {
      ...{
        type: "publish",
        identity: "b".repeat(43),
        username: "bot:b",
        text: "rain",
      },
    } as never);
    assert.equal(reply.type, "published");
    this.world.settle();
    if (this.bans.size > 0) this.look();
    this.newestAt = this.world.now;
  }

  look(): number {
    const time = Math.max(this.world.now, this.looked ?? this.newestAt);
    this.looked = time;
    for (const [user, ban] of [...this.bans]) {
      if (ban.rowsUntil <= time) ban.rows.clear();
      if (ban.until <= time) this.bans.delete(user);
    }
    return time;
  }

  forgetMemory(): void {
    this.looked = null;
  }

  run(step: Step): void {
    const { world } = this;
    switch (step.do) {
      case "join": {
        const old = this.peers.get(step.who);
        if (old !== undefined) return;
        const peer = startJoin(world, "lobby", step.who, {
          query: { network: step.net },
        });
        world.settle();
        const [answer] = peer.inbox;
        const isBanned = this.bans.has(step.who);
        const rows = [...this.bans.values()].flatMap(
          ({ rows }) => rows.get(step.net ?? "") ?? [],
        );
        const isNew =
          !this.authors.has(step.who) &&
          !rows.some((known) => known.has(step.who));
        const expected = isBanned
          ? "ban"
          : rows.length > 0 && isNew
            ? "network"
            : "in";
        const got =
          answer?.type === "welcome"
            ? "in"
            : answer?.type === "error" && answer.reason === "network_banned"
              ? "network"
              : answer?.type === "error" && answer.code === "banned"
                ? "ban"
                : JSON.stringify(answer);
        assert.equal(got, expected, `${step.who} from ${step.net}`);
        if (got === "network") this.refused++;
        if (got === "in") this.peers.set(step.who, { peer, net: step.net });
        else peer.close(1000);
        break;
      }
      case "leave": {
        const one = this.peers.get(step.who);
        one?.peer.send("/leave");
        one?.peer.close(1000);
        this.peers.delete(step.who);
        break;
      }
      case "say": {
        const one = this.peers.get(step.who);
        if (one === undefined) return;
        one.peer.send("hello");
        world.settle();
        this.authors.add(step.who);
        break;
      }
      case "kick":
      case "ban":
      case "unban": {
        this.mod.take();
        const seconds = "seconds" in step ? step.seconds : null;
        this.mod.send(
          JSON.stringify({
            type: "moderate",
            action: step.do,
            username: step.who,
            ...(step.do === "ban" && seconds !== null && { for: seconds }),
          }),
        );
        world.settle();
        if (this.mod.all("ack").length === 0) break;
        if (step.do === "unban") {
          this.bans.delete(step.who);
          break;
        }
        const { until = Infinity } = this.mod.last("moderated");
        const time = this.look();
        const old = this.bans.get(step.who);
        const one = this.peers.get(step.who);
        this.peers.delete(step.who);
        if (step.do === "kick") {
          this.bans.set(step.who, {
            rows: new Map(),
            rowsUntil: 0,
            ...old,
            until,
          });
          break;
        }
        const rows = new Map(old?.rows ?? []);
        const network = one?.net ?? null;
        if (network !== null && !rows.has(network))
          rows.set(
            network,
            new Set(
              [...this.peers].flatMap(([guest, { net: own }]) =>
                own === network ? guest : [],
              ),
            ),
          );
        this.bans.set(step.who, {
          until,
          rows,
          rowsUntil: Math.min(until, time + DAY_MS),
        });
        break;
      }
      case "sleep":
        world.hibernate(world.room("lobby"));
        this.forgetMemory();
        break;
      case "crash":
        world.crash(world.room("lobby"));
        this.peers.clear();
        this.forgetMemory();
        this.mod = join(world, "lobby", "alice");
        break;
      default: {
        const ends = [...this.bans.values()]
          .flatMap((ban) => [ban.until, ban.rowsUntil])
          .filter((end) => end > world.now && end < Infinity);
        const next = ends.length > 0 ? Math.min(...ends) : null;
        runClockStep(world, step, next);
      }
    }
    world.settle();
    this.see();
    const stored = world.room("lobby").database.tables.network_ban ?? [];
    const expected = [...this.bans.values()].reduce(
      (sum, { rows }) => sum + rows.size,
      0,
    );
    assert.equal(stored.length, expected, "rows");
    for (const network of NETWORKS)
      if (network !== null)
        assert.ok(
          !JSON.stringify(world.room("lobby").database.tables).includes(
            network,
          ),
        );
  }
}

let refused = 0;
test("a network is banned as the rules say, whatever sleeps, crashes and clocks do", () => {
  fc.assert(
    fc.property(steps, (scene) => {
      const played = new Scene();
      for (const step of scene) played.run(step);
      refused += played.refused;
    }),
    { numRuns: Number(process.env.MODERATION_RUNS ?? 200) },
  );
  assert.ok(refused > 0, "some guest is refused by a network");
});
