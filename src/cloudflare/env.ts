// What wrangler.toml binds: the objects and the settings.
import type { DirectoryObject } from "./directory-object.ts";
import type { RoomObject } from "./room-object.ts";

export interface Env {
  readonly ROOM: DurableObjectNamespace<RoomObject>;
  readonly DIRECTORY: DurableObjectNamespace<DirectoryObject>;
  /** The page and its files. */
  readonly ASSETS: Fetcher;
  /** Counts who connects, in each of Cloudflare's places for itself. */
  readonly CONNECTS?: RateLimit;
  /** Settings, by the names in src/protocol/settings.ts. */
  readonly [setting: string]: unknown;
}
