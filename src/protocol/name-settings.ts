// Name settings: they say how long names and their mail are kept, and which names guests may have.
import { usernameFormat } from "./setting-formats.ts";
import type { Setting } from "./setting-kinds.ts";

export const NAME_SETTINGS = {
  MAILBOX_MESSAGES: {
    kind: "number",
    defaultValue: 1000,
    min: 1,
    max: 10_000,
    description: "private messages kept for a user",
  },
  MAILBOX_DAYS: {
    kind: "number",
    defaultValue: 30,
    min: 1,
    max: 3650,
    description: "days a private message is kept",
  },
  REGISTRATION: {
    kind: "choice",
    defaultValue: "on",
    choices: ["on", "off"],
    description: "on: guests may register their names",
  },
  NAME_DAYS: {
    kind: "number",
    defaultValue: 365,
    min: 1,
    max: 3650,
    description: "days a registered name is kept after its last use",
  },
  NAME_REST_DAYS: {
    kind: "number",
    defaultValue: 30,
    min: 0,
    max: 3650,
    description: "days until somebody else may take a released name",
  },
  RESERVED_NAMES: {
    kind: "list",
    defaultValue: [
      "admin",
      "administrator",
      "mod",
      "moderator",
      "system",
      "server",
      "support",
      "root",
      "edge-chat",
      "everyone",
      "here",
    ],
    format: usernameFormat,
    description: "names that no guest may have, with their lookalikes",
  },
  GUESTS: {
    kind: "choice",
    defaultValue: "on",
    choices: ["on", "off"],
    description: "on: users may join without a token of the app",
  },
  GUEST_PREFIX: {
    kind: "text",
    defaultValue: "",
    format: {
      pattern: /^([\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}_.-]{0,15}|-)$/u,
      words: "up to 16 characters of a user name; -: none",
    },
    description:
      "prefix of guests' names; with JWT_ISSUER the default is guest-",
  },
} as const satisfies Record<string, Setting>;
