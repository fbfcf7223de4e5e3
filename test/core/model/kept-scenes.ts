// Kept scenes: scenes that once broke a promise are played again by every `npm test`.
import type { Scene } from "./steps.ts";

/** Common settings: history, mail and claims end soon. */
const base = {
  seed: 0,
  crowd: 0,
  hasApp: false,
  settings: {
    ROOM_HISTORY: 3,
    MAILBOX_MESSAGES: 2,
    MAILBOX_DAYS: 1,
    GUEST_CLAIM_SECONDS: 1,
    PRESENCE_GRACE_MS: 0,
    USER_CONNECTIONS: 2,
    RATE_PER_SECOND: 0,
    TEXT_MAX: 100_000,
    FRAME_MAX: 1_048_576,
  },
} as const;

const message = { do: "whisper", withId: true, toUser: "anyone" } as const;
const join = {
  do: "join",
  device: 0,
  spelling: 0,
  history: undefined,
} as const;

export const KEPT_SCENES: Readonly<Record<string, Scene>> = {
  // 899496279: an error of the model.
  "a batch that the app has refused arrives once more after an import": {
    ...base,
    hearsEvents: true,
    steps: [
      { ...join, person: "alice", room: "kitchen" },
      { do: "import", room: "kitchen", events: 1 },
      { do: "settle" },
      { do: "say", visit: 0, withId: true, size: "short" },
      { do: "import", room: "kitchen", events: 0 },
      { do: "deliver", flight: 0 },
    ],
  },
  // 899059260: a copy was not sent to a connection about which the app had not answered.
  "alice sends from one device while the app decides about her other one": {
    ...base,
    crowd: 60,
    hasHooks: true,
    steps: [
      { ...join, person: "mallory", room: "lobby", spelling: 1 },
      { do: "pass", ms: 0 },
      { do: "talk", visit: 0, count: 260 },
      { ...join, person: "alice", room: "kitchen" },
      { ...join, person: "alice", room: "kitchen", device: 1 },
      { ...message, visit: 40, to: "bob" },
      { ...message, visit: 0, to: "alice" },
      { do: "pass", ms: 0 },
    ],
  },
  // 903415384: an error of the model.
  "bob's name is taken while the app decides about his join, and the room is not told":
    {
      ...base,
      seed: 1_470_629_097,
      hasApp: true,
      hasHooks: true,
      steps: [
        { do: "overload", where: "kitchen", ms: 1000 },
        { ...join, person: "bob", room: "kitchen" },
        { ...join, person: "ursula", room: "lobby", spelling: 1 },
        { do: "settle" },
        { do: "writeAsTheyCome", visit: 0, other: 0 },
      ],
    },
  // 903415384: the guest who was let in first took the name from the app's user.
  "bob's name is taken in his room while the app decides about his join": {
    ...base,
    seed: 1_470_629_097,
    hasApp: true,
    hasHooks: true,
    steps: [
      { do: "overload", where: "kitchen", ms: 1000 },
      { ...join, person: "bob", room: "kitchen" },
      { ...join, person: "ursula", room: "kitchen", spelling: 1 },
      { do: "settle" },
    ],
  },
  // 900941697: the copy was not sent to the only connection, which had not sent the message.
  "mallory comes back while the app decides about her messages": {
    ...base,
    seed: 752_691_551,
    hasHooks: true,
    steps: [
      { ...join, person: "mallory", room: "lobby" },
      { do: "pass", ms: 0 },
      { do: "giveUp", visit: 0, other: 0 },
      { ...message, visit: 0, to: "bob" },
      { ...message, visit: 0, to: "alice" },
      { ...join, person: "mallory", room: "lobby", spelling: 1 },
      { ...join, person: "mallory", room: "lobby" },
      { do: "pass", ms: 0 },
    ],
  },
  // 898902924: an error of the model.
  "an app's user takes a name while the app has not answered about an event": {
    ...base,
    seed: 1_015_863_194,
    hasApp: true,
    hearsEvents: true,
    steps: [
      { ...join, person: "ursula", room: "lobby" },
      { do: "say", visit: 0, withId: true, size: "short" },
      { do: "settle" },
      { do: "takeUnheard", visit: 0, other: 0 },
    ],
  },
  // 889651869: an error of the model.
  "a device confirms mail by a join, and is cut before the welcome": {
    ...base,
    settings: { ...base.settings, GUEST_CLAIM_SECONDS: 108_000 },
    steps: [
      { ...join, person: "bob", room: "lobby" },
      { ...join, person: "alice", room: "lobby" },
      { ...message, visit: 21, to: "alice" },
      { do: "deliver", flight: 45 },
      { do: "deliver", flight: 3 },
      { do: "received", visit: 0 },
      { do: "pass", ms: 0 },
      { ...join, person: "alice", room: "lobby" },
      { ...message, visit: 0, to: "alice" },
      { do: "vanish", visit: 0 },
    ],
  },
  // 861547106: an error of the model.
  "a device comes back under a second name before its first has its mail": {
    ...base,
    steps: [
      { ...join, person: "mallory", room: "lobby" },
      { ...join, person: "mallory", room: "lobby", device: 1 },
      { do: "uncommitted", where: "carol" },
      { ...message, visit: 3, to: "carol" },
      { do: "pass", ms: 0 },
      { ...join, person: "mallory", room: "lobby", spelling: 1 },
    ],
  },
  // 871275802: an error of the model.
  "a message is acked after the clock was set back before its claim, which then ends":
    {
      ...base,
      steps: [
        { ...join, person: "alice", room: "lobby" },
        { do: "register", visit: 0 },
        { do: "pass", ms: 0 },
        { do: "setBack", ms: 1000 },
        { do: "rotate", visit: 0 },
        { ...message, visit: 0, to: "alice" },
        { do: "repeat", visit: 0, saying: 0, isChanged: false },
        { ...message, visit: 0, to: "bob" },
        { do: "pass", ms: 93_600_000 },
      ],
    },
  // 873686862: an error of the model.
  "a device confirms mail by its next join, and the mail is then dropped": {
    ...base,
    settings: { ...base.settings, GUEST_CLAIM_SECONDS: 86_400 },
    steps: [
      { ...join, person: "mallory", room: "lobby", spelling: 1 },
      { do: "pass", ms: 100_000 },
      { ...message, visit: 0, to: "bob" },
      { do: "received", visit: 0 },
      { ...join, person: "mallory", room: "lobby", device: 1 },
      { do: "settle" },
      { ...join, person: "mallory", room: "lobby", spelling: 1 },
      { do: "pass", ms: 0 },
      { do: "writeThoughBlocked", visit: 0, other: 0 },
      { do: "writeAsTheyGo", visit: 0, other: 0 },
    ],
  },
  // 878268967: a timer fired for ever, for a cursor that no row was left to hold.
  "a room answers after the guest's claim has ended": {
    ...base,
    settings: { ...base.settings, MAILBOX_MESSAGES: 2, ROOM_HISTORY: 3 },
    steps: [
      { ...join, person: "alice", room: "kitchen" },
      { ...join, person: "bob", room: "kitchen" },
      { do: "pass", ms: 0 },
      { do: "dieAfter", where: "alice", effects: 0 },
      { do: "writeAsTheyCome", visit: 13, other: 0 },
    ],
  },
  // 883873409: the claim that an ack was of had been seen by nobody.
  "a name is taken over that nobody has seen in use": {
    ...base,
    hasApp: true,
    steps: [
      { ...join, person: "mallory", room: "kitchen", spelling: 1 },
      { do: "settle" },
      { ...join, person: "alice", room: "lobby" },
      { do: "kill", where: "lobby" },
      { ...message, visit: 0, to: "alice" },
      { do: "setBack", ms: 1000 },
      { ...join, person: "ursula", room: "lobby" },
    ],
  },
  // 861231130: a mailbox of two, and copies that were sent again after a crash.
  "copies arrive again in a mailbox that has dropped them": {
    ...base,
    settings: { ...base.settings, PRESENCE_GRACE_MS: 4000 },
    steps: [
      { ...join, person: "bob", room: "lobby" },
      { ...join, person: "mallory", room: "lobby" },
      { do: "pass", ms: 0 },
      { do: "writeAsTheyCome", visit: 0, other: 0 },
      { ...join, person: "mallory", room: "lobby" },
      { ...message, visit: 0, to: "alice" },
      { ...message, visit: 0, to: "alice" },
      { do: "kill", where: "bob" },
    ],
  },
  // 862394510: the call takes effect twice, and the name changes hands between.
  "a private message arrives again after the name got a new owner": {
    ...base,
    hasApp: true,
    steps: [
      { ...join, person: "mallory", room: "kitchen", spelling: 1 },
      { do: "pass", ms: 0 },
      { ...join, person: "ursula", room: "lobby", spelling: 1 },
      { do: "deliver", flight: 0 },
      { do: "deliver", flight: 0 },
      { ...message, visit: 0, to: "bob" },
      { do: "repeatCall", flight: 3 },
      { do: "deliver", flight: 1 },
    ],
  },
};
