// The settings of a server: their names, units, defaults and what values they take.
import {
  complaint,
  isBlank,
  readSetting,
  type Setting,
  type Value,
  type ValueOf,
} from "./setting-kinds.ts";

const origin = {
  pattern: /^(\*|https?:\/\/(\*\.)?([\w.-]+|\[[\da-f:.]+\])(:\d+)?)$/i,
  words: "an origin such as https://chat.example or https://*.example, or *",
} as const;
/** Apps in a shell have schemes of their own; a page in a sandbox has "null". */
const client = {
  pattern:
    /^(\*|null|[a-z][a-z\d+.-]*:\/\/(\*\.)?([\w.-]+|\[[\da-f:.]+\])(:\d+)?)$/i,
  words: origin.words,
} as const;
const room = {
  pattern: /^[\p{L}\p{M}\p{Nd}_.*-]+$/u,
  words: "a room, in which * stands for any characters",
} as const;
const host = {
  pattern: /^(\*|(\*\.)?[\w-]+(\.[\w-]+)*\.?)$/,
  words: "a host's name without port, such as chat.example or *.example, or *",
} as const;
const username = {
  pattern: /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]{0,31}$/u,
  words: "a user name",
} as const;

/** Every setting, by the name it has in wrangler.toml and the environment. */
export const SETTINGS = {
  ROOM_HISTORY: {
    kind: "number",
    initial: 10_000,
    min: 1,
    max: 10_000_000,
    about: "messages a room keeps at least",
  },
  ROOM_CONNECTIONS: {
    kind: "number",
    initial: 10_000,
    min: 1,
    // https://developers.cloudflare.com/durable-objects/api/state/
    max: 32_768,
    about: "connections to one room",
  },
  USER_CONNECTIONS: {
    kind: "number",
    initial: 20,
    min: 1,
    max: 1000,
    about: "connections of one user to one room",
  },
  TEXT_MAX: {
    kind: "number",
    initial: 4000,
    min: 1,
    max: 100_000,
    about: "code points in a text",
  },
  FRAME_MAX: {
    kind: "number",
    initial: 16_384,
    min: 256,
    max: 1_048_576,
    about: "bytes in a frame from a client",
  },
  GUEST_CLAIM_SECONDS: {
    kind: "number",
    initial: 60,
    min: 0,
    max: 31_536_000,
    fraction: true,
    about: "seconds a guest's name stays theirs after they went",
  },
  RATE_BURST: {
    kind: "number",
    initial: 20,
    min: 1,
    max: 1_000_000,
    about: "messages a user may send at once",
  },
  RATE_PER_SECOND: {
    kind: "number",
    initial: 5,
    min: 0,
    max: 1_000_000,
    fraction: true,
    about: "messages a user may send each second in the long run; 0: any",
  },
  FLUSH_CEILING_MS: {
    kind: "number",
    initial: 100,
    min: 0,
    max: 1000,
    about: "milliseconds a message may wait for others in a busy room",
  },
  PRESENCE_GRACE_MS: {
    kind: "number",
    initial: 4000,
    min: 0,
    max: 60_000,
    about: "milliseconds to come back in before one is announced as gone",
  },
  MAILBOX_MESSAGES: {
    kind: "number",
    initial: 1000,
    min: 1,
    max: 10_000,
    about: "private messages kept for a user",
  },
  MAILBOX_DAYS: {
    kind: "number",
    initial: 30,
    min: 1,
    max: 3650,
    about: "days a private message is kept",
  },
  REGISTRATION: {
    kind: "choice",
    initial: "on",
    of: ["on", "off"],
    about: "may guests register their names",
  },
  NAME_DAYS: {
    kind: "number",
    initial: 365,
    min: 1,
    max: 3650,
    about: "days a registered name stays theirs after it was last used",
  },
  NAME_REST_DAYS: {
    kind: "number",
    initial: 30,
    min: 0,
    max: 3650,
    about: "days before somebody else may have a name that was given up",
  },
  RESERVED_NAMES: {
    kind: "list",
    initial: [
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
    shape: username,
    about: "names, and what looks like them, that no guest may have",
  },
  GUESTS: {
    kind: "choice",
    initial: "on",
    of: ["on", "off"],
    about: "may people come in without a token of the app",
  },
  GUEST_PREFIX: {
    kind: "text",
    initial: "",
    shape: {
      pattern: /^([\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}_.-]{0,15}|-)$/u,
      words: "up to 16 characters of a user name; -: none",
    },
    about: "how the names of guests begin; with JWT_ISSUER: guest-",
  },
  JWT_ISSUER: {
    kind: "text",
    initial: "",
    shape: { pattern: /^\S{1,256}$/, words: "the iss of the app's tokens" },
    about: "whose tokens are taken",
  },
  JWT_AUDIENCE: {
    kind: "text",
    initial: "",
    shape: { pattern: /^\S{1,256}$/, words: "the aud of the app's tokens" },
    about: "whom the tokens must be for, if it matters",
  },
  JWT_SECRET: {
    kind: "secret",
    initial: "",
    shape: {
      pattern: /^[\x21-\x7e]{32,}$/,
      words: "32 printable ASCII characters or more, no blanks",
    },
    about: "the key of tokens that are signed with HS256",
  },
  JWKS_URL: {
    kind: "text",
    initial: "",
    // Without a dot it is a machine nearby, or this one.
    shape: {
      pattern:
        /^(https:\/\/|http:\/\/([\w-]+|127\.0\.0\.1|\[::1\])(?=[:/]))\S+$/,
      words: "an https URL; http for a host nearby, such as http://auth/jwks",
    },
    about: "where the keys are of tokens with RS256, ES256 or EdDSA",
  },
  ROOMS: {
    kind: "list",
    initial: ["*"],
    shape: room,
    about: "rooms that may come to be",
  },
  PRIVATE_ROOMS: {
    kind: "list",
    initial: [],
    shape: room,
    about: "rooms that only a token naming them in its rooms opens",
  },
  ROOM_CREATION: {
    kind: "choice",
    initial: "anyone",
    of: ["anyone", "registered", "jwt"],
    about: "who may be the first in a room",
  },
  ALLOWED_HOSTS: {
    kind: "list",
    initial: [],
    shape: host,
    about: "names this server is reached by, beside localhost and numbers",
  },
  ORIGINS: {
    kind: "list",
    initial: [],
    shape: client,
    about: "origins, beside its own, whose pages may use this server",
  },
  ORIGIN_REQUIRED: {
    kind: "choice",
    initial: "off",
    of: ["on", "off"],
    about: "must every client say its origin, as browsers do",
  },
  CONNECTS_PER_MINUTE: {
    kind: "number",
    initial: 600,
    min: 0,
    max: 1_000_000,
    about: "connections an address may open in a minute; 0: any",
  },
  EMBED_ORIGINS: {
    kind: "list",
    initial: [],
    shape: origin,
    about: "origins whose pages may show the page of this server in a frame",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
export type Settings = {
  readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]>;
};

export const DEFAULT_SETTINGS: Settings = /* @__PURE__ */ readSettings({});

/** What a setting was given and why it cannot be used. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * The settings out of an environment, or the vars of wrangler.toml: numbers
 * and lists, or strings that spell them. What is absent or empty takes its
 * default, names we do not know are left.
 *
 * @throws SettingsError naming every wrong setting, its value (unless it is a
 * secret) and what it may be.
 */
export function readSettings(env: Readonly<Record<string, unknown>>): Settings {
  const wrong: string[] = [];
  const read = (name: string, setting: Setting): Value => {
    const given = env[name];
    if (isBlank(given)) return setting.initial;
    const value = readSetting(setting, given);
    if (value === null) wrong.push(complaint(name, setting, given));
    return value ?? setting.initial;
  };
  const settings = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [
      name,
      read(name, setting),
    ]),
  );
  if (wrong.length > 0)
    throw new SettingsError(`Wrong settings. ${wrong.join(". ")}.`);
  // Each by its own kind: what TypeScript cannot follow through the table.
  return settings as unknown as Settings;
}
