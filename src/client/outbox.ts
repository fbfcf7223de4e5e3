// Outbox: stores own messages before they are sent, keeps their order, and never sends one again unchecked.
import type { WelcomeLimits } from "../protocol/server-frames.ts";
import type { Account } from "./account.ts";
import { STORAGE_TIMEOUT_MS } from "./bounded-storage.ts";
import { type ChatError, clientError } from "./chat-error.ts";
import type { PendingMessage, PendingState } from "./events.ts";
import {
  isStoredMessage,
  OutboxItem,
  type Receipt,
  type StoredMessage,
} from "./outbox-item.ts";
import { OutboxKeys } from "./outbox-keys.ts";
import type { LogPosition } from "./sequencer.ts";
import { withTimeout } from "./timeout.ts";

/** Messages to the room in flight, if the server sets no rate. */
const ROOM_WINDOW = 32;
/** Failed messages that are stored. */
const FAILED_MAX = 100;
/**
 * After this time a name may have a new holder. A message to the old one, whose
 * id was not known, is not sent again unasked.
 */
const NAME_REUSE_MS = 30_000;

/** The session to which the outbox belongs. */
export interface OutboxOwner {
  readonly account: Account;
  /** True if this session sends the message, unless another chat does. */
  shouldSend(entry: StoredMessage): boolean;
  /** A message is stored now, and can be sent. */
  advance(): void;
  /** Messages were taken over. Some may have arrived. */
  onAdopted(): void;
}

export class Outbox {
  readonly #owner: OutboxOwner;
  readonly #keys: OutboxKeys;
  /** By id, in the order in which they were written. */
  #items = new Map<string, OutboxItem>();
  #isChanged = false;
  /** At the last check another live chat had pending messages. */
  #hasLiveOwners = false;
  #lastRemoval: Promise<void> | undefined;

  constructor(owner: OutboxOwner) {
    this.#owner = owner;
    this.#keys = new OutboxKeys(`${owner.account.key("out")}/`);
  }

