// Deno types: declares for tsc the part of Deno that src/deno uses; `deno check` has the real types.

declare namespace Deno {
  const args: readonly string[];
  const env: {
    get(name: string): string | undefined;
    toObject(): Record<string, string>;
  };
  function exit(code: number): never;
  function addSignalListener(
    signal: "SIGINT" | "SIGTERM",
    handler: () => void,
  ): void;

  namespace errors {
    class NotCapable extends Error {}
    class NotFound extends Error {}
  }

  interface FsFile {
    tryLockSync(exclusive?: boolean): boolean;
    syncSync(): void;
    close(): void;
  }
  function mkdirSync(
    path: string,
    options?: { recursive?: boolean; mode?: number },
  ): void;
  function statSync(path: string): {
    readonly dev: number;
    readonly ino: number | null;
    readonly size: number;
    readonly mtime: Date | null;
  };
  function openSync(
    path: string,
    options?: {
      create?: boolean;
      read?: boolean;
      write?: boolean;
      mode?: number;
    },
  ): FsFile;

  function renameSync(from: string, to: string): void;
  function removeSync(path: string): void;
  function readTextFileSync(path: string): string;
  function writeTextFileSync(path: string, text: string): void;

  interface TcpConn {
    readonly remoteAddr: { readonly hostname: string };
    /** null: the other end sends no more. */
    read(into: Uint8Array): Promise<number | null>;
    write(bytes: Uint8Array): Promise<number>;
    closeWrite(): Promise<void>;
    close(): void;
    setNoDelay(isOn?: boolean): void;
    setKeepAlive(isOn?: boolean): void;
  }
  interface TcpListener {
    readonly addr: { readonly port: number };
    accept(): Promise<TcpConn>;
    close(): void;
  }
  function listen(options: { hostname: string; port: number }): TcpListener;
}
