// Event sink: a file of the campaign takes the events that the app of a server hears, from the process or by HTTP.
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventBatch } from "../../../src/hooks/event-types.ts";
import type { HostName } from "../../hosts/killable-server.ts";

export class EventSink {
  /** The variable of the server that names the sink. */
  readonly vars: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #server: Server | null;

  private constructor(folder: string, server: Server | null) {
    this.#folder = folder;
    this.#server = server;
    const port = (server?.address() as AddressInfo | null)?.port;
    this.vars = {
      SINK: server === null ? fileIn(folder) : `http://127.0.0.1:${port}/`,
    };
  }

  /** A Worker has no files, so it posts to this process. */
  static async open(host: HostName): Promise<EventSink> {
    const folder = mkdtempSync(join(tmpdir(), "edge-chat-"));
    if (host === "deno") return new EventSink(folder, null);
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        appendFileSync(fileIn(folder), `\n${Buffer.concat(parts)}\n`);
        response.end();
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new EventSink(folder, server);
  }

  /** The batches of a room, in the order in which they came. */
  batches(room: string): EventBatch[] {
    return readLines(fileIn(this.#folder))
      .flatMap(parseWhole)
      .filter((batch) => batch.room === room);
  }

  close(): void {
    this.#server?.closeAllConnections();
    this.#server?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function fileIn(folder: string): string {
  return join(folder, "events.jsonl");
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    // Nothing has come yet.
    return [];
  }
}

/** A kill may tear the last line, which then comes again. */
function parseWhole(line: string): EventBatch[] {
  try {
    return line === "" ? [] : [JSON.parse(line)];
  } catch {
    return [];
  }
}
