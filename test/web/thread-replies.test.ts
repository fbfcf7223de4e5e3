// Thread replies: a user sees by whom and when a thread was answered last.
import { describe, expect, test } from "vitest";
import type { DisplayMessage } from "../../src/web/display-message.ts";
import {
  type ThreadReplies,
  threadReplies,
} from "../../src/web/thread-replies.ts";
import { noon, sentMessage } from "./support/display-messages.ts";

const reply = (
  seq: number,
  name: string,
  more: Partial<DisplayMessage> = {},
): DisplayMessage =>
  sentMessage(seq, { seq, thread: 1, user: name, username: name, ...more });

const namesIn = (found: ThreadReplies | undefined) =>
  found?.authors.map(({ username }) => username);

describe("a user sees below a message", () => {
  test("the time of the last reply and the last three authors", () => {
    const found = threadReplies([
      sentMessage(1, { seq: 1 }),
      ...["ann", "bob", "cy", "ann", "dan"].map((name, i) =>
        reply(2 + i, name),
      ),
    ]).get(1);
    expect(found?.at).toBe(noon(1, 6));
    expect(found?.newest).toBe(6);
    expect(namesIn(found)).toEqual(["cy", "ann", "dan"]);
  });

  test("neither time nor author of a reply that is deleted", () => {
    const found = threadReplies([
      reply(2, "ann"),
      reply(3, "bob", { isDeleted: true }),
    ]).get(1);
    expect(found).toMatchObject({ newest: 3, at: noon(1, 2) });
    expect(namesIn(found)).toEqual(["ann"]);
    const gone = threadReplies([reply(2, "ann", { isDeleted: true })]).get(1);
    expect(gone).toEqual({ newest: 2, at: null, authors: [] });
  });

  test("nothing of other threads, and of own replies before they are stored", () => {
    const pending = { ...reply(3, "me"), seq: undefined };
    const found = threadReplies([reply(2, "ann"), pending]);
    expect([...found.keys()]).toEqual([1]);
    expect(namesIn(found.get(1))).toEqual(["ann"]);
  });
});
