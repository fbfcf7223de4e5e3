// User file: the copy for a user is a file of JSON lines, which has its name only when it is whole.
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";

/** Increased when older releases could misread a copy. */
export const COPY_VERSION = 1;

/** The first line. */
export interface CopyHeader {
  readonly type: "user-copy";
  readonly version: number;
  readonly user: string;
  /** When the copy began, ms since 1970. */
  readonly made: number;
  readonly isForImport: boolean;
}

export class UserFile {
  readonly #path: string;
  readonly #part: number;
  #size = 0;

  /** @throws Error if the file is there, or cannot be made */
  constructor(path: string) {
    if (existsSync(path))
      throw new Error("The file is there already: choose another one.");
    this.#path = path;
    // One that is left may be open to others.
    rmSync(this.partPath, { force: true });
    // It holds private messages: other users may not read it.
    this.#part = openSync(this.partPath, "wx", 0o600);
  }

  get partPath(): string {
    return `${this.#path}.part`;
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  writeLine(value: object | string): void {
    const line = typeof value === "string" ? value : JSON.stringify(value);
    const bytes = Buffer.from(`${line}\n`);
    for (let at = 0; at < bytes.length; )
      at += writeSync(
        ...([this.#part, bytes, at, bytes.length - at] as const),
        this.#size + at,
      );
    this.#size += bytes.length;
  }

  /** Takes back what was written after this size. */
  cut(size: number): void {
    ftruncateSync(this.#part, size);
    this.#size = size;
  }

  /** @param isWhole false: it stays under the name of a part */
  close(isWhole: boolean): void {
    fsyncSync(this.#part);
    closeSync(this.#part);
    if (isWhole) renameSync(this.partPath, this.#path);
  }

  drop(): void {
    closeSync(this.#part);
    rmSync(this.partPath, { force: true });
  }
}
