// Test client: a client in one room and a fake environment, with the frames that a server would send.

import { Client } from "../../../src/client/client.ts";
import type { Locks } from "../../../src/client/environment.ts";
import type { ClientEvent, RoomEvent } from "../../../src/client/events.ts";
import type { Room } from "../../../src/client/index.ts";
import {
  type ChatStorage,
  memoryStorage,
} from "../../../src/client/storage.ts";
import type { DataSchemas } from "../../../src/protocol/standard-schema.ts";
import { FakeEnvironment, flushPromises } from "./fake-environment.ts";
import type { SentFrame } from "./fake-socket.ts";

export interface TestClientOptions {
  readonly storage?: ChatStorage;
  readonly history?: number;
  readonly allMail?: boolean;
  readonly token?: string | (() => string | Promise<string>);
  readonly username?: string | undefined;
  /** Begins the generated secrets; a second chat needs another name. */
  readonly name?: string;
  readonly locks?: Locks | undefined;
  readonly schemas?: DataSchemas;
  /** Continues the clock of that one. */
  readonly startAfter?: TestClient;
}

/** The public id of alice, the user of the chat. */
export const ALICE = "alice-public-id-";
export const BOB = "bob-public-id---";

export class TestClient {
  readonly sdk: Client;
  /** The room that it joins first. */
  readonly lobby: Room;
  readonly environment: FakeEnvironment;
  readonly storage: ChatStorage;
  /** All events, oldest first; of those that both emit, the room's. */
  readonly events: (RoomEvent | ClientEvent)[] = [];

  constructor(options: TestClientOptions = {}) {
    const { token, history = 0, allMail = false } = options;
    const username = "username" in options ? options.username : "alice";
    this.storage = options.storage ?? memoryStorage();
    this.environment = new FakeEnvironment(options.name, options.locks ?? null);
    if (options.startAfter !== undefined)
      this.environment.time = options.startAfter.environment.time;
    this.sdk = new Client({
      ...{ serverUrl: "http://chat.example", username, token, allMail },
      ...{ storage: this.storage, environment: this.environment },
      ...{ device: "device", maxMessages: 500, schemas: options.schemas ?? {} },
    });
    this.lobby = this.sdk.join("lobby", { history });
    this.#record();
  }

  #record(): void {
    const record = (event: RoomEvent | ClientEvent) => this.events.push(event);
    for (const type of [
      ...([
        "state",
        "message",
        "joined",
        "left",
        "updated",
        "members",
      ] as const),
      ...(["typing", "pending", "gap", "error"] as const),
    ])
      this.lobby.on(type, record);
    for (const type of [
      ...(["private", "mention", "error"] as const),
      ...(["registered", "released", "rotated", "blocked"] as const),
    ])
      this.sdk.on(type, record);
  }

  /** Accepts the connection, and returns the join. */
  async acceptJoin(protocol?: string): Promise<SentFrame> {
    await flushPromises();
    this.environment.socket.accept(protocol);
    await flushPromises();
    const [join, ...others] = this.environment.socket.takeSent();
    if (join === undefined || others.length > 0)
      throw new Error(`Not one join: ${JSON.stringify([join, ...others])}`);
    return join;
  }

  /** Accepts the join with a welcome. */
  async join(fields: object = {}, ...more: object[]): Promise<SentFrame> {
    const join = await this.acceptJoin();
    this.environment.socket.serverSends(welcome(fields), ...more);
    await flushPromises();
    return join;
  }

  serverSends(...objects: object[]): void {
    this.environment.socket.serverSends(...objects);
  }

  takeSent(): SentFrame[] {
    return this.environment.socket.takeSent();
  }

  /** The texts of the room messages shown, in order. */
  get shownTexts(): string[] {
    return this.events.flatMap((event) =>
      event.type === "message" ? event.text : [],
    );
  }

  get privateTexts(): string[] {
    return this.events.flatMap((event) =>
      event.type === "private" ? event.text : [],
    );
  }

  get gaps() {
    return this.events.filter((event) => event.type === "gap");
  }

  /** The states since the start. */
  get states(): string[] {
    return this.events.flatMap((event) =>
      event.type === "state" ? event.state : [],
    );
  }

  /** Loses the connection, and accepts the next one. @returns its join */
  async loseConnection(code?: number, reason?: string): Promise<SentFrame> {
    this.environment.socket.serverCloses(code, reason);
    await this.environment.advanceToNextAttempt();
    return this.acceptJoin();
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
      search: 100,
      rooms: 500,
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

export function privateMessage(seq: number, fields: object = {}): object {
  return {
    type: "private",
    mail: seq,
    id: `mail-${seq}`,
    user: BOB,
    username: "bob",
    to: "alice",
    text: `psst ${seq}`,
    at: 2000 + seq,
    ...fields,
  };
}

/** A message of the attic, with that number there, mentions the user. */
export function mention(mail: number, of: number, fields: object = {}): object {
  return {
    ...{ type: "mention", mail, room: "attic", epoch: "attic-epoch", of },
    ...{ user: BOB, username: "bob", at: 2000 + mail, ...fields },
  };
}

export function ack(
  frame: SentFrame | undefined,
  seq: number,
  fields: object = {},
) {
  return { type: "ack", id: frame?.id, seq, at: 1000 + seq, ...fields };
}

export function ownMessage(
  seq: number,
  frame: SentFrame | undefined,
  fields: object = {},
) {
  const messageFields = { id: frame?.id, text: frame?.text, ...fields };
  return message(seq, { user: ALICE, username: "alice", ...messageFields });
}

export function errorReply(
  frame: SentFrame | undefined,
  code: string,
  fields: object = {},
) {
  return { type: "error", code, message: "No.", id: frame?.id, ...fields };
}

export function resumedWelcome(fields: object) {
  return welcome({ resumed: true, ...fields });
}

export function privateAck(frame: SentFrame | undefined, fields: object = {}) {
  const { seq: _, ...rest } = ack(frame, 0);
  return {
    ...{ ...rest, to: "bob", private: "server-id", delivered: true },
    ...fields,
  };
}

/** The fields of a copy of a sent message. */
export function copyFields(frame: SentFrame | undefined) {
  const who = { user: ALICE, username: "alice", to: "bob" };
  return { ...who, clientId: frame?.id };
}

/** A folded page, which covers `from` to `to`. */
export function foldedPage(
  messages: object[],
  fields: { from: number; to: number; asOf?: number; [field: string]: unknown },
): object {
  const page = history(messages, { fold: true, asOf: fields.to });
  return { ...page, ...fields };
}

/** An event that changes the message `of`, by bob. */
export function change(
  type: string,
  seq: number,
  of: number,
  fields: object = {},
): object {
  const author = { user: BOB, username: "bob" };
  return { type, seq, room: "lobby", at: 1000 + seq, of, ...author, ...fields };
}

/** People react to the message `of`. */
export function reacted(
  seq: number,
  of: number,
  count: number,
  lists: { added?: object[]; removed?: object[] } = {},
): object {
  const event = { type: "reacted", seq, room: "lobby", at: 1000 + seq, of };
  return { ...event, emoji: "👍", added: [], removed: [], ...lists, count };
}
