// Create service: the name of a service object chooses the core that it runs.

import {
  type Core,
  type Effects,
  type Event,
  noEffects,
  type Platform,
} from "../shared/contract.ts";
import { ERASURES } from "../shared/erase-requests.ts";
import { KEY_STORE } from "../shared/key-requests.ts";
import {
  readNameRegistryName,
  readRegistryName,
} from "../shared/registry-requests.ts";
import { answerOps } from "./answer-ops.ts";
import { KeyStore } from "./key-store.ts";
import { RoomRegistry } from "./room-registry.ts";
import { UserErasures } from "./user-erasures.ts";

/** Only reads. */
export function createService(
  platform: Pick<Platform, "sql" | "hash">,
  name: string,
): Core {
  if (name === KEY_STORE) return new KeyStore(platform);
  if (name === ERASURES) return new UserErasures(platform);
  const shard = readRegistryName(name);
  if (shard !== null) return new RoomRegistry(platform, shard, "rooms");
  const names = readNameRegistryName(name);
  if (names !== null) return new RoomRegistry(platform, names, "names");
  return new UnknownService();
}

/** A newer release asks for a service that this one does not know. */
class UnknownService implements Core {
  on(event: Event): Effects {
    const effects = noEffects();
    answerOps(effects, event, () => ({ type: "refused", code: "unsupported" }));
    return effects;
  }
}
