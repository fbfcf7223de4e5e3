// Registry pages: a service walks through the registry of rooms or of names, and reads the next entries from some of its parts at once.

import {
  nameRegistryName,
  nextCursor,
  REGISTRY_PAGE_MAX,
  REGISTRY_SHARDS,
  type RegistryCursor,
  type RoomList,
  registryName,
} from "../shared/registry-requests.ts";
import type { OpenCalls } from "./open-calls.ts";

/** Parts of the registry that are asked at once, at most. */
const PARTS_MAX = 16;
/** Entries of one page: each is a call, and an event has a limit of calls. */
const ENTRIES_MAX = 256;

export interface RegistryPage {
  /** The rooms, or the names as they are shown. */
  readonly entries: readonly string[];
  /** null: this is the last page. The same as before: a part does not answer. */
  readonly next: RegistryCursor | null;
}

export class RegistryPages {
  readonly #calls: OpenCalls;
  readonly #nameOf: (part: number) => string;
  /** Fewer parts are asked where each has many entries. */
  #parts = PARTS_MAX;

  constructor(calls: OpenCalls, of: "rooms" | "names") {
    this.#calls = calls;
    this.#nameOf = of === "rooms" ? registryName : nameRegistryName;
  }

  /** @param done is called once, after the last part has answered, or has not */
  read(
    from: RegistryCursor,
    now: number,
    done: (page: RegistryPage, now: number) => void,
  ): void {
    const count = Math.min(this.#parts, REGISTRY_SHARDS - from.shard);
    const limit = Math.min(
      REGISTRY_PAGE_MAX,
      Math.floor(ENTRIES_MAX / this.#parts),
    );
    const lists: (RoomList | null)[] = [];
    let open = count;
    for (let i = 0; i < count; i++) {
      const name = this.#nameOf(from.shard + i);
      const after = i === 0 ? from.after : "";
      const op = { type: "rooms", after, limit } as const;
      this.#calls.ask({ kind: "service", name }, op, now, (reply, then) => {
        lists[i] = reply?.type === "rooms" ? reply : null;
        if (--open === 0) done(this.#pageOf(from, lists), then);
      });
    }
  }

  #pageOf(
    from: RegistryCursor,
    lists: readonly (RoomList | null)[],
  ): RegistryPage {
    const entries: string[] = [];
    let next: RegistryCursor | null = from;
    for (const list of lists) {
      // The next page begins with the part that has not answered.
      if (list === null || next === null) break;
      entries.push(...list.rooms.map(({ room }) => room));
      next = nextCursor(next, list.rooms, list.more);
      if (list.more) break;
    }
    const isCut = lists.some((list) => list?.more === true);
    if (isCut) this.#parts = Math.max(1, this.#parts / 2);
    else if (entries.length < ENTRIES_MAX / 4)
      this.#parts = Math.min(PARTS_MAX, this.#parts * 2);
    return { entries, next };
  }
}
