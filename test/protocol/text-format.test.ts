// Text format: each server frame becomes lines for people.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type {
  FoldedEvent,
  PrivateMessage,
  RoomMessage,
  ServerFrame,
  WelcomeFrame,
} from "../../src/protocol/client-frames.ts";
import { formatText } from "../../src/protocol/text-format.ts";

const alice = { user: "user-of-alice", room: "lobby" };

const welcome: WelcomeFrame = {
  type: "welcome",
  room: "lobby",
  username: "alice",
  user: "user-of-alice",
  token: "the secret",
  epoch: "e",
  seq: 0,
  mail: 0,
  mailEpoch: 1,
  members: ["alice", "bob", "carol"],
  count: 3,
  resumed: false,
  gap: false,
  more: false,
  limits: { text: 1, frame: 1, history: 1, rateBurst: 1, ratePerSecond: 1 },
};

function said(text: string, username = "bob"): RoomMessage {
  const user = `user-of-${username}`;
  return {
    type: "message",
    seq: 1,
    room: "lobby",
    user,
    username,
    text,
    at: 1,
  };
}

function psst(username: string, to: string): PrivateMessage {
  const user = `user-of-${username}`;
  const text = "psst";
  return { type: "private", mail: 1, id: "x", user, username, to, text, at: 1 };
}

function lines(message: ServerFrame): string[] {
  return formatText(message, alice);
}

