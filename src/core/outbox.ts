// What waits for the next flush of a room, in order, and each connection's view of it.
import { SEPARATOR } from "../protocol/framing.ts";
import type { Send } from "./host.ts";
import type { Link } from "./link.ts";
import { type Run, runs } from "./packing.ts";

/** A frame once encoded: as JSON, and as text for people when one asks. */
export interface Encoded {
  readonly json: string;
  readonly text: () => readonly string[];
}

type Entry =
  /** A numbered event: everyone sees it, but its sender, who gets the ack. */
  | { kind: "event"; shared: Encoded; from: Link; ack: string }
  /** Told to everyone but some; never stored. */
  | { kind: "notice"; shared: Encoded; except: ReadonlySet<Link> }
  /** For one connection, at its place in the order. */
  | { kind: "aside"; link: Link; line: string };

type Kind = "batch" | "plain" | "text";

/** At place `at` of the shared lines, drop so many and put this instead. */
interface Swap {
  readonly at: number;
  readonly drop: 0 | 1;
  readonly line: string | null;
}

export class Outbox {
  #entries: Entry[] = [];
  /** Where those came in who joined while something waited. */
  readonly #entered = new Map<Link, number>();
  #events = 0;

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Numbered events that wait. */
  get events(): number {
    return this.#events;
  }

  event(shared: Encoded, from: Link, ack: string): void {
    this.#entries.push({ kind: "event", shared, from, ack });
    this.#events++;
  }

  notice(shared: Encoded, except: ReadonlySet<Link>): void {
    this.#entries.push({ kind: "notice", shared, except });
  }

  aside(link: Link, line: string): void {
    this.#entries.push({ kind: "aside", link, line });
  }

  /** It has seen who is here: notices that wait already are not for it. */
  entered(link: Link): void {
    if (!this.isEmpty) this.#entered.set(link, this.#entries.length);
  }

  /** The JSON of the events that wait, in order. */
  eventLines(): string[] {
    return this.#entries.flatMap((entry) =>
      entry.kind === "event" ? entry.shared.json : [],
    );
  }

  /** Empties the box: what each connection of the audience is to be sent. */
  take(audience: Iterable<Link>): Send[] {
    const shared = this.#entries.flatMap((entry) =>
      entry.kind === "aside" ? [] : entry.shared,
    );
    const swaps = this.#swaps();
    this.#entries = [];
    this.#entered.clear();
    this.#events = 0;

    const lines = shared.map(({ json }) => json);
    const chunks = lines.length > 0 ? runs(lines) : [{ from: 0, to: 0 }];
    const packed = chunks.map((run) => new Packed(lines, run));
    const views: Record<Kind, (own: readonly Swap[]) => readonly string[]> = {
      batch: (own) =>
        packed.map((one, i) => one.swapped(own, i === packed.length - 1)),
      plain: (own) => swapped(lines, own),
      // Acks say nothing to people.
      text: (own) =>
        swapped(
          shared,
          own.map(({ at, drop }) => ({ at, drop, line: null })),
        ).flatMap((one) => one.text()),
    };
    const alike: Record<Kind, Link[]> = { batch: [], plain: [], text: [] };
    const sends: Send[] = [];
    const send = (to: Link[], kind: Kind, own: readonly Swap[]) => {
      const frames = views[kind](own).filter((frame) => frame !== "");
      if (frames.length > 0)
        sends.push({ to: to.map(({ conn }) => conn), frames });
    };
    for (const link of audience) {
      const own = swaps.get(link);
      if (own === undefined) alike[kindOf(link)].push(link);
      else send([link], kindOf(link), own);
    }
    for (const kind of ["batch", "plain", "text"] as const)
      if (alike[kind].length > 0) send(alike[kind], kind, []);
    return sends;
  }

  /** How the view of those connections differs that have one of their own. */
  #swaps(): Map<Link, Swap[]> {
    const swaps = new Map<Link, Swap[]>();
    const note = (link: Link, one: Swap) => {
      const own = swaps.get(link);
      if (own === undefined) swaps.set(link, [one]);
      else own.push(one);
    };
    let at = 0;
    this.#entries.forEach((entry, i) => {
      switch (entry.kind) {
        case "event":
          note(entry.from, { at, drop: 1, line: entry.ack });
          at++;
          break;
        case "notice":
          for (const link of entry.except)
            note(link, { at, drop: 1, line: null });
          for (const [link, from] of this.#entered)
            if (i < from && !entry.except.has(link))
              note(link, { at, drop: 1, line: null });
          at++;
          break;
        case "aside":
          note(entry.link, { at, drop: 0, line: entry.line });
          break;
        default:
          entry satisfies never;
      }
    });
    return swaps;
  }
}

function kindOf(link: Link): Kind {
  return link.text ? "text" : link.batch ? "batch" : "plain";
}

function swapped<T>(
  items: readonly T[],
  swaps: readonly { at: number; drop: 0 | 1; line: T | null }[],
): T[] {
  const result: T[] = [];
  let next = 0;
  for (const { at, drop, line } of swaps) {
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
class Packed {
  readonly #whole: string;
  readonly #from: number;
  readonly #to: number;
  /** Where in the string each line starts, and where one after would. */
  readonly #starts: number[] = [];

  constructor(lines: readonly string[], { from, to }: Run) {
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
  swapped(swaps: readonly Swap[], isLast: boolean): string {
    if (swaps.length === 0) return this.#whole;
    const parts: string[] = [];
    let next = this.#from;
    for (const { at, drop, line } of swaps) {
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
