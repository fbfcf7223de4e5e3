// What the events of a chat add to what one reads from top to bottom.
import type { ChatEvent, ChatMessage } from "../client/index.ts";
import {
  complaint,
  dayLine,
  dayOf,
  isHidden,
  messageLine,
  notice,
  privateLine,
  type Reader,
  whyOf,
} from "./render.ts";
import { type Line, span } from "./span.ts";

export class Transcript {
  readonly #reader: Reader;
  /** Needs no saying for today. */
  #day = dayOf(Date.now());
  #hasJoined = false;
  #isRefused = false;
  /** The first message shown of the room's history as it is now. */
  #oldest: number | null = null;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Before which message there may be more. */
  get oldest(): number | null {
    return this.#oldest;
  }

  /** It has been shown from here on. */
  shownFrom(seq: number): void {
    this.#oldest = seq;
  }

  /** A page from before, with days of its own. */
  withDays(messages: readonly ChatMessage[]): Line[] {
    const days = new Set<string>();
    const today = dayOf(Date.now());
    const seen = messages.filter((one) => !isHidden(one, this.#reader));
    return seen.flatMap((message) => {
      const day = dayOf(message.at);
      const isNew = day !== today && !days.has(day);
      days.add(day);
      const line = messageLine(message, this.#reader);
      return isNew && this.#reader.hasClock
        ? [dayLine(message.at), line]
        : [line];
    });
  }

  /** @param room as the server spells it */
  linesOf(event: ChatEvent, room: string, count: number): Line[] {
    const reader = this.#reader;
    switch (event.type) {
      case "message":
        this.#oldest ??= event.seq;
        if (isHidden(event, reader)) return [];
        return [...this.#dayOf(event.at), messageLine(event, reader)];
      case "private":
        if (isHidden(event, reader)) return [];
        return [...this.#dayOf(event.at), privateLine(event, reader)];
      case "joined":
      case "left": {
        const { type, username, at } = event;
        return [...this.#dayOf(at), notice(`${username} ${type}`, at, reader)];
      }
      case "registered": {
        const until = `${event.username} is yours until ${dayOf(event.until)}`;
        return [notice(until, null, reader)];
      }
      case "released":
        return [notice(`you gave ${event.username} up`, null, reader)];
      case "rotated": {
        const changed = `the secret of ${event.username} has changed`;
        return [notice(changed, null, reader)];
      }
      case "blocked": {
        const names = event.blocked.map((one) => one.username ?? one.user);
        const list = names.length === 0 ? "nobody" : names.join(", ");
        return [notice(`you block ${list}`, null, reader)];
      }
      case "gap":
        if (event.after === null) this.#oldest = null;
        return [[span("* some messages may be missing here", "warning")]];
      case "error":
        return [complaint(event.error.message)];
      case "state":
        return this.#state(event, room, count);
      case "members":
      case "typing":
      case "pending":
        return [];
      default:
        return event satisfies never;
    }
  }

  #state(
    { state, reason }: ChatEvent & { type: "state" },
    room: string,
    count: number,
  ): Line[] {
    if (state === "refused" && this.#hasJoined) {
      this.#isRefused = true;
      return [
        complaint(`You are out of ${room}. ${reason ? whyOf(reason) : ""}`),
      ];
    }
    if (state !== "live") return [];
    const isNews = !this.#hasJoined || this.#isRefused;
    this.#hasJoined = true;
    this.#isRefused = false;
    const { username } = this.#reader;
    const words = `you are ${username} in ${room} (${count} here)`;
    return isNews ? [notice(words, null, this.#reader)] : [];
  }

  /** Where the clock alone would not tell when that was. */
  #dayOf(at: number): Line[] {
    const day = dayOf(at);
    const isNew = day !== this.#day;
    this.#day = day;
    return isNew && this.#reader.hasClock ? [dayLine(at)] : [];
  }
}
