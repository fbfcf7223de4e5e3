// Outbox: stores own messages and changes before they are sent, keeps their order, and never sends one again unchecked.
import type { PrivateMessage, RoomEvent } from "../protocol/server-frames.ts";
import { type ChatError, clientError } from "./chat-error.ts";
import type { Environment } from "./environment.ts";
import type { PendingMessage, PendingState } from "./events.ts";
import {
  isStoredMessage,
  OutboxItem,
  type Receipt,
  type StoredMessage,
} from "./outbox-item.ts";
import { OutboxKeys } from "./outbox-keys.ts";
import { lockName, withHeldLocks } from "./outbox-locks.ts";
import { usersOf } from "./parse-frame.ts";
import type { LogPosition } from "./sequencer.ts";
import type { ChatStorage } from "./storage.ts";
import type { StoredChange } from "./stored-change.ts";

/** Failed messages that are stored. */
const FAILED_MAX = 100;

export interface OutboxOwner {
  readonly storage: ChatStorage;
  readonly environment: Environment;
  /** The id of this client among all that share the storage. */
  readonly owner: string;
  /** The storage key of a part of this account. */
  key(part: string): string;
  /** True if this client sends the message, unless another one does. */
  accepts(item: OutboxItem): boolean;
  /** A message is stored, and can be sent. */
  advance(): void;
  /** Messages were taken over. Some may have arrived. */
  onAdopted(): void;
  /**
   * The changes in the room that have no ack are others now.
   *
   * @param error of a change that failed, if no caller waits for it
   */
  onChanges(room: string, error?: ChatError): void;
  /** @param error null: the locks have worked */
  onStorageResult(method: "locks", error: unknown): void;
}

export type ItemFilter = (item: OutboxItem) => boolean;

export class Outbox {
  readonly #owner: OutboxOwner;
  readonly #keys: OutboxKeys;
  /** By id, in the order in which they were written. */
  #items = new Map<string, OutboxItem>();
  /** Written before the stored keys were read; null: they are read. */
  #unscanned: OutboxItem[] | null = [];
  #changedRooms = new Set<string | null>();
  /** At the last check another live client had pending messages. */
  #hasLiveOwners = false;
  #lastRemoval: Promise<void> | undefined;

  constructor(owner: OutboxOwner) {
    this.#owner = owner;
    this.#keys = new OutboxKeys(`${owner.key("out")}/`);
  }

