// Log import: answers POST /admin/rooms/{room}/import, which replaces the room's log by an exported one, all or nothing.
import {
  type ExportHeader,
  readEvent,
  readHeader,
} from "../core/room/export-format.ts";
import type { ImportStep } from "../core/shared/room-requests.ts";
import type { ErasedUsers } from "./erased-users.ts";
import type { AskRoom } from "./log-export.ts";
import { readLines } from "./ndjson.ts";
import { problem } from "./problem.ts";

/** UTF-16 units sent to the room at once. */
const CHUNK_UNITS = 256 * 1024;

export async function importLog(
  room: string,
  body: ReadableStream<Uint8Array> | null,
  erased: Pick<ErasedUsers, "without">,
  ask: AskRoom,
): Promise<Response> {
  const logImport = new LogImport(room, erased, ask);
  let isDone = false;
  try {
    for await (const line of readLines(body ?? new Blob().stream())) {
      const refusal = line.ok
        ? await logImport.addLine(line.text)
        : logImport.reject(line.error);
      if (refusal !== null) return refusal;
    }
    const response = await logImport.finish();
    isDone = response.ok;
    return response;
  } finally {
    if (!isDone) await logImport.abort();
  }
}

class LogImport {
  readonly #room: string;
  readonly #erased: Pick<ErasedUsers, "without">;
  readonly #ask: AskRoom;
  readonly #id = crypto.randomUUID();
  #number = 0;
  #header: ExportHeader | null = null;
  /** The number that the next event must have. */
  #nextSeq = 0;
  #lines: string[] = [];
  #units = 0;
  #hasBegun = false;

  constructor(
    room: string,
    erased: Pick<ErasedUsers, "without">,
    ask: AskRoom,
  ) {
    this.#room = room;
    this.#erased = erased;
    this.#ask = ask;
  }

  /** @returns the response that refuses the import, if the line is wrong */
  async addLine(line: string): Promise<Response | null> {
    this.#number++;
    if (this.#header === null) {
      const header = readHeader(line);
      if (!header.ok) return this.#rejectLine(header.wrong);
      this.#header = header.value;
      // An empty log may say that it begins at 0. No event has that number.
      this.#nextSeq = Math.max(1, header.value.first);
      return null;
    }
    if (this.#nextSeq > this.#header.seq)
      return this.#rejectLine("more than the header says.");
    const event = readEvent(line, this.#nextSeq, this.#room);
    if (!event.ok) return this.#rejectLine(event.wrong);
    const left = this.#erased.without(event.value);
    this.#lines.push(left);
    this.#units += left.length;
    this.#nextSeq++;
    return this.#units < CHUNK_UNITS ? null : this.#sendLines();
  }

  /** Refuses the line after the last one that was added. */
  reject(what: string): Response {
    this.#number++;
    return this.#rejectLine(what);
  }

  /** Ends the import: the room has the new log now, unless this refuses it. */
  async finish(): Promise<Response> {
    const header = this.#header;
    if (header === null) return this.reject("expected a header.");
    if (this.#nextSeq <= header.seq)
      return this.reject(`the file ends before event ${this.#nextSeq}.`);
    const refusal = await this.#sendLines();
    if (refusal !== null) return refusal;
    const info = await this.#step({ kind: "end" });
    if (info.type !== "info") return conflict();
    const { epoch, seq, expired } = info;
    const events = header.seq === 0 ? 0 : header.seq - header.first + 1;
    return Response.json({ room: this.#room, epoch, seq, events, expired });
  }

  /**
   * Drops the import. If the room does not answer, the next import drops it.
   */
  async abort(): Promise<void> {
    if (!this.#hasBegun) return;
    try {
      await this.#step({ kind: "abort" });
    } catch {
      // The room keeps its log in any case.
    }
  }

  #rejectLine(what: string): Response {
    return problem(400, `Line ${this.#number}: ${what}`, {
      code: "bad_request",
    });
  }

  async #sendLines(): Promise<Response | null> {
    const lines = this.#lines;
    const kind = this.#hasBegun ? "more" : "begin";
    this.#hasBegun = true;
    [this.#lines, this.#units] = [[], 0];
    const first = this.#nextSeq - lines.length;
    const reply = await this.#step({ kind, first, lines });
    return reply.type === "done" ? null : conflict();
  }

  #step(step: ImportStep) {
    const { epoch } = this.#header ?? {};
    return this.#ask({
      ...{ type: "import-log", id: this.#id, step },
      ...(epoch !== undefined && { epoch }),
    });
  }
}

function conflict(): Response {
  return problem(409, "Another import of this room has begun since.");
}
