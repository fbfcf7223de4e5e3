// Host: a server on either host that a campaign kills and restarts with the same data and port.
import {
  type DevOptions,
  freePort,
  freshState,
} from "../../hosts/dev-server.ts";
import {
  type HostName,
  type Killable,
  startKillable,
} from "../../hosts/killable-server.ts";

/** An entry for tests on each host. */
export type Entries = Readonly<Record<HostName, string>>;

export class Host {
  readonly url: string;
  readonly #name: HostName;
  readonly #options: DevOptions;
  readonly #remove: () => Promise<void>;
  #server: Killable | null = null;

  private constructor(
    name: HostName,
    options: DevOptions,
    remove: () => Promise<void>,
  ) {
    this.url = `http://127.0.0.1:${options.port}`;
    this.#name = name;
    this.#options = options;
    this.#remove = remove;
  }

  /** Starts a server with new data. */
  static async start(
    name: HostName,
    vars: DevOptions["vars"] = {},
    entries?: Entries,
  ): Promise<Host> {
    const { path, remove } = await freshState();
    const options = {
      ...{ state: path, port: await freePort(), vars },
      ...(entries !== undefined && { entry: entries[name] }),
    };
    const host = new Host(name, options, remove);
    await host.start();
    return host;
  }

  /** The folder of the data. */
  get state(): string {
    return this.#options.state;
  }

  async start(): Promise<void> {
    this.#server = await startKillable(this.#name, this.#options);
  }

  /** Kills all processes with SIGKILL. */
  async kill(): Promise<void> {
    await this.#server?.kill();
    this.#server = null;
  }

  /** Kills the server and deletes its data. */
  async close(): Promise<void> {
    await this.kill();
    await this.#remove();
  }
}
