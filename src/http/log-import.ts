// POST /admin/rooms/{room}/import: an exported log takes the place of a room's, all of it or nothing.
import {
  type ExportHeader,
  readEvent,
  readHeader,
} from "../core/room/export-format.ts";
import type { ImportStep } from "../core/shared/rpc.ts";
import { linesOf } from "./lines.ts";
import type { AskRoom } from "./log-export.ts";
import { problem } from "./problem.ts";

/** UTF-16 units handed to the room at once. */
const PIECE = 256 * 1024;

export async function importLog(
  room: string,
  body: ReadableStream<Uint8Array> | null,
  ask: AskRoom,
): Promise<Response> {
  const importing = new Importing(room, ask);
  let isDone = false;
  try {
    for await (const line of linesOf(body ?? new Blob().stream())) {
      const refusal = line.ok
        ? await importing.take(line.text)
        : importing.refuse(line.wrong);
      if (refusal !== null) return refusal;
    }
    const response = await importing.end();
    isDone = response.ok;
    return response;
  } finally {
    if (!isDone) await importing.abort();
  }
}

class Importing {
  readonly #room: string;
  readonly #ask: AskRoom;
  readonly #id = crypto.randomUUID();
  #number = 0;
  #header: ExportHeader | null = null;
  /** Number that the next event must have. */
  #next = 0;
  #lines: string[] = [];
  #size = 0;
  #hasBegun = false;

  constructor(room: string, ask: AskRoom) {
    this.#room = room;
    this.#ask = ask;
  }

  /** @returns the refusal of the whole, if this line is not as it should be */
  async take(line: string): Promise<Response | null> {
    this.#number++;
    if (this.#header === null) {
      const header = readHeader(line);
      if (!header.ok) return this.#refuse(header.wrong);
      this.#header = header.value;
      this.#next = header.value.first;
      return null;
    }
    if (this.#next > this.#header.seq)
      return this.#refuse("more than the header says.");
    const event = readEvent(line, this.#next, this.#room);
    if (!event.ok) return this.#refuse(event.wrong);
    this.#lines.push(event.value);
    this.#size += event.value.length;
    this.#next++;
    return this.#size < PIECE ? null : this.#send();
  }

  /** Of the line after those that were taken. */
  refuse(what: string): Response {
    this.#number++;
    return this.#refuse(what);
  }

  /** There are no more lines: the room has another log now, unless refused. */
  async end(): Promise<Response> {
    const header = this.#header;
    if (header === null) return this.refuse("expected a header.");
    if (this.#next <= header.seq)
      return this.refuse(`the file ends before event ${this.#next}.`);
    const refusal = await this.#send();
    if (refusal !== null) return refusal;
    const info = await this.#step({ kind: "end" });
    if (info.type !== "info") return overtaken();
    const { epoch, seq } = info;
    const events = header.seq === 0 ? 0 : header.seq - header.first + 1;
    return Response.json({ room: this.#room, epoch, seq, events });
  }

  /** Nothing of it stays; where there is no answer, until the next import. */
  async abort(): Promise<void> {
    if (!this.#hasBegun) return;
    try {
      await this.#step({ kind: "abort" });
    } catch {
      // The room is as it was all the same.
    }
  }

  #refuse(what: string): Response {
    return problem(400, `Line ${this.#number}: ${what}`, {
      code: "bad_request",
    });
  }

  async #send(): Promise<Response | null> {
    const lines = this.#lines;
    const kind = this.#hasBegun ? "more" : "begin";
    this.#hasBegun = true;
    [this.#lines, this.#size] = [[], 0];
    const first = this.#next - lines.length;
    const reply = await this.#step({ kind, first, lines });
    return reply.type === "done" ? null : overtaken();
  }

  #step(step: ImportStep) {
    return this.#ask({ type: "import-log", id: this.#id, step });
  }
}

function overtaken(): Response {
  return problem(409, "Another import of this room has begun since.");
}