describe("in text format", () => {
  test("a user who joins by text reads their name, the room and the number of members", () => {
    expect(lines(welcome)).toEqual(["* you are alice in lobby (3 here)"]);
  });

  test("a user who joins by text never reads a secret", () => {
    expect(lines(welcome).join()).not.toContain("secret");
  });

  test("a user who may have missed something reads so", () => {
    expect(lines({ ...welcome, gap: true })).toEqual([
      "* you are alice in lobby (3 here)",
      "* some messages may be missing here",
    ]);
  });

  test("a user reads a message as the author's name and the text", () => {
    expect(lines(said("hello"))).toEqual(["bob: hello"]);
  });

  test("a user reads further lines of a message with a mark before them", () => {
    expect(lines(said("one\ntwo\n\nthree"))).toEqual([
      "bob: one\n  | two\n  | \n  | three",
    ]);
  });

  test("a user reads each message of the history in a frame of its own", () => {
    const messages = [said("one"), said("two", "carol")];
    const frame = { type: "history", more: true, epoch: "e" } as const;
    expect(lines({ ...frame, messages })).toEqual(["bob: one", "carol: two"]);
    expect(lines({ ...frame, messages: [] })).toEqual([]);
  });

  test("a user reads what was found, and how to find older messages", () => {
    const frame = {
      ...({ type: "results", text: "red\nfox", epoch: "e", asOf: 9 } as const),
      ...{ from: 4, to: 9 },
    };
    const messages = [{ ...said("The red fox"), seq: 4, edited: 5 }];
    expect(lines({ ...frame, messages, more: true })).toEqual([
      "#4 bob: The red fox",
      "* #4: edited",
      "* there may be more: /search #4 red fox",
    ]);
    expect(lines({ ...frame, messages, more: false }).at(-1)).toBe(
      "* nothing more found",
    );
    expect(lines({ ...frame, messages: [], more: false })).toEqual([
      "* nothing found",
    ]);
  });

  test("a user reads a message of a folded page with its number, and then its state", () => {
    const frame = {
      ...({ type: "history", more: false, epoch: "e", fold: true } as const),
      ...{ asOf: 9, from: 1, to: 9 },
    };
    const messages: FoldedEvent[] = [
      { ...said("one\ntwo"), seq: 1 },
      {
        ...{ ...said("three"), seq: 4, edited: 5, pinned: true },
        reactions: [
          { emoji: "👍", count: 2, users: ["bob", "carol"] },
          { emoji: "🎉", count: 1, users: ["bob"] },
        ],
        replies: { count: 3, last: 9 },
      },
    ];
    expect(lines({ ...frame, messages })).toEqual([
      "#1 bob: one\n  | two",
      "#4 bob: three",
      "* #4: edited, pinned, 👍 2, 🎉 1, replies: 3",
    ]);
  });

  test("a user reads that a message is private", () => {
    expect(lines(psst("bob", "alice"))).toEqual(["(private) bob: psst"]);
  });

  test("a user reads to whom their own private message went", () => {
    expect(lines(psst("alice", "bob"))).toEqual([
      "(private) alice to bob: psst",
    ]);
  });

  test("a user reads their name once in a note to oneself", () => {
    expect(lines(psst("alice", "alice"))).toEqual(["(private) alice: psst"]);
  });

  test("a user reads that others join and leave", () => {
    const bob = { user: "user-of-bob", username: "bob", at: 1 };
    expect(lines({ type: "joined", ...bob })).toEqual(["* bob joined"]);
    expect(lines({ type: "left", ...bob })).toEqual(["* bob left"]);
  });

  test("a user who leaves reads which room they left", () => {
    const { user } = alice;
    expect(lines({ type: "left", user, username: "alice", at: 1 })).toEqual([
      "* you left lobby",
    ]);
  });

  test("a user reads the members in one line, which says if there are more", () => {
    const members = ["alice", "bob"];
    const frame = { type: "members", members, count: 2 } as const;
    expect(lines({ ...frame, more: false })).toEqual(["* here: alice, bob"]);
    expect(lines({ ...frame, more: true })).toEqual([
      "* here: alice, bob, ...",
    ]);
  });

  test("a user reads that the log of a room was replaced", () => {
    expect(lines({ type: "reset", epoch: "e", seq: 0 })).toEqual([
      "* the history was reset",
    ]);
  });

  test("a user reads help in lines that begin with a star", () => {
    const help = lines({ type: "help", text: "not this" });
    expect(help.length).toBeGreaterThan(5);
    for (const line of help) expect(line).toMatch(/^\* \S/);
  });

  test("a user reads an error as its code, its message and how long to wait", () => {
    const error = { type: "error", message: "Too fast." } as const;
    expect(lines({ ...error, code: "rate_limited", retryAfter: 1200 })).toEqual(
      ["! rate_limited: Too fast. (try again in 2 s)"],
    );
    expect(lines({ ...error, code: "rate_limited" })).toEqual([
      "! rate_limited: Too fast.",
    ]);
  });

  test.each<ServerFrame>([
    { type: "ack", seq: 1, at: 1 },
    { type: "ack", seq: 1, at: 1, duplicate: true },
    { type: "ack", to: "bob", private: "x", at: 1, delivered: true },
    { type: "count", count: 300 },
    { type: "typing", user: "user-of-bob", username: "bob" },
  ])("a user reads nothing of a frame of the type $type", (message) => {
    expect(lines(message)).toEqual([]);
  });
});

test("no user can write a line that looks like one of another user or of the server", () => {
  const forged = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "\n",
          "\r",
          "\r\n",
          "\v",
          "\f",
          "\u0085",
          "\u2028",
          "\u2029",
        ),
        fc.constantFrom("* bob joined", "bob: hi", "! error", "x", " "),
      ),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(forged, (text) => {
      const [frame = ""] = lines(said(text, "mallory"));
      const shown = frame.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/);
      expect(shown[0]).toMatch(/^mallory: /);
      for (const line of shown.slice(1)) expect(line).toMatch(/^ {2}\| /);
    }),
  );
});

test("a user reads a message with a date that no calendar has", () => {
  for (const until of [9e15, Number.NaN, Number.POSITIVE_INFINITY]) {
    const frame = { type: "registered", username: "alice", until } as const;
    const [line] = formatText(frame, { user: null, room: "lobby" });
    expect(line).toContain("an unknown day");
  }
});

test("a user reads no empty line for a message that shows as nothing", () => {
  const frame = {
    type: "message",
    ...{ seq: 1, room: "lobby", user: "u", at: 1 },
    ...{ username: "bob", text: "\u3164\u00ad" },
  } as const;
  expect(formatText(frame, { user: null, room: "lobby" })).toEqual([
    "bob: (nothing that can be seen)",
  ]);
});
