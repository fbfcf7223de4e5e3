// Backup folder: the files of a backup of a server, each written whole or not at all, so that a backup goes on after a crash.
import { createHash } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openAsBlob,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** Increased when older releases could misread a backup. */
const VERSION = 1;
const HEADER_BYTES_MAX = 4096;

export interface ServerFile {
  readonly type: "edge-chat backup";
  readonly version: number;
  /** When the backup was complete, ms since 1970; null: it is not. */
  readonly made: number | null;
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

  writeJson(file: string, value: object): void {
    const bytes = Buffer.from(JSON.stringify(value));
    this.#write(file, (part) => writeAll(part, bytes));
  }

  /** @throws Error if the bytes end too early; there is no file then */
  async writeStream(
    file: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    const part = this.#open(file);
    try {
      for await (const chunk of bytes) writeAll(part, chunk);
      fsyncSync(part);
    } finally {
      closeSync(part);
    }
    this.#finish(file);
  }

  #write(file: string, write: (part: number) => void): void {
    const part = this.#open(file);
    try {
      write(part);
      fsyncSync(part);
    } finally {
      closeSync(part);
    }
    this.#finish(file);
  }

  /** It holds private messages: other users may not read it. */
  #open(file: string): number {
    const path = join(this.#path, file);
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
    return openSync(`${path}.part`, "w", 0o600);
  }

  #finish(file: string): void {
    const path = join(this.#path, file);
    renameSync(`${path}.part`, path);
  }
}

/** A name may have any letters, and more bytes than a file's name may have. */
export function fileNameOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 32);
}

/** The disk may take only a part of them at once, and then be full. */
function writeAll(file: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length; )
    at += writeSync(file, chunk.subarray(at));
}
