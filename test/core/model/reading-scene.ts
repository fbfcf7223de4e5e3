// Reading scene: alice reads three rooms on two devices while objects crash and sleep, her claim ends, and a room shuts her out.
import assert from "node:assert/strict";
import type { RoomsPage } from "../../../src/protocol/server-frames.ts";
import type { Peer } from "../support/peer.ts";
import { join, startJoin, userOf } from "../support/people.ts";
import { World } from "../support/world.ts";

export const ROOMS = ["lobby", "kitchen", "club"] as const;
type RoomName = (typeof ROOMS)[number];

/** What happens next. */
export type ReadingStep =
  | { readonly kind: "say"; readonly room: RoomName; readonly own: boolean }
  | {
      readonly kind: "read";
      readonly room: RoomName;
      readonly device: 0 | 1;
      readonly back: number;
    }
  | {
      readonly kind: "join" | "leave" | "drop";
      readonly room: RoomName;
      readonly device: 0 | 1;
    }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "sleep" | "crash"; readonly room: RoomName }
  | { readonly kind: "list" | "crash names" | "hand over" | "shut" | "open" };

/** Longer than all steps of a scene, so that no claim ends but by a hand-over. */
const TTL_SECONDS = 21_600;

export class ReadingScene {
  lists = 0;
  figures = 0;
  handovers = 0;
  refusals = 0;
  readonly #world = new World({
    ...{ GUEST_CLAIM_SECONDS: TTL_SECONDS, PRESENCE_GRACE_MS: 1000 },
    ...{ RATE_BURST: 1000, RATE_PER_SECOND: 1000 },
  });
  /** The person who has the name "alice". */
  #holder = "alice";
  readonly #devices = new Map<string, Peer>();
  readonly #bobs = new Map<RoomName, Peer>();
  /** The authors of all events, by room; empty: it is no message. */
  readonly #said: Record<RoomName, string[]> = {
    ...{ lobby: [], kitchen: [], club: [] },
  };
  /** How far the holder has read, and how far the directory knows it. */
  readonly #marked = new Map<RoomName, number>();
  readonly #told = new Map<RoomName, number>();
  /** Rooms that the holder has been in. */
  readonly #visited = new Set<RoomName>();
  #isShut = false;

  constructor() {
    this.#world.onCall = ({ ops }) => {
      for (const op of ops)
        if ((op.type === "mark-read" || op.type === "leave") && op.read)
          this.#told.set(op.room as RoomName, op.read.seq);
    };
    const owner = join(this.#world, "hall", "bob");
    owner.send("/register");
    this.#world.settle();
    for (const room of ROOMS) this.#bob(room);
  }

  play(step: ReadingStep): void {
    const world = this.#world;
    switch (step.kind) {
      case "say":
        this.#say(step.room, step.own);
        break;
      case "read": {
        const device = this.#device(step.room, step.device);
        if (device === undefined) break;
        const seq = this.#said[step.room].length - step.back;
        if (seq < 1) break;
        device.send({ type: "read", seq });
        this.#marked.set(step.room, Math.max(this.#markedIn(step.room), seq));
        break;
      }
      case "join":
        this.#join(step.room, step.device);
        break;
      case "leave":
        this.#device(step.room, step.device)?.send({ type: "leave" });
        this.#devices.delete(`${step.room} ${step.device}`);
        break;
      case "drop":
        this.#device(step.room, step.device)?.close();
        this.#devices.delete(`${step.room} ${step.device}`);
        break;
      case "pass":
        world.pass(step.ms);
        break;
      case "sleep":
        world.settle();
        world.hibernate(world.room(step.room));
        break;
      case "crash":
        world.settle();
        world.crash(world.room(step.room));
        // The room has forgotten what it had not told.
        this.#marked.set(step.room, this.#toldIn(step.room));
        break;
      case "crash names":
        world.settle();
        world.crash(world.directory("alice"));
        break;
      case "list":
        this.#list();
        break;
      case "hand over":
        this.#handOver();
        break;
      case "shut":
        this.#setAccess("members");
        break;
      case "open":
        this.#setAccess("open");
        break;
      default:
        step satisfies never;
    }
    world.settle();
  }

  end(): void {
    this.#world.pass(1000);
    this.#list();
  }

  #setAccess(access: "members" | "open"): void {
    const bob = this.#bob("club");
    bob.take();
    bob.send(`/access ${access}`);
    this.#world.settle();
    this.#world.advance(200);
    // An event that is no message.
    for (const _ of bob.all("moderated")) this.#said.club.push("");
    this.#isShut = access === "members";
  }

  #markedIn(room: RoomName): number {
    return this.#marked.get(room) ?? 0;
  }

  #toldIn(room: RoomName): number {
    return this.#told.get(room) ?? 0;
  }

  #device(room: RoomName, device: number): Peer | undefined {
    const peer = this.#devices.get(`${room} ${device}`);
    return peer?.closed === null ? peer : undefined;
  }

  #join(room: RoomName, device: number): Peer | undefined {
    const existing = this.#device(room, device);
    if (existing !== undefined) return existing;
    const options = { as: this.#holder, device: `${device}` };
    const peer = startJoin(this.#world, room, "alice", options);
    this.#world.settle();
    const [welcome] = peer.all("welcome");
    if (welcome === undefined) {
      assert.ok(room === "club" && this.#isShut, JSON.stringify(peer.inbox));
      this.refusals++;
      return undefined;
    }
    assert.equal(welcome.read ?? 0, this.#markedIn(room), `read in ${room}`);
    this.#devices.set(`${room} ${device}`, peer);
    this.#visited.add(room);
    return peer;
  }

  #bob(room: RoomName): Peer {
    const bob = this.#bobs.get(room);
    if (bob?.closed === null) return bob;
    const peer = join(this.#world, room, "bob");
    this.#bobs.set(room, peer);
    return peer;
  }

  #say(room: RoomName, isOwn: boolean): void {
    const own = isOwn ? this.#device(room, 0) : undefined;
    const peer = own ?? this.#bob(room);
    peer.send("hello");
    this.#world.settle();
    this.#world.advance(200);
    this.#said[room].push(userOf(own === undefined ? "bob" : this.#holder));
  }

  #list(): void {
    const world = this.#world;
    // Not the answer to an earlier question.
    world.pass(10_000);
    const peer = this.#join("lobby", 0);
    assert.ok(peer !== undefined);
    peer.take();
    peer.send({ type: "rooms" });
    world.settle();
    const page: RoomsPage = peer.last("rooms");
    this.lists++;
    const names = page.rooms.map(({ room }) => room);
    assert.deepEqual(names.toSorted(), [...this.#visited].toSorted());
    for (const entry of page.rooms) {
      const room = entry.room as RoomName;
      if (room === "club" && this.#isShut) {
        assert.deepEqual(entry, { room }, "a shut room tells nothing");
        continue;
      }
      const read = this.#markedIn(room);
      const unread = this.#said[room]
        .slice(read)
        .filter((user) => user !== "" && user !== userOf(this.#holder));
      const { read: told, seq, unread: count } = entry;
      const expected = {
        ...{ read, unread: unread.length, head: true },
      };
      const found = {
        ...{ read: told, unread: count },
        head: (seq ?? 0) >= this.#said[room].length,
      };
      assert.deepEqual(found, expected, `the figures of ${room}`);
      this.figures++;
    }
  }

  /** The claim ends, and somebody else gets the name. */
  #handOver(): void {
    const world = this.#world;
    for (const peer of this.#devices.values())
      if (peer.closed === null) peer.close(1000);
    this.#devices.clear();
    this.#holder = this.#holder === "alice" ? "mallory" : "alice";
    this.#marked.clear();
    this.#told.clear();
    this.#visited.clear();
    for (let i = 0; i < 4; i++) {
      world.pass(2 * TTL_SECONDS * 1000);
      const peer = startJoin(world, "lobby", "alice", {
        ...{ as: this.#holder, device: "0" },
      });
      world.settle();
      const [welcome] = peer.all("welcome");
      if (welcome === undefined) continue;
      this.#marked.clear();
      this.#told.clear();
      assert.equal(welcome.read, undefined, "a new holder has read nothing");
      this.#devices.set("lobby 0", peer);
      this.#visited.add("lobby");
      this.handovers++;
      return;
    }
    assert.fail("the name is never free");
  }
}
