// Attachment tests: a connection's attachment restores its state after a sleep, and has at most 2 KiB.
import { createHash } from "node:crypto";
import { serialize } from "node:v8";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseAttachment,
  toAttachment,
} from "../../../src/core/room/attachment.ts";
import type { Connection } from "../../../src/core/room/connection.ts";
import { Presence } from "../../../src/core/room/presence.ts";
import { PresenceGrace } from "../../../src/core/room/presence-grace.ts";
import type { MemberMarks } from "../../../src/core/room/read-marks.ts";
import type { AccountKind } from "../../../src/core/shared/account-kind.ts";
import { formatCursors } from "../../../src/core/shared/events/event-cursor-format.ts";
import { readUsername } from "../../../src/protocol/names.ts";
import { ROLES, type Role } from "../../../src/protocol/roles.ts";
import { blankConnection } from "../support/blank-connection.ts";

const identity = createHash("sha256").update("alice").digest("base64url");
const other = createHash("sha256").update("other").digest("base64url");

const own = {
  ...{ identity, username: null, expires: null, namesRoom: false, data: null },
  role: null,
};
const othersBearer = {
  identity: other,
  username: null,
  expires: null,
  namesRoom: false,
  data: null,
  role: null,
};
const appBearer = {
  identity: other,
  username: "𠮷".repeat(32),
  expires: Number.MAX_SAFE_INTEGER,
  namesRoom: true,
  data: null,
  role: "moderator",
} as const;
/** 256 bytes of two-byte characters are the longest, as V8 stores them. */
const DATA = JSON.stringify(`${"李".repeat(84)}xx`);

interface Joined {
  readonly username?: string;
  readonly device?: string | null;
  readonly expires?: number | null;
  readonly mail?: number;
  readonly confirms?: boolean;
  readonly namesRoom?: boolean;
  readonly secret?: string | null;
  readonly version?: number;
  readonly epoch?: number;
  readonly data?: string | null;
  readonly accountKind?: AccountKind;
  readonly role?: Role | null;
  readonly hasOldSecret?: boolean;
  readonly marks?: MemberMarks | null;
}

function joined(own: Partial<Connection>, state: Joined = {}): Connection {
  const { username = "alice", device = null, mail = 0 } = state;
  const { expires = null, confirms = false, secret = null } = state;
  const { namesRoom = false } = state;
  const member = new Presence(new PresenceGrace({ dueAt: null })).add({
    key: "k",
    identity,
    username,
  });
  member.version = state.version ?? 0;
  member.data = state.data ?? null;
  member.marks = state.marks ?? null;
  member.accountKind = state.accountKind ?? "guest";
  return blankConnection({
    ...own,
    state: {
      kind: "joined",
      member,
      secret,
      device,
      expires,
      namesRoom,
      role: state.role ?? null,
      hasOldSecret: state.hasOldSecret ?? false,
      mail,
      confirms,
      epoch: state.epoch ?? 0,
    },
  });
}

/** The connection after a sleep, restored from a copy of its attachment. */
function restored(connection: Connection) {
  return parseAttachment(structuredClone(toAttachment(connection)));
}

test("a connection that has not joined keeps its options over a sleep", () => {
  const connection = blankConnection({ id: "x", text: true, refusedJoins: 3 });
  expect(restored(connection)).toEqual({
    id: "x",
    text: true,
    batch: false,
    bearer: null,
    refusedJoins: 3,
    hasLostFrames: false,
    eventCursors: null,
    joined: null,
  });
});

test("a user is the same user on the same device after a sleep", () => {
  const session = {
    username: "李雷",
    device: "phone",
    mail: 7,
    confirms: true,
    namesRoom: true,
    secret: other,
  };
  expect(restored(joined({ batch: true }, session))).toMatchObject({
    batch: true,
    joined: { identity, ...session },
  });
});

test.each([
  ["no token", null],
  ["the token of the join", own],
  ["another secret than that of the join", othersBearer],
  ["an app user's token", appBearer],
  ["the app user's token of the join", { ...appBearer, identity }],
])("a user's bearer token survives a sleep: %s", (_, bearer) => {
  expect(restored(joined({ bearer }))?.bearer).toEqual(bearer);
  expect(restored(blankConnection({ bearer }))?.bearer).toEqual(bearer);
});

test("a user stays joined after an update from a version with a shorter attachment", () => {
  const older = toAttachment(joined({ bearer: own })).slice(0, 9);
  expect(parseAttachment(structuredClone(older))).toMatchObject({
    bearer: own,
    joined: { identity, expires: null },
  });
});

test("a user whose token was being checked cannot continue after a sleep", () => {
  const connection = blankConnection({
    state: { kind: "authenticating", buffered: [], bufferedBytes: 0 },
  });
  expect(restored(connection)).toBeNull();
});

