// A conversation at random between a few users in a few rooms, over a bad network; and what must be true of it.
import { expect } from "vitest";
import type { RoomMessage } from "../../src/protocol/messages.ts";
import type { Peer } from "./peer.ts";
import { arrive, join, makeBusy, userOf } from "./people.ts";
import { World } from "./world.ts";

export const USERS = ["alice", "bob", "carol"] as const;
export const ROOMS = ["lobby", "kitchen"] as const;
export type User = (typeof USERS)[number];
export type Room = (typeof ROOMS)[number];

type Speaking =
  | { do: "say"; peer: number }
  | { do: "whisper"; peer: number; to: User };

/** Numbers pick among what there is at the time. */
export type Step =
  | { do: "join"; user: User; room: Room; resume: boolean }
  | { do: "leave" | "drop" | "received"; peer: number }
  | Speaking
  | { do: "repeat"; peer: number; frame: number }
  | { do: "deliver" | "lose"; flight: number }
  | { do: "settle" }
  | { do: "pass"; ms: number }
  | { do: "sleep" | "crash"; where: Room | User };

/** A connection, and whose it is. */
interface Visit {
  readonly peer: Peer;
  readonly user: User;
  readonly room: Room;
  /** Where it resumed, or null. */
  readonly since: number | null;
}

type Sent =
  | { type: "message"; text: string; id: string }
  | { type: "private"; to: User; text: string; id: string };

interface Utterance {
  readonly user: User;
  /** Room messages are repeated in their room only. */
  readonly room: Room;
  readonly frame: Sent;
  /** Who must have it: connections that were in, and stay. */
  readonly witnesses: Visit[];
}

const HOUR = 3_600_000;

export class Conversation {
  readonly world: World;
  readonly visits: Visit[] = [];
  readonly said: Utterance[] = [];
  readonly #listeners: Peer[];

  /** @param crowd so many listen in the lobby, and make it busy */
  constructor(seed: number, crowd = 0) {
    const patient = { GUEST_CLAIM_SECONDS: 24 * 3600, RATE_PER_SECOND: 0 };
    this.world = new World(patient, seed);
    this.#listeners = Array.from({ length: crowd }, (_, i) =>
      join(this.world, "lobby", `listener${i}`),
    );
    const [talker] = this.#listeners;
    if (talker !== undefined) makeBusy(this.world, talker);
  }

  run(step: Step): void {
    const { world } = this;
    switch (step.do) {
      case "join":
        this.#join(step.user, step.room, step.resume);
        break;
      case "say":
      case "whisper":
        this.#speak(step);
        break;
      case "repeat":
        this.#repeat(step.peer, step.frame);
        break;
      case "leave":
        pick(this.#present, step.peer)?.peer.send("/leave");
        break;
      case "drop":
        pick(this.#open, step.peer)?.peer.close();
        break;
      case "received": {
        const peer = pick(this.#present, step.peer)?.peer;
        peer?.send({ type: "received", mail: newestMail(peer) });
        break;
      }
      case "deliver":
      case "lose": {
        const flight = pick(world.flights, step.flight);
        if (flight !== undefined) world[step.do](flight);
        break;
      }
      case "settle":
        world.settle();
        break;
      case "pass":
        world.pass(step.ms);
        break;
      case "sleep":
        world.hibernate(this.#host(step.where));
        break;
      case "crash":
        world.crash(this.#host(step.where));
        break;
      default:
        step satisfies never;
    }
  }

  /** Lets everything come to rest, then looks at what everybody has seen. */
  check(): void {
    this.world.pass(HOUR);
    for (const room of ROOMS) this.#checkRoom(room);
    for (const visit of this.visits) checkMail(visit);
    this.#checkLetters();
    this.#checkPresence();
  }

  get #open(): Visit[] {
    return this.visits.filter(({ peer }) => peer.closed === null);
  }

  get #present(): Visit[] {
    return this.#open.filter(({ peer }) => isIn(peer));
  }

  #host(where: Room | User) {
    return where === "lobby" || where === "kitchen"
      ? this.world.room(where)
      : this.world.directory(where);
  }

  #join(user: User, room: Room, resume: boolean): void {
    const before = this.visits.findLast(
      (visit) =>
        visit.user === user && visit.room === room && wasIn(visit.peer),
    )?.peer;
    if (!resume || before === undefined) {
      const peer = arrive(this.world, room, user);
      this.visits.push({ peer, user, room, since: null });
      return;
    }
    const since = newestSeq(before);
    const { epoch } = before.last("welcome");
    const mailSince = newestMail(before);
    const cursors = { since, epoch, mailSince };
    const peer = arrive(this.world, room, user, cursors);
    this.visits.push({ peer, user, room, since });
  }

  #speak(step: Speaking): void {
    const visit = pick(this.#present, step.peer);
    if (visit === undefined) return;
    const { user, room, peer } = visit;
    const id = String(this.said.length + 1);
    const text = `${id} of ${user}`;
    const frame: Sent =
      step.do === "say"
        ? { type: "message", text, id }
        : { type: "private", to: step.to, text, id };
    const witnesses = this.#present.filter((other) =>
      frame.type === "message"
        ? other.room === room && other.peer !== peer
        : other.user === frame.to,
    );
    this.said.push({ user, room, frame, witnesses });
    peer.send(frame);
  }

  #repeat(number: number, frame: number): void {
    const visit = pick(this.#present, number);
    const own = this.said.filter(
      (one) =>
        one.user === visit?.user &&
        (one.room === visit.room || one.frame.type === "private"),
    );
    const again = pick(own, frame);
    if (again !== undefined) visit?.peer.send(again.frame);
  }

  /** Promises 1 to 4. */
  #checkRoom(room: Room): void {
    const log = this.#readAll(room);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, i) => i + 1));
    const names = log.flatMap(({ user, id }) => (id ? `${user} ${id}` : []));
    expect(new Set(names).size, "each is stored once").toBe(names.length);
    for (const visit of this.visits)
      if (visit.room === room && wasIn(visit.peer)) checkStream(visit, log);
    for (const { frame, user, room: where, witnesses } of this.said) {
      if (frame.type !== "message" || where !== room) continue;
      const isStored = names.includes(`${userOf(user)} ${frame.id}`);
      expect(isStored || !this.#isAcked(user, frame.id)).toBe(true);
      if (!isStored) continue;
      for (const { peer } of this.#staying(witnesses))
        expect(peer.heard).toContain(frame.text);
    }
  }

  /** Promise 5: in both mailboxes, and on every connection, each once. */
  #checkLetters(): void {
    const letters = new Map(
      USERS.map((user) => {
        const peer = join(this.world, "attic", user, { mailSince: 0 });
        return [user, peer.all("private")];
      }),
    );
    for (const { frame, user, witnesses } of this.said) {
      if (frame.type !== "private") continue;
      const isAcked = this.#isAcked(user, frame.id);
      for (const owner of new Set([user, frame.to])) {
        const found = (letters.get(owner) ?? []).filter(
          ({ text }) => text === frame.text,
        );
        expect(found.length, `${frame.text} for ${owner}`).toBeLessThan(2);
        if (isAcked) expect(found, frame.text).toHaveLength(1);
      }
      if (!isAcked) continue;
      for (const { peer } of this.#staying(witnesses))
        expect(peer.whispers, "on every connection").toContain(frame.text);
    }
  }

  /** Promise 6, once all is at rest. */
  #checkPresence(): void {
    for (const room of ROOMS) {
      const here = this.#present.filter((visit) => visit.room === room);
      const crowd = room === "lobby" ? this.#listening : 0;
      const names = [...new Set(here.map(({ user }) => user))].sort();
      const { count } = {
        count: 0,
        ...this.world.read(room, { type: "info" }),
      };
      expect(count, `who is in the ${room}`).toBe(names.length + crowd);
      here[0]?.peer.send("/who");
      if (here[0] !== undefined)
        expect(here[0].peer.last("members").members).toEqual(
          expect.arrayContaining(names),
        );
    }
  }

  get #listening(): number {
    return this.#listeners.filter(({ closed }) => closed === null).length;
  }

  #isAcked(user: User, id: string): boolean {
    return this.visits.some(
      (visit) =>
        visit.user === user && visit.peer.all("ack").some((a) => a.id === id),
    );
  }

  /** Those that never went. */
  #staying(witnesses: readonly Visit[]): Visit[] {
    return witnesses.filter(({ peer }) => peer.closed === null && isIn(peer));
  }

  #readAll(room: Room): RoomMessage[] {
    const messages: RoomMessage[] = [];
    for (;;) {
      const after = messages.length;
      const reply = this.world.read(room, { type: "messages", after });
      if (reply.type !== "page" || reply.lines.length === 0) return messages;
      for (const line of reply.lines) messages.push(JSON.parse(line));
    }
  }
}

