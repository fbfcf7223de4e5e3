// A conversation between a few users in a few rooms over a bad network, step by step as numbers have it.
import type { Peer } from "./peer.ts";
import { arrive, join, makeBusy } from "./people.ts";
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
export interface Visit {
  readonly peer: Peer;
  readonly user: User;
  readonly room: Room;
  /** Where it resumed, or null. */
  readonly since: number | null;
}

type Sent =
  | { type: "message"; text: string; id: string }
  | { type: "private"; to: User; text: string; id: string };

export interface Utterance {
  readonly user: User;
  /** Room messages are repeated in their room only. */
  readonly room: Room;
  readonly frame: Sent;
  /** Who must have it: connections that were in, and stay. */
  readonly witnesses: Visit[];
}

export class Conversation {
  readonly world: World;
  readonly visits: Visit[] = [];
  readonly said: Utterance[] = [];
  readonly listeners: Peer[];

  /** @param crowd so many listen in the lobby, and make it busy */
  constructor(seed: number, crowd = 0) {
    const patient = { GUEST_CLAIM_SECONDS: 24 * 3600, RATE_PER_SECOND: 0 };
    this.world = new World(patient, seed);
    this.listeners = Array.from({ length: crowd }, (_, i) =>
      join(this.world, "lobby", `listener${i}`),
    );
    const [talker] = this.listeners;
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
        pick(this.present, step.peer)?.peer.send("/leave");
        break;
      case "drop":
        pick(this.#open, step.peer)?.peer.close();
        break;
      case "received": {
        const peer = pick(this.present, step.peer)?.peer;
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

  get #open(): Visit[] {
    return this.visits.filter(({ peer }) => peer.closed === null);
  }

  get present(): Visit[] {
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
    const { epoch, mailEpoch } = before.last("welcome");
    const mailSince = newestMail(before);
    const cursors = { since, epoch, mailSince, mailEpoch };
    const peer = arrive(this.world, room, user, cursors);
    this.visits.push({ peer, user, room, since });
  }

  #speak(step: Speaking): void {
    const visit = pick(this.present, step.peer);
    if (visit === undefined) return;
    const { user, room, peer } = visit;
    const id = String(this.said.length + 1);
    const text = `${id} of ${user}`;
    const frame: Sent =
      step.do === "say"
        ? { type: "message", text, id }
        : { type: "private", to: step.to, text, id };
    const witnesses = this.present.filter((other) =>
      frame.type === "message"
        ? other.room === room && other.peer !== peer
        : other.user === frame.to,
    );
    this.said.push({ user, room, frame, witnesses });
    peer.send(frame);
  }

  #repeat(number: number, frame: number): void {
    const visit = pick(this.present, number);
    const own = this.said.filter(
      (one) =>
        one.user === visit?.user &&
        (one.room === visit.room || one.frame.type === "private"),
    );
    const again = pick(own, frame);
    if (again !== undefined) visit?.peer.send(again.frame);
  }
}

export function wasIn(peer: Peer): boolean {
  return peer.inbox.some(({ type }) => type === "welcome");
}

/** Visits join once: who has left is not in again. */
export function isIn(peer: Peer): boolean {
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
