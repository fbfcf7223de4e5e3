// Settings: defaults apply, and a wrong setting is named with its allowed values.
import { describe, expect, test } from "vitest";
import {
  DEFAULT_SETTINGS,
  readSettings,
  SETTINGS,
  SettingsError,
} from "../../src/protocol/settings.ts";

describe("the settings", () => {
  test("an operator who sets nothing gets the defaults of the design", () => {
    expect(readSettings({})).toEqual({
      ROOM_HISTORY: 10_000,
      ROOM_DAYS: 0,
      ROOM_CONNECTIONS: 10_000,
      USER_CONNECTIONS: 20,
      TEXT_MAX: 4000,
      FRAME_MAX: 16_384,
      EDIT_SECONDS: 86_400,
      GUEST_CLAIM_SECONDS: 60,
      RATE_BURST: 20,
      RATE_PER_SECOND: 5,
      FLUSH_CEILING_MS: 100,
      PRESENCE_GRACE_MS: 4000,
      MAILBOX_MESSAGES: 1000,
      MAILBOX_DAYS: 30,
      REGISTRATION: "on",
      NAME_DAYS: 365,
      NAME_REST_DAYS: 30,
      RESERVED_NAMES: [
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
      GUESTS: "on",
      GUEST_PREFIX: "",
      JWT_ISSUER: "",
      JWT_AUDIENCE: "",
      JWT_SECRET: "",
      JWKS_URL: "",
      ROOMS: ["*"],
      PRIVATE_ROOMS: [],
      API_KEYS: [],
      API_RATE_BURST: 200,
      API_RATE_PER_SECOND: 50,
      ROOM_CREATION: "anyone",
      ROOM_OWNERS: "",
      BAN_NETWORKS: "on",
      ALLOWED_HOSTS: [],
      ORIGINS: [],
      ORIGIN_REQUIRED: "off",
      CONNECTS_PER_MINUTE: 600,
      EMBED_ORIGINS: [],
      SOCKETIO: "on",
      SOCKETIO_EVENTS: "join: join room, message: new message, private: new pm",
      SOCKETIO_PING_SECONDS: 25,
      SOCKETIO_POLLING: "on",
      WEBHOOK_URL: [],
      WEBHOOK_SECRET: [],
      WEBHOOK_EVENTS: ["*"],
      WEBHOOK_ROOMS: ["*"],
      WEBHOOK_COMMANDS: [],
      AVATAR_ORIGINS: [],
      METRICS_LOG_SECONDS: 0,
    });
  });

  test("an operator may give a setting as a number or as a string", () => {
    const settings = readSettings({ TEXT_MAX: 100, ROOM_HISTORY: "200" });
    expect(settings).toEqual({
      ...DEFAULT_SETTINGS,
      TEXT_MAX: 100,
      ROOM_HISTORY: 200,
    });
  });

  test("an operator gets the default of a setting that is absent or empty", () => {
    const env = { TEXT_MAX: "", FRAME_MAX: undefined };
    expect(readSettings(env)).toEqual(DEFAULT_SETTINGS);
    // Number(" ") is 0, a valid value of this setting.
    expect(readSettings({ GUEST_CLAIM_SECONDS: " " })).toEqual(
      DEFAULT_SETTINGS,
    );
  });

  test("an operator may set 0 where that means off, or at once", () => {
    const zero = {
      GUEST_CLAIM_SECONDS: "0",
      RATE_PER_SECOND: 0,
      FLUSH_CEILING_MS: "0",
      PRESENCE_GRACE_MS: 0,
    };
    expect(readSettings(zero)).toMatchObject({
      GUEST_CLAIM_SECONDS: 0,
      RATE_PER_SECOND: 0,
      FLUSH_CEILING_MS: 0,
      PRESENCE_GRACE_MS: 0,
    });
  });

  test("an operator may set a fraction where that makes sense", () => {
    const settings = readSettings({ RATE_PER_SECOND: "0.5" });
    expect(settings.RATE_PER_SECOND).toBe(0.5);
  });

  test("other variables of an operator's environment are left alone", () => {
    const env = { ROOM: {}, PATH: "/bin", TEXTMAX: "x" };
    expect(readSettings(env)).toEqual(DEFAULT_SETTINGS);
  });
});

describe("a wrong setting", () => {
  test.each([
    ["ROOM_HISTORY", "many"],
    ["ROOM_HISTORY", "0"],
    ["ROOM_DAYS", "-1"],
    ["ROOM_DAYS", "0.5"],
    ["ROOM_DAYS", "36501"],
    ["ROOM_HISTORY", "-5"],
    ["ROOM_HISTORY", "1.5"],
    ["ROOM_HISTORY", "Infinity"],
    ["ROOM_HISTORY", "NaN"],
    ["ROOM_HISTORY", null],
    ["ROOM_HISTORY", true],
    ["ROOM_HISTORY", [100]],
    ["ROOM_CONNECTIONS", 32_769],
    ["FRAME_MAX", 10],
    ["TEXT_MAX", 10_000_000],
    ["GUESTS", "no"],
    ["GUEST_PREFIX", "-guest"],
    ["JWT_SECRET", "too-short"],
    ["JWKS_URL", "http://keys.example/jwks"],
    ["JWKS_URL", "http://134744072/jwks"],
    ["JWKS_URL", "file:///keys"],
    ["WEBHOOK_URL", "http://hooks.example/chat"],
    ["WEBHOOK_URL", "http://134744072/chat"],
    ["WEBHOOK_URL", "http://0x08080808:80/chat"],
    ["WEBHOOK_URL", "https://me:secret@hooks.example"],
    ["WEBHOOK_URL", "http://a/1,http://a/2,http://a/3,http://a/4,http://a/5"],
    ["WEBHOOK_SECRET", "whsec_short"],
    ["WEBHOOK_EVENTS", "message.create"],
    ["ROOMS", "team/*"],
    ["ROOM_CREATION", "nobody"],
    ["EMBED_ORIGINS", "https://chat.example/path"],
    ["EMBED_ORIGINS", "https://a.example;script-src"],
    ["EMBED_ORIGINS", "'none'"],
    ["AVATAR_ORIGINS", "http://cdn.example"],
    ["AVATAR_ORIGINS", "https://cdn.example/path"],
    ["AVATAR_ORIGINS", "https://cdn.example;script-src"],
    ["AVATAR_ORIGINS", "data:"],
    ["ALLOWED_HOSTS", "https://chat.example"],
    ["ALLOWED_HOSTS", "chat.example:8787"],
    ["ALLOWED_HOSTS", "chat.*"],
    ["ORIGINS", "chat.example"],
    ["ORIGINS", "https://chat.example/"],
  ])("an operator who sets %s=%j is refused", (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(SettingsError);
    expect(() => readSettings({ [name]: value })).toThrow(name);
  });

  test("an operator is told the value and the range of a wrong setting", () => {
    expect(() => readSettings({ USER_CONNECTIONS: "none" })).toThrow(
      'Wrong settings. USER_CONNECTIONS="none": a whole number from 1 to 1000 (connections of one user to one room).',
    );
  });

  test("an operator never reads a secret in an error, not even in a list", () => {
    const secrets = `whsec_${"a".repeat(32)},whsec_wrong`;
    const read = () => readSettings({ WEBHOOK_SECRET: secrets });
    expect(read).toThrow(/WEBHOOK_SECRET: a list of at most 4/);
    expect(read).not.toThrow(/wrong$|aaaa/);
  });

  test("an operator is told all wrong settings together", () => {
    const env = { TEXT_MAX: "a", FRAME_MAX: "b", RATE_BURST: "5" };
    expect(() => readSettings(env)).toThrow(/TEXT_MAX.*FRAME_MAX/);
    expect(() => readSettings(env)).not.toThrow(/RATE_BURST/);
  });
});

test("an operator could set each default by hand", () => {
  for (const [name, { defaultValue }] of Object.entries(SETTINGS))
    expect(readSettings({ [name]: defaultValue })).toEqual(DEFAULT_SETTINGS);
});
