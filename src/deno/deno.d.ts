// What src/deno uses of Deno, for tsc alone: `deno check` has Deno's own types, and holds the same files to them.

declare namespace Deno {
  const args: readonly string[];
  const env: { get(name: string): string | undefined };
  function exit(code: number): never;
  function addSignalListener(
    signal: "SIGINT" | "SIGTERM",
    handler: () => void,
  ): void;

  namespace errors {
    class NotCapable extends Error {}
  }

  interface FsFile {
    tryLockSync(exclusive?: boolean): boolean;
    close(): void;
  }
  function mkdirSync(
    path: string,
    options?: { recursive?: boolean; mode?: number },
  ): void;
  function statSync(path: string): {
    readonly dev: number;
    readonly ino: number | null;
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

  interface HttpServer {
    shutdown(): Promise<void>;
  }
  function serve(
    options: {
      hostname?: string;
      port?: number;
      onListen?: (address: { port: number }) => void;
      onError?: (error: unknown) => Response | Promise<Response>;
    },
    handler: (
      request: Request,
      info: { remoteAddr: { hostname: string } },
    ) => Response | Promise<Response>,
  ): HttpServer;

  interface ServerSocket {
    readonly readyState: number;
    readonly bufferedAmount: number;
    binaryType: string;
    onopen: (() => void) | null;
    onmessage: ((event: { data: string | ArrayBuffer }) => void) | null;
    onclose: ((event: { code: number }) => void) | null;
    send(frame: string): void;
    close(code?: number, reason?: string): void;
  }
  interface WebSocketUpgrade {
    readonly response: Response;
    readonly socket: ServerSocket;
  }
  function upgradeWebSocket(request: Request): WebSocketUpgrade;
}
