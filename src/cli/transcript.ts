// Transcript: turns the events of a chat into the lines that a person reads from top to bottom.
import type { ChatMention, ChatMessage } from "../client/index.ts";
import { reportClosedLine, reportedLine } from "../protocol/report-line.ts";
import type { ChatEvent } from "./chat-events.ts";
import {
  changeLine,
  dayLine,
  dayOf,
  errorLine,
  errorText,
  isHidden,
  mentionLine,
  messageLine,
  noticeLine,
  privateLine,
  type Viewer,
} from "./render.ts";
import { type StyledLine, styled } from "./styled-text.ts";

/** Mentions that `/mentions` lists. */
const MENTIONS_MAX = 200;

export class Transcript {
  readonly #viewer: Viewer;
  /** Today is not announced. */
  #day = dayOf(Date.now());
  #hasJoined = false;
  #hasFailed = false;
  /** The `seq` of the oldest message shown of the room's present history. */
  #oldest: number | null = null;

  /** The newest mentions of the user, oldest first. */
  mentions: readonly ChatMention[] = [];

  constructor(viewer: Viewer) {
    this.#viewer = viewer;
  }

  /** `/history` continues before this message. */
  get oldest(): number | null {
    return this.#oldest;
  }

  /** Messages from this one on are shown. */
  setOldest(seq: number): void {
    this.#oldest = seq;
  }

  /** The lines of an older page, with its own day lines. */
  pageLines(messages: readonly ChatMessage[]): StyledLine[] {
    const days = new Set<string>();
    const today = dayOf(Date.now());
    const visible = messages.filter((one) => !isHidden(one, this.#viewer));
    return visible.flatMap((message) => {
      const day = dayOf(message.at);
      const isNew = day !== today && !days.has(day);
      days.add(day);
      const line = messageLine(message, this.#viewer);
      return isNew && this.#viewer.hasClock
        ? [dayLine(message.at), line]
        : [line];
    });
  }

  /** @param room as the server spells it */
  eventLines(event: ChatEvent, room: string, count: number): StyledLine[] {
    const viewer = this.#viewer;
    switch (event.type) {
      case "message":
        this.#oldest ??= event.seq;
        if (isHidden(event, viewer)) return [];
        return [...this.#dayLines(event.at), messageLine(event, viewer)];
      case "edited":
      case "deleted":
      case "reacted":
      case "pinned":
      case "unpinned":
      case "topic":
      case "moderated":
        if ("user" in event && isHidden(event, viewer)) return [];
        return [...this.#dayLines(event.at), changeLine(event, viewer)];
      case "private":
        if (isHidden(event, viewer)) return [];
        return [...this.#dayLines(event.at), privateLine(event, viewer)];
      case "mention":
        this.mentions = [...this.mentions, event].slice(-MENTIONS_MAX);
        if (isHidden(event, viewer) || this.#isShown(event, room)) return [];
        return [...this.#dayLines(event.at), mentionLine(event, viewer)];
      case "joined":
      case "left": {
        const { type, username, at } = event;
        return [
          ...this.#dayLines(at),
          noticeLine(`${username} ${type}`, at, viewer),
        ];
      }
      case "registered": {
        const until = `${event.username} is yours until ${dayOf(event.until)}`;
        return [noticeLine(until, null, viewer)];
      }
      case "released":
        return [noticeLine(`you gave ${event.username} up`, null, viewer)];
      case "rotated": {
        const changed = `the secret of ${event.username} has changed`;
        return [noticeLine(changed, null, viewer)];
      }
      case "blocked": {
        const names = event.blocked.map((one) => one.username ?? one.user);
        const list = names.length === 0 ? "nobody" : names.join(", ");
        return [noticeLine(`you block ${list}`, null, viewer)];
      }
      case "reported":
        return [noticeLine(reportedLine(event).slice(2), event.at, viewer)];
      case "report_closed":
        return [noticeLine(reportClosedLine(event).slice(2), event.at, viewer)];
      case "gap":
        if (event.after === null) this.#oldest = null;
        return [[styled("* some messages may be missing here", "warning")]];
      case "error":
        return [errorLine(event.error.message)];
      case "state":
        return this.#stateLines(event, room, count);
      case "members":
      case "updated":
      case "typing":
      case "pending":
        return [];
      default:
        return event satisfies never;
    }
  }

  #stateLines(
    { state, reason }: ChatEvent & { type: "state" },
    room: string,
    count: number,
  ): StyledLine[] {
    if (state === "failed" && this.#hasJoined) {
      this.#hasFailed = true;
      return [
        errorLine(
          `You are no longer in ${room}. ${reason ? errorText(reason) : ""}`,
        ),
      ];
    }
    if (state !== "connected") return [];
    const isNew = !this.#hasJoined || this.#hasFailed;
    this.#hasJoined = true;
    this.#hasFailed = false;
    const { username } = this.#viewer;
    const text = `you are ${username} in ${room} (${count} here)`;
    return isNew ? [noticeLine(text, null, this.#viewer)] : [];
  }

  /** The message itself is shown already, with the name marked. */
  #isShown(mention: ChatMention, room: string): boolean {
    const oldest = this.#oldest ?? Infinity;
    return mention.room === room && mention.of >= oldest;
  }

  /** A day line, if the time alone is ambiguous. */
  #dayLines(at: number): StyledLine[] {
    const day = dayOf(at);
    const isNew = day !== this.#day;
    this.#day = day;
    return isNew && this.#viewer.hasClock ? [dayLine(at)] : [];
  }
}
