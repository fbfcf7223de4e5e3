// Environment: the type of the bindings and settings that wrangler.toml declares.
import type { DirectoryObject } from "./directory-object.ts";
import type { RoomObject } from "./room-object.ts";
import type { ServiceObject } from "./service-object.ts";

export interface Env {
  readonly ROOM: DurableObjectNamespace<RoomObject>;
  readonly DIRECTORY: DurableObjectNamespace<DirectoryObject>;
  readonly SERVICE: DurableObjectNamespace<ServiceObject>;
  /** Serves the page and its files; absent: there is no page. */
  readonly ASSETS?: Fetcher;
  /** Counts connections; each of Cloudflare's locations counts for itself. */
  readonly CONNECTS?: RateLimit;
  /** Takes metrics once a minute; absent: nobody counts. */
  readonly METRICS?: AnalyticsEngineDataset;
  /** The settings, by their names in src/protocol/settings.ts. */
  readonly [setting: string]: unknown;
}
