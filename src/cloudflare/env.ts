// Environment: the type of the bindings and settings that wrangler.toml declares.
import type { DirectoryObject } from "./directory-object.ts";
import type { RoomObject } from "./room-object.ts";

export interface Env {
  readonly ROOM: DurableObjectNamespace<RoomObject>;
  readonly DIRECTORY: DurableObjectNamespace<DirectoryObject>;
  /** Serves the page and its files. */
  readonly ASSETS: Fetcher;
  /** Counts connections; each of Cloudflare's locations counts for itself. */
  readonly CONNECTS?: RateLimit;
  /** The settings, by their names in src/protocol/settings.ts. */
  readonly [setting: string]: unknown;
}
