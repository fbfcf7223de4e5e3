// A room's parts, and how anything in it speaks to a connection: what join, speech and reading share.
import { errorFrame, toJson } from "../protocol/codec.ts";
import { CLOSES, type CloseName, type ErrorCode } from "../protocol/errors.ts";
import type { ServerMessage } from "../protocol/messages.ts";
import { nameKey } from "../protocol/names.ts";
import type { Settings } from "../protocol/settings.ts";
import { type Reader, toText } from "../protocol/text-format.ts";
import { Calls } from "./calls.ts";
import { Crowd } from "./crowd.ts";
import { Departures } from "./departures.ts";
import { isPrivateRoom } from "./door.ts";
import { isDue } from "./due.ts";
import { Ends } from "./ends.ts";
import { type Conn, type Effects, noEffects, type Tools } from "./host.ts";
import { type Link, SHUT, toAttachment } from "./link.ts";
import { Log } from "./log.ts";
import { type Encoded, Outbox } from "./outbox.ts";
import { FRAME, Pace } from "./pace.ts";
import { pack } from "./packing.ts";
import { PostBag } from "./post-bag.ts";
import { type Member, Presence } from "./presence.ts";
import { Recent } from "./recent.ts";

export class Floor {
  readonly tools: Tools;
  readonly settings: Settings;
  /** The room's name. */
  readonly name: string;
  readonly log: Log;
  readonly recent: Recent;
  readonly outbox = new Outbox();
  readonly pace = new Pace(FRAME);
  readonly presence = new Presence();
  readonly calls = new Calls();
  readonly posts = new PostBag(this.calls);
  readonly links = new Map<Conn, Link>();
  /** Only a token that names the room opens it. */
  readonly isPrivate: boolean;
  /** Keys of names that no guest may have. */
  readonly reserved: ReadonlySet<string>;
  /** Those that are joined. */
  readonly audience = new Set<Link>();
  /** Those that wait for the directory. */
  readonly arriving = new Set<Link>();
  readonly crowd = new Crowd(this);
  readonly departures = new Departures(this);
  readonly ends = new Ends(this);
  /** Joins that were answered, with the frames that were held for them. */
  readonly freed: { link: Link; held: readonly (string | null)[] }[] = [];
  /** What the event at hand leads to. */
  effects: Effects = noEffects();
  /** Lines for single connections, by this event and so far. */
  readonly #direct = new Map<Link, Encoded[]>();
  readonly #keep = new Set<Link>();
  #version = 0;
  #flushAt: number | null = null;

  constructor(tools: Tools, settings: Settings, name: string) {
    this.tools = tools;
    this.settings = settings;
    this.name = name;
    this.log = new Log(tools.sql, name);
    this.recent = new Recent(this.log);
    this.isPrivate = isPrivateRoom(settings, name);
    this.reserved = new Set(settings.RESERVED_NAMES.map(nameKey));
  }

  /**
   * Rises with each use, over restarts too as long as the clock does. If it
   * was set back meanwhile, a directory says what it had heard before.
   */
  nextVersion(now: number): number {
    this.#version = Math.max(now, this.#version + 1);
    return this.#version;
  }

  /** A version that was used before. */
  used(version: number): void {
    this.#version = Math.max(this.#version, version);
  }

