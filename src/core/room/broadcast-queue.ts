// Broadcast queue: a room collects events and notices until its next flush, which sends each connection its view of them.
import { SEPARATOR } from "../../protocol/framing.ts";
import { type Chunk, chunksOf } from "../shared/chunks.ts";
import type { Conn, Send } from "../shared/contract.ts";
import type { Connection } from "./connection.ts";

/** A frame that is encoded once: as JSON, and as text for people on first use. */
export interface Encoded {
  readonly json: string;
  readonly text: () => readonly string[];
}

/** A numbered event for everyone; its sender gets the ack instead. */
interface EventEntry {
  readonly kind: "event";
  readonly shared: Encoded;
  readonly from: Connection | null;
  readonly ack: string;
}
type Entry =
  | EventEntry
  /** A frame for everyone except some connections; it is never stored. */
  | { kind: "notice"; shared: Encoded; except: ReadonlySet<Connection> }
  /** A line for one connection, at its place in the order. */
  | { kind: "direct"; connection: Connection; line: string };

type FrameFormat = "batch" | "plain" | "text";

/** At index `at` of the shared lines, `drop` lines are replaced by `line`. */
interface Replacement {
  readonly at: number;
  readonly drop: 0 | 1;
  readonly line: string | null;
}

export class BroadcastQueue {
  #entries: Entry[] = [];
  /** Connections that joined while entries waited: how many entries came before. */
  readonly #joined = new Map<Connection, number>();
  #eventCount = 0;
  #urgentCount = 0;
  /** They add events at the flush. */
  readonly #deferred = new Set<(now: number) => void>();

  get isEmpty(): boolean {
    return this.#entries.length === 0 && this.#deferred.size === 0;
  }

  /** Something waits beside joins and leaves, which may wait longer. */
  get isUrgent(): boolean {
    return this.#urgentCount > 0;
  }

  /** How many things wait beside joins and leaves. */
  get urgentCount(): number {
    return this.#urgentCount;
  }

  /** How many numbered events wait. */
  get eventCount(): number {
    return this.#eventCount;
  }

  /** Adds a numbered event, and its ack for the connection that sent it. */
  event(shared: Encoded, from: Connection | null, ack: string): void {
    this.#entries.push({ kind: "event", shared, from, ack });
    this.#eventCount++;
    this.#urgentCount++;
  }

  /**
   * Adds a frame that is not stored, for all except some connections.
   *
   * @param mayWait it tells of a join or leave, and waits for others of its kind
   */
  notice(
    shared: Encoded,
    except: ReadonlySet<Connection>,
    mayWait = false,
  ): void {
    this.#entries.push({ kind: "notice", shared, except });
    if (!mayWait) this.#urgentCount++;
  }

  /** Adds a line for one connection. */
  direct(connection: Connection, line: string): void {
    this.#entries.push({ kind: "direct", connection, line });
    this.#urgentCount++;
  }

  /**
   * Events that are made at the flush, since they depend on all that waits. They
   * come after everything that waits then.
   *
   * @param add adds them; it is called once, however often it was deferred
   */
  defer(add: (now: number) => void): void {
    this.#deferred.add(add);
    this.#urgentCount++;
  }

  /** Adds the events that were deferred. */
  addDeferred(now: number): void {
    if (this.#deferred.size === 0) return;
    const deferred = [...this.#deferred];
    this.#deferred.clear();
    for (const add of deferred) add(now);
  }

  /** The welcome lists the members: notices that wait already are not sent there. */
  joined(connection: Connection): void {
    if (!this.isEmpty) this.#joined.set(connection, this.#entries.length);
  }

  /** The JSON of the events that wait, in order. */
  eventLines(): string[] {
    return this.#entries.flatMap((entry) =>
      entry.kind === "event" ? entry.shared.json : [],
    );
  }

  /**
   * Empties the queue.
   *
   * @param recipients all joined connections
   * @returns the frames for each of them
   */
  take(recipients: Iterable<Connection>): Send[] {
    const [first] = this.#entries;
    if (first?.kind === "event" && this.#entries.length === 1) {
      this.#clear();
      return sendsOfEvent(first, recipients);
    }
    const shared = this.#entries.flatMap((entry) =>
      entry.kind === "direct" ? [] : entry.shared,
    );
    const replacements = this.#replacements();
    this.#clear();

    const lines = shared.map(({ json }) => json);
    const chunks = lines.length > 0 ? chunksOf(lines) : [{ from: 0, to: 0 }];
    const joinedLines = chunks.map((run) => new JoinedLines(lines, run));
    const views: Record<
      FrameFormat,
      (own: readonly Replacement[]) => readonly string[]
    > = {
      batch: (own) =>
        joinedLines.map((one, i) =>
          one.replaced(own, i === joinedLines.length - 1),
        ),
      plain: (own) => replaced(lines, own),
      // Readers of text get no acks.
      text: (own) =>
        replaced(
          shared,
          own.map(({ at, drop }) => ({ at, drop, line: null })),
        ).flatMap((one) => one.text()),
    };
    const sameView: Record<FrameFormat, Connection[]> = {
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
      if (own === undefined) sameView[formatOf(connection)].push(connection);
      else send([connection], formatOf(connection), own);
    }
    for (const kind of ["batch", "plain", "text"] as const)
      if (sameView[kind].length > 0) send(sameView[kind], kind, []);
    return sends;
  }

  #clear(): void {
    this.#entries = [];
    this.#joined.clear();
    this.#eventCount = 0;
    this.#urgentCount = 0;
  }

  /** The replacements of each connection whose view differs from the shared one. */
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
        case "direct":
          note(entry.connection, { at, drop: 0, line: entry.line });
          break;
        default:
          entry satisfies never;
      }
    });
    return replacements;
  }
}

/** The frames of one event, which most flushes of small rooms are. */
function sendsOfEvent(
  { shared, from, ack }: EventEntry,
  recipients: Iterable<Connection>,
): Send[] {
  const sends: Send[] = [];
  const inJson: Conn[] = [];
  const inText: Conn[] = [];
  for (const connection of recipients) {
    if (connection !== from)
      (connection.text ? inText : inJson).push(connection.conn);
    // Readers of text get no acks.
    else if (!connection.text)
      sends.push({ to: [connection.conn], frames: [ack] });
  }
  if (inJson.length > 0) sends.push({ to: inJson, frames: [shared.json] });
  const lines = inText.length === 0 ? [] : shared.text();
  const frames = lines.filter((line) => line !== "");
  if (frames.length > 0) sends.push({ to: inText, frames });
  return sends;
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

/** Consecutive shared lines as one string, from which parts can be cut. */
class JoinedLines {
  readonly #whole: string;
  readonly #from: number;
  readonly #to: number;
  /** The index in the string at which each line starts, and the next one would. */
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

  /** The string with some lines replaced; empty if no line is left. */
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