  get pending(): PendingMessage[] {
    return [...this.#items.values()].map((item) => item.pending);
  }

  /** True once after the pending messages have changed. */
  takeChanged(): boolean {
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  get(id: string): OutboxItem | undefined {
    return this.#items.get(id);
  }

  add(stored: StoredMessage): OutboxItem {
    const item = new OutboxItem(this.#keys.nextKey(stored), stored);
    item.wasSent = false;
    item.mayHaveArrived = false;
    this.#items.set(stored.id, item);
    this.#isChanged = true;
    this.#save(item);
    return item;
  }

  /**
   * Takes over the messages of chats that have ended. Never rejects. Without
   * working locks only message ids prevent duplicates.
   */
  async adoptOrphans(): Promise<void> {
    const { account } = this.#owner;
    const { environment } = account;
    const { locks } = environment;
    let releaseLock = () => {};
    const lockReleased = new Promise<void>((resolve) => {
      releaseLock = resolve;
    });
    let heldLocks: ReadonlySet<string> = new Set();
    let error: unknown = null;
    try {
      const lock = () =>
        new Promise<typeof heldLocks>((resolve, reject) => {
          const callback = () => {
            locks?.held().then(resolve, reject);
            return lockReleased;
          };
          locks?.runExclusive(this.#keys.keyPrefix, callback).catch(reject);
        });
      if (locks !== null)
        heldLocks = await withTimeout(lock, STORAGE_TIMEOUT_MS, environment);
    } catch (thrown) {
      error = thrown;
    }
    account.onStorageResult("locks", error);
    try {
      await this.#adoptUnlocked(heldLocks);
    } catch {
      // Messages that cannot be read stay in the storage.
    }
    releaseLock();
  }

  /** Takes over messages if one of the other chats has ended. */
  adoptIfOrphaned(): void {
    if (this.#hasLiveOwners) this.adoptOrphans();
  }

  /** The user is known now: messages of another user are removed. */
  discardForeign(user: string): void {
    for (const [id, { stored }] of this.#items) {
      stored.user ??= user;
      if (stored.user === user) continue;
      this.#items.delete(id);
      this.#isChanged = true;
    }
  }

  /** The positions of sent messages that may have arrived. */
  get uncertainPositions(): LogPosition[] {
    return [...this.#items.values()]
      .filter((item) => item.mayHaveArrived && item.orderKey === null)
      .flatMap((item) => item.stored.tried ?? []);
  }

  /** The connection is lost. Messages in flight may have arrived. */
  onConnectionLost(): void {
    for (const item of this.#items.values()) {
      if (item.copyReceipt !== null) this.complete(item, item.copyReceipt);
      if (item.state === "sending") this.#setState(item, "queued");
      if (item.wasSent) item.mayHaveArrived = true;
      else this.#markUnsent(item);
    }
  }

  /**
   * The replay is complete: a message that arrived would have been seen.
   *
   * @param covers true if all events since that position were seen
   */
  resolveUncertain(
    covers: (position: LogPosition) => boolean,
    now: number,
    uptime: number,
  ): void {
    for (const item of this.#items.values()) {
      const { tried, toUser } = item.stored;
      if (!item.mayHaveArrived || item.state !== "queued") continue;
      item.mayHaveArrived = false;
      if (tried === undefined) continue;
      const isOfRoom = item.orderKey === null;
      const isSafe = isOfRoom
        ? covers(tried)
        : // The recipient's mailbox recognizes it by its id.
          toUser !== undefined ||
          (isRecent(now - tried.at) &&
            isRecent(uptime - (item.firstSentAt ?? uptime)));
      if (!isSafe) this.markFailed(item, clientError("unknown"));
      else if (isOfRoom) this.#markUnsent(item);
    }
  }

  /** Stored messages that may be sent now, in order. */
  *readyItems(
    limits: WelcomeLimits,
    position: LogPosition,
    now: number,
  ): Generator<OutboxItem> {
    // With a rate, the server may refuse one message and accept the next: they
    // go one by one.
    const roomWindow = limits.ratePerSecond > 0 ? 1 : ROOM_WINDOW;
    const aheadByKey = new Map<string | null, number>();
    for (const item of this.#items.values()) {
      const { orderKey, state, isPaused } = item;
      let ahead = aheadByKey.get(orderKey) ?? 0;
      if (state === "queued") {
        const hasRoom = ahead < (orderKey === null ? roomWindow : 1);
        if (hasRoom && !isPaused && this.#canSend(item, position, now))
          yield item;
        else ahead = ROOM_WINDOW;
      } else if (state !== "sending") continue;
      aheadByKey.set(orderKey, ahead + 1);
    }
  }

  /** The message is being sent. */
  markSent(item: OutboxItem, uptime: number): void {
    this.#setState(item, "sending");
    item.wasSent = true;
    item.sentAt = uptime;
    item.firstSentAt ??= uptime;
  }

  /** The server has refused it for now. */
  requeue(item: OutboxItem): void {
    this.#setState(item, "queued");
    item.isPaused = true;
  }

  /** True if a message has been in flight since before that uptime. */
  isOverdue(since: number): boolean {
    return [...this.#items.values()].some(
      ({ state, sentAt }) => state === "sending" && sentAt < since,
    );
  }

  /** The message has arrived: it is removed, and its promise resolves. */
  complete(item: OutboxItem, receipt: Receipt): void {
    this.#remove(item);
    item.callbacks?.resolve(receipt);
  }

  /**
   * The message is failed or unknown: it stays until the user resends or
   * discards it.
   */
  markFailed(item: OutboxItem, error: ChatError): void {
    this.#setState(item, error.code === "unknown" ? "unknown" : "failed");
    item.error = error;
    item.stored.failed = { code: error.code, message: error.message };
    this.#save(item);
    item.callbacks?.reject(error);
    item.callbacks = null;
    const failed = [...this.#items.values()].filter(
      ({ state }) => state === "failed" || state === "unknown",
    );
    for (const excess of failed.slice(0, -FAILED_MAX)) this.#remove(excess);
  }

  /** Queued messages fail: the connection does not come back by itself. */
  failQueued(error: ChatError): void {
    for (const item of this.#items.values())
      if (item.state === "queued")
        this.markFailed(
          item,
          item.mayHaveArrived ? clientError("unknown") : error,
        );
  }

  /** The user sends it again. */
  resend(id: string): void {
    const item = this.get(id);
    if (item?.state !== "failed" && item?.state !== "unknown") return;
    this.#setState(item, "queued");
    item.error = undefined;
    item.stored.failed = undefined;
    this.#markUnsent(item);
    this.#save(item);
  }

  discard(id: string): void {
    const item = this.get(id);
    if (item === undefined) return;
    this.#remove(item);
    item.callbacks?.reject(clientError("closed"));
  }

  /** Rejects all promises. @returns when the storage is up to date */
  async close(): Promise<void> {
    const items = [...this.#items.values()];
    for (const item of items) {
      item.callbacks?.reject(clientError("closed"));
      item.callbacks = null;
    }
    await Promise.all(items.map(({ lastWrite }) => lastWrite));
    await this.#lastRemoval;
  }

  async #adoptUnlocked(heldLocks: ReadonlySet<string>): Promise<void> {
    const { storage, owner } = this.#owner.account;
    await this.#scanKeys();
    const adopted: OutboxItem[] = [];
    let hasLiveOwners = false;
    for (const [key, stored] of await storage.list(this.#keys.keyPrefix)) {
      if (!isStoredMessage(stored) || !this.#owner.shouldSend(stored)) continue;
      const isOwnedElsewhere =
        stored.owner !== owner && heldLocks.has(lockName(stored.owner));
      hasLiveOwners ||= isOwnedElsewhere;
      if (isOwnedElsewhere || this.#items.has(stored.id)) continue;
      stored.owner = owner;
      adopted.push(new OutboxItem(key, stored));
    }
    this.#hasLiveOwners = hasLiveOwners;
    if (adopted.length === 0) return;
    this.#isChanged = true;
    const all = [...adopted, ...this.#items.values()];
    all.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#items = new Map(all.map((item) => [item.stored.id, item]));
    this.#owner.onAdopted();
    await Promise.all(adopted.map((item) => this.#save(item)));
  }

  #scanKeys(): Promise<void> {
    return this.#keys.scanKeys(this.#owner.account.storage, () => {
      for (const item of this.#items.values())
        item.key = this.#keys.nextKey(item.stored);
    });
  }

  /** The attempt is stored before the message is sent. */
  #canSend(item: OutboxItem, position: LogPosition, now: number): boolean {
    if (item.saveState === "saving") return false;
    if (item.saveState === "saved" && item.stored.tried !== undefined)
      return true;
    item.stored.tried ??= { ...position, at: now };
    this.#save(item);
    return false;
  }

  /** The message is known not to have arrived. */
  #markUnsent(item: OutboxItem): void {
    item.stored.tried = undefined;
    item.firstSentAt = null;
    item.wasSent = false;
    item.mayHaveArrived = false;
  }

  async #save(item: OutboxItem): Promise<void> {
    const { storage } = this.#owner.account;
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
    if (this.#items.get(item.stored.id) === item) this.#owner.advance();
  }

  #setState(item: OutboxItem, state: PendingState): void {
    item.state = state;
    this.#isChanged = true;
  }

  #remove(item: OutboxItem): void {
    const { id } = item.stored;
    if (this.#items.get(id) === item) {
      this.#items.delete(id);
      this.#isChanged = true;
    }
    const { storage } = this.#owner.account;
    const earlier = this.#lastRemoval;
    const next = () => earlier;
    // A write that is under way must end first.
    this.#lastRemoval = item.lastWrite
      .then(() => storage.remove(item.key))
      .then(next, next);
  }
}

/** A negative time: the clock was set back, and the age is not known. */
function isRecent(ms: number): boolean {
  return ms >= 0 && ms < NAME_REUSE_MS;
}

/** The name of the lock that a chat holds during its lifetime. */
export function lockName(owner: string): string {
  return `edge-chat ${owner}`;
}
