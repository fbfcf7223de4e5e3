// Mailbox tests: mail is numbered and deduplicated, and dropped when there is too much of it or it is too old.
import { describe, expect, test } from "vitest";
import { Mailbox } from "../../../src/core/directory/mail/mailbox.ts";
import {
  type StoredMail,
  toMail,
} from "../../../src/core/directory/mail/stored-mail.ts";
import type { PrivateMessageRecord } from "../../../src/core/shared/mail-records.ts";
import { Database } from "../support/database.ts";

const DAY = 24 * 60 * 60 * 1000;
const limits = { messages: 3, days: 30 };

function begin() {
  const sql = new Database();
  return { sql, mailbox: new Mailbox(sql, "bob") };
}

function message(
  own: Partial<PrivateMessageRecord> = {},
): PrivateMessageRecord {
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

/** Mail from alice to bob; with `fromKey: null` a copy of bob's own message. */
function storedMail(mail: number, own: Partial<StoredMail> = {}): StoredMail {
  const id = `id-${mail}`;
  const fromKey = "alice";
  return { mail, message: message({ id }), fromKey, origin: "link", ...own };
}

function store(mailbox: Mailbox, ...mails: StoredMail[]): void {
  for (const one of mails) mailbox.add(one);
  mailbox.write();
}

function numbers(mailbox: Mailbox): number[] {
  return mailbox.after(0).map(({ mail }) => mail);
}

test("a user's mail is the same after a sleep", () => {
  const { sql, mailbox } = begin();
  const sent = [
    storedMail(1, { message: message({ clientId: "c", text: "one\ntwo" }) }),
    storedMail(2, { fromKey: null }),
  ];
  store(mailbox, ...sent);
  const again = new Mailbox(sql, "bob");
  expect(again.head).toBe(2);
  expect(again.after(0)).toEqual(sent);
  expect(again.after(1)).toEqual(sent.slice(1));
  expect(again.after(2)).toEqual([]);
});

test("users' mailboxes in one file do not mix", () => {
  const { sql, mailbox } = begin();
  store(mailbox, storedMail(1));
  const carol = new Mailbox(sql, "carol");
  expect([carol.head, carol.after(0)]).toEqual([0, []]);
  store(carol, storedMail(1));
  expect(numbers(new Mailbox(sql, "bob"))).toEqual([1]);
});

test("a user's mail of one event is stored at once, however long it is", () => {
  const { sql } = begin();
  const text = `"\\ \u0000 ${"x".repeat(100_000)}`;
  const sent = Array.from({ length: 20 }, (_, i) =>
    storedMail(i + 1, { message: message({ id: `id-${i}`, text }) }),
  );
  const statements: string[] = [];
  const watched = {
    exec: (...args: Parameters<Database["exec"]>) => {
      statements.push(args[0]);
      // A value has at most 2 MB on Cloudflare.
      for (const value of args) expect(String(value).length).toBeLessThan(2e6);
      return sql.exec(...args);
    },
  };
  store(new Mailbox(watched, "bob"), ...sent);
  expect(new Mailbox(sql, "bob").after(0)).toEqual(sent);
  const inserts = statements.filter((one) => one.startsWith("INSERT"));
  expect(inserts.length).toBeLessThan(sent.length);
});

test("a user without mail has no table for it", () => {
  const { sql, mailbox } = begin();
  expect([mailbox.head, mailbox.after(0)]).toEqual([0, []]);
  expect(mailbox.find(message())).toBeUndefined();
  mailbox.clear();
  expect(sql.tables).toEqual({});
});

test("a user's mail that is cleared leaves no row, and other mail stays", () => {
  const { sql, mailbox } = begin();
  store(mailbox, storedMail(1));
  store(new Mailbox(sql, "carol"), storedMail(1));
  mailbox.clear();
  expect(sql.tables.mail).toMatchObject([{ key: "carol" }]);
});

describe("a repeated message", () => {
  test("a repeated message is found by its sender's id", () => {
    const { mailbox } = begin();
    const first = storedMail(1, { message: message({ clientId: "1" }) });
    mailbox.add(first);
    const again = message({ clientId: "1", id: "another", text: "other" });
    expect(mailbox.find(again)).toEqual(first);
    expect(mailbox.find({ ...again, identity: "mallory" })).toBeUndefined();
    expect(mailbox.find({ ...again, clientId: "2" })).toBeUndefined();
  });

  test("a repeated message is found by the server's id if the sender gave none", () => {
    const { mailbox } = begin();
    mailbox.add(storedMail(1));
    expect(mailbox.find(message({ id: "id-1" }))?.mail).toBe(1);
    expect(mailbox.find(message({ id: "id-2" }))).toBeUndefined();
    // A sender cannot choose an id that equals it.
    expect(mailbox.find(message({ clientId: "id-1" }))).toBeUndefined();
  });

  test("a message is no repeat of one that the owner sent to others with the same id", () => {
    const { sql, mailbox } = begin();
    const own = { identity: "identity-of-bob", username: "bob", clientId: "1" };
    const toCarol = message({ ...own, to: "carol", id: "to-carol" });
    const toDan = message({ ...own, to: "dan", id: "to-dan" });
    const copy = { fromKey: null, origin: "link" };
    store(mailbox, { mail: 1, message: toCarol, ...copy });
    for (const box of [mailbox, new Mailbox(sql, "bob")]) {
      expect(box.findCopy(toDan)).toBeUndefined();
      expect(box.findCopy(toCarol)?.mail).toBe(1);
      // Bob's message to himself with that id is no repeat either.
      expect(box.find(message({ ...own, id: "to-bob" }))).toBeUndefined();
    }
  });

  test("a repeated message is found after a sleep", () => {
    const { sql, mailbox } = begin();
    store(mailbox, storedMail(1, { message: message({ clientId: "1" }) }));
    const again = new Mailbox(sql, "bob");
    expect(again.find(message({ clientId: "1", id: "x" }))?.mail).toBe(1);
  });
});

describe("in a full mailbox", () => {
  test("a full mailbox drops received mail, the oldest first", () => {
    const { mailbox } = begin();
    for (const mail of [1, 2, 3]) mailbox.add(storedMail(mail));
    expect(mailbox.makeRoom(limits, 3, 40 * DAY)).toBe(true);
    expect(numbers(mailbox)).toEqual([2, 3]);
  });

  test("a full mailbox drops copies of the owner's messages, received or not", () => {
    const { mailbox } = begin();
    mailbox.add(storedMail(1));
    mailbox.add(storedMail(2, { fromKey: null }));
    mailbox.add(storedMail(3));
    expect(mailbox.makeRoom(limits, 0, 40 * DAY)).toBe(true);
    expect(numbers(mailbox)).toEqual([1, 3]);
  });

  test("a full mailbox does not drop mail that was not received", () => {
    const { mailbox } = begin();
    for (const mail of [1, 2, 3]) mailbox.add(storedMail(mail));
    expect(mailbox.makeRoom(limits, 0, 40 * DAY)).toBe(false);
    expect(numbers(mailbox)).toEqual([1, 2, 3]);
  });

  test("a mailbox is full of few long texts or of many short ones", () => {
    const { mailbox } = begin();
    const roomy = { messages: 1000, days: 30 };
    const text = "x".repeat(256 * 1024);
    let mail = 0;
    while (mailbox.makeRoom(roomy, 0, 40 * DAY)) {
      mail++;
      mailbox.add(
        storedMail(mail, { message: message({ id: `id-${mail}`, text }) }),
      );
    }
    expect(mail).toBeLessThan(20);
    expect(mailbox.makeRoom(roomy, 1, 40 * DAY)).toBe(true);
    expect(numbers(mailbox)[0]).toBe(2);
  });

  test("a mailbox counts the data of messages too, and keeps it", () => {
    const { sql, mailbox } = begin();
    const data = { long: "x".repeat(64 * 1024) };
    const one = (mail: number) =>
      storedMail(mail, { message: message({ id: `id-${mail}`, data }) });
    let mail = 0;
    while (mailbox.makeRoom({ messages: 1000, days: 30 }, 0, 40 * DAY))
      store(mailbox, one(++mail));
    expect(mail).toBeLessThan(40);
    const [stored] = new Mailbox(sql, "bob").after(0);
    expect(stored).toEqual(one(1));
    expect(stored && JSON.parse(toMail(stored).line)).toHaveProperty(
      "data",
      data,
    );
  });

  test("a mailbox has the same room after a sleep", () => {
    const { sql, mailbox } = begin();
    store(mailbox, storedMail(1), storedMail(2), storedMail(3));
    const again = new Mailbox(sql, "bob");
    expect(again.makeRoom(limits, 0, 40 * DAY)).toBe(false);
    expect(again.makeRoom(limits, 1, 40 * DAY)).toBe(true);
    expect(numbers(new Mailbox(sql, "bob"))).toEqual([2, 3]);
  });
});

test("a user's mail that is too old is dropped, received or not", () => {
  const { mailbox } = begin();
  mailbox.add(storedMail(1, { message: message({ id: "id-1", at: 9 * DAY }) }));
  mailbox.add(
    storedMail(2, { message: message({ id: "id-2", at: 11 * DAY }) }),
  );
  expect(mailbox.makeRoom(limits, 0, 40 * DAY)).toBe(true);
  expect(numbers(mailbox)).toEqual([2]);
});

test("a user's mail has rising numbers after all mail but the newest was dropped", () => {
  const { sql, mailbox } = begin();
  for (let mail = 1; mail <= 10; mail++) {
    mailbox.makeRoom({ messages: 1, days: 30 }, mail, 40 * DAY);
    mailbox.add(storedMail(mail));
  }
  mailbox.write();
  expect(new Mailbox(sql, "bob").head).toBe(10);
  expect(numbers(mailbox)).toEqual([10]);
});

describe("the wire frame", () => {
  test("a user gets mail as a frame without the sender's identity", () => {
    const identity = "0123456789abcdef-and-the-rest";
    const { line, origin } = toMail(
      storedMail(7, { message: message({ identity, clientId: "c" }) }),
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

  test("a copy names the connection that sent the message, and needs no copy", () => {
    expect(toMail(storedMail(7, { fromKey: null })).origin).toBe("link");
  });
});
