// Mentions model: in random stories with crashes, lost calls, sleep, blocks and bans everybody gets each mention once, and none that is not theirs.
import { expect, test } from "vitest";
import type { Peer } from "../support/peer.ts";
import { join, startJoin, userOf } from "../support/people.ts";
import { seededRandom } from "../support/random.ts";
import { World } from "../support/world.ts";

const STORIES = Number(process.env.MENTION_STORIES ?? 60);
const FIRST_SEED = Number(process.env.SEED ?? 1);
const NAMES = ["alice", "bob", "carol", "dave"] as const;
const ROOMS = ["lobby", "kitchen", "attic"] as const;
const STEPS = 60;

interface Said {
  readonly token: string;
  readonly author: string;
  readonly room: string;
  readonly to: string;
  readonly isForbidden: boolean;
}

class Story {
  readonly world: World;
  readonly #bits: () => number;
  readonly #peers = new Map<string, Peer>();
  readonly #all: { name: string; peer: Peer }[] = [];
  readonly said: Said[] = [];
  /** Pairs of who blocks whom, and of rooms and who is banned there. */
  readonly #blocked = new Set<string>();
  readonly #banned = new Set<string>();

  constructor(seed: number) {
    this.world = new World({ RATE_PER_SECOND: 0, PRESENCE_GRACE_MS: 0 }, seed);
    this.#bits = seededRandom(seed);
    for (const name of NAMES) {
      const peer = join(this.world, "hall", name);
      peer.send("/register");
      this.world.settle();
      peer.close(1000);
      this.world.settle();
    }
    // Alice owns each room.
    for (const room of ROOMS) this.#enter(room, "alice");
    this.world.settle();
  }

  play(): void {
    for (let i = 0; i < STEPS; i++) this.#step();
    this.world.settle();
    this.world.pass(300_000);
  }

  /** @returns the mentions of each device, one of them new */
  devices(name: string) {
    const device = join(this.world, "hall", name, { mailSince: 0 });
    const peers = this.#all.filter((one) => one.name === name);
    return [device, ...peers.map(({ peer }) => peer)].map((peer) =>
      peer.inbox.flatMap((one) =>
        one.type === "mention"
          ? { key: `${one.room} ${one.epoch} ${one.of}`, ...one }
          : [],
      ),
    );
  }

  /** @returns the text of a stored message; undefined: there is none */
  messages(room: string) {
    const reply = this.world.askRoom(room, { type: "messages", limit: 200 });
    if (reply.type !== "page") throw new Error(reply.type);
    return reply.lines.map((line) => JSON.parse(line));
  }

  isBlocked(by: string, whom: string): boolean {
    return this.#blocked.has(`${by} ${whom}`);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#bits() % from.length] as T;
  }

  #enter(room: string, name: string): void {
    if (this.#banned.has(`${room} ${name}`)) return;
    const peer = startJoin(this.world, room, name, { mailSince: 0 });
    this.#peers.set(`${room} ${name}`, peer);
    this.#all.push({ name, peer });
  }

  #step(): void {
    const { world } = this;
    const [room, name, other] = [
      this.#pick(ROOMS),
      this.#pick(NAMES),
      this.#pick(NAMES),
    ];
    const key = `${room} ${name}`;
    const peer = this.#peers.get(key);
    switch (this.#bits() % 14) {
      case 0:
      case 1:
      case 2:
      case 3: {
        if (peer === undefined) {
          this.#enter(room, name);
          return;
        }
        if (name === other) return;
        const token = `t${this.said.length}`;
        const isForbidden =
          this.isBlocked(other, name) || this.#banned.has(`${room} ${other}`);
        this.said.push({ token, author: name, room, to: other, isForbidden });
        peer.send({ type: "message", text: `@${other} ${token}` });
        return;
      }
      case 4:
        this.#peers.delete(key);
        peer?.close();
        return;
      case 5: {
        const call = this.#pick(world.pendingCalls);
        if (call !== undefined) world.deliver(call);
        return;
      }
      case 6: {
        const call = this.#pick(world.pendingCalls);
        if (call !== undefined) world.lose(call);
        return;
      }
      case 7:
        this.#crash(room);
        return;
      case 8:
        world.crash(world.directory(name));
        return;
      case 9:
        world.pass(this.#bits() % 3000);
        return;
      case 10:
        world.settle();
        world.pass(70_000);
        return;
      case 11:
        for (const host of world.hosts) world.sleepIfIdle(host);
        return;
      case 12:
        this.#block(name, other);
        return;
      default:
        this.#ban(room, this.#pick(["bob", "carol", "dave"]));
    }
  }

  #crash(room: string): void {
    for (const key of [...this.#peers.keys()])
      if (key.startsWith(`${room} `)) this.#peers.delete(key);
    this.world.crash(this.world.room(room));
  }

  #block(name: string, other: string): void {
    const { world } = this;
    if (name === other || this.isBlocked(name, other)) return;
    world.pass(1000);
    const peer = join(world, "hall", name);
    peer.send({ type: "block", user: userOf(other) });
    world.settle();
    peer.close(1000);
    world.settle();
    if (peer.all("blocked").length > 0) this.#blocked.add(`${name} ${other}`);
  }

  #ban(room: string, name: string): void {
    const { world } = this;
    world.pass(1000);
    const owner = join(world, room, "alice");
    owner.send({ type: "moderate", action: "ban", user: userOf(name) });
    world.settle();
    const isBanned = owner
      .all("moderated")
      .concat([])
      .some(({ target }) => target?.username === name);
    const isAcked = owner.inbox.some(({ type }) => type === "ack");
    owner.close(1000);
    world.settle();
    if (!isBanned && !isAcked) return;
    this.#banned.add(`${room} ${name}`);
    this.#peers.delete(`${room} ${name}`);
  }

  isBanned(room: string, name: string): boolean {
    return this.#banned.has(`${room} ${name}`);
  }
}

test("everybody gets each mention once on each device, and nobody gets one from a blocked user or a room that is closed to them", () => {
  let told = 0;
  for (let seed = FIRST_SEED; seed < FIRST_SEED + STORIES; seed++) {
    const story = new Story(seed);
    story.play();
    const stored = ROOMS.flatMap((room) =>
      story.messages(room).map((one) => ({ room, ...one })),
    ).filter(({ type }) => type === "message");
    for (const name of NAMES) {
      const devices = story.devices(name);
      for (const mentions of devices) {
        const keys = mentions.map(({ key }) => key);
        expect(new Set(keys).size, `seed ${seed}: twice`).toBe(keys.length);
        for (const { room, of: seq, username } of mentions) {
          const message = stored.find(
            (one) => one.room === room && one.seq === seq,
          );
          expect(message?.username, `seed ${seed}`).toBe(username);
          expect(message.text, `seed ${seed}`).toContain(`@${name} `);
          const said = story.said.find(
            ({ token }) => message.text === `@${name} ${token}`,
          );
          expect(said?.isForbidden, `seed ${seed}: ${message.text}`).toBe(
            false,
          );
        }
      }
      const [latest = []] = devices;
      for (const { author, room, to, token } of story.said) {
        if (to !== name || story.isBlocked(to, author)) continue;
        if (story.isBanned(room, to)) continue;
        const message = stored.find(({ text }) => text === `@${to} ${token}`);
        if (message === undefined) continue;
        told++;
        const got = latest.some(
          (one) => one.room === room && one.of === message.seq,
        );
        expect(got, `seed ${seed}: ${to} misses ${token} in ${room}`).toBe(
          true,
        );
      }
    }
  }
  expect(told).toBeGreaterThan(STORIES);
});