  /** Oldest first. */
  items(filter: ItemFilter = () => true): OutboxItem[] {
    return [...this.#items.values()].filter(filter);
  }

  /**
   * Messages, oldest first. @param room null: those to all rooms and private
   * ones
   */
  pending(room: string | null): PendingMessage[] {
    return this.items(
      ({ room: one, stored }) =>
        !stored.change && (room === null || one === room),
    ).map((item) => item.pending);
  }

  /** Changes to messages of the room, oldest first. */
  changes(room: string): StoredChange[] {
    return this.items((item) => item.room === room).flatMap(
      ({ stored }) => stored.change ?? [],
    );
  }

  /**
   * The rooms whose pending messages have changed since the last call, and null
   * for private messages.
   */
  takeChangedRooms(): ReadonlySet<string | null> {
    const changed = this.#changedRooms;
    this.#changedRooms = new Set();
    return changed;
  }

  get(id: string | undefined): OutboxItem | undefined {
    return id === undefined ? undefined : this.#items.get(id);
  }

  add(message: Omit<StoredMessage, "owner">): OutboxItem {
    const stored = { ...message, owner: this.#owner.owner };
    const item = new OutboxItem(this.#keys.nextKey(stored), stored);
    item.wasSent = false;
    item.mayHaveArrived = false;
    this.#items.set(stored.id, item);
    this.#unscanned?.push(item);
    this.#markChanged(item);
    this.save(item);
    return item;
  }

  /**
   * Takes over the messages of clients that have ended. Never rejects. Without
   * working locks only message ids prevent duplicates.
   */
  adoptOrphans(): Promise<void> {
    return withHeldLocks(
      this.#owner.environment,
      this.#keys.keyPrefix,
      (error) => this.#owner.onStorageResult("locks", error),
      (held) => this.#adoptUnlocked(held),
    );
  }

  /** Takes over messages if one of the other clients has ended. */
  adoptIfOrphaned(): void {
    if (this.#hasLiveOwners) this.adoptOrphans();
  }

  /** The user is known now: messages of another user are removed. */
  discardForeign(user: string): void {
    for (const [id, item] of this.#items) {
      item.stored.user ??= user;
      if (item.stored.user === user) continue;
      this.#items.delete(id);
      this.#markChanged(item);
    }
  }

  /** The positions of messages to the room that may have arrived. */
  uncertainPositions(room: string): LogPosition[] {
    return this.items(
      (item) => item.mayHaveArrived && item.room === room,
    ).flatMap((item) => item.stored.tried ?? []);
  }

  /** A connection is lost. Its messages in flight may have arrived. */
  onConnectionLost(room: string, sender: object): void {
    for (const item of this.items()) {
      const isOfOther = item.sentBy !== null && item.sentBy !== sender;
      if (item.room === null ? isOfOther : item.room !== room) continue;
      if (item.copyReceipt !== null) this.complete(item, item.copyReceipt);
      if (item.state === "sending") this.#setState(item, "queued");
      if (item.wasSent) item.mayHaveArrived = true;
      else item.markUnsent();
    }
  }

  /** The message is being sent. */
  markSent(item: OutboxItem, uptime: number, sender: object): void {
    this.#setState(item, "sending");
    item.wasSent = true;
    item.sentBy = sender;
    item.sentAt = uptime;
    item.firstSentAt ??= uptime;
  }

  /** The server has refused it for now. */
  requeue(item: OutboxItem): void {
    this.#setState(item, "queued");
    item.isPaused = true;
  }

  /** True if a message of this session is in flight since before that uptime. */
  isOverdue(sender: object, since: number): boolean {
    return this.items().some(
      ({ state, sentBy, sentAt }) =>
        state === "sending" && sentBy === sender && sentAt < since,
    );
  }

  /** The message has arrived: it is removed, and its promise resolves. */
  complete(item: OutboxItem, receipt: Receipt): void {
    this.#remove(item);
    for (const { resolve } of item.callbacks) resolve(receipt);
  }

  /** An event of the room's log: messages and changes of the user are done. */
  onRoomEvent(room: string, event: RoomEvent, user: string | null): void {
    const { seq, at } = event;
    for (const one of usersOf(event)) {
      const item = one.user === user ? this.get(one.id) : undefined;
      if (item?.room !== room) continue;
      const receipt = { type: "ack", id: item.stored.id, seq, at } as const;
      this.complete(
        item,
        item.stored.change ? receipt : { ...receipt, duplicate: true },
      );
    }
  }

  /** A copy of an own private message has arrived; its ack may follow. */
  onOwnCopy({ clientId, id, to, at }: PrivateMessage): void {
    const item = this.get(clientId);
    if (item?.room !== null) return;
    item.copyReceipt = { type: "ack", id: item.stored.id, private: id, to, at };
    if (item.state !== "sending") this.complete(item, item.copyReceipt);
  }

  /**
   * The message is failed or unknown: it stays until the user resends or
   * discards it. A change is removed.
   */
  markFailed(item: OutboxItem, error: ChatError): void {
    if (item.stored.change) {
      this.#remove(item);
      if (item.callbacks.length === 0)
        this.#owner.onChanges(item.room ?? "", error);
      item.reject(error);
      return;
    }
    this.#setState(item, error.code === "unknown" ? "unknown" : "failed");
    item.error = error;
    item.stored.failed = { code: error.code, message: error.message };
    this.save(item);
    item.reject(error);
    const failed = this.items(({ isFailed }) => isFailed);
    for (const excess of failed.slice(0, -FAILED_MAX)) this.#remove(excess);
  }

  /** Queued messages fail: the connection does not come back by itself. */
  failQueued(room: string | null, error: ChatError): void {
    for (const item of this.items())
      if (item.state === "queued" && item.room === room)
        this.markFailed(
          item,
          item.mayHaveArrived ? clientError("unknown") : error,
        );
  }

  /** The user sends it again. */
  resend(id: string): void {
    const item = this.get(id);
    if (!item?.isFailed) return;
    this.#setState(item, "queued");
    item.error = undefined;
    item.stored.failed = undefined;
    item.markUnsent();
    this.save(item);
  }

  discard(id: string): void {
    const item = this.get(id);
    if (item === undefined) return;
    this.#remove(item);
    item.reject(clientError("closed"));
  }

  /**
   * The room is left: its messages stay in the storage only, and their promises
   * reject.
   *
   * @param room null: the client is closed, and its messages stay here too
   * @returns when the storage is up to date
   */
  async close(room: string | null): Promise<void> {
    const items = this.items((item) => room === null || item.room === room);
    for (const item of items) {
      item.reject(clientError("closed"));
      if (room === null) continue;
      this.#items.delete(item.stored.id);
      this.#markChanged(item);
    }
    await Promise.all(items.map(({ lastWrite }) => lastWrite));
    await this.#lastRemoval;
  }

  /** Stores the present form. */
  async save(item: OutboxItem): Promise<void> {
    const { storage } = this.#owner;
    item.saveState = "saving";
    const write = Promise.all([item.lastWrite, this.#scanKeys()]).then(() =>
      storage.set(item.key, item.stored),
    );
    // The message is sent even if the storage fails; the failure is reported
    // elsewhere.
    const settledWrite = write.catch(() => {});
    item.lastWrite = settledWrite;
    await settledWrite;
    if (item.lastWrite !== settledWrite) return;
    item.saveState = "saved";
    if (this.get(item.stored.id) === item) this.#owner.advance();
  }

  async #adoptUnlocked(heldLocks: ReadonlySet<string>): Promise<void> {
    const { storage, owner } = this.#owner;
    await this.#scanKeys();
    const adopted: OutboxItem[] = [];
    let hasLiveOwners = false;
    for (const [key, stored] of await storage.list(this.#keys.keyPrefix)) {
      if (!isStoredMessage(stored)) continue;
      const item = new OutboxItem(key, stored);
      if (!this.#owner.accepts(item)) continue;
      const isOwnedElsewhere =
        stored.owner !== owner && heldLocks.has(lockName(stored.owner));
      hasLiveOwners ||= isOwnedElsewhere;
      if (isOwnedElsewhere) continue;
      const own = this.get(stored.id);
      stored.owner = owner;
      if (own === undefined) adopted.push(item);
      else if (own.key !== key) this.#merge(own, item);
    }
    this.#hasLiveOwners = hasLiveOwners;
    if (adopted.length === 0) return;
    for (const item of adopted) this.#markChanged(item);
    const all = [...adopted, ...this.#items.values()];
    all.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#items = new Map(all.map((item) => [item.stored.id, item]));
    this.#owner.onAdopted();
    await Promise.all(adopted.map((item) => this.save(item)));
  }

  /**
   * The app has written a message once more under its id, while an earlier run
   * had stored it: one is left, which may have arrived if the earlier one may.
   */
  #merge(item: OutboxItem, earlier: OutboxItem): void {
    if (!earlier.hasTarget(item.stored)) return;
    if (earlier.wasSent && !item.wasSent) {
      item.stored.tried = earlier.stored.tried;
      item.wasSent = true;
      item.mayHaveArrived = true;
      this.save(item);
    }
    earlier.lastWrite = item.lastWrite;
    this.#removeStored(earlier);
  }

  #scanKeys(): Promise<void> {
    return this.#keys.scanKeys(this.#owner.storage, () => {
      for (const item of this.#unscanned ?? [])
        item.key = this.#keys.nextKey(item.stored);
      this.#unscanned = null;
    });
  }

  #setState(item: OutboxItem, state: PendingState): void {
    item.state = state;
    this.#markChanged(item);
  }

  #markChanged({ room, stored }: OutboxItem): void {
    if (stored.change && room !== null) this.#owner.onChanges(room);
    else this.#changedRooms.add(room);
  }

  #remove(item: OutboxItem): void {
    const { id } = item.stored;
    if (this.get(id) === item) {
      this.#items.delete(id);
      this.#markChanged(item);
    }
    this.#removeStored(item);
  }

  #removeStored(item: OutboxItem): void {
    const { storage } = this.#owner;
    const earlier = this.#lastRemoval;
    const next = () => earlier;
    // A write that is under way must end first.
    this.#lastRemoval = item.lastWrite
      .then(() => storage.remove(item.key))
      .then(next, next);
  }
}
