// Message ids: an app gets the id of a message at once, or gives its own, under which the message is stored once.
import { describe, expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import {
  ack,
  errorReply,
  resumedWelcome,
  TestClient,
} from "./support/test-client.ts";

describe("a message with an id of the app", () => {
  test("a user gets the id of a message at once, and its receipt later", async () => {
    const client = new TestClient();
    await client.join();
    const sent = client.lobby.send("hello", { id: "my-id" });
    expect(sent.id).toBe("my-id");
    expect(client.lobby.send("again").id).toMatch(/^.{20,}$/);
    await flushPromises();
    const [frame] = client.takeSent();
    expect(frame).toMatchObject({ id: "my-id" });
    client.serverSends(ack(frame, 1));
    expect(await sent).toMatchObject({ id: "my-id", seq: 1 });
  });

  test.for(["", "x".repeat(65), "ä", "a\nb", 7, null])(
    "a user cannot send under the id %o",
    (id) => {
      const { lobby, sdk } = new TestClient();
      const options = { id } as { id: string };
      const error = new TypeError(
        "id must have 1 to 64 printable ASCII characters.",
      );
      expect(() => lobby.send("hello", options)).toThrow(error);
      expect(() => sdk.sendPrivate("bob", "psst", options)).toThrow(error);
      expect(sdk.pending).toEqual([]);
    },
  );

  test("a user who sends a pending message again sends it once", async () => {
    const client = new TestClient();
    await client.join();
    const first = client.lobby.send("hello", { id: "my-id" });
    const second = client.lobby.send("hello", { id: "my-id" });
    await flushPromises();
    const frames = client.takeSent();
    expect(frames).toHaveLength(1);
    client.serverSends(ack(frames[0], 1));
    expect(await Promise.all([first, second])).toMatchObject([
      { seq: 1 },
      { seq: 1 },
    ]);
  });

  test("a user sends a refused message again under its id", async () => {
    const client = new TestClient();
    await client.join();
    const first = client.lobby.send("hello", { id: "my-id" });
    await flushPromises();
    const [frame] = client.takeSent();
    client.serverSends(errorReply(frame, "muted"));
    await expect(first).rejects.toMatchObject({ code: "muted" });
    const second = client.lobby.send("hello", { id: "my-id" });
    await flushPromises();
    expect(client.takeSent()).toEqual([frame]);
    client.serverSends(ack(frame, 1));
    expect(await second).toMatchObject({ seq: 1 });
  });

  test("a user cannot send two messages under one id", async () => {
    const client = new TestClient();
    const kitchen = client.sdk.join("kitchen");
    client.lobby.send("hello", { id: "my-id" });
    const error = new TypeError("id is pending for another message.");
    expect(() => kitchen.send("hello", { id: "my-id" })).toThrow(error);
    const privately = () =>
      client.sdk.sendPrivate("bob", "hello", { id: "my-id" });
    expect(privately).toThrow(error);
  });

  test("a user who sends a message again after a reload sends it once", async () => {
    const before = new TestClient();
    await before.join();
    before.lobby.send("hello", { id: "my-id" });
    await flushPromises();
    const [frame] = before.takeSent();
    const client = new TestClient({
      ...{ storage: before.storage, name: "other", startAfter: before },
    });
    // Before it has read the stored messages.
    const sent = client.lobby.send("hello", { id: "my-id" });
    expect(await client.acceptJoin()).toMatchObject({ since: 0 });
    client.serverSends(resumedWelcome({ seq: 0 }));
    await flushPromises();
    expect(client.takeSent()).toEqual([frame]);
    client.serverSends(ack(frame, 1));
    expect(await sent).toMatchObject({ seq: 1 });
    await flushPromises();
    const left = await client.storage.list("");
    expect(left.filter(([key]) => key.includes("/out/"))).toEqual([]);
  });
});
