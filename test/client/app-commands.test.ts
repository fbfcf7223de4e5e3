// App commands: a program sends a command to the server's app, and gets its answer.
import { expect, test } from "vitest";
import { flushPromises } from "./support/fake-environment.ts";
import { message, resumedWelcome, TestClient } from "./support/test-client.ts";

const ack = (id: unknown, fields: object = {}) => ({
  ...{ type: "ack", id, command: "roll", at: 1, ...fields },
});
const reply = (text: string) => ({ type: "reply", command: "roll", text });

/** A client that has sent `/roll 2d6`. */
async function rolled() {
  const client = new TestClient();
  await client.join({ commands: ["roll"] });
  const answer = client.lobby.command("roll", "2d6");
  const [sent] = client.takeSent();
  return { client, answer, sent, id: sent?.id };
}

test("a program gets the replies and the number of what was said", async () => {
  const { client, answer, sent, id } = await rolled();
  expect(client.lobby.commands).toEqual(["roll"]);
  expect(sent).toEqual({
    ...{ type: "command", name: "roll", args: "2d6", id: expect.any(String) },
  });
  client.serverSends(message(1, { text: "rolled 7", by: { id } }));
  client.serverSends(reply("You rolled 7."), reply("Lucky."));
  client.serverSends(ack(id, { seq: 1 }));
  expect(await answer).toEqual({
    replies: ["You rolled 7.", "Lucky."],
    seq: 1,
  });
  expect(client.shownTexts).toEqual(["rolled 7"]);
});

test("a program gets no number if the command said nothing", async () => {
  const { client, answer, id } = await rolled();
  client.serverSends(ack(id));
  expect(await answer).toEqual({ replies: [], seq: null });
});

test("a server without commands names none", async () => {
  const client = new TestClient();
  await client.join();
  expect(client.lobby.commands).toEqual([]);
});

test("replies belong to their command", async () => {
  const { client, answer, id } = await rolled();
  const next = client.lobby.command("roll");
  const who = client.lobby.listMembers();
  expect(client.takeSent()).toEqual([]);
  client.serverSends(reply("first"), ack(id));
  const [second] = client.takeSent();
  expect(second).toMatchObject({ type: "command", args: "" });
  expect(second?.id).not.toBe(id);
  client.serverSends(reply("second"), ack(second?.id));
  expect(await answer).toMatchObject({ replies: ["first"] });
  expect(await next).toMatchObject({ replies: ["second"] });
  expect(client.takeSent()).toEqual([{ type: "who" }]);
  client.serverSends({ type: "members", members: [], count: 0, more: false });
  await who;
});

test("a command is sent again with its id after a lost connection", async () => {
  const { client, answer, sent, id } = await rolled();
  client.serverSends(reply("lost with the connection"));
  await client.loseConnection();
  client.serverSends(resumedWelcome({ seq: 0 }));
  expect(client.takeSent()).toEqual([sent]);
  client.serverSends({ type: "ack", id, seq: 4, at: 1, duplicate: true });
  expect(await answer).toEqual({ replies: [], seq: 4 });
});

test.for(["forbidden", "internal", "unavailable", "unsupported"] as const)(
  "a program hears that a command failed with %s, and it is not sent again",
  async (code) => {
    const { client, answer, id } = await rolled();
    client.serverSends({ type: "error", code, message: "No.", id });
    await expect(answer).rejects.toMatchObject({ code, message: "No." });
    await client.environment.advance(5000);
    expect(client.takeSent().filter(({ type }) => type === "command")).toEqual(
      [],
    );
  },
);

test("a command that comes too soon is sent again later", async () => {
  const { client, answer, sent, id } = await rolled();
  const soon = { code: "rate_limited", message: "Wait.", retryAfter: 2000 };
  client.serverSends({ type: "error", ...soon, id });
  expect(client.takeSent()).toEqual([]);
  await client.environment.advance(2000);
  expect(client.takeSent()).toEqual([sent]);
  client.serverSends(ack(id));
  expect(await answer).toMatchObject({ seq: null });
});

test("a refused message is not taken for a refused command", async () => {
  const { client, answer, id } = await rolled();
  const failed = client.lobby.send("hello").catch(({ code }) => code);
  await flushPromises();
  const [sent] = client.takeSent();
  const error = { type: "error", code: "forbidden", message: "No." };
  client.serverSends({ ...error, id: sent?.id });
  expect(await failed).toBe("forbidden");
  client.serverSends(ack(id, { seq: 1 }));
  expect(await answer).toMatchObject({ seq: 1 });
});

test.for([undefined, null, 7, {}, ""])(
  "command refuses the name %o",
  async (name) => {
    const client = new TestClient();
    await client.join();
    expect(() => client.lobby.command(name as string)).toThrow(
      new TypeError("name must be a string."),
    );
    expect(client.takeSent()).toEqual([]);
  },
);

test.for([null, 7, {}])("command refuses the arguments %o", async (args) => {
  const client = new TestClient();
  await client.join();
  expect(() => client.lobby.command("roll", args as string)).toThrow(
    new TypeError("args must be a string."),
  );
  expect(client.takeSent()).toEqual([]);
});