/** Everything once and in order, from the welcome or where it resumed. */
function checkStream({ peer, since }: Visit, log: RoomMessage[]): void {
  const { seq, resumed } = peer.last("welcome");
  const start = resumed && since !== null ? since : seq;
  const stream = peer.inbox.flatMap((one) =>
    one.type === "message" || (one.type === "ack" && !("duplicate" in one))
      ? "seq" in one
        ? [one.seq]
        : []
      : [],
  );
  expect(stream).toEqual(stream.map((_, i) => start + 1 + i));
  for (const message of peer.all("message"))
    expect(message).toEqual(log[message.seq - 1]);
}

/** Each private message once, in order, and none of others' affairs. */
function checkMail({ peer, user }: Visit): void {
  const mails = peer.all("private").map(({ mail }) => mail);
  expect(mails).toEqual([...new Set(mails)].sort((a, b) => a - b));
  const { whispers } = peer;
  expect(new Set(whispers).size).toBe(whispers.length);
  for (const letter of peer.all("private"))
    expect([letter.username, letter.to]).toContain(user);
}

function wasIn(peer: Peer): boolean {
  return peer.inbox.some(({ type }) => type === "welcome");
}

/** Visits join once: who has left is not in again. */
function isIn(peer: Peer): boolean {
  return (
    wasIn(peer) &&
    !peer.all("left").some(({ user }) => user === peer.last("welcome").user)
  );
}

function newestSeq(peer: Peer): number {
  const seqs = peer.inbox.map((one) =>
    one.type === "message" || one.type === "welcome" || one.type === "ack"
      ? "seq" in one
        ? one.seq
        : 0
      : 0,
  );
  return Math.max(...seqs);
}

function newestMail(peer: Peer): number {
  const mails = peer.all("private").map(({ mail }) => mail);
  return Math.max(peer.last("welcome").mail, ...mails);
}

function pick<T>(items: readonly T[], number: number): T | undefined {
  return items[number % Math.max(1, items.length)];
}