  /** Says something to one connection, before anything said to it later. */
  tell(link: Link, ...messages: ServerMessage[]): void {
    this.tellEncoded(
      link,
      messages.map((message) => encode(message, this.#reader(link))),
    );
  }

  /** Likewise with lines that are JSON already. */
  tellLines(link: Link, lines: readonly string[]): void {
    this.tellEncoded(
      link,
      lines.map((line) => fromLine(line, this.#reader(link))),
    );
  }

  tellEncoded(link: Link, encoded: readonly Encoded[]): void {
    const before = this.#direct.get(link);
    if (before === undefined) this.#direct.set(link, [...encoded]);
    else before.push(...encoded);
  }

  /** For everybody alike. */
  encode(message: ServerMessage): Encoded {
    return encode(message, { user: null, room: this.name });
  }

  #reader(link: Link): Reader {
    return { user: memberOf(link)?.user ?? null, room: this.name };
  }

  fail(link: Link, code: ErrorCode, more?: Parameters<typeof errorFrame>[1]) {
    this.tell(link, errorFrame(code, more));
  }

  /** Closes a connection and forgets it; what it was told before arrives. */
  shut(link: Link, as: CloseName): void {
    this.#drain();
    this.#keep.delete(link);
    this.effects.keep.push({ conn: link.conn, attachment: SHUT });
    this.effects.close.push({ conn: link.conn, as });
    this.links.delete(link.conn);
    if (CLOSES[as].code < CLOSES.refused.code) this.logClose(CLOSES[as].code);
  }

  /** Of an abnormal close: how it was, and how the room is. */
  logClose(code: number): void {
    this.effects.logs.push({
      event: "closed",
      code,
      connections: this.links.size,
      members: this.presence.count,
    });
  }

  /** Keeps what the connection is now, for after a sleep. */
  keep(link: Link): void {
    this.#keep.add(link);
  }

  /** A notice to everybody joined, but some. */
  announce(message: ServerMessage, except: ReadonlySet<Link>): void {
    this.outbox.notice(this.encode(message), except);
  }

  /** Sends what waits if the pace allows, else sees to it that it is done in time. */
  pump(now: number): void {
    this.posts.pump(now, this.settings.FLUSH_CEILING_MS);
    if (this.outbox.isEmpty) return;
    const ceiling = this.settings.FLUSH_CEILING_MS;
    const wait = this.pace.wait(now, ceiling);
    if (wait === 0 || isDue(this.#flushAt, now, ceiling)) this.flush(now);
    else this.#flushAt ??= now + wait;
  }

  /** Writes what waits to the log, then hands it to everybody. */
  flush(now: number): void {
    this.#flushAt = null;
    if (this.outbox.isEmpty) return;
    const lines = this.outbox.eventLines();
    if (lines.length > 0) this.log.extend(lines, this.settings.ROOM_HISTORY);
    this.#drain();
    const sends = this.outbox.take(this.audience);
    this.effects.send.push(...sends);
    this.pace.spend(this.audience.size, lines.length, now);
  }

  /** When something is due, ms since 1970. */
  get dueAt(): number | null {
    const times = [
      this.#flushAt,
      this.posts.dueAt,
      this.presence.nextGone(),
      this.crowd.dueAt,
      this.departures.dueAt,
    ].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** The effects of the event at hand, complete; the next one starts anew. */
  finish(): Effects {
    this.#drain();
    for (const link of this.#keep)
      this.effects.keep.push({
        conn: link.conn,
        attachment: toAttachment(link),
      });
    this.#keep.clear();
    this.effects.calls.push(...this.calls.take());
    this.effects.timer = this.dueAt;
    const effects = this.effects;
    this.effects = noEffects();
    return effects;
  }

  #drain(): void {
    for (const [link, encoded] of this.#direct) {
      const frames = link.text
        ? encoded.flatMap((one) => one.text())
        : encoded.map((one) => one.json);
      if (frames.length > 0)
        this.effects.send.push({
          to: [link.conn],
          frames: link.batch && !link.text ? pack(frames) : frames,
        });
    }
    this.#direct.clear();
  }
}

/** Encodes a message once; as text only if somebody reads text. */
function encode(message: ServerMessage, reader: Reader): Encoded {
  let text: readonly string[] | null = null;
  return {
    json: toJson(message),
    text: () => {
      text ??= toText(message, reader);
      return text;
    },
  };
}

/** The same from a line of ours, as the log and the mail hold them. */
function fromLine(line: string, reader: Reader): Encoded {
  let text: readonly string[] | null = null;
  return {
    json: line,
    text: () => {
      text ??= toText(JSON.parse(line) as ServerMessage, reader);
      return text;
    },
  };
}

export function memberOf(link: Link): Member | null {
  return link.phase.state === "joined" ? link.phase.member : null;
}
