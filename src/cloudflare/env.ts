// What wrangler.toml binds: the objects and the settings.
import type { DirectoryObject } from "./directory-object.ts";
import type { RoomObject } from "./room-object.ts";

export interface Env {
  readonly ROOM: DurableObjectNamespace<RoomObject>;
  readonly DIRECTORY: DurableObjectNamespace<DirectoryObject>;
  /** The page and its files. */
  readonly ASSETS: Fetcher;
  /** Settings, by the names in src/protocol/settings.ts. */
  readonly [setting: string]: unknown;
}
