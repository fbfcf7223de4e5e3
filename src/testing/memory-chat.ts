// Memory chat: holds the rooms and names of a test chat, carries their calls, and moves their clock.
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { Directory } from "../core/directory/directory.ts";
import { Room } from "../core/room/room.ts";
import { createService } from "../core/service/create-service.ts";
import type {
  Address,
  Call,
  ConnectRequest,
  Core,
  LogEntry,
  Platform,
} from "../core/shared/contract.ts";
import type { Op, Reply, Verified } from "../core/shared/rpc.ts";
import { checkHooks } from "../hooks/check-hooks.ts";
import { createHookRunner, type HookRunner } from "../hooks/hook-runner.ts";
import type { ChatTypes } from "../hooks/hooks.ts";
import { readSchemas } from "../hooks/schemas.ts";
import {
  createRoomHandle,
  createUserHandle,
  type ServerHandOptions,
} from "../hosting/create-server-hand.ts";
import { log, type WriteLog } from "../hosting/log.ts";
import type { RoomHandle, UserHandle } from "../hosting/server-hand.ts";
import { readRoomName } from "../protocol/names.ts";
import { readSettings, type Settings } from "../protocol/settings.ts";
import type { DataSchemas } from "../protocol/standard-schema.ts";
import { MemoryConnection } from "./memory-connection.ts";
import { MemoryObject } from "./memory-object.ts";
import { MemoryUser, type UserSurroundings } from "./memory-user.ts";
import {
  type TestChat,
  TestChatError,
  type TestChatOptions,
  type TestJoinOptions,
} from "./test-chat.ts";

/** The claims of a user of the app. */
type AppUser = NonNullable<TestJoinOptions["app"]> & {
  readonly username: string;
};

/** Each join has a connection of its own, without options. */
const PLAIN: ConnectRequest = {
  username: null,
  token: null,
  text: false,
  batch: false,
  invalidReason: null,
};

/** While an answer is awaited, the clock jumps to what is due within this time. */
const WAIT_MAX_MS = 10_000;

