// The settings of a server: their names, units, defaults and what values they take.

interface Setting {
  readonly initial: number;
  readonly min: number;
  readonly max: number;
  /** May it have a fraction? */
  readonly fraction?: true;
  readonly about: string;
}

/** Every setting, by the name it has in wrangler.toml and the environment. */
export const SETTINGS = {
  ROOM_HISTORY: {
    initial: 10_000,
    min: 1,
    max: 10_000_000,
    about: "messages a room keeps at least",
  },
  ROOM_CONNECTIONS: {
    initial: 10_000,
    min: 1,
    // https://developers.cloudflare.com/durable-objects/api/state/
    max: 32_768,
    about: "connections to one room",
  },
  USER_CONNECTIONS: {
    initial: 20,
    min: 1,
    max: 1000,
    about: "connections of one user to one room",
  },
  TEXT_MAX: {
    initial: 4000,
    min: 1,
    max: 100_000,
    about: "code points in a text",
  },
  FRAME_MAX: {
    initial: 16_384,
    min: 256,
    max: 1_048_576,
    about: "bytes in a frame from a client",
  },
  GUEST_CLAIM_SECONDS: {
    initial: 60,
    min: 0,
    max: 31_536_000,
    fraction: true,
    about: "seconds a guest's name stays theirs after they went",
  },
  RATE_BURST: {
    initial: 20,
    min: 1,
    max: 1_000_000,
    about: "messages a user may send at once",
  },
  RATE_PER_SECOND: {
    initial: 5,
    min: 0,
    max: 1_000_000,
    fraction: true,
    about: "messages a user may send each second in the long run; 0: any",
  },
  FLUSH_CEILING_MS: {
    initial: 100,
    min: 0,
    max: 1000,
    about: "milliseconds a message may wait for others in a busy room",
  },
  PRESENCE_GRACE_MS: {
    initial: 4000,
    min: 0,
    max: 60_000,
    about: "milliseconds to come back in before one is announced as gone",
  },
  MAILBOX_MESSAGES: {
    initial: 1000,
    min: 1,
    max: 10_000,
    about: "private messages kept for a user",
  },
  MAILBOX_DAYS: {
    initial: 30,
    min: 1,
    max: 3650,
    about: "days a private message is kept",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
export type Settings = { readonly [Name in SettingName]: number };

export const DEFAULT_SETTINGS: Settings = /* @__PURE__ */ defaults();

function defaults(): Settings {
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]) => [name, setting.initial]),
  ) as { [Name in SettingName]: number };
}

/** What a setting was given and why it cannot be used. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * The settings out of an environment: numbers, or strings that spell them;
 * what is absent or empty takes its default, names we do not know are left.
 *
 * @throws SettingsError naming every wrong setting, its value and its range.
 */
export function readSettings(env: Readonly<Record<string, unknown>>): Settings {
  const settings: { [Name in SettingName]: number } = { ...DEFAULT_SETTINGS };
  const wrong: string[] = [];
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const given = env[name];
    // Number(" ") would be 0.
    const isBlank = typeof given === "string" && given.trim() === "";
    if (given === undefined || isBlank) continue;
    const setting: Setting = SETTINGS[name];
    const value = typeof given === "string" ? Number(given) : given;
    if (isAllowed(value, setting)) settings[name] = value;
    else wrong.push(`${name}=${JSON.stringify(given)}: ${range(setting)}`);
  }
  if (wrong.length > 0)
    throw new SettingsError(`Wrong settings. ${wrong.join(". ")}.`);
  return settings;
}

function isAllowed(value: unknown, setting: Setting): value is number {
  return (
    typeof value === "number" &&
    value >= setting.min &&
    value <= setting.max &&
    (setting.fraction === true || Number.isInteger(value))
  );
}

function range({ min, max, fraction, about }: Setting): string {
  const kind = fraction ? "a number" : "a whole number";
  return `${kind} from ${min} to ${max} (${about})`;
}

/** Fixed by the protocol rather than set: both sides may count on them. */
export const LIMITS = {
  /** Messages on the first page after a join that does not say. */
  firstPage: 50,
  /** Messages on one page of history. */
  page: 200,
  /** Events, and bytes, replayed by a resume before `more`. */
  replayEvents: 500,
  replayBytes: 256 * 1024,
  /** Names in one list of members. */
  names: 200,
  /** Members up to which joins, leaves and typing are told one by one. */
  announced: 200,
  typing: 50,
  /** Frames, and bytes, held while a join waits. */
  heldFrames: 16,
  heldBytes: 64 * 1024,
  refusedJoins: 5,
  privatesInFlight: 32,
  /** Events of a room in which a repeated `id` is recognised. */
  dedupe: 1000,
  /** Bytes that may wait for a connection which does not read. */
  unread: 4 * 1024 * 1024,
  /** Milliseconds after which a client that pinged once counts as gone. */
  pingSilence: 90_000,
} as const;
