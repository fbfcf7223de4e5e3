// What was written and has no ack: kept before it is sent, sent in order, never sent again while unsure.
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
import type { LogPosition } from "./sequencer.ts";
import { withTimeout } from "./timeout.ts";

/** Messages to the room on their way at once, where nothing limits the rate. */
const ROOM_WINDOW = 32;
/** Refused ones that are kept. */
const FAILED_MAX = 100;
/**
 * After so many ms a name may have a new holder: what was written to the old
 * one, whose id was not known, is not sent again unasked.
 */
const NAME_REUSE_MS = 30_000;

/** Whose outbox it is. */
export interface OutboxOwner {
  readonly account: Account;
  /** Is it to be sent from here, if nobody else does? */
  shouldSend(entry: StoredMessage): boolean;
  /** Something is in storage now that may be waited for. */
  advance(): void;
  /** Something was taken over, of which it is not known whether it arrived. */
  onAdopted(): void;
}

export class Outbox {
  readonly #owner: OutboxOwner;
  /** By id, in the order in which they were written. */
  #items = new Map<string, OutboxItem>();
  #keyCount = 0;
  /** Keys rise although the clock is set back. */
  #lastKeyTime = 0;
  #isChanged = false;
  /** Another chat has something pending, and was alive at the last look. */
  #hasLiveOwners = false;
  #keyScan: Promise<void> | undefined;
  #lastRemoval: Promise<void> | undefined;

  constructor(owner: OutboxOwner) {
    this.#owner = owner;
  }

  get pending(): PendingMessage[] {
    return [...this.#items.values()].map((item) => item.pending);
  }

  /** True once after a change in what is pending. */
  takeChanged(): boolean {
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  get(id: string): OutboxItem | undefined {
    return this.#items.get(id);
  }

  add(stored: StoredMessage): OutboxItem {
    const item = new OutboxItem(this.#nextKey(stored), stored);
    item.wasSent = false;
    item.mayHaveArrived = false;
    this.#items.set(stored.id, item);
    this.#isChanged = true;
    this.#save(item);
    return item;
  }

  /**
   * Takes over what chats that are no more have left in the storage. Never
   * rejects. Without locks, or if they do not work, ids alone keep messages
   * from doubling.
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
          locks?.runExclusive(this.#prefix, callback).catch(reject);
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
      // What cannot be read now stays where it is.
    }
    releaseLock();
  }

  /** Has one of them died since? */
  adoptIfOrphaned(): void {
    if (this.#hasLiveOwners) this.adoptOrphans();
  }

  /** Whose they are is known now: those of somebody else are not for us. */
  discardForeign(user: string): void {
    for (const [id, { stored }] of this.#items) {
      stored.user ??= user;
      if (stored.user === user) continue;
      this.#items.delete(id);
      this.#isChanged = true;
    }
  }

  /** Where those were that may have arrived without our knowing. */
  get uncertainPositions(): LogPosition[] {
    return [...this.#items.values()]
      .filter((item) => item.mayHaveArrived && item.orderKey === null)
      .flatMap((item) => item.stored.tried ?? []);
  }

  /** The connection is gone, and what was on its way may have arrived. */
  onConnectionLost(): void {
    for (const item of this.#items.values()) {
      if (item.copyReceipt !== null) this.complete(item, item.copyReceipt);
      if (item.state === "sending") this.#setState(item, "queued");
      if (item.wasSent) item.mayHaveArrived = true;
      else this.#markUnsent(item);
    }
  }

  /**
   * Whatever has arrived would have been seen by now.
   *
   * @param covers was everything seen that came after that place?
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
        : // The addressee's mail knows it by its id.
          toUser !== undefined ||
          (isRecent(now - tried.at) &&
            isRecent(uptime - (item.firstSentAt ?? uptime)));
      if (!isSafe) this.markFailed(item, clientError("unknown"));
      else if (isOfRoom) this.#markUnsent(item);
    }
  }

  /** What may go out now, in order, if that is in the storage. */
  *readyItems(
    limits: WelcomeLimits,
    position: LogPosition,
    now: number,
  ): Generator<OutboxItem> {
    // With a rate, one may be refused and the next one not: so one by one.
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

  /** It goes out. */
  markSent(item: OutboxItem, uptime: number): void {
    this.#setState(item, "sending");
    item.wasSent = true;
    item.sentAt = uptime;
    item.firstSentAt ??= uptime;
  }

  /** Refused for now. */
  requeue(item: OutboxItem): void {
    this.#setState(item, "queued");
    item.isPaused = true;
  }

  /** Has one been on its way since before that uptime? */
  isOverdue(since: number): boolean {
    return [...this.#items.values()].some(
      ({ state, sentAt }) => state === "sending" && sentAt < since,
    );
  }

  /** It has arrived: forgotten, and whoever awaits it is told. */
  complete(item: OutboxItem, receipt: Receipt): void {
    this.#remove(item);
    item.callbacks?.resolve(receipt);
  }

  /** Refused, or unknown: stays until somebody says what is to become of it. */
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

  /** Nothing goes out any more: what waits is refused. */
  failQueued(error: ChatError): void {
    for (const item of this.#items.values())
      if (item.state === "queued")
        this.markFailed(
          item,
          item.mayHaveArrived ? clientError("unknown") : error,
        );
  }

  /** A person wants it sent again. */
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

  /** Nobody will hear any more. @returns when the storage is as it should be */
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
    for (const [key, stored] of await storage.list(this.#prefix)) {
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

  /** After all keys there are. */
  #nextKey({ id, at }: StoredMessage): string {
    this.#lastKeyTime = Math.max(this.#lastKeyTime, at);
    const first = this.#lastKeyTime.toString(36).padStart(9, "0");
    const count = (this.#keyCount++).toString(36).padStart(6, "0");
    return `${this.#prefix}${first}-${count}-${id}`;
  }

  /** Before anything is written: what is in the storage was written before. */
  #scanKeys(): Promise<void> {
    this.#keyScan ??= this.#readStoredKeys();
    return this.#keyScan;
  }

  async #readStoredKeys(): Promise<void> {
    const { storage } = this.#owner.account;
    try {
      for (const [key] of await storage.list(this.#prefix)) {
        const at = Number.parseInt(key.slice(this.#prefix.length), 36);
        this.#lastKeyTime = Math.max(this.#lastKeyTime, at + 1 || 0);
      }
      for (const item of this.#items.values())
        item.key = this.#nextKey(item.stored);
    } catch {
      // Then the clock alone says what comes after what.
    }
  }

  /** That it goes out is written down first. */
  #canSend(item: OutboxItem, position: LogPosition, now: number): boolean {
    if (item.saveState === "saving") return false;
    if (item.saveState === "saved" && item.stored.tried !== undefined)
      return true;
    item.stored.tried ??= { ...position, at: now };
    this.#save(item);
    return false;
  }

  /** It is known not to have arrived. */
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
    // It goes out all the same; that the storage fails is told by itself.
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
    // What is still being written is there only then.
    this.#lastRemoval = item.lastWrite
      .then(() => storage.remove(item.key))
      .then(next, next);
  }

  /** Begins every key. */
  get #prefix(): string {
    return `${this.#owner.account.key("out")}/`;
  }
}

/** The clock may have been set back since: then it is not known. */
function isRecent(ms: number): boolean {
  return ms >= 0 && ms < NAME_REUSE_MS;
}

/** The lock that a chat holds as long as it lives. */
export function lockName(owner: string): string {
  return `edge-chat ${owner}`;
}
