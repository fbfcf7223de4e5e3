// Bad input: a member's wrong frame gets an error with a code, and nobody else notices.
import { describe, expect, test } from "vitest";
import type { Failure } from "./support/frames.ts";
import { expectUndisturbed, joinAll } from "./support/members.ts";
import { uniqueName } from "./support/people.ts";

type Code = Failure["code"];
type Case = readonly [
  what: string,
  frame: object | string | Buffer,
  ...codes: Code[],
];

/** Mallory sends it and gets the error, and all others go on. */
async function expectHarmless(
  frame: object | string | Buffer,
  codes: readonly Code[],
): Promise<Failure> {
  const room = uniqueName("lobby");
  const [mallory, alice, bob] = await joinAll(room, "mallory", "alice", "bob");
  const failure = await mallory.refused(frame, ...codes);
  await expectUndisturbed(alice, bob);
  await mallory.until("message", { username: bob.name });
  await mallory.until("message", { username: alice.name });
  expect(await mallory.unread()).toEqual([]);
  await alice.next("message", { username: mallory.name });
  return failure;
}

function nested(depth: number, inner = ""): string {
  return `${"[".repeat(depth)}${inner}${"]".repeat(depth)}`;
}

describe("frames that are not of this protocol", () => {
  test.for<Case>([
    ["an open brace", "{", "bad_request"],
    ["half an object", '{"type":"message","text":"hi"', "bad_request"],
    ["an object and more", '{"type":"who"} {"type":"who"}', "bad_request"],
    [
      "two objects in one frame",
      '{"type":"who"}\n{"type":"who"}',
      "bad_request",
    ],
    ["single quotes", "{'type':'message','text':'hi'}", "bad_request"],
    ["a NUL in the object", '{"type":"message",\0"text":"hi"}', "bad_request"],
    ["no type", '{"text":"hi"}', "bad_request", "unsupported"],
    ["an empty object", "{}", "bad_request", "unsupported"],
    ["a number for a type", '{"type":5}', "bad_request", "unsupported"],
    ["null for a type", '{"type":null}', "bad_request", "unsupported"],
    ["a list for a type", '{"type":["message"]}', "bad_request", "unsupported"],
    ["an unknown type", '{"type":"teleport"}', "unsupported"],
    ["a type in capitals", '{"type":"MESSAGE","text":"hi"}', "unsupported"],
    ["a server's type", '{"type":"welcome"}', "unsupported"],
    ["a server's ack", '{"type":"ack","seq":1,"at":1}', "unsupported"],
    ["the type __proto__", '{"type":"__proto__"}', "unsupported"],
    ["the type constructor", '{"type":"constructor"}', "unsupported"],
    ["the type toString", '{"type":"toString"}', "unsupported"],
    ["binary noise", Buffer.from([0, 255, 128, 7]), "unsupported"],
    ["nothing, in binary", Buffer.alloc(0), "unsupported"],
    [
      "a good message, in binary",
      Buffer.from('{"type":"message","text":"hi"}'),
      "unsupported",
    ],
  ])(
    "a frame with %s is refused, and nobody else notices it",
    async ([, frame, ...codes]) => {
      await expectHarmless(frame, codes);
    },
  );
});

describe("fields of a wrong kind", () => {
  const message = { type: "message", text: "hi" };
  const told = { type: "private", to: "bob", text: "hi" };
  test.for<Case>([
    ["a number for a text", { ...message, text: 5 }, "bad_request"],
    ["null for a text", { ...message, text: null }, "bad_request"],
    ["true for a text", { ...message, text: true }, "bad_request"],
    ["a list for a text", { ...message, text: ["hi"] }, "bad_request"],
    ["an object for a text", { ...message, text: { a: 1 } }, "bad_request"],
    ["no text", { type: "message" }, "bad_request"],
    ["a number for an id", { ...message, id: 5 }, "bad_request"],
    ["an empty id", { ...message, id: "" }, "bad_request"],
    ["an id of 65", { ...message, id: "x".repeat(65) }, "bad_request"],
    ["an id with a newline", { ...message, id: "a\nb" }, "bad_request"],
    ["an id beyond ASCII", { ...message, id: "é" }, "bad_request"],
    ["nobody to tell", { type: "private", text: "hi" }, "bad_request"],
    ["a number to tell", { ...told, to: 5 }, "bad_request"],
    ["a list to tell", { ...told, to: ["bob"] }, "bad_request"],
    ["a number to pin", { ...told, toUser: 5 }, "bad_request"],
    ["nothing to tell", { type: "private", to: "bob" }, "bad_request"],
    ["a number after who", { type: "who", after: 5 }, "bad_request"],
    ["words for a seq", { type: "received", seq: "1" }, "bad_request"],
    ["a fraction of mail", { type: "received", mail: 1.5 }, "bad_request"],
    ["less than no seq", { type: "received", seq: -1 }, "bad_request"],
  ])(
    "a frame with %s is refused, and the connection goes on",
    async ([, frame, ...codes]) => {
      await expectHarmless(frame, codes);
    },
  );

  test("an error names the id of the frame that it refuses", async () => {
    const frame = { type: "message", text: "", id: "my-id" };
    const failure = await expectHarmless(frame, ["bad_request"]);
    expect(failure.id).toBe("my-id");
  });
});

