// Search state: a user searches a room page after page, sees how far it is, and what is deleted meanwhile goes.
import { describe, expect, test } from "vitest";
import { ChatError } from "../../src/client/index.ts";
import type { RoomState } from "../../src/web/room-state.ts";
import { SearchState } from "../../src/web/search-state.ts";

interface Page {
  readonly seqs: readonly number[];
  readonly from: number;
  readonly more: boolean;
}

/** A room that answers with these pages, one after the other. */
function fakeRoom(pages: readonly (Page | ChatError)[]) {
  const asked: object[] = [];
  const meanwhile = { act: () => {} };
  const listeners = new Map<string, (event: object) => void>();
  let answers = [...pages];
  const room = {
    on: (type: string, listener: (event: object) => void) =>
      listeners.set(type, listener),
    search: async (text: string, options: object) => {
      asked.push({ text, ...options });
      meanwhile.act();
      const [page, ...rest] = answers;
      answers = rest;
      if (page === undefined) throw new Error("Nothing more was expected.");
      if (page instanceof ChatError) throw page;
      const messages = page.seqs.map((seq) => ({
        ...{ seq, user: `u${seq % 2}`, username: "bob", at: seq },
        text: `fox ${seq}`,
      }));
      return { messages, from: page.from, to: 100, more: page.more };
    },
  };
  const people = { noteAuthors: () => undefined };
  const search = new SearchState({ room, people } as unknown as RoomState);
  const tell = (type: string, event: object) => listeners.get(type)?.(event);
  const seqs = () => search.found.value.map(({ seq }) => seq);
  const start = (text: string) => {
    search.text.value = text;
    return search.start();
  };
  return { search, asked, meanwhile, tell, seqs, start };
}

describe("a search in the page", () => {
  test("shows the newest message first, and asks on over empty pages", async () => {
    const { search, asked, seqs, start } = fakeRoom([
      { seqs: [70, 90], from: 60, more: true },
      { seqs: [], from: 25, more: true },
      { seqs: [3], from: 1, more: false },
    ]);
    await start(" fox ");
    expect(seqs()).toEqual([90, 70, 3]);
    expect(asked).toMatchObject([
      { text: "fox", asks: 1 },
      ...[{ before: 60 }, { before: 25 }],
    ]);
    expect(search.status.value).toBe("done");
    expect(search.progress.value).toBe(1);
    expect(search.searched.words).toEqual(["fox"]);
  });

  test("stops at a full page, and goes on when the user asks for older messages", async () => {
    const many = Array.from({ length: 20 }, (_, i) => 50 + i);
    const { search, asked, seqs, start } = fakeRoom([
      { seqs: many, from: 50, more: true },
      { seqs: [7], from: 1, more: false },
    ]);
    await start("fox");
    expect(search.status.value).toBe("stopped");
    expect(search.progress.value).toBe(0.5);
    await search.searchOn();
    expect(seqs()).toHaveLength(21);
    expect(asked).toMatchObject([{}, { before: 50 }]);
  });

  test("ends when the user stops it, or searches for something else", async () => {
    const { search, asked, meanwhile, seqs, start } = fakeRoom([
      { seqs: [70], from: 60, more: true },
    ]);
    meanwhile.act = () => search.stop();
    await Promise.all([start("hen"), start("fox")]);
    expect(asked).toMatchObject([{ text: "fox" }]);
    expect(seqs()).toEqual([]);
    expect(search.status.value).toBe("stopped");
  });

  test("says that a text is too short, and asks nobody", async () => {
    const { search, asked, start } = fakeRoom([]);
    await start("x");
    expect(search.status.value).toBe("short");
    await start("  ");
    expect(search.status.value).toBe("idle");
    expect(asked).toEqual([]);
  });

  test("says why it failed, keeps what it has, and can be tried again", async () => {
    const { search, seqs, start } = fakeRoom([
      { seqs: [70], from: 60, more: true },
      new ChatError("unavailable", "Not now."),
      { seqs: [7], from: 1, more: false },
    ]);
    await start("fox");
    expect(search.status.value).toBe("failed");
    expect(search.error.value).toMatchObject({ code: "unavailable" });
    expect(seqs()).toEqual([70]);
    await search.searchOn();
    expect(seqs()).toEqual([70, 7]);
    expect(search.status.value).toBe("done");
  });

  test("drops what is deleted or purged, and shows an edited text", async () => {
    const { search, tell, seqs, start } = fakeRoom([
      { seqs: [10, 20, 31, 40], from: 1, more: false },
    ]);
    await start("fox");
    tell("deleted", { of: 20 });
    tell("edited", { of: 10, text: "a hen" });
    const target = { user: "u0" };
    tell("moderated", { action: "purge", target, since: 30, from: 1, to: 99 });
    expect(seqs()).toEqual([31, 10]);
    expect(search.found.value.at(-1)?.text).toBe("a hen");
    tell("gap", { after: null });
    expect(seqs()).toEqual([]);
  });
});