test("a user who was joining cannot continue after a restart", () => {
  const connection = blankConnection({
    state: {
      kind: "joining",
      join: { type: "join", username: "alice" },
      username: "alice",
      requestedName: "alice",
      key: "alice",
      identity,
      rank: "guest",
      attempts: 0,
      version: 1,
      isEvicted: false,
      expires: null,
      namesRoom: false,
      isOutsider: false,
      data: null,
      role: null,
      token: null,
      byUrl: false,
      buffered: ["hello"],
      bufferedBytes: 5,
      mail: [],
      notices: [],
    },
  });
  expect(restored(connection)).toBeNull();
});

test("a user stays joined after an update from the first release", () => {
  const attachment = [1, "x", 0, other, 0, identity, "alice", null, 0];
  expect(parseAttachment(attachment)).toMatchObject({
    id: "x",
    bearer: { identity: other },
    joined: { identity, username: "alice", secret: null, version: 0, epoch: 0 },
  });
});

test.each([
  ["nothing", null],
  ["the attachment of another layout", [2, "x"]],
  ["an object", { id: "x" }],
  ["a longer array", [...toAttachment(blankConnection()), 1].slice(1)],
])("no user is restored from %s", (_, attachment) => {
  expect(parseAttachment(attachment)).toBeNull();
});

describe("an attachment is small", () => {
  const letters = fc.constantFrom("a", "é", "李", "𠮷", "𝒜", "ß", "न");
  const username = fc
    .array(letters, { minLength: 1, maxLength: 32 })
    .map((picked) => readUsername(picked.join("")))
    .filter((name) => name !== null);
  const device = fc.option(fc.stringMatching(/^[ -~]{1,64}$/));
  const bearer = fc.constantFrom(null, own, othersBearer, appBearer);
  const data = fc.option(
    fc.stringMatching(/^[ -~]{0,60}$/).map((text) => JSON.stringify(text)),
  );
  const secret = fc.constantFrom(null, other);
  const number = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
  const marks = fc.option(
    fc.record({
      epoch: fc.constantFrom("abcdefgh", ""),
      ...{ seq: number, mail: number, toldAt: number, isUntold: fc.boolean() },
    }),
  );
  const states = fc.record({
    username,
    device,
    bearer,
    secret,
    expires: fc.option(number),
    mail: number,
    confirms: fc.boolean(),
    namesRoom: fc.boolean(),
    role: fc.constantFrom(null, ...ROLES),
    hasOldSecret: fc.boolean(),
    version: number,
    epoch: number,
    data,
    marks,
    accountKind: fc.constantFrom<AccountKind[]>("guest", "registered", "app"),
    refusedJoins: fc.nat({ max: 5 }),
    flags: fc.tuple(fc.boolean(), fc.boolean()),
  });

  test("a user's state fits into 512 bytes without data, and into 2 KiB with it", () => {
    fc.assert(
      fc.property(states, ({ bearer, refusedJoins, flags, ...session }) => {
        const [text, batch] = flags;
        const from = { id: "12345678", text, batch, bearer, refusedJoins };
        const attachment = toAttachment(joined(from, session));
        expect(serialize(attachment).length).toBeLessThanOrEqual(
          session.data === null && session.marks === null ? 512 : 2048,
        );
        expect(parseAttachment(structuredClone(attachment))).toEqual({
          ...from,
          hasLostFrames: false,
          eventCursors: null,
          joined: { identity, ...session },
        });
      }),
    );
  });

  const longestState = {
    username: "𠮷".repeat(32),
    device: "~".repeat(64),
    expires: Number.MAX_SAFE_INTEGER,
    mail: Number.MAX_SAFE_INTEGER,
    confirms: true,
    namesRoom: true,
    secret: other,
    version: Number.MAX_SAFE_INTEGER,
    epoch: Number.MAX_SAFE_INTEGER,
  };
  test.each([null, own, othersBearer, appBearer])(
    "a user's longest state fits into 512 bytes with the bearer token %j, and into 2 KiB with data",
    (bearer) => {
      const longest = joined(
        { id: "12345678", bearer, text: true, refusedJoins: 5 },
        longestState,
      );
      const { length } = serialize(toAttachment(longest));
      expect(length).toBeLessThanOrEqual(512);
      const bearerWithData = bearer && { ...bearer, data: DATA };
      // The app's hook, and as many webhooks as there may be.
      const endpoints = ["app", "1", "2", "3", "4"];
      const eventCursors = formatCursors(
        Number.MAX_SAFE_INTEGER,
        endpoints.map((name) => ({
          endpoint: name.padStart(12, "w-"),
          position: { epoch: "E".repeat(8), seq: Number.MAX_SAFE_INTEGER },
        })),
      );
      const withData = joined(
        { ...longest, bearer: bearerWithData, eventCursors },
        { ...longestState, data: DATA },
      );
      expect(serialize(toAttachment(withData)).length).toBeLessThan(2048);
      expect(restored(withData)).toMatchObject({
        bearer: bearerWithData,
        eventCursors,
        joined: { data: DATA },
      });
    },
  );
});
