// What is kept of a connection while its room sleeps: enough, and no more than fits.
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
import { readUsername } from "../../../src/protocol/names.ts";
import { blankConnection } from "../support/blank-connection.ts";

const identity = createHash("sha256").update("alice").digest("base64url");
const other = createHash("sha256").update("other").digest("base64url");

const own = { identity, username: null, expires: null, namesRoom: false };
const anothers = {
  identity: other,
  username: null,
  expires: null,
  namesRoom: false,
};
const apps = {
  identity: other,
  username: "𠮷".repeat(32),
  expires: Number.MAX_SAFE_INTEGER,
  namesRoom: true,
};

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
}

function joined(own: Partial<Connection>, state: Joined = {}): Connection {
  const { username = "alice", device = null, mail = 0 } = state;
  const { expires = null, confirms = false, secret = null } = state;
  const { namesRoom = false } = state;
  const member = new Presence().add({ key: "k", identity, username });
  member.version = state.version ?? 0;
  return blankConnection({
    ...own,
    state: {
      kind: "joined",
      member,
      secret,
      device,
      expires,
      namesRoom,
      mail,
      confirms,
      epoch: state.epoch ?? 0,
    },
  });
}

/** Through a sleep: what comes back is a copy. */
function slept(connection: Connection) {
  return parseAttachment(structuredClone(toAttachment(connection)));
}

test("a connection that has not joined is that after a sleep", () => {
  const connection = blankConnection({ id: "x", text: true, refusedJoins: 3 });
  expect(slept(connection)).toEqual({
    id: "x",
    text: true,
    batch: false,
    bearer: null,
    refusedJoins: 3,
    joined: null,
  });
});

test("who has joined is the same user on the same device after a sleep", () => {
  const phase = {
    username: "李雷",
    device: "phone",
    mail: 7,
    confirms: true,
    namesRoom: true,
    secret: other,
  };
  expect(slept(joined({ batch: true }, phase))).toMatchObject({
    batch: true,
    joined: { identity, ...phase },
  });
});

test.each([
  ["none", null],
  ["the one they joined with", own],
  ["another than they joined with", anothers],
  ["a user of the app", apps],
  ["the same that joined", { ...apps, identity }],
])("the bearer survives a sleep: %s", (_, bearer) => {
  expect(slept(joined({ bearer }))?.bearer).toEqual(bearer);
  expect(slept(blankConnection({ bearer }))?.bearer).toEqual(bearer);
});

test("what an older version kept is enough", () => {
  const older = toAttachment(joined({ bearer: own })).slice(0, 9);
  expect(parseAttachment(structuredClone(older))).toMatchObject({
    bearer: own,
    joined: { identity, expires: null },
  });
});

test("a connection whose token is being checked cannot go on either", () => {
  const connection = blankConnection({
    state: { kind: "authenticating", buffered: [], bufferedBytes: 0 },
  });
  expect(slept(connection)).toBeNull();
});

test("a connection in mid-join cannot go on after the memory is gone", () => {
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
      token: null,
      byUrl: false,
      buffered: ["hello"],
      bufferedBytes: 5,
      mail: [],
      notices: [],
    },
  });
  expect(slept(connection)).toBeNull();
});

test("what the first release kept of a connection still does", () => {
  const attachment = [1, "x", 0, other, 0, identity, "alice", null, 0];
  expect(parseAttachment(attachment)).toMatchObject({
    id: "x",
    bearer: { identity: other },
    joined: { identity, username: "alice", secret: null, version: 0, epoch: 0 },
  });
});

test.each([
  ["nothing", null],
  ["what another layout kept", [2, "x"]],
  ["an object", { id: "x" }],
  ["a longer array", [...toAttachment(blankConnection()), 1].slice(1)],
])("%s is not taken for a connection", (_, attachment) => {
  expect(parseAttachment(attachment)).toBeNull();
});

describe("what is kept has at most 512 bytes", () => {
  const letters = fc.constantFrom("a", "é", "李", "𠮷", "𝒜", "ß", "न");
  const username = fc
    .array(letters, { minLength: 1, maxLength: 32 })
    .map((picked) => readUsername(picked.join("")))
    .filter((name) => name !== null);
  const device = fc.option(fc.stringMatching(/^[ -~]{1,64}$/));
  const bearer = fc.constantFrom(null, own, anothers, apps);
  const secret = fc.constantFrom(null, other);
  const number = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
  const link = fc.record({
    username,
    device,
    bearer,
    secret,
    expires: fc.option(number),
    mail: number,
    confirms: fc.boolean(),
    namesRoom: fc.boolean(),
    version: number,
    epoch: number,
    refusedJoins: fc.nat({ max: 5 }),
    flags: fc.tuple(fc.boolean(), fc.boolean()),
  });

  test("whatever the names", () => {
    fc.assert(
      fc.property(link, ({ bearer, refusedJoins, flags, ...phase }) => {
        const [text, batch] = flags;
        const from = { id: "12345678", text, batch, bearer, refusedJoins };
        const attachment = toAttachment(joined(from, phase));
        expect(serialize(attachment).length).toBeLessThanOrEqual(512);
        expect(parseAttachment(structuredClone(attachment))).toEqual({
          ...from,
          joined: { identity, ...phase },
        });
      }),
    );
  });

  test.each([null, own, anothers, apps])(
    "with the longest of everything and the bearer %j",
    (bearer) => {
      const longest = joined(
        { id: "12345678", bearer, text: true, refusedJoins: 5 },
        {
          username: "𠮷".repeat(32),
          device: "~".repeat(64),
          expires: Number.MAX_SAFE_INTEGER,
          mail: Number.MAX_SAFE_INTEGER,
          confirms: true,
          namesRoom: true,
          secret: other,
          version: Number.MAX_SAFE_INTEGER,
          epoch: Number.MAX_SAFE_INTEGER,
        },
      );
      const { length } = serialize(toAttachment(longest));
      expect(length).toBeLessThanOrEqual(512);
    },
  );
});
