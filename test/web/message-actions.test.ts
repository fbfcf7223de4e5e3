// Message actions: a user is offered what the server and the room allow, and nothing else.
import { describe, expect, test } from "vitest";
import type { DisplayMessage } from "../../src/web/display-message.ts";
import {
  allowedActions,
  lastEditable,
  type MessageRights,
} from "../../src/web/message-actions.ts";
import { pendingMessage, sentMessage } from "./support/display-messages.ts";

const DAY = 86_400;
const member: MessageRights = {
  place: "room",
  editSeconds: DAY,
  isModerator: false,
  isSilenced: false,
};
const moderator = { ...member, isModerator: true };
const message = sentMessage(7, { seq: 7 });
const own: DisplayMessage = { ...message, mine: true };

const actions = (
  one: DisplayMessage,
  rights: MessageRights = member,
  now = one.at + 1000,
) => allowedActions(one, rights, now).join(" ");

describe("in a room", () => {
  test("a user reacts to a message of somebody else, but does not change it", () => {
    expect(actions(message)).toBe("react reply thread copy link report");
  });

  test("a user edits and deletes an own message", () => {
    expect(actions(own)).toBe("react reply thread edit copy link delete");
  });

  test("a user no longer edits a message that is too old", () => {
    const end = own.at + DAY * 1000;
    expect(actions(own, member, end - 1)).toContain("edit");
    expect(actions(own, member, end)).toBe("react reply thread copy link");
  });

  test("a user edits nothing where the server allows no edits", () => {
    const rights = { ...member, editSeconds: 0 };
    expect(actions(own, rights)).toBe("react reply thread copy link");
  });

  test("a moderator pins and deletes messages of others", () => {
    expect(actions(message, moderator)).toBe(
      "react reply thread copy link pin report delete",
    );
  });

  test("a muted user reads, copies and deletes", () => {
    const rights = { ...member, isSilenced: true };
    expect(actions(own, rights)).toBe("thread copy link delete");
  });

  test("a user of an older server only copies", () => {
    const rights = { ...moderator, editSeconds: undefined };
    expect(actions(own, rights)).toBe("copy link");
  });

  test("a user has no actions for a message that is deleted, or not sent", () => {
    expect(actions({ ...own, isDeleted: true }, moderator)).toBe("");
    expect(actions(pendingMessage("a"), moderator)).toBe("");
  });

  test("a user cannot change a message whose deletion is on its way", () => {
    expect(actions({ ...own, pendingChange: "delete" })).toBe("copy link");
  });
});

test("a user opens no thread inside of a thread", () => {
  expect(actions(message, { ...member, place: "thread" })).toBe(
    "react reply copy link report",
  );
});

test("a user copies a private message, which has no number", () => {
  const rights = { ...member, place: "peer" as const };
  expect(actions(sentMessage(1), rights)).toBe("copy");
});

test("a user's key for editing takes the newest own message that may change", () => {
  const all = [
    sentMessage(1, { seq: 1, mine: true }),
    sentMessage(2, { seq: 2, mine: true }),
    sentMessage(3, { seq: 3, mine: true, isDeleted: true }),
    sentMessage(4, { seq: 4 }),
    pendingMessage("a"),
  ];
  const [{ at } = { at: 0 }] = all;
  expect(lastEditable(all, member, at)?.seq).toBe(2);
  expect(lastEditable(all, member, at + 2 * DAY * 1000)).toBeUndefined();
});
