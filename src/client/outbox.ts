// What was written and has no ack: kept before it is sent, sent in order, never sent again while unsure.
import type { WelcomeLimits } from "../protocol/server-frames.ts";
import { STORAGE_MS } from "./bounded-storage.ts";
import { type ChatError, ownError } from "./chat-error.ts";
import { type Entry, Item, isEntry, type Receipt } from "./entry.ts";
import type { Pending, PendingState } from "./events.ts";
import type { Person } from "./person.ts";
import type { Place } from "./stream.ts";
import { withTimeout } from "./timeout.ts";

/** Messages to the room on their way at once, where nothing limits the rate. */
const WINDOW = 32;
/** Refused ones that are kept. */
const FAILED_MAX = 100;
/**
 * After so many ms a name may have a new holder: what was written to the old
 * one, whose id was not known, is not sent again unasked.
 */
const NAME_MS = 30_000;

/** Whose outbox it is. */
export interface Sender {
  readonly person: Person;
  /** Is it to be sent from here, if nobody else does? */
  takes(entry: Entry): boolean;
  /** Something is in storage now that may be waited for. */
  advance(): void;
  /** Something was taken over, of which it is not known whether it arrived. */
  adopted(): void;
}

export class Outbox {
  readonly #sender: Sender;
  /** By id, in the order in which they were written. */
  #items = new Map<string, Item>();
  #count = 0;
  /** Keys rise although the clock is set back. */
  #keyAt = 0;
  #isChanged = false;
  /** Another chat has something pending, and was alive at the last look. */
  #hasOthers = false;
  #keysFound: Promise<void> | undefined;
  #removing: Promise<void> | undefined;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  get pending(): Pending[] {
    return [...this.#items.values()].map((item) => item.pending);
  }

