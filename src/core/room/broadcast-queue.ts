// What waits for the next flush of a room, in order, and each connection's view of it.
import { SEPARATOR } from "../../protocol/framing.ts";
import { type Chunk, chunksOf } from "../shared/chunks.ts";
import type { Send } from "../shared/contract.ts";
import type { Connection } from "./connection.ts";

/** A frame once encoded: as JSON, and as text for people when one asks. */
export interface Encoded {
  readonly json: string;
  readonly text: () => readonly string[];
}

type Entry =
  /** A numbered event: everyone sees it, but its sender, who gets the ack. */
  | { kind: "event"; shared: Encoded; from: Connection | null; ack: string }
  /** Told to everyone but some; never stored. */
  | { kind: "notice"; shared: Encoded; except: ReadonlySet<Connection> }
  /** For one connection, at its place in the order. */
  | { kind: "aside"; connection: Connection; line: string };

type FrameFormat = "batch" | "plain" | "text";

/** At place `at` of the shared lines, drop so many and put this instead. */
interface Replacement {
  readonly at: number;
  readonly drop: 0 | 1;
  readonly line: string | null;
}

export class BroadcastQueue {
  #entries: Entry[] = [];
  /** Where those came in who joined while something waited. */
  readonly #joined = new Map<Connection, number>();
  #eventCount = 0;

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Numbered events that wait. */
  get eventCount(): number {
    return this.#eventCount;
  }

  event(shared: Encoded, from: Connection | null, ack: string): void {
    this.#entries.push({ kind: "event", shared, from, ack });
    this.#eventCount++;
  }

  notice(shared: Encoded, except: ReadonlySet<Connection>): void {
    this.#entries.push({ kind: "notice", shared, except });
  }

  direct(connection: Connection, line: string): void {
    this.#entries.push({ kind: "aside", connection, line });
  }

  /** It has seen who is here: notices that wait already are not for it. */
  joined(connection: Connection): void {
    if (!this.isEmpty) this.#joined.set(connection, this.#entries.length);
  }

  /** The JSON of the events that wait, in order. */
  eventLines(): string[] {
    return this.#entries.flatMap((entry) =>
      entry.kind === "event" ? entry.shared.json : [],
    );
  }

  /** Empties the box: what each connection of the audience is to be sent. */
  take(recipients: Iterable<Connection>): Send[] {
    const shared = this.#entries.flatMap((entry) =>
      entry.kind === "aside" ? [] : entry.shared,
    );
    const replacements = this.#replacements();
    this.#entries = [];
    this.#joined.clear();
    this.#eventCount = 0;

    const lines = shared.map(({ json }) => json);
    const chunks = lines.length > 0 ? chunksOf(lines) : [{ from: 0, to: 0 }];
    const packed = chunks.map((run) => new JoinedLines(lines, run));
    const views: Record<
      FrameFormat,
      (own: readonly Replacement[]) => readonly string[]
    > = {
      batch: (own) =>
        packed.map((one, i) => one.replaced(own, i === packed.length - 1)),
      plain: (own) => replaced(lines, own),
      // Acks say nothing to people.
      text: (own) =>
        replaced(
          shared,
          own.map(({ at, drop }) => ({ at, drop, line: null })),
        ).flatMap((one) => one.text()),
    };
    const alike: Record<FrameFormat, Connection[]> = {
      batch: [],
      plain: [],
      text: [],
    };
    const sends: Send[] = [];
    const send = (
      to: Connection[],
      kind: FrameFormat,
      own: readonly Replacement[],
    ) => {
      const frames = views[kind](own).filter((frame) => frame !== "");
      if (frames.length > 0)
        sends.push({ to: to.map(({ conn }) => conn), frames });
    };
    for (const connection of recipients) {
      const own = replacements.get(connection);
      if (own === undefined) alike[formatOf(connection)].push(connection);
      else send([connection], formatOf(connection), own);
    }
    for (const kind of ["batch", "plain", "text"] as const)
      if (alike[kind].length > 0) send(alike[kind], kind, []);
    return sends;
  }

  /** How the view of those connections differs that have one of their own. */
  #replacements(): Map<Connection, Replacement[]> {
    const replacements = new Map<Connection, Replacement[]>();
    const note = (connection: Connection, one: Replacement) => {
      const own = replacements.get(connection);
      if (own === undefined) replacements.set(connection, [one]);
      else own.push(one);
    };
    let at = 0;
    this.#entries.forEach((entry, i) => {
      switch (entry.kind) {
        case "event":
          if (entry.from !== null)
            note(entry.from, { at, drop: 1, line: entry.ack });
          at++;
          break;
        case "notice":
          for (const connection of entry.except)
            note(connection, { at, drop: 1, line: null });
          for (const [connection, from] of this.#joined)
            if (i < from && !entry.except.has(connection))
              note(connection, { at, drop: 1, line: null });
          at++;
          break;
        case "aside":
          note(entry.connection, { at, drop: 0, line: entry.line });
          break;
        default:
          entry satisfies never;
      }
    });
    return replacements;
  }
}

function formatOf(connection: Connection): FrameFormat {
  return connection.text ? "text" : connection.batch ? "batch" : "plain";
}

function replaced<T>(
  items: readonly T[],
  replacements: readonly { at: number; drop: 0 | 1; line: T | null }[],
): T[] {
  const result: T[] = [];
  let next = 0;
  for (const { at, drop, line } of replacements) {
    while (next < at) push(result, items[next++]);
    push(result, line);
    next = at + drop;
  }
  while (next < items.length) push(result, items[next++]);
  return result;
}

function push<T>(items: T[], item: T | null | undefined): void {
  if (item !== null && item !== undefined) items.push(item);
}

/** A run of the shared lines as one string, out of which parts can be cut. */
class JoinedLines {
  readonly #whole: string;
  readonly #from: number;
  readonly #to: number;
  /** Where in the string each line starts, and where one after would. */
  readonly #starts: number[] = [];

  constructor(lines: readonly string[], { from, to }: Chunk) {
    let at = 0;
    for (let i = from; i < to; i++) {
      this.#starts.push(at);
      at += (lines[i] ?? "").length + SEPARATOR.length;
    }
    this.#starts.push(at);
    this.#whole = lines.slice(from, to).join(SEPARATOR);
    [this.#from, this.#to] = [from, to];
  }

  /** The string with some lines swapped; empty if nothing is left of it. */
  replaced(replacements: readonly Replacement[], isLast: boolean): string {
    if (replacements.length === 0) return this.#whole;
    const parts: string[] = [];
    let next = this.#from;
    for (const { at, drop, line } of replacements) {
      const isHere = at < this.#to || (isLast && at === this.#to);
      if (at < this.#from || !isHere) continue;
      if (at > next) parts.push(this.#part(next, at));
      if (line !== null) parts.push(line);
      next = at + drop;
    }
    if (next < this.#to) parts.push(this.#part(next, this.#to));
    return parts.join(SEPARATOR);
  }

  #part(from: number, to: number): string {
    return this.#whole.slice(
      this.#starts[from - this.#from],
      (this.#starts[to - this.#from] ?? 0) - SEPARATOR.length,
    );
  }
}
