// Device: a client stores its cursor in each room, its mail cursors and its unanswered messages over connections.
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
import type { Session } from "./session-oracle.ts";

/** A message that a client has sent, even if the server has not received it. */
export interface SentMessage {
  readonly person: Person;
  readonly device: Device;
  readonly room: RoomName;
  readonly frame: MessageFrame | PrivateFrame;
  /** The key of the sender's name. */
  readonly fromKey: string;
  readonly at: number;
  readonly session: Session;
  /** Sessions that were joined when the message was sent. */
  readonly witnesses: readonly Session[];
  /** How often the device's reader of the room had started again. */
  readonly restarts: number;
  /** The key and epoch of a claim whose holder had blocked the sender. */
  readonly blockedBy: string | null;
  /** The same id was sent more than once, by any connection. */
  isRepeated: boolean;
}

/** A join of the model always has a name. */
export type NamedJoin = JoinFrame & { readonly username: string };

interface MailCursor {
  epoch: number;
  newest: number;
}

export class Device {
  readonly person: Person;
  /** null: a stateless client, which stores nothing. */
  readonly name: DeviceName;
  readonly sessions: Session[] = [];
  readonly sentMessages: SentMessage[] = [];
  /** The newest mail by the key of a name. */
  readonly mailCursors = new Map<string, MailCursor>();
  readonly #readers = new Map<RoomName, Reader>();
  readonly #current = new Map<Peer, Session>();

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

  /** The current session of a connection. */
  sessionOf(peer: Peer): Session | undefined {
    return this.#current.get(peer);
  }

  addSession(session: Session): void {
    this.sessions.push(session);
    this.#current.set(session.peer, session);
  }

  /** Makes the join frame, with the cursors that the device has stored. */
  join(
    username: string,
    key: string,
    room: RoomName,
    isRotated: boolean,
    history?: number,
  ): NamedJoin {
    // The phone does not know the new secret.
    const isChanged = isRotated && this.name !== "phone";
    const token = tokenOf(this.person, username, isChanged);
    const base = { type: "join", username, token } as const;
    const shown = history === undefined ? {} : { history };
    if (this.name === null) return { ...base, ...shown };
    const { epoch, cursor } = this.reader(room);
    const mailCursor = this.mailCursors.get(key);
    return {
      ...base,
      ...shown,
      device: this.name,
      ...(epoch !== null && { since: cursor, epoch }),
      mailSince: mailCursor?.newest ?? 0,
      ...(mailCursor !== undefined && { mailEpoch: mailCursor.epoch }),
    };
  }

  onWelcome(key: string, { mailEpoch }: WelcomeFrame): void {
    if (this.mailCursors.get(key)?.epoch !== mailEpoch)
      this.mailCursors.set(key, { epoch: mailEpoch, newest: 0 });
  }

  onPrivate(key: string, { mail }: PrivateMessage): void {
    const mailCursor = this.mailCursors.get(key);
    if (mailCursor !== undefined)
      mailCursor.newest = Math.max(mailCursor.newest, mail);
  }

  /** Has the device got this private message, or the ack of its own? */
  hasPrivate(id: string): boolean {
    return this.sessions.some(
      ({ privates, privateAcks }) =>
        privates.some((message) => message.id === id) ||
        privateAcks.some((ack) => ack.private === id),
    );
  }
}
