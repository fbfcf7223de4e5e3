// Queries: test requests for history, members and older messages.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import {
  history,
  message,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

const messagesBetween = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => message(from + i));

describe("requests", () => {
  test("requests are sent one at a time, and each promise gets its answer", async () => {
    const client = new TestClient();
    const early = client.lobby.history({ limit: 2 });
    await client.join();
    expect(client.takeSent()).toEqual([
      { type: "history", fold: true, limit: 2 },
    ]);
    const later = client.lobby.history({ before: 8 });
    const who = client.lobby.listMembers("bob");
    expect(client.takeSent()).toEqual([]);
    client.serverSends(history(messagesBetween(8, 9), { more: true }));
    expect(client.takeSent()).toEqual([
      { type: "history", fold: true, before: 8 },
    ]);
    client.serverSends({ type: "error", code: "bad_request", message: "No." });
    expect(client.takeSent()).toEqual([{ type: "who", after: "bob" }]);
    client.serverSends({
      type: "members",
      members: ["carl"],
      count: 3,
      more: false,
    });
    expect(await early).toMatchObject({
      messages: [{ seq: 8, isReplay: true }, { seq: 9 }],
      more: true,
    });
    await expect(later).rejects.toMatchObject({ code: "bad_request" });
    expect(await who).toMatchObject({ members: ["carl"], count: 3 });
    expect(client.shownTexts).toEqual([]);
  });

  test("a page from a time on needs a server that knows times", async () => {
    const client = new TestClient();
    await client.join();
    client.takeSent();
    const page = client.lobby.history({ at: 0 });
    expect(client.takeSent()).toEqual([{ type: "history", fold: true, at: 0 }]);
    client.serverSends(history(messagesBetween(8, 9), { at: 0 }));
    expect(await page).toMatchObject({ messages: [{ seq: 8 }, { seq: 9 }] });
    // An older server answers with the newest page.
    const newest = client.lobby.history({ at: 5 });
    client.serverSends(history(messagesBetween(8, 9)));
    await expect(newest).rejects.toMatchObject({ code: "unsupported" });
  });

  test("a user loads older messages before those of the snapshot", async () => {
    const client = new TestClient({ history: 2 });
    await client.join(
      { seq: 9 },
      history(messagesBetween(8, 9), { more: true }),
    );
    expect(client.lobby.getSnapshot().more).toBe(true);
    const older = client.lobby.loadOlder(5);
    expect(client.takeSent()).toEqual([
      { type: "history", fold: true, before: 8, limit: 5 },
    ]);
    client.serverSends(history(messagesBetween(3, 7)));
    await older;
    const { messages, more } = client.lobby.getSnapshot();
    expect(messages.map(({ seq }) => seq)).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect(more).toBe(false);
  });

  test("a request is sent again after a lost connection", async () => {
    const client = new TestClient();
    await client.join();
    const page = client.lobby.history({ limit: 3 });
    expect(client.takeSent()).toHaveLength(1);
    await client.loseConnection();
    client.serverSends(resumedWelcome({ seq: 0 }));
    expect(client.takeSent()).toEqual([
      { type: "history", fold: true, limit: 3 },
    ]);
    client.serverSends(history([]));
    expect(await page).toMatchObject({ messages: [], more: false });
  });

  test("an answer that never comes ends the connection", async () => {
    const client = new TestClient();
    await client.join();
    const page = client.lobby.history();
    await client.environment.advance(30_000);
    client.serverSends({ type: "pong" });
    await client.environment.advance(30_000);
    expect(client.lobby.reason).toMatchObject({ code: "no_answer" });
    await client.sdk.close();
    await expect(page).rejects.toMatchObject({ code: "closed" });
    await flushPromises();
  });
});
