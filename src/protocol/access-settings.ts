// Access settings: they say which tokens, keys, rooms, hosts and origins the server accepts.
import {
  apiKeyFormat,
  clientOriginFormat,
  hostFormat,
  originFormat,
  roomFormat,
} from "./setting-formats.ts";
import type { Setting } from "./setting-kinds.ts";

export const ACCESS_SETTINGS = {
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
  BAN_NETWORKS: {
    kind: "choice",
    defaultValue: "on",
    choices: ["on", "off"],
    description:
      "on: a ban of a guest also refuses new guests from the same network, for a day at most",
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
} as const satisfies Record<string, Setting>;
