// A chat under test, with its place, and what a server would say to it.
import { Chat } from "../../src/client/chat.ts";
import type { Locks } from "../../src/client/environment.ts";
import type { ChatEvent } from "../../src/client/events.ts";
import { Person } from "../../src/client/person.ts";
import { type ChatStorage, memoryStorage } from "../../src/client/storage.ts";
import { Place, settled } from "./place.ts";
import type { Sent } from "./socket.ts";

export interface RoomOptions {
  readonly storage?: ChatStorage;
  readonly history?: number;
  readonly allMail?: boolean;
  readonly token?: string | (() => string | Promise<string>);
  readonly username?: string | undefined;
  /** Begins the secrets that are made; a second chat needs another. */
  readonly name?: string;
  readonly locks?: Locks | undefined;
  /** Goes on from the time of that one. */
  readonly after?: Room;
}

/** Public id of alice, who chats. */
export const ALICE = "alice-public-id-";
export const BOB = "bob-public-id---";

export class Room {
  readonly chat: Chat;
  readonly place: Place;
  readonly storage: ChatStorage;
  /** Everything that was told, oldest first. */
  readonly told: ChatEvent[] = [];

  constructor(options: RoomOptions = {}) {
    const { token, history = 0, allMail = false } = options;
    const username = "username" in options ? options.username : "alice";
    this.storage = options.storage ?? memoryStorage();
    this.place = new Place(options.name, options.locks ?? null);
    if (options.after !== undefined) this.place.time = options.after.place.time;
    const person = new Person({
      host: "http://chat.example",
      username,
      token,
      storage: this.storage,
      environment: this.place,
    });
    this.chat = new Chat(person, "lobby", {
      device: "device",
      history,
      allMail,
      keep: 500,
    });
    this.hear(this.chat);
  }

  hear(chat: Chat): void {
    const types = [
      ...(["state", "message", "private", "joined", "left"] as const),
      ...(["members", "typing", "pending", "gap", "error"] as const),
      ...(["registered", "released", "rotated", "blocked"] as const),
    ];
    for (const type of types) chat.on(type, (event) => this.told.push(event));
  }

  /** Up to the join, which is returned. */
  async joins(protocol?: string): Promise<Sent> {
    await settled();
    this.place.socket.accept(protocol);
    await settled();
    const [join, ...others] = this.place.socket.sent();
    if (join === undefined || others.length > 0)
      throw new Error(`Not one join: ${JSON.stringify([join, ...others])}`);
    return join;
  }

  /** Joins, and is welcomed. */
  async enters(fields: object = {}, ...more: object[]): Promise<Sent> {
    const join = await this.joins();
    this.place.socket.says(welcome(fields), ...more);
    await settled();
    return join;
  }

  says(...objects: object[]): void {
    this.place.socket.says(...objects);
  }

  sent(): Sent[] {
    return this.place.socket.sent();
  }

  /** The texts that were shown, in order. */
  get shown(): string[] {
    return this.told.flatMap((event) =>
      event.type === "message" ? event.text : [],
    );
  }

  get whispered(): string[] {
    return this.told.flatMap((event) =>
      event.type === "private" ? event.text : [],
    );
  }

  get gaps() {
    return this.told.filter((event) => event.type === "gap");
  }

  /** The states that it went through since it was made. */
  get states(): string[] {
    return this.told.flatMap((event) =>
      event.type === "state" ? event.state : [],
    );
  }

  /** Loses the connection and waits until the next one is open and joins. */
  async comesBack(code?: number, reason?: string): Promise<Sent> {
    this.place.socket.ends(code, reason);
    await this.place.nextTry();
    return this.joins();
  }
}

export function welcome(fields: object = {}): object {
  return {
    type: "welcome",
    room: "lobby",
    username: "alice",
    user: ALICE,
    epoch: "e1",
    seq: 0,
    mail: 0,
    mailEpoch: 1,
    members: ["alice"],
    count: 1,
    resumed: false,
    gap: false,
    more: false,
    limits: {
      text: 4000,
      frame: 16384,
      history: 10000,
      rateBurst: 20,
      ratePerSecond: 0,
    },
    ...fields,
  };
}

export function message(seq: number, fields: object = {}): object {
  return {
    type: "message",
    seq,
    room: "lobby",
    user: BOB,
    username: "bob",
    text: `text ${seq}`,
    at: 1000 + seq,
    ...fields,
  };
}

export function history(messages: object[], fields: object = {}): object {
  return { type: "history", messages, more: false, epoch: "e1", ...fields };
}

export function mail(number: number, fields: object = {}): object {
  return {
    type: "private",
    mail: number,
    id: `mail-${number}`,
    user: BOB,
    username: "bob",
    to: "alice",
    text: `psst ${number}`,
    at: 2000 + number,
    ...fields,
  };
}

export function ack(frame: Sent | undefined, seq: number, fields: object = {}) {
  return { type: "ack", id: frame?.id, seq, at: 1000 + seq, ...fields };
}

export function own(seq: number, frame: Sent | undefined, fields: object = {}) {
  const said = { id: frame?.id, text: frame?.text, ...fields };
  return message(seq, { user: ALICE, username: "alice", ...said });
}

export function refusal(
  frame: Sent | undefined,
  code: string,
  fields: object = {},
) {
  return { type: "error", code, message: "No.", id: frame?.id, ...fields };
}

export function resumed(fields: object) {
  return welcome({ resumed: true, ...fields });
}

export function delivered(frame: Sent | undefined, fields: object = {}) {
  const { seq: _, ...rest } = ack(frame, 0);
  return {
    ...{ ...rest, to: "bob", private: "server-id", delivered: true },
    ...fields,
  };
}

/** Of a copy of what was sent. */
export function copyOf(frame: Sent | undefined) {
  const who = { user: ALICE, username: "alice", to: "bob" };
  return { ...who, clientId: frame?.id };
}
