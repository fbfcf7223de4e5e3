// Backup folder: the files of a backup of a server, each written whole or not at all, so that a backup goes on after a crash.
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openAsBlob,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** Increased when older releases could misread a backup. */
const VERSION = 1;
const HEADER_BYTES_MAX = 4096;

export interface ServerFile {
  readonly type: "edge-chat backup";
  readonly version: number;
  /** When the backup was complete, ms since 1970; null: it is not. */
  readonly made: number | null;
}

/** Nothing can be written to the folder: the next file would fail as well. */
export class FolderError extends Error {
  override readonly name = "FolderError";
}

export class BackupFolder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** @returns null if there is no backup; @throws Error if a newer release made it */
  readServer(): ServerFile | null {
    const server = this.readJson("server.json");
    if (server === null) return null;
    const { type, version, made } = server;
    if (type !== "edge-chat backup" || version !== VERSION)
      throw new Error("The folder has no backup that this release can read.");
    return { type, version, made: typeof made === "number" ? made : null };
  }

  /** @param made ms since 1970; null: the backup has begun */
  writeServer(made: number | null): void {
    const server = { type: "edge-chat backup", version: VERSION, made };
    this.writeJson("server.json", server);
  }

  has(file: string): boolean {
    try {
      return statSync(join(this.#path, file)).isFile();
    } catch {
      return false;
    }
  }

  /** The files of a folder that end so, such as `rooms` and `.json`. */
  list(folder: string, end: string): string[] {
    try {
      return readdirSync(join(this.#path, folder))
        .filter((file) => file.endsWith(end))
        .sort()
        .map((file) => `${folder}/${file}`);
    } catch {
      return [];
    }
  }

  /** @returns the first line, of which a log has a short one */
  readHeader(file: string): string {
    const part = openSync(join(this.#path, file), "r");
    try {
      const bytes = Buffer.alloc(HEADER_BYTES_MAX);
      const length = readSync(part, bytes);
      const [header = ""] = bytes.toString("utf8", 0, length).split("\n", 1);
      return header;
    } finally {
      closeSync(part);
    }
  }

  /** A file that may be larger than the memory. */
  openBlob(file: string): Promise<Blob> {
    return openAsBlob(join(this.#path, file));
  }

  /** @returns null if there is no such file */
  readJson(file: string): Readonly<Record<string, unknown>> | null {
    if (!this.has(file)) return null;
    const text = readFileSync(join(this.#path, file), "utf8");
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null)
      throw new Error(`The file ${file} is not of a backup.`);
    return { ...value };
  }

  /** @throws FolderError; there is no file then */
  writeJson(file: string, value: object): void {
    const part = this.#open(file);
    try {
      writeAll(part, Buffer.from(JSON.stringify(value)));
      syncFile(part);
    } finally {
      closeSync(part);
    }
    this.#finish(file);
  }

  /**
   * @throws FolderError; Error if the bytes end too early. There is no file then,
   * and the bytes are not read on
   */
  async writeStream(
    file: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    let part: number | null = null;
    try {
      // In the loop, which ends the bytes where the file cannot be opened.
      for await (const chunk of bytes) {
        part ??= this.#open(file);
        writeAll(part, chunk);
      }
      part ??= this.#open(file);
      syncFile(part);
    } finally {
      if (part !== null) closeSync(part);
    }
    this.#finish(file);
  }

  /** It holds private messages: other users may not read it. */
  #open(file: string): number {
    const path = join(this.#path, file);
    return written(() => {
      makeFolder(dirname(path), 0o700);
      return openSync(`${path}.part`, "w", 0o600);
    });
  }

  #finish(file: string): void {
    const path = join(this.#path, file);
    written(() => renameSync(`${path}.part`, path));
  }
}

/** A name may have any letters, and more bytes than a file's name may have. */
export function fileNameOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 32);
}

/** The disk may take only a part of them at once, and then be full. */
function writeAll(file: number, chunk: Uint8Array): void {
  written(() => {
    for (let at = 0; at < chunk.length; )
      at += writeSync(file, chunk.subarray(at));
  });
}

function syncFile(file: number): void {
  written(() => fsyncSync(file));
}

/** @throws FolderError if the file system refuses the work */
function written<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && "code" in error ? error.code : "";
    const wrong = new FolderError(`The folder cannot be written: ${why}`);
    throw Object.assign(wrong, { code });
  }
}
