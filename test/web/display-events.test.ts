// Display events: a user sees a message of a room as it is now.
import { expect, test } from "vitest";
import type { ChatMessage } from "../../src/client/index.ts";
import { displayEvent } from "../../src/web/display-events.ts";

const sent = () => Promise.reject(new Error("Not asked here."));

function message(more: Partial<ChatMessage> = {}): ChatMessage {
  return {
    ...{ type: "message", seq: 12, room: "lobby", at: 1000 },
    ...{ user: "id-of-bob", username: "bob", text: "hello" },
    ...{ mine: false, isReplay: false, reactions: [] },
    ...({ edit: sent, delete: sent, react: sent, reply: sent } as object),
    ...more,
  } as ChatMessage;
}

test("a user sees the number, the answers and the marks of a message", () => {
  const quoted = { seq: 3, user: "a", username: "alice", text: "how?" };
  const reactions = [{ emoji: "👍", count: 1, mine: true, users: ["alice"] }];
  const shown = displayEvent(
    message({
      ...{ edited: 2000, pinned: true, replyTo: 3, quoted, thread: 3 },
      ...{ replies: { count: 2, last: 20 }, reactions },
    }),
  );
  expect(shown).toMatchObject({
    ...{ key: "seq 12", position: 12, seq: 12, state: "sent", text: "hello" },
    ...{ edited: 2000, isPinned: true, replyTo: 3, quoted, thread: 3 },
    ...{ replies: { count: 2 }, reactions },
  });
});

test("a user's own message keeps its key when the server has it", () => {
  expect(displayEvent(message({ mine: true, id: "a" })).key).toBe("own a");
});

test("a user sees which change waits for the server", () => {
  const change = (more: Partial<ChatMessage>) =>
    displayEvent(message(more)).pendingChange;
  expect(change({})).toBeUndefined();
  expect(change({ pendingEdit: true })).toBe("edit");
  expect(change({ pendingEdit: true, pendingDelete: true })).toBe("delete");
});

test("a user sees that a message was deleted", () => {
  const shown = displayEvent(message({ deleted: true, text: "" }));
  expect(shown.isDeleted).toBe(true);
});