  /** True once after a change in what is pending. */
  takeChanged(): boolean {
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  get(id: string): Item | undefined {
    return this.#items.get(id);
  }

  add(entry: Entry): Item {
    const item = new Item(this.#nextKey(entry), entry);
    item.wasSent = false;
    item.isUncertain = false;
    this.#items.set(entry.id, item);
    this.#isChanged = true;
    this.#keep(item);
    return item;
  }

  /**
   * Takes over what chats that are no more have left in the storage. Never
   * rejects. Without locks, or if they do not work, ids alone keep messages
   * from doubling.
   */
  async adopt(): Promise<void> {
    const { person } = this.#sender;
    const { environment } = person;
    const { locks } = environment;
    let letGo = () => {};
    const over = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    let alive: ReadonlySet<string> = new Set();
    let error: unknown = null;
    try {
      const begin = () =>
        new Promise<typeof alive>((resolve, reject) => {
          const act = () => {
            locks?.held().then(resolve, reject);
            return over;
          };
          locks?.alone(this.#prefix, act).catch(reject);
        });
      if (locks !== null)
        alive = await withTimeout(begin, STORAGE_MS, environment);
    } catch (thrown) {
      error = thrown;
    }
    person.storageTold("locks", error);
    try {
      await this.#adopt(alive);
    } catch {
      // What cannot be read now stays where it is.
    }
    letGo();
  }

  /** Has one of them died since? */
  adoptLate(): void {
    if (this.#hasOthers) this.adopt();
  }

  /** Whose they are is known now: those of somebody else are not for us. */
  belong(user: string): void {
    for (const [id, { entry }] of this.#items) {
      entry.user ??= user;
      if (entry.user === user) continue;
      this.#items.delete(id);
      this.#isChanged = true;
    }
  }

  /** Where those were that may have arrived without our knowing. */
  get tried(): Place[] {
    return [...this.#items.values()]
      .filter((item) => item.isUncertain && item.lane === null)
      .flatMap((item) => item.entry.tried ?? []);
  }

  /** The connection is gone, and what was on its way may have arrived. */
  lost(): void {
    for (const item of this.#items.values()) {
      if (item.arrived !== null) this.acked(item, item.arrived);
      if (item.state === "sent") this.#change(item, "waiting");
      if (item.wasSent) item.isUncertain = true;
      else this.#untried(item);
    }
  }

  /**
   * Whatever has arrived would have been seen by now.
   *
   * @param covers was everything seen that came after that place?
   */
  settle(covers: (place: Place) => boolean, now: number, uptime: number): void {
    for (const item of this.#items.values()) {
      const { tried, toUser } = item.entry;
      if (!item.isUncertain || item.state !== "waiting") continue;
      item.isUncertain = false;
      if (tried === undefined) continue;
      const isOfRoom = item.lane === null;
      const isSafe = isOfRoom
        ? covers(tried)
        : // The addressee's mail knows it by its id.
          toUser !== undefined ||
          (isRecent(now - tried.at) &&
            isRecent(uptime - (item.firstSentAt ?? uptime)));
      if (!isSafe) this.failed(item, ownError("unknown"));
      else if (isOfRoom) this.#untried(item);
    }
  }

  /** What may go out now, in order, if that is in the storage. */
  *ready(limits: WelcomeLimits, place: Place, now: number): Generator<Item> {
    // With a rate, one may be refused and the next one not: so one by one.
    const window = limits.ratePerSecond > 0 ? 1 : WINDOW;
    const ahead = new Map<string | null, number>();
    for (const item of this.#items.values()) {
      const { lane, state, isPaused } = item;
      let before = ahead.get(lane) ?? 0;
      if (state === "waiting") {
        const isFree = before < (lane === null ? window : 1);
        if (isFree && !isPaused && this.#mayGo(item, place, now)) yield item;
        else before = WINDOW;
      } else if (state !== "sent") continue;
      ahead.set(lane, before + 1);
    }
  }

  /** It goes out. */
  sent(item: Item, uptime: number): void {
    this.#change(item, "sent");
    item.wasSent = true;
    item.sentAt = uptime;
    item.firstSentAt ??= uptime;
  }

  /** Refused for now. */
  again(item: Item): void {
    this.#change(item, "waiting");
    item.isPaused = true;
  }

  /** Has one been on its way since before that uptime? */
  isOverdue(since: number): boolean {
    return [...this.#items.values()].some(
      ({ state, sentAt }) => state === "sent" && sentAt < since,
    );
  }

  /** It has arrived: forgotten, and whoever awaits it is told. */
  acked(item: Item, receipt: Receipt): void {
    this.#remove(item);
    item.settle?.resolve(receipt);
  }

  /** Refused, or unknown: stays until somebody says what is to become of it. */
  failed(item: Item, error: ChatError): void {
    this.#change(item, error.code === "unknown" ? "unknown" : "failed");
    item.error = error;
    item.entry.failed = { code: error.code, message: error.message };
    this.#keep(item);
    item.settle?.reject(error);
    item.settle = null;
    const failed = [...this.#items.values()].filter(
      ({ state }) => state === "failed" || state === "unknown",
    );
    for (const one of failed.slice(0, -FAILED_MAX)) this.#remove(one);
  }

  /** Nothing goes out any more: what waits is refused. */
  refused(error: ChatError): void {
    for (const item of this.#items.values())
      if (item.state === "waiting")
        this.failed(item, item.isUncertain ? ownError("unknown") : error);
  }

  /** A person wants it sent again. */
  resend(id: string): void {
    const item = this.get(id);
    if (item?.state !== "failed" && item?.state !== "unknown") return;
    this.#change(item, "waiting");
    item.error = undefined;
    item.entry.failed = undefined;
    this.#untried(item);
    this.#keep(item);
  }

  discard(id: string): void {
    const item = this.get(id);
    if (item === undefined) return;
    this.#remove(item);
    item.settle?.reject(ownError("closed"));
  }

  /** Nobody will hear any more. @returns when the storage is as it should be */
  async close(): Promise<void> {
    const items = [...this.#items.values()];
    for (const item of items) {
      item.settle?.reject(ownError("closed"));
      item.settle = null;
    }
    await Promise.all(items.map(({ writing }) => writing));
    await this.#removing;
  }

  async #adopt(alive: ReadonlySet<string>): Promise<void> {
    const { storage, owner } = this.#sender.person;
    await this.#findKeys();
    const adopted: Item[] = [];
    let hasOthers = false;
    for (const [key, kept] of await storage.list(this.#prefix)) {
      if (!isEntry(kept) || !this.#sender.takes(kept)) continue;
      const isElsewhere =
        kept.owner !== owner && alive.has(lockName(kept.owner));
      hasOthers ||= isElsewhere;
      if (isElsewhere || this.#items.has(kept.id)) continue;
      kept.owner = owner;
      adopted.push(new Item(key, kept));
    }
    this.#hasOthers = hasOthers;
    if (adopted.length === 0) return;
    this.#isChanged = true;
    const all = [...adopted, ...this.#items.values()];
    all.sort((a, b) => (a.key < b.key ? -1 : 1));
    this.#items = new Map(all.map((item) => [item.entry.id, item]));
    this.#sender.adopted();
    await Promise.all(adopted.map((item) => this.#keep(item)));
  }

  /** After all keys there are. */
  #nextKey({ id, at }: Entry): string {
    this.#keyAt = Math.max(this.#keyAt, at);
    const first = this.#keyAt.toString(36).padStart(9, "0");
    const count = (this.#count++).toString(36).padStart(6, "0");
    return `${this.#prefix}${first}-${count}-${id}`;
  }

  /** Before anything is written: what is in the storage was written before. */
  #findKeys(): Promise<void> {
    this.#keysFound ??= this.#readKeys();
    return this.#keysFound;
  }

  async #readKeys(): Promise<void> {
    const { storage } = this.#sender.person;
    try {
      for (const [key] of await storage.list(this.#prefix)) {
        const at = Number.parseInt(key.slice(this.#prefix.length), 36);
        this.#keyAt = Math.max(this.#keyAt, at + 1 || 0);
      }
      for (const item of this.#items.values())
        item.key = this.#nextKey(item.entry);
    } catch {
      // Then the clock alone says what comes after what.
    }
  }

  /** That it goes out is written down first. */
  #mayGo(item: Item, place: Place, now: number): boolean {
    if (item.kept === "soon") return false;
    if (item.kept === "yes" && item.entry.tried !== undefined) return true;
    item.entry.tried ??= { ...place, at: now };
    this.#keep(item);
    return false;
  }

  /** It is known not to have arrived. */
  #untried(item: Item): void {
    item.entry.tried = undefined;
    item.firstSentAt = null;
    item.wasSent = false;
    item.isUncertain = false;
  }

  async #keep(item: Item): Promise<void> {
    const { storage } = this.#sender.person;
    item.kept = "soon";
    const writing = Promise.all([item.writing, this.#findKeys()]).then(() =>
      storage.set(item.key, item.entry),
    );
    // It goes out all the same; that the storage fails is told by itself.
    const written = writing.catch(() => {});
    item.writing = written;
    await written;
    if (item.writing !== written) return;
    item.kept = "yes";
    if (this.#items.get(item.entry.id) === item) this.#sender.advance();
  }

  #change(item: Item, state: PendingState): void {
    item.state = state;
    this.#isChanged = true;
  }

  #remove(item: Item): void {
    const { id } = item.entry;
    if (this.#items.get(id) === item) {
      this.#items.delete(id);
      this.#isChanged = true;
    }
    const { storage } = this.#sender.person;
    const before = this.#removing;
    const after = () => before;
    // What is still being written is there only then.
    this.#removing = item.writing
      .then(() => storage.remove(item.key))
      .then(after, after);
  }

  /** Begins every key. */
  get #prefix(): string {
    return `${this.#sender.person.key("out")}/`;
  }
}

/** The clock may have been set back since: then it is not known. */
function isRecent(ms: number): boolean {
  return ms >= 0 && ms < NAME_MS;
}

/** The lock that a chat holds as long as it lives. */
export function lockName(owner: string): string {
  return `edge-chat ${owner}`;
}