export class MemoryChat<E extends object, T extends ChatTypes>
  implements TestChat<T>
{
  readonly logs: LogEntry[] = [];
  readonly #settings: Settings;
  readonly #schemas: DataSchemas;
  readonly #hooks: HookRunner | null;
  readonly #objects = new Map<string, MemoryObject>();
  readonly #rooms = new Map<MemoryConnection, MemoryObject>();
  /** Claims of the tokens of the app's users. */
  readonly #tokens = new Map<string, Verified>();
  readonly #platform: Pick<Platform, "hash" | "random"> = {
    hash,
    random: (bytes) => this.#random(bytes),
  };
  readonly #hand: ServerHandOptions;
  #now = 1_800_000_000_000;
  #drawn = 0;
  /** Calls to the app that have no answer yet. */
  readonly #appCalls = new Set<Promise<unknown>>();
  /** The first error of a core that ran after a call. */
  #failure: { readonly error: unknown } | null = null;

  constructor(options: TestChatOptions<E, T>) {
    const { hooks = {}, settings, env } = options;
    // Nothing in a test chat leaves the process.
    this.#settings = { ...readSettings({ ...settings }), WEBHOOK_URL: [] };
    this.#schemas = readSchemas(options);
    checkHooks(hooks);
    // A failure is also printed: without it `internal` would be all there is.
    const write: WriteLog = (entry) => {
      this.logs.push(entry as LogEntry);
      log(entry);
    };
    this.#hooks = createHookRunner(
      hooks,
      env ?? ({} as E),
      this.#settings,
      write,
    );
    this.#hand = {
      settings: this.#settings,
      platform: this.#platform,
      ask: (to, ops) => this.#ask(to, ops),
      now: () => this.#now,
    };
  }

  get now(): number {
    return this.#now;
  }

  async join(
    room: string,
    username: string,
    { app, history = 0 }: TestJoinOptions = {},
  ): Promise<MemoryUser<T>> {
    const name = readRoomName(room);
    if (name === null)
      throw new TestChatError("bad_room", "No name of a room.");
    const connection = new MemoryConnection();
    const object = this.#object({ kind: "room", name });
    this.#rooms.set(connection, object);
    object.run({ kind: "opened", conn: connection, query: PLAIN });
    const token =
      app === undefined
        ? hash(`secret of ${username}`)
        : this.#issueToken({ ...app, username });
    return MemoryUser.join<T>(this.#surroundings, connection, {
      ...{ token, history },
      ...(app === undefined && { username }),
    });
  }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await this.#settle();
    for (let next = this.#next(); next !== null; next = this.#next()) {
      if (next.dueAt > until) break;
      this.#runNext(next);
      await this.#settle();
    }
    this.#now = until;
  }

  room(_: unknown, name: string): RoomHandle<T["message"]> {
    return createRoomHandle(this.#hand, name);
  }

  user(_: unknown, name: string): UserHandle<T["message"]> {
    return createUserHandle(this.#hand, name);
  }

  readonly #surroundings: UserSurroundings = {
    send: (connection, data) =>
      this.#rooms
        .get(connection)
        ?.run({ kind: "frame", conn: connection, data }),
    disconnect: (connection) => {
      const room = this.#rooms.get(connection);
      this.#rooms.delete(connection);
      room?.run({ kind: "closed", conn: connection, code: 1000 });
    },
    until: (isDone) => this.#until(isDone),
    settle: () => this.#settle(),
    nextId: () => `test-${++this.#drawn}`,
  };

  /** @throws Error if nothing is pending, and nothing is due soon */
  async #until(isDone: () => boolean): Promise<void> {
    const latest = this.#now + WAIT_MAX_MS;
    await this.#settle();
    while (!isDone()) {
      const next = this.#next();
      if (next === null || next.dueAt > latest)
        throw new Error("The chat has not answered.");
      this.#runNext(next);
      await this.#settle();
    }
  }

  /**
   * Waits until nothing happens before the clock moves. Calls between objects
   * need no time; those to the app may.
   *
   * @throws the error of a core, which is a bug
   */
  async #settle(): Promise<void> {
    await setImmediate();
    while (this.#appCalls.size > 0) {
      await Promise.race(this.#appCalls);
      await setImmediate();
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** The object whose timer or alarm is due first. */
  #next(): MemoryObject | null {
    let first: MemoryObject | null = null;
    for (const object of this.#objects.values())
      if (object.dueAt < (first?.dueAt ?? Infinity)) first = object;
    return first;
  }

  #runNext(next: MemoryObject): void {
    this.#now = Math.max(this.#now, next.dueAt);
    next.runDue();
  }

  /** Calls an object for the server's own hand. */
  async #ask(to: Address, ops: readonly Op[]): Promise<readonly Reply[]> {
    let replies: readonly Reply[] | null = null;
    void this.#object(to)
      .ask(ops)
      .then((answer) => {
        replies = answer;
      });
    await this.#until(() => replies !== null);
    return replies ?? [];
  }

  #object(address: Address): MemoryObject {
    const key = `${address.kind} ${address.name}`;
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const made = new MemoryObject(address, {
      now: () => this.#now,
      platform: this.#platform,
      createCore: (whose, platform) => this.#createCore(whose, platform),
      call: (call) => this.#call(call),
      log: (entry) =>
        this.logs.push({ [address.kind]: address.name, ...entry }),
      failed: (error) => {
        this.#failure ??= { error };
      },
    });
    this.#objects.set(key, made);
    return made;
  }

  #createCore({ kind, name }: Address, platform: Platform): Core {
    const [settings, schemas] = [this.#settings, this.#schemas];
    if (kind === "directory")
      return new Directory({ platform, settings, key: name });
    if (kind === "service") return createService(platform, name);
    const hooks = this.#hooks?.hooks ?? null;
    const own = { platform, settings, schemas, name, hooks };
    return new Room({ ...own, connections: [] });
  }

  async #call({ to, ops }: Call): Promise<readonly Reply[]> {
    switch (to.kind) {
      case "room":
      case "directory":
      case "service":
        return this.#object(to).ask(ops);
      case "issuer":
        return ops.map((op) => this.#verify(op));
      case "app": {
        if (this.#hooks === null) throw new Error("There are no hooks.");
        const answer = this.#hooks.ask(ops);
        this.#appCalls.add(answer);
        try {
          return await answer;
        } finally {
          this.#appCalls.delete(answer);
        }
      }
      case "webhook":
        throw new Error("A test chat has no webhooks.");
      default:
        return to satisfies never;
    }
  }

  #verify(op: Op): Reply {
    const verified = op.type === "verify" && this.#tokens.get(op.token);
    return verified || { type: "refused", code: "unauthorized" };
  }

  /** @returns a text with the shape of a JWT, which this chat alone knows */
  #issueToken({ id, username, rooms, roles, data }: AppUser): string {
    const issuer = this.#settings.JWT_ISSUER;
    if (issuer === "")
      throw new TypeError("A user of the app needs the setting JWT_ISSUER.");
    const verified: Verified = {
      type: "verified",
      ...{ issuer, subject: id, username, rooms: rooms ?? null },
      expires: null,
      ...(roles !== undefined && {
        roles: Object.entries(roles).map(([pattern, role]) => ({
          rooms: pattern,
          role,
        })),
      }),
      ...(data !== undefined && { data }),
    };
    const token = `eyJ.${hash(JSON.stringify(verified))}.test`;
    this.#tokens.set(token, verified);
    return token;
  }

  /** @returns bytes as base64url, the same in each run of a test */
  #random(bytes: number): string {
    const text = hash(`random ${++this.#drawn}`);
    // Core never asks for more: a secret has 16 bytes.
    return text.slice(0, Math.ceil((bytes * 4) / 3));
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
