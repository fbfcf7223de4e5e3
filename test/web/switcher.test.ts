// Switcher: a user types a part of a name, and finds the rooms and the people that it may mean, the best first.
import { describe, expect, test } from "vitest";
import { foldSearch } from "../../src/protocol/search-text.ts";
import {
  keepOrder,
  type SwitchTarget,
  switchOptions,
} from "../../src/web/switcher.ts";
import { isSwitcherKey } from "../../src/web/switcher-key.ts";

function target(name: string, more: Partial<SwitchTarget> = {}): SwitchTarget {
  const { kind = "room" } = more;
  const id = kind === "room" ? name : `${kind} ${name}`;
  return {
    ...{ kind, id, name, otherName: null, unread: 0, mentions: 0 },
    isCurrent: false,
    ...more,
  };
}

function find(
  targets: readonly SwitchTarget[],
  typed: string,
  mayJoin = true,
): string[] {
  const query = { typed, fold: foldSearch, mayJoin };
  return switchOptions(targets, query).map(({ kind, name }) =>
    kind === "join" ? `join ${name}` : name,
  );
}

const peer = (name: string, more: Partial<SwitchTarget> = {}) =>
  target(name, { ...more, kind: "peer" });

describe("the quick switcher", () => {
  test("lists what calls the user first, then what is unread, and the open one last", () => {
    const targets = [
      target("open", { isCurrent: true, unread: 2 }),
      target("quiet"),
      target("busy", { unread: 120 }),
      target("calls", { unread: 3, mentions: 1 }),
      target("other", { kind: "mention", unread: 1, mentions: 1 }),
      peer("ann"),
      peer("bob", { unread: 1 }),
    ];
    const all = ["calls", "other", "bob", "busy", "quiet", "ann", "open"];
    expect(find(targets, "")).toEqual(all);
    expect(find(targets, "  ")).toEqual(all);
  });

  test("shows the whole name first, then begins of names, begins of words, and other parts", () => {
    const targets = [
      target("hearts", { unread: 9, mentions: 9 }),
      target("big-art"),
      target("artists"),
      target("art"),
      target("music"),
    ];
    expect(find(targets, "art", false)).toEqual([
      ...["art", "artists", "big-art", "hearts"],
    ]);
  });

  test("finds a name in any case and width, and by the display name", () => {
    const targets = [
      target("Straße"),
      target("ＬＯＢＢＹ".normalize("NFKC")),
      target("大厅"),
      peer("ann7", { otherName: "Zoë Lee" }),
    ];
    expect(find(targets, "STRASSE", false)).toEqual(["Straße"]);
    expect(find(targets, "ｌｏｂ", false)).toEqual(["LOBBY"]);
    expect(find(targets, "厅", false)).toEqual(["大厅"]);
    expect(find(targets, "zoe\u0308", false)).toEqual(["ann7"]);
    expect(find(targets, "lee", false)).toEqual(["ann7"]);
  });

  test("offers to join a room that is not known", () => {
    const targets = [
      target("lobby"),
      peer("kit"),
      target("den", { kind: "mention" }),
    ];
    expect(find(targets, "kit")).toEqual(["kit", "join kit"]);
    expect(find(targets, "lobby")).toEqual(["lobby"]);
    // Case counts in names of rooms.
    expect(find(targets, "Lobby")).toEqual(["lobby", "join Lobby"]);
    expect(find(targets, "den")).toEqual(["den", "join den"]);
    expect(find(targets, " ｋｉｔchen ")).toEqual(["join kitchen"]);
    expect(find(targets, "no room!")).toEqual([]);
    expect(find(targets, "new", false)).toEqual([]);
  });

  test("takes # for rooms and @ for people", () => {
    const targets = [target("bob"), peer("bob"), peer("ann")];
    const ids = (typed: string) =>
      switchOptions(targets, {
        ...{ typed, fold: foldSearch, mayJoin: true },
      }).map(({ id }) => id);
    expect(ids("#bob")).toEqual(["bob"]);
    expect(ids("＠bob")).toEqual(["peer bob"]);
    expect(ids("@")).toEqual(["peer bob", "peer ann"]);
    expect(ids("@carol")).toEqual([]);
    expect(find(targets, "#kitchen")).toEqual(["join kitchen"]);
  });

  test("keeps its order while messages arrive", () => {
    const order = (targets: readonly SwitchTarget[], before: string[]) =>
      keepOrder(
        switchOptions(targets, {
          ...{ typed: "a", fold: foldSearch, mayJoin: true },
        }),
        before,
      ).map(({ kind, name }) => (kind === "join" ? `join ${name}` : name));
    const targets = [
      target("ab"),
      target("ac", { unread: 5, mentions: 1 }),
      target("ad", { unread: 1, mentions: 1 }),
    ];
    expect(order(targets, [])).toEqual(["ac", "ad", "ab", "join a"]);
    // "ad" has come since, and "gone" was left.
    expect(order(targets, ["gone", "ab", "ac", "+join"])).toEqual([
      ...["ab", "ac", "ad", "join a"],
    ]);
  });

  test("shows no more than a user can look through", () => {
    const targets = Array.from({ length: 500 }, (_, n) => target(`room-${n}`));
    expect(find(targets, "room", false)).toHaveLength(50);
    expect(find(targets, "room-499", false)).toEqual(["room-499"]);
  });
});

test("Ctrl+K opens the quick switcher, on Apple's systems Cmd+K", () => {
  const keys = {
    ...{ key: "k", code: "KeyK", ctrlKey: false, metaKey: false },
    ...{ altKey: false, shiftKey: false },
  };
  const ctrl = { ...keys, ctrlKey: true };
  const cmd = { ...keys, metaKey: true };
  expect(isSwitcherKey(ctrl, false)).toBe(true);
  expect(isSwitcherKey(cmd, true)).toBe(true);
  // There it deletes to the end of the line.
  expect(isSwitcherKey(ctrl, true)).toBe(false);
  expect(isSwitcherKey(cmd, false)).toBe(false);
  expect(isSwitcherKey(keys, false)).toBe(false);
  expect(isSwitcherKey({ ...ctrl, shiftKey: true }, false)).toBe(false);
  // With capitals, in Russian, and where another letter is on that key.
  expect(isSwitcherKey({ ...ctrl, key: "K" }, false)).toBe(true);
  expect(isSwitcherKey({ ...ctrl, key: "л" }, false)).toBe(true);
  expect(isSwitcherKey({ ...ctrl, key: "t" }, false)).toBe(false);
  expect(isSwitcherKey({ ...ctrl, code: "KeyV" }, false)).toBe(true);
});
