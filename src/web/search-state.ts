// Search state: holds what a search in a room has found so far, and asks the server on.
import { type Signal, signal } from "@preact/signals";
import type { ChatMessage } from "../client/index.ts";
import type { SearchedWords } from "./highlight.ts";
import type { RoomState } from "./room-state.ts";
import { searchedRoom } from "./search-open.ts";

/** Messages that one search finds, until the user asks for more. */
const PAGE = 20;
/** The server is asked so often, until the user asks for more. */
const ASKS_MAX = 50;

export type SearchStatus =
  | "idle"
  | "short"
  | "searching"
  | "stopped"
  | "done"
  | "failed";

/** What the panel shows of a message. */
export type FoundMessage = Pick<
  ChatMessage,
  "seq" | "user" | "username" | "text" | "at"
>;

export class SearchState {
  /** The text in the field. */
  readonly text = signal("");
  readonly status: Signal<SearchStatus> = signal("idle");
  /** Why the search has failed. */
  readonly error: Signal<unknown> = signal(null);
  /** The newest first. */
  readonly found: Signal<readonly FoundMessage[]> = signal([]);
  /** How much of the room has been looked through, from 0 to 1. */
  readonly progress = signal(0);
  /** The words that were searched for. */
  searched: SearchedWords = { words: [], fold: String };
  readonly #room: RoomState;
  /** The text that is searched for, and the number of the search. */
  #searched = "";
  #run = 0;
  /** The next page is before this number; undefined: it is the first. */
  #before: number | undefined;
  #newest = 0;

  constructor(room: RoomState) {
    this.#room = room;
    const { room: events } = room;
    // What is deleted is gone here too.
    events.on("deleted", ({ of }) => this.#drop((one) => one.seq === of));
    events.on("edited", ({ of, text }) => {
      if (text !== undefined) this.#edit(of, text);
    });
    events.on("moderated", (event) => {
      const { action, target, since = 0, from = 0, to = 0 } = event;
      if (action === "purge")
        this.#drop(
          ({ user, at, seq }) =>
            user === target?.user && at >= since && seq >= from && seq <= to,
        );
    });
    events.on("gap", ({ after }) => {
      if (after === null) this.reset();
    });
  }

  /** Searches for the text in the field. */
  async start(): Promise<void> {
    this.reset();
    const run = this.#run;
    const text = this.text.peek().trim();
    const keys = await import("./text-keys.ts").catch(() => null);
    if (run !== this.#run || text === "") return;
    if (keys === null) {
      this.status.value = "failed";
      return;
    }
    if (!keys.isSearchable(text)) {
      this.status.value = "short";
      return;
    }
    this.#searched = text;
    this.searched = { words: keys.searchWords(text), fold: keys.foldSearch };
    await this.searchOn();
  }

  /** Looks for older messages. */
  async searchOn(): Promise<void> {
    if (this.#searched === "") return this.start();
    const run = ++this.#run;
    this.status.value = "searching";
    this.error.value = null;
    const wanted = this.found.peek().length + PAGE;
    for (let asked = 0; asked < ASKS_MAX; asked++) {
      const isDone = await this.#ask(run);
      if (isDone || run !== this.#run) return;
      if (this.found.peek().length >= wanted) break;
    }
    this.status.value = "stopped";
  }

  stop(): void {
    this.#run++;
    if (this.status.peek() === "searching") this.status.value = "stopped";
  }

  reset(): void {
    this.#run++;
    this.#before = undefined;
    this.#searched = "";
    this.found.value = [];
    [this.status.value, this.error.value] = ["idle", null];
    this.progress.value = 0;
  }

  /** @returns true if there is nothing to go on with */
  async #ask(run: number): Promise<boolean> {
    const before = this.#before;
    try {
      const page = await this.#room.room.search(this.#searched, {
        ...{ limit: PAGE, asks: 1 },
        ...(before !== undefined && { before }),
      });
      if (run !== this.#run) return true;
      this.#room.people.noteAuthors(page.messages);
      this.found.value = [...this.found.peek(), ...page.messages.reverse()];
      if (before === undefined) this.#newest = page.to;
      this.#before = page.from;
      const isAll = !page.more || page.from >= (before ?? Infinity);
      this.progress.value = isAll
        ? 1
        : (this.#newest - page.from) / Math.max(1, this.#newest);
      if (isAll) this.status.value = "done";
      return isAll;
    } catch (error) {
      if (run === this.#run) {
        this.status.value = "failed";
        this.error.value = error;
      }
      return true;
    }
  }

  #drop(isGone: (message: FoundMessage) => boolean): void {
    const found = this.found.peek();
    const left = found.filter((one) => !isGone(one));
    if (left.length < found.length) this.found.value = left;
  }

  #edit(of: number, text: string): void {
    const found = this.found.peek();
    if (found.some(({ seq }) => seq === of))
      this.found.value = found.map((one) =>
        one.seq === of ? { ...one, text } : one,
      );
  }
}

/** Opens the panel with a search. */
export function openSearch(room: RoomState, text: string): void {
  const search = searchOf(room);
  search.text.value = text;
  searchedRoom.value = room.id;
  search.start();
}

const states = new WeakMap<RoomState, SearchState>();

/** The search of a room, which outlives its panel. */
export function searchOf(room: RoomState): SearchState {
  const known = states.get(room) ?? new SearchState(room);
  states.set(room, known);
  return known;
}
