// Event names: maps what a client means to the names of its Socket.IO events, by the setting SOCKETIO_EVENTS.
import { SETTINGS } from "../protocol/settings.ts";

/** The names that a setting may change, with their defaults. */
const DEFAULTS = {
  join: "join room",
  message: "new message",
  private: "new pm",
  leave: "leave room",
  typing: "typing",
  history: "history",
  members: "members",
  edit: "edit",
  delete: "delete",
  react: "react",
};

export type EventNames = Readonly<Record<keyof typeof DEFAULTS, string>>;

/**
 * Reads the names from the setting: "join: join room, message: new message".
 * The setting has the right format.
 */
export function readEventNames(setting: string): EventNames {
  const given = setting.split(",").map((pair) => {
    const at = pair.indexOf(":");
    return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  });
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}

export const DEFAULT_EVENT_NAMES: EventNames = readEventNames(
  SETTINGS.SOCKETIO_EVENTS.defaultValue,
);
