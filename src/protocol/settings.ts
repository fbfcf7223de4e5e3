// Settings: lists the settings of a server with their names, units, defaults and allowed values.
import {
  apiKeyFormat,
  clientOriginFormat,
  commandFormat,
  hostFormat,
  originFormat,
  pictureOriginFormat,
  roomFormat,
  socketIoEventsFormat,
  usernameFormat,
  webhookEventFormat,
  webhookSecretFormat,
  webhookUrlFormat,
} from "./setting-formats.ts";
import {
  invalidSettingMessage,
  isBlank,
  readSetting,
  type Setting,
  type Value,
  type ValueOf,
} from "./setting-kinds.ts";

/** Every setting, by its name in wrangler.toml and in the environment. */
export const SETTINGS = {
  ROOM_HISTORY: {
    kind: "number",
    defaultValue: 10_000,
    min: 1,
    max: 10_000_000,
    description: "messages that a room keeps at least",
  },
  ROOM_CONNECTIONS: {
    kind: "number",
    defaultValue: 10_000,
    min: 1,
    // https://developers.cloudflare.com/durable-objects/api/state/
    max: 32_768,
    description: "connections to one room",
  },
  USER_CONNECTIONS: {
    kind: "number",
    defaultValue: 20,
    min: 1,
    max: 1000,
    description: "connections of one user to one room",
  },
  TEXT_MAX: {
    kind: "number",
    defaultValue: 4000,
    min: 1,
    max: 100_000,
    description: "code points in a text",
  },
  FRAME_MAX: {
    kind: "number",
    defaultValue: 16_384,
    min: 256,
    max: 1_048_576,
    description: "bytes in a frame from a client",
  },
  EDIT_SECONDS: {
    kind: "number",
    defaultValue: 86_400,
    min: 0,
    max: 315_360_000,
    description:
      "seconds in which authors may edit and delete their messages; 0: never",
  },
  GUEST_CLAIM_SECONDS: {
    kind: "number",
    defaultValue: 60,
    min: 0,
    max: 31_536_000,
    fraction: true,
    description:
      "seconds a guest's name stays reserved after the guest has left",
  },
  RATE_BURST: {
    kind: "number",
    defaultValue: 20,
    min: 1,
    max: 1_000_000,
    description: "messages a user may send at once",
  },
  RATE_PER_SECOND: {
    kind: "number",
    defaultValue: 5,
    min: 0,
    max: 1_000_000,
    fraction: true,
    description: "messages a user may send each second on average; 0: no limit",
  },
  FLUSH_CEILING_MS: {
    kind: "number",
    defaultValue: 100,
    min: 0,
    max: 1000,
    description: "milliseconds a message may wait for others in a busy room",
  },
  PRESENCE_GRACE_MS: {
    kind: "number",
    defaultValue: 4000,
    min: 0,
    max: 60_000,
    description:
      "milliseconds a user may be disconnected before others see them leave",
  },
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
  JWT_ISSUER: {
    kind: "text",
    defaultValue: "",
    format: { pattern: /^\S{1,256}$/, words: "the iss of the app's tokens" },
    description: "issuer of the tokens that are accepted",
  },
  JWT_AUDIENCE: {
    kind: "text",
    defaultValue: "",
    format: { pattern: /^\S{1,256}$/, words: "the aud of the app's tokens" },
    description: "audience that the tokens must name, if it is set",
  },
  JWT_SECRET: {
    kind: "secret",
    defaultValue: "",
    format: {
      pattern: /^[\x21-\x7e]{32,}$/,
      words: "32 printable ASCII characters or more, no blanks",
    },
    description: "key of tokens signed with HS256",
  },
  JWKS_URL: {
    kind: "text",
    defaultValue: "",
    // A host without a dot is on the same network, or this machine; a number
    // is an IPv4 address, which may be anywhere.
    format: {
      pattern:
        /^(https:\/\/|http:\/\/(?!\d+[:/]|0[xX][\dA-Fa-f]*[:/])([\w-]+|127\.0\.0\.1|\[::1\])(?=[:/]))\S+$/,
      words: "an https URL; http for a host nearby, such as http://auth/jwks",
    },
    description: "URL of the keys of tokens signed with RS256, ES256 or EdDSA",
  },
  ROOMS: {
    kind: "list",
    defaultValue: ["*"],
    format: roomFormat,
    description: "rooms that may be created",
  },
  PRIVATE_ROOMS: {
    kind: "list",
    defaultValue: [],
    format: roomFormat,
    description: "rooms that need a token with the room in its claim rooms",
  },
  API_KEYS: {
    kind: "secrets",
    defaultValue: [],
    format: apiKeyFormat,
    description:
      "keys of backends; scopes are publish, read, moderate and admin",
  },
  API_RATE_BURST: {
    kind: "number",
    defaultValue: 200,
    min: 1,
    max: 1_000_000,
    description: "messages a server key may send at once",
  },
  API_RATE_PER_SECOND: {
    kind: "number",
    defaultValue: 50,
    min: 0,
    max: 1_000_000,
    fraction: true,
    description:
      "messages a server key may send each second on average; 0: no limit",
  },
  ROOM_CREATION: {
    kind: "choice",
    defaultValue: "anyone",
    choices: ["anyone", "registered", "jwt"],
    description: "users that may create a room",
  },
  ROOM_OWNERS: {
    kind: "text",
    defaultValue: "",
    format: { pattern: /^(creator|none)$/, words: "creator or none" },
    description:
      "creator: registered users and users of the app own the rooms that they create; with JWT_ISSUER the default is none",
  },
  ALLOWED_HOSTS: {
    kind: "list",
    defaultValue: [],
    format: hostFormat,
    description:
      "host names of this server, besides localhost and IP addresses",
  },
  ORIGINS: {
    kind: "list",
    defaultValue: [],
    format: clientOriginFormat,
    description: "origins whose pages may use this server, besides its own",
  },
  ORIGIN_REQUIRED: {
    kind: "choice",
    defaultValue: "off",
    choices: ["on", "off"],
    description: "on: every client must send the header Origin, as browsers do",
  },
  CONNECTS_PER_MINUTE: {
    kind: "number",
    defaultValue: 600,
    min: 0,
    max: 1_000_000,
    description: "connections a network may open in a minute; 0: no limit",
  },
  EMBED_ORIGINS: {
    kind: "list",
    defaultValue: [],
    format: originFormat,
    description: "origins whose pages may embed the page of this server",
  },
  SOCKETIO: {
    kind: "choice",
    defaultValue: "on",
    choices: ["on", "off"],
    description: "on: clients of Socket.IO may connect",
  },
  SOCKETIO_EVENTS: {
    kind: "text",
    defaultValue: "join: join room, message: new message, private: new pm",
    format: socketIoEventsFormat,
    description: "names of the events of Socket.IO clients",
  },
  SOCKETIO_PING_SECONDS: {
    kind: "number",
    defaultValue: 25,
    min: 0,
    max: 60,
    description: "seconds between two pings of a Socket.IO client; 0: no pings",
  },
  SOCKETIO_POLLING: {
    kind: "choice",
    defaultValue: "on",
    choices: ["on", "off"],
    description:
      "on: Socket.IO clients may use HTTP, as they do first by themselves",
  },
  WEBHOOK_URL: {
    kind: "list",
    defaultValue: [],
    format: webhookUrlFormat,
    itemsMax: 4,
    description: "URLs of your servers that get the events of rooms",
  },
  WEBHOOK_SECRET: {
    kind: "secrets",
    defaultValue: [],
    format: webhookSecretFormat,
    itemsMax: 4,
    description: "keys that sign webhooks; all of them sign each request",
  },
  WEBHOOK_EVENTS: {
    kind: "list",
    defaultValue: ["*"],
    format: webhookEventFormat,
    description: "types of events that webhooks get",
  },
  WEBHOOK_ROOMS: {
    kind: "list",
    defaultValue: ["*"],
    format: roomFormat,
    description: "rooms whose events webhooks get",
  },
  WEBHOOK_COMMANDS: {
    kind: "list",
    defaultValue: [],
    format: commandFormat,
    itemsMax: 100,
    description: "commands that go to the first URL of WEBHOOK_URL",
  },
  AVATAR_ORIGINS: {
    kind: "list",
    defaultValue: [],
    format: pictureOriginFormat,
    description:
      "https origins of the pictures that the page shows of users (`avatar` in their data)",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
export type Settings = {
  readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]>;
};

export const DEFAULT_SETTINGS: Settings = /* @__PURE__ */ readSettings({});

/** Names each wrong setting, its value and the allowed values. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * Reads the settings from an environment, or from the vars of wrangler.toml:
 * numbers and lists, or strings of them. A missing or empty setting has its
 * default. Unknown names are ignored.
 *
 * @throws SettingsError with every wrong setting, its value (unless it is a
 * secret) and the allowed values
 */
export function readSettings(env: Readonly<Record<string, unknown>>): Settings {
  const wrong: string[] = [];
  const read = (name: string, setting: Setting): Value => {
    const given = env[name];
    if (isBlank(given)) return setting.defaultValue;
    const value = readSetting(setting, given);
    if (value === null) wrong.push(invalidSettingMessage(name, setting, given));
    return value ?? setting.defaultValue;
  };
  const settings = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [
      name,
      read(name, setting),
    ]),
  );
  if (wrong.length > 0)
    throw new SettingsError(`Wrong settings. ${wrong.join(". ")}.`);
  // Each value has its own kind, which TypeScript cannot derive from the table.
  return settings as unknown as Settings;
}
