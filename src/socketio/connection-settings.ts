// Connection settings: reads from the settings of a server what all of its Socket.IO connections have in common.

import type { Settings } from "../protocol/settings.ts";
import type { ConnectionSettings } from "./contract.ts";
import { readEventNames } from "./event-names.ts";
import { RoomFrames } from "./room-frames.ts";

/** @param framesMax frames until a client must come back */
export function connectionSettings(
  settings: Settings,
  framesMax: number,
): ConnectionSettings {
  return {
    frames: new RoomFrames(readEventNames(settings.SOCKETIO_EVENTS)),
    pingIntervalMs: settings.SOCKETIO_PING_SECONDS * 1000,
    frameMax: settings.FRAME_MAX,
    framesMax,
  };
}
