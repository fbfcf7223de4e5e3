// Waiting order: a user finds what waits at the top of the list, and no row moves while it is held.
import { describe, expect, test } from "vitest";
import {
  type Arrangement,
  WaitingOrder,
  type WaitingRank,
  waitingRank,
} from "../../src/web/waiting-order.ts";

interface Row {
  readonly id: string;
  readonly rank: WaitingRank;
  readonly isPassing?: boolean;
}

/** @param text such as `a0 b c1?`: a row, its rank, and ? for a passing row */
function rows(text: string) {
  return text
    .split(" ")
    .filter((one) => one !== "")
    .map((one) => {
      const [, id = "", rank = "2", mark] =
        /^([a-z])(\d?)(\??)$/.exec(one) ?? [];
      const row: Row = {
        ...{ id, rank: Number(rank || 2) as WaitingRank },
        isPassing: mark === "?",
      };
      return { ...row, item: row };
    });
}

function order() {
  const list = new WaitingOrder<Row>();
  return (text: string, more: Partial<Arrangement<Row>> = {}) =>
    list
      .arrange(rows(text), { open: null, isHeld: false, ...more })
      .map(({ id }) => id)
      .join("");
}

describe("what waits in a conversation", () => {
  test("are mentions before messages, and nothing in a muted room", () => {
    expect(waitingRank({ count: 3, mentions: 1 })).toBe(0);
    expect(waitingRank({ count: 3, mentions: 0 })).toBe(1);
    // Of a room without a connection the mention may be known alone.
    expect(waitingRank({ count: 0, mentions: 1 })).toBe(0);
    expect(waitingRank({ count: 0, mentions: 0 })).toBe(2);
    expect(waitingRank({ count: 3, mentions: 1 }, true)).toBe(2);
  });
});

describe("a user's list", () => {
  test("has mentions first, then messages, then the rest, each group in its own order", () => {
    const show = order();
    expect(show("a b1 c0 d e1 f0")).toBe("cfbead");
    expect(show("a b c d e f")).toBe("abcdef");
  });

  test("keeps the order while it is held, and sorts again afterwards", () => {
    const show = order();
    expect(show("a b c")).toBe("abc");
    expect(show("a b1 c0", { isHeld: true })).toBe("abc");
    expect(show("a b1 c0 d0", { isHeld: true })).toBe("abcd");
    // One that was left is gone at once.
    expect(show("b1 c0 d0", { isHeld: true })).toBe("bcd");
    expect(show("b1 c0 d0")).toBe("cdb");
  });

  test("keeps its own order while it is held, not that of the figures", () => {
    const show = order();
    expect(show("a b1")).toBe("ba");
    expect(show("b a", { isHeld: true })).toBe("ba");
    expect(show("a b", { isHeld: true })).toBe("ba");
    expect(show("a b")).toBe("ab");
  });

  test("keeps the open one in its place after it is read, until another one is opened", () => {
    const show = order();
    expect(show("a b c1")).toBe("cab");
    expect(show("a b c1", { open: "c" })).toBe("cab");
    expect(show("a b c", { open: "c" })).toBe("cab");
    expect(show("a b0 c", { open: "c" })).toBe("bca");
    expect(show("a b0 c", { open: "a" })).toBe("bac");
    // What comes in the open one does not move it either.
    expect(show("a0 b0 c", { open: "a" })).toBe("bac");
    expect(show("a0 b c", { open: null })).toBe("abc");
  });

  test("keeps the place of one that was read as it was opened", () => {
    const show = order();
    expect(show("a b1")).toBe("ba");
    expect(show("a b", { open: "b" })).toBe("ba");
    expect(show("a b", { open: "a" })).toBe("ab");
  });

  test("keeps a room that the user joins in its place as its figures come", () => {
    const show = order();
    expect(show("a b")).toBe("ab");
    expect(show("a b c", { open: "c", isHeld: true })).toBe("abc");
    expect(show("a b c1", { open: "c" })).toBe("abc");
    expect(show("a b c", { open: "c" })).toBe("abc");
  });

  test("lets no passing row come or go while it is held", () => {
    const show = order();
    const toRead = (row: Row): Row => ({ ...row, rank: 2 });
    expect(show("a b c1?")).toBe("cab");
    expect(show("a b c1? d0?", { isHeld: true, toRead })).toBe("cab");
    expect(show("a b d0?", { isHeld: true, toRead })).toBe("cab");
    // The room was joined: it is another row.
    const joined = { isHeld: true, toRead: () => null };
    expect(show("a b e d0?", joined)).toBe("abe");
    expect(show("a b e d0?")).toBe("dabe");
  });
});
