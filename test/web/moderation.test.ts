// Moderation tests: a moderator is offered what can work, and everybody reads in plain words what happens.
import { describe, expect, test } from "vitest";
import { english } from "../../src/web/locales/en.ts";
import { englishTools } from "../../src/web/locales/tools-en.ts";
import { chineseTools } from "../../src/web/locales/tools-zh.ts";
import { chinese } from "../../src/web/locales/zh.ts";
import type { RoomChange } from "../../src/web/message-rows.ts";
import { isInForce, personActions } from "../../src/web/moderation-actions.ts";
import {
  actionHint,
  changeSentence,
  durationText,
  endText,
} from "../../src/web/moderation-words.ts";
import {
  matchRemoval,
  type Removal,
  readRemoval,
} from "../../src/web/removal-record.ts";
import { TimeFormat } from "../../src/web/time-format.ts";

const HOUR = 3_600_000;
const NOON = new Date(2026, 2, 2, 12).getTime();
const en = {
  ...{ t: english, tt: englishTools },
  time: new TimeFormat("en-GB", "?"),
};
const zh = {
  ...{ t: chinese, tt: chineseTools },
  time: new TimeFormat("zh-CN", "?"),
};
const somebody = {
  ...{ role: null, isBanned: false, isMuted: false },
  isMember: null,
};

describe("the menu on a person", () => {
  const owner = () => true;
  const moderator = (action: string) => action !== "role";

  test("offers an owner everything, and a moderator no roles", () => {
    expect(personActions(owner, somebody)).toEqual(
      expect.arrayContaining(["mute", "kick", "ban", "promote"]),
    );
    expect(personActions(moderator, somebody)).not.toContain("promote");
  });

  test("offers a user without rights nothing", () => {
    expect(personActions(() => false, somebody)).toEqual([]);
  });

  test("offers membership where it counts", () => {
    const stranger = { ...somebody, isMember: false };
    expect(personActions(owner, stranger)).toContain("member");
    const member = { ...somebody, isMember: true };
    expect(personActions(owner, member)).toContain("unmember");
    expect(personActions(owner, somebody).join()).not.toContain("member");
  });

  test("offers to take back what is in force", () => {
    const all = personActions(owner, {
      ...{ role: "moderator", isBanned: true, isMuted: true },
      isMember: null,
    });
    expect(all).toEqual(expect.arrayContaining(["unmute", "unban"]));
    expect(all).not.toContain("ban");
    expect(personActions(owner, { ...somebody, role: "moderator" })).toContain(
      "demote",
    );
  });
});

describe("a ban", () => {
  const target = { user: "b-id", username: "Bob" };
  const ban = { action: "ban", target, until: NOON + HOUR };
  const bob = { name: "bob" };

  test("is in force until its end", () => {
    expect(isInForce([ban], bob, "ban", NOON)).toBe(true);
    expect(isInForce([ban], bob, "ban", NOON + HOUR)).toBe(false);
    expect(isInForce([ban], bob, "mute", NOON)).toBe(false);
  });

  test("is of one user, whose name another one may have now", () => {
    expect(isInForce([ban], { ...bob, user: "b-id" }, "ban", NOON)).toBe(true);
    expect(isInForce([ban], { ...bob, user: "c-id" }, "ban", NOON)).toBe(false);
  });

  test("ends when a moderator lifts it", () => {
    const lifted = [ban, { action: "unban", target }];
    expect(isInForce(lifted, bob, "ban", NOON)).toBe(false);
  });
});

describe("in plain words", () => {
  test("a user reads a time of today, and the day of another time", () => {
    expect(endText(NOON + HOUR, NOON, en)).toBe("13:00");
    expect(endText(NOON + 48 * HOUR, NOON, en)).toMatch(/4 March 12:00$/);
  });

  test("a moderator reads what happens and until when", () => {
    const hint = actionHint("mute", "bob", NOON + HOUR, NOON, en);
    expect(hint).toBe(
      "bob can read this room, but not write in it until 13:00.",
    );
    expect(actionHint("ban", "bob", null, NOON, en)).toContain("lifts the ban");
    expect(actionHint("kick", "bob", null, NOON, zh)).toContain("一分钟");
  });

  test("a moderator chooses among durations in common units", () => {
    const all = [600, 3600, 86_400, 604_800, null];
    expect(all.map((one) => durationText(one, en))).toEqual([
      ...["10 minutes", "1 hour", "1 day", "7 days", "Forever"],
    ]);
  });

  const sentence = (fields: object, words = en) => {
    const header = { seq: 1, room: "lobby", user: "a-id", username: "ann" };
    const event = { type: "moderated", ...header, at: NOON, ...fields };
    return changeSentence(event as RoomChange, "ann", "bob", NOON, words);
  };

  test("everybody reads who has done what to whom", () => {
    expect(sentence({ action: "ban", until: NOON + HOUR })).toBe(
      "ann banned bob until 13:00.",
    );
    expect(sentence({ action: "mute" })).toBe("ann muted bob.");
    expect(sentence({ action: "slow", seconds: 30 })).toContain("30 seconds");
    expect(sentence({ action: "slow", seconds: 0 })).toContain("off");
    expect(sentence({ action: "role", role: "none" })).toContain("away");
    expect(sentence({ action: "lock" }, zh)).toContain("锁定");
    expect(sentence({ type: "topic", text: "tea" })).toContain("topic: tea");
  });

  test("a user of an older page reads that something was done", () => {
    expect(sentence({ action: "brand-new" })).toBe("ann moderated the room.");
  });
});

describe("a removed user", () => {
  const known: Removal = {
    ...{ action: "ban", until: NOON },
    ...{ reason: "spam", by: "ann" },
  };

  test("reads the reason of this ban, and not of an earlier one", () => {
    const code = "banned";
    expect(matchRemoval(known, { code, until: NOON }, NOON)).toEqual(known);
    const other = matchRemoval(known, { code, until: NOON + 1 }, NOON);
    expect(other).toMatchObject({ until: NOON + 1, reason: null });
    expect(matchRemoval(null, { code }, NOON).until).toBeNull();
  });

  test("may come back a minute after a kick whose end is not known", () => {
    const kick = matchRemoval(null, { code: "kicked" }, NOON);
    expect(kick).toMatchObject({ action: "kick", until: NOON + 60_000 });
  });

  test("reads it after a reload, if what the browser has stored is sound", () => {
    expect(readRemoval(JSON.stringify(known))).toEqual(known);
    for (const json of [null, "", "{", "1", '{"action":"mute"}'])
      expect(readRemoval(json)).toBeNull();
  });
});
