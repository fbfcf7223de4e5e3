// What a device keeps across connections: what it has of each room and of its mail, and what is not answered.
import type {
  JoinFrame,
  MessageFrame,
  PrivateFrame,
} from "../../../src/protocol/client-frames.ts";
import type {
  PrivateMessage,
  WelcomeFrame,
} from "../../../src/protocol/server-frames.ts";
import type { Peer } from "../support/peer.ts";
import {
  type DeviceName,
  type Person,
  type RoomName,
  tokenOf,
} from "./actors.ts";
import { Reader } from "./reader.ts";
import type { Visit } from "./session-oracle.ts";

/** Something somebody said, whether or not the server has heard of it. */
export interface Saying {
  readonly person: Person;
  readonly device: Device;
  readonly room: RoomName;
  readonly frame: MessageFrame | PrivateFrame;
  /** The key of the name that the connection was under. */
  readonly fromKey: string;
  readonly at: number;
  readonly visit: Visit;
  /** Connections that were in when it was said. */
  readonly witnesses: readonly Visit[];
  /** How often its reader of the room had begun anew. */
  readonly jumps: number;
  /** The key and epoch of a claim that had blocked who says it. */
  readonly shutOutOf: string | null;
  /** Sent more than once, by whatever connection. */
  isRepeated: boolean;
}

/** They always say under which name. */
export type NamedJoin = JoinFrame & { readonly username: string };

interface MailMark {
  epoch: number;
  newest: number;
}

export class Device {
  readonly person: Person;
  /** null: used by hand, it keeps nothing. */
  readonly name: DeviceName;
  readonly visits: Visit[] = [];
  readonly sayings: Saying[] = [];
  /** By the key of a name. */
  readonly mailMarks = new Map<string, MailMark>();
  readonly #readers = new Map<RoomName, Reader>();
  readonly #current = new Map<Peer, Visit>();

  constructor(person: Person, name: DeviceName) {
    this.person = person;
    this.name = name;
  }

  reader(room: RoomName): Reader {
    if (this.name === null) return new Reader();
    const reader = this.#readers.get(room) ?? new Reader();
    this.#readers.set(room, reader);
    return reader;
  }

  /** The stay that a connection is at. */
  visitOf(peer: Peer): Visit | undefined {
    return this.#current.get(peer);
  }

  begin(visit: Visit): void {
    this.visits.push(visit);
    this.#current.set(visit.peer, visit);
  }

  /** The join frame of a client that keeps what it has. */
  join(
    username: string,
    key: string,
    room: RoomName,
    isRotated: boolean,
    history?: number,
  ): NamedJoin {
    // The phone has not been told of the new secret.
    const isChanged = isRotated && this.name !== "phone";
    const token = tokenOf(this.person, username, isChanged);
    const base = { type: "join", username, token } as const;
    const shown = history === undefined ? {} : { history };
    if (this.name === null) return { ...base, ...shown };
    const { epoch, cursor } = this.reader(room);
    const mark = this.mailMarks.get(key);
    return {
      ...base,
      ...shown,
      device: this.name,
      ...(epoch !== null && { since: cursor, epoch }),
      mailSince: mark?.newest ?? 0,
      ...(mark !== undefined && { mailEpoch: mark.epoch }),
    };
  }

  welcomed(key: string, { mailEpoch }: WelcomeFrame): void {
    if (this.mailMarks.get(key)?.epoch !== mailEpoch)
      this.mailMarks.set(key, { epoch: mailEpoch, newest: 0 });
  }

  mail(key: string, { mail }: PrivateMessage): void {
    const mark = this.mailMarks.get(key);
    if (mark !== undefined) mark.newest = Math.max(mark.newest, mail);
  }

  /** Has it this private message, as it came or by the ack of its own? */
  has(id: string): boolean {
    return this.visits.some(
      ({ privates, privateAcks }) =>
        privates.some((letter) => letter.id === id) ||
        privateAcks.some((ack) => ack.private === id),
    );
  }
}
