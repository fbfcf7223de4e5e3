// One user's mail: numbered, each letter once, kept until there are too many or they are too old.
import { describe, expect, test } from "vitest";
import {
  Mailbox,
  type StoredMail,
  toMail,
} from "../../../src/core/directory/mail/mailbox.ts";
import type { PrivateMessageRecord } from "../../../src/core/shared/rpc.ts";
import { DIRECTORY_TABLES, Schema } from "../../../src/core/shared/schema.ts";
import { Database } from "../support/database.ts";

const DAY = 24 * 60 * 60 * 1000;
const limits = { messages: 3, days: 30 };

function begin() {
  const sql = new Database();
  new Schema(sql, "directory", DIRECTORY_TABLES).create();
  return { sql, mailbox: new Mailbox(sql, "bob") };
}

function letter(own: Partial<PrivateMessageRecord> = {}): PrivateMessageRecord {
  return {
    id: "server-id",
    identity: "identity-of-alice",
    username: "alice",
    to: "bob",
    text: "psst",
    at: 40 * DAY,
    ...own,
  };
}

/** Mail from alice; `fromKey: null` is a copy of bob's own. */
function kept(mail: number, own: Partial<StoredMail> = {}): StoredMail {
  const id = `id-${mail}`;
  const fromKey = "alice";
  return { mail, message: letter({ id }), fromKey, origin: "link", ...own };
}

function store(mailbox: Mailbox, ...letters: StoredMail[]): void {
  for (const one of letters) mailbox.add(one);
  mailbox.write();
}

function numbers(mailbox: Mailbox): number[] {
  return mailbox.after(0).map(({ mail }) => mail);
}

test("what is kept is there after a sleep, as it was", () => {
  const { sql, mailbox } = begin();
  const sent = [
    kept(1, { message: letter({ clientId: "c", text: "one\ntwo" }) }),
    kept(2, { fromKey: null }),
  ];
  store(mailbox, ...sent);
  const again = new Mailbox(sql, "bob");
  expect(again.head).toBe(2);
  expect(again.after(0)).toEqual(sent);
  expect(again.after(1)).toEqual(sent.slice(1));
  expect(again.after(2)).toEqual([]);
});

test("mailboxes in one file are kept apart", () => {
  const { sql, mailbox } = begin();
  store(mailbox, kept(1));
  const carol = new Mailbox(sql, "carol");
  expect([carol.head, carol.after(0)]).toEqual([0, []]);
  store(carol, kept(1));
  expect(numbers(new Mailbox(sql, "bob"))).toEqual([1]);
});

test("what came at once is written at once, however long it is", () => {
  const { sql, mailbox } = begin();
  const text = `"\\ \u0000 ${"x".repeat(100_000)}`;
  const sent = Array.from({ length: 20 }, (_, i) =>
    kept(i + 1, { message: letter({ id: `id-${i}`, text }) }),
  );
  const statements: string[] = [];
  const watched = {
    exec: (...args: Parameters<Database["exec"]>) => {
      statements.push(args[0]);
      // Cloudflare takes no value of more than 2 MB.
      for (const value of args) expect(String(value).length).toBeLessThan(2e6);
      return sql.exec(...args);
    },
  };
  store(new Mailbox(watched, "bob"), ...sent);
  expect(mailbox.after(0)).toEqual(sent);
  const inserts = statements.filter((one) => one.startsWith("INSERT"));
  expect(inserts.length).toBeLessThan(sent.length);
});

describe("the same letter", () => {
  test("is known by its sender's own id", () => {
    const { mailbox } = begin();
    const first = kept(1, { message: letter({ clientId: "1" }) });
    mailbox.add(first);
    const again = letter({ clientId: "1", id: "another", text: "other" });
    expect(mailbox.find(again)).toEqual(first);
    expect(mailbox.find({ ...again, identity: "mallory" })).toBeUndefined();
    expect(mailbox.find({ ...again, clientId: "2" })).toBeUndefined();
  });

  test("is known by the server's id if its sender gave none", () => {
    const { mailbox } = begin();
    mailbox.add(kept(1));
    expect(mailbox.find(letter({ id: "id-1" }))?.mail).toBe(1);
    expect(mailbox.find(letter({ id: "id-2" }))).toBeUndefined();
    // Nobody can name it so themselves.
    expect(mailbox.find(letter({ clientId: "id-1" }))).toBeUndefined();
  });

  test("is not one that its owner has sent to others under the same id", () => {
    const { sql, mailbox } = begin();
    const own = { identity: "identity-of-bob", username: "bob", clientId: "1" };
    const toCarol = letter({ ...own, to: "carol", id: "to-carol" });
    const toDan = letter({ ...own, to: "dan", id: "to-dan" });
    const copy = { fromKey: null, origin: "link" };
    store(mailbox, { mail: 1, message: toCarol, ...copy });
    for (const box of [mailbox, new Mailbox(sql, "bob")]) {
      expect(box.findCopy(toDan)).toBeUndefined();
      expect(box.findCopy(toCarol)?.mail).toBe(1);
      // A note to himself under that id is none of them.
      expect(box.find(letter({ ...own, id: "to-bob" }))).toBeUndefined();
    }
  });

  test("is known after a sleep", () => {
    const { sql, mailbox } = begin();
    store(mailbox, kept(1, { message: letter({ clientId: "1" }) }));
    const again = new Mailbox(sql, "bob");
    expect(again.find(letter({ clientId: "1", id: "x" }))?.mail).toBe(1);
  });
});

