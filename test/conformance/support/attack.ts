// Attack: tries to join with a foreign name and a wrong secret in every way.
import { expect } from "vitest";
import { type Client, connect } from "./client.ts";
import type { Frame } from "./frames.ts";
import { joinFrame, type Member } from "./members.ts";
import { secret, uniqueName } from "./people.ts";

/** Returns the answer to a join: a welcome or an error. */
export async function answer(client: Client): Promise<Frame> {
  return client.inbox.next(({ type }) => type !== "history", "answer");
}

/** Mallory asks for a name in every way and is refused each time. */
export async function expectNoWayIn(
  name: string,
  token = secret(),
): Promise<void> {
  const room = uniqueName("cellar");
  const headers = { Authorization: `Bearer ${token}` };
  const query = { username: name };
  const clients = await Promise.all(
    [{}, {}, {}, { headers }, { query }, { query, headers }].map((options) =>
      connect(room, options),
    ),
  );
  const [byFrame, byLine, withoutSecret, byHeader] = clients;
  byFrame?.send(joinFrame({ name, token }));
  byFrame?.send({ type: "message", text: "forged" });
  byLine?.send(`/join ${name} ${token}`);
  withoutSecret?.send(`/join ${name}`);
  byHeader?.send({ type: "join", username: name });
  for (const client of clients)
    expect(await answer(client)).toMatchObject({ code: "username_taken" });
  // A second try on the same connection.
  byFrame?.send(joinFrame({ name, token }));
  await byFrame?.next("error", { code: "not_joined" });
  await byFrame?.next("error", { code: "username_taken" });
}

export async function register(member: Member): Promise<void> {
  member.send({ type: "register" });
  await member.next("registered", { username: member.name });
}
