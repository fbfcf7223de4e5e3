// Waiting order: sorts conversations by what waits in them, and keeps the order while it must not change.
import type { UnreadCount } from "./unread.ts";

/** 0: a mention of the user waits, 1: messages wait, 2: nothing waits. */
export type WaitingRank = 0 | 1 | 2;

export interface Ranked<Item> {
  /** Differs from those of all others in the list. */
  readonly id: string;
  readonly rank: WaitingRank;
  readonly item: Item;
  /** It is in the list only while something waits. */
  readonly isPassing?: boolean;
}

export interface Arrangement<Item> {
  /** The id of the open conversation; null: none of the list is open. */
  readonly open: string | null;
  /** The user points at the list, or its figures are not all known yet. */
  readonly isHeld: boolean;
  /**
   * The item of a passing row after it was read, which stays in its place while
   * the order is held; null: it goes at once.
   */
  readonly toRead?: (item: Item) => Item | null;
}

/** @param isMuted the user has turned off the notifications of the room */
export function waitingRank(
  { count, mentions }: UnreadCount,
  isMuted = false,
): WaitingRank {
  if (isMuted) return 2;
  if (mentions > 0) return 0;
  return count > 0 ? 1 : 2;
}

/** One section of the list, with the order that its user sees. */
export class WaitingOrder<Item> {
  #shown: readonly Ranked<Item>[] = [];
  #ranks: ReadonlyMap<string, WaitingRank> = new Map();
  #open: string | null = null;
  /** The open conversation keeps it after it has been read. */
  #openRank: WaitingRank = 2;

  /**
   * Mentions come first, then messages, then the rest; the order within each
   * group stays. While the order is held, what is new comes at the end, and
   * passing rows neither come nor go.
   *
   * @param all in the order that they have if nothing waits
   */
  arrange(
    all: readonly Ranked<Item>[],
    { open, isHeld, toRead = () => null }: Arrangement<Item>,
  ): Item[] {
    const before = this.#ranks;
    this.#ranks = new Map(all.map(({ id, rank }) => [id, rank]));
    if (open !== this.#open) {
      this.#open = open;
      const id = open ?? "";
      // It may be read already.
      this.#openRank = before.get(id) ?? this.#ranks.get(id) ?? 2;
    }
    this.#shown = isHeld
      ? this.#keep(all, toRead)
      : [...all].sort((a, b) => this.#rankOf(a) - this.#rankOf(b));
    return this.#shown.map(({ item }) => item);
  }

  #rankOf({ id, rank }: Ranked<Item>): WaitingRank {
    return id === this.#open ? this.#openRank : rank;
  }

  #keep(
    all: readonly Ranked<Item>[],
    toRead: (item: Item) => Item | null,
  ): Ranked<Item>[] {
    const now = new Map(all.map((one) => [one.id, one]));
    const kept = this.#shown.flatMap((before): Ranked<Item>[] => {
      const same = now.get(before.id);
      now.delete(before.id);
      if (same !== undefined) return [same];
      const item = before.isPassing ? toRead(before.item) : null;
      return item === null ? [] : [{ ...before, item }];
    });
    const added = [...now.values()].filter(({ isPassing }) => !isPassing);
    return [...kept, ...added];
  }
}