describe("in a full mailbox", () => {
  test("what was had makes room, the oldest first", () => {
    const { mailbox } = begin();
    for (const mail of [1, 2, 3]) mailbox.add(kept(mail));
    expect(mailbox.makeRoom(limits, 3, 40 * DAY)).toBe(true);
    expect(numbers(mailbox)).toEqual([2, 3]);
  });

  test("one's own copies make room, had or not", () => {
    const { mailbox } = begin();
    mailbox.add(kept(1));
    mailbox.add(kept(2, { fromKey: null }));
    mailbox.add(kept(3));
    expect(mailbox.makeRoom(limits, 0, 40 * DAY)).toBe(true);
    expect(numbers(mailbox)).toEqual([1, 3]);
  });

  test("what nobody had makes no room", () => {
    const { mailbox } = begin();
    for (const mail of [1, 2, 3]) mailbox.add(kept(mail));
    expect(mailbox.makeRoom(limits, 0, 40 * DAY)).toBe(false);
    expect(numbers(mailbox)).toEqual([1, 2, 3]);
  });

  test("long texts fill it before many short ones do", () => {
    const { mailbox } = begin();
    const roomy = { messages: 1000, days: 30 };
    const text = "x".repeat(256 * 1024);
    let mail = 0;
    while (mailbox.makeRoom(roomy, 0, 40 * DAY)) {
      mail++;
      mailbox.add(kept(mail, { message: letter({ id: `id-${mail}`, text }) }));
    }
    expect(mail).toBeLessThan(20);
    expect(mailbox.makeRoom(roomy, 1, 40 * DAY)).toBe(true);
    expect(numbers(mailbox)[0]).toBe(2);
  });

  test("there is room after a sleep as before it", () => {
    const { sql, mailbox } = begin();
    store(mailbox, kept(1), kept(2), kept(3));
    const again = new Mailbox(sql, "bob");
    expect(again.makeRoom(limits, 0, 40 * DAY)).toBe(false);
    expect(again.makeRoom(limits, 1, 40 * DAY)).toBe(true);
    expect(numbers(new Mailbox(sql, "bob"))).toEqual([2, 3]);
  });
});

test("mail is dropped when it is too old, had or not", () => {
  const { mailbox } = begin();
  mailbox.add(kept(1, { message: letter({ id: "id-1", at: 9 * DAY }) }));
  mailbox.add(kept(2, { message: letter({ id: "id-2", at: 11 * DAY }) }));
  expect(mailbox.makeRoom(limits, 0, 40 * DAY)).toBe(true);
  expect(numbers(mailbox)).toEqual([2]);
});

test("the numbers go on after all mail but the newest was dropped", () => {
  const { sql, mailbox } = begin();
  for (let mail = 1; mail <= 10; mail++) {
    mailbox.makeRoom({ messages: 1, days: 30 }, mail, 40 * DAY);
    mailbox.add(kept(mail));
  }
  mailbox.write();
  expect(new Mailbox(sql, "bob").head).toBe(10);
  expect(numbers(mailbox)).toEqual([10]);
});

describe("on the wire", () => {
  test("a letter is a frame that names no identity", () => {
    const identity = "0123456789abcdef-and-the-rest";
    const { line, origin } = toMail(
      kept(7, { message: letter({ identity, clientId: "c" }) }),
    );
    expect(JSON.parse(line)).toEqual({
      type: "private",
      mail: 7,
      id: "server-id",
      clientId: "c",
      user: "0123456789abcdef",
      username: "alice",
      to: "bob",
      text: "psst",
      at: 40 * DAY,
    });
    expect(origin).toBeUndefined();
  });

  test("one's own copy says which connection needs none", () => {
    expect(toMail(kept(7, { fromKey: null })).origin).toBe("link");
  });
});