// A text may hold newline and tab, and no other control or bidi override.
describe("texts that may not be", () => {
  test.for([
    ["nothing", ""],
    ["a blank", " "],
    ["many blanks", " ".repeat(100)],
    ["newlines and tabs", "\n\t\n"],
    ["a no-break space", "\u00a0"],
    ["wide spaces", "\u3000\u2003"],
    ["a filler", "\u3164"],
    ["soft hyphens", "\u00ad\u00ad"],
    ["tags that hide a text", "\u{e0068}\u{e0069}"],
    ["a NUL", "a\u0000b"],
    ["a bell", "a\u0007b"],
    ["a backspace", "a\bb"],
    ["a carriage return", "a\rb"],
    ["a form feed", "a\fb"],
    ["an escape", "\u001b[31mred"],
    ["a delete", "a\u007fb"],
    ["a next-line control", "a\u0085b"],
    ["a control sequence introducer", "a\u009b31mb"],
    ["the last control", "a\u009fb"],
    ["an override to the right", "a\u202eb"],
    ["an override to the left", "a\u202db"],
    ["an embedding", "a\u202ab\u202bc\u202c"],
    ["a high surrogate alone", "a\ud83d"],
    ["a low surrogate alone", "\ude00b"],
    ["surrogates the wrong way round", "\ude00\ud83d"],
  ] as const)("a text of %s is refused", async ([, text]) => {
    // JSON.stringify writes a lone surrogate as an escape.
    await expectHarmless({ type: "message", text }, ["bad_request"]);
    await expectHarmless({ type: "private", to: "bob", text }, ["bad_request"]);
  });
});

describe("shapes meant to break a parser", () => {
  const withText = (text: string) => `{"type":"message","text":${text}}`;
  test.for<Case>([
    ["200 nested lists", withText(nested(200)), "bad_request"],
    ["7,000 nested lists", withText(nested(7000)), "bad_request"],
    ["7,000 lists never closed", withText("[".repeat(7000)), "bad_request"],
    [
      "2,000 nested objects",
      withText(`${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`),
      "bad_request",
    ],
    ["a huge number", withText("1e999"), "bad_request"],
    [
      "a text by inheritance",
      '{"type":"message","__proto__":{"text":"hi"}}',
      "bad_request",
    ],
    [
      "a type by inheritance",
      '{"__proto__":{"type":"message","text":"hi"}}',
      "bad_request",
      "unsupported",
    ],
    [
      "to whom by inheritance",
      '{"type":"private","text":"hi","__proto__":{"to":"bob"}}',
      "bad_request",
    ],
    [
      "a private to __proto__",
      { type: "private", to: "__proto__", text: "hi" },
      "bad_username",
      "no_such_user",
      "bad_request",
    ],
    [
      "a private to constructor",
      { type: "private", to: "constructor", text: "hi" },
      "no_such_user",
    ],
  ])("a frame with %s breaks no parser", async ([, frame, ...codes]) => {
    await expectHarmless(frame, codes);
  });

  // Unknown fields are ignored, so the server may accept this or refuse it.
  // Nothing else may change.
  test.for([
    '{"type":"message","text":"hi","__proto__":{"text":"forged","polluted":1}}',
    '{"type":"message","text":"hi","constructor":{"prototype":{"polluted":1}}}',
  ])("the frame %s changes nothing for anybody", async (frame) => {
    const room = uniqueName("lobby");
    const [mallory, alice, bob] = await joinAll(
      room,
      "mallory",
      "alice",
      "bob",
    );
    mallory.send(frame);
    const answer = await mallory.inbox.next(() => true, "ack or error");
    if (answer.type === "ack") {
      const heard = await alice.next("message");
      expect(heard.text).toBe("hi");
      expect(heard).not.toHaveProperty("polluted");
      await bob.next("message");
    } else expect(answer).toMatchObject({ code: "bad_request" });
    await expectUndisturbed(alice, bob);
  });

  test("a frame of 3 MB costs only the user who sent it", async () => {
    const room = uniqueName("lobby");
    const [mallory, alice, bob] = await joinAll(
      room,
      "mallory",
      "alice",
      "bob",
    );
    mallory.send({ type: "message", text: "x".repeat(3_000_000) });
    // This frame may also close the connection.
    const outcome = await Promise.any([
      mallory.next("error").then(({ code }) => code),
      mallory.closed().then(({ code }) => code),
    ]);
    expect(["too_large", 1009]).toContain(outcome);
    if (outcome === "too_large") await mallory.sendMessage("still here");
    const trace = outcome === "too_large" ? "message" : "left";
    for (const member of [alice, bob])
      await member.next(trace, { username: mallory.name });
    await expectUndisturbed(alice, bob);
  });
});
