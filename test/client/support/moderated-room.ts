// Moderated room: a client in a room, and the events of its moderators.
import { flushPromises } from "./fake-environment.ts";
import { ALICE, BOB, TestClient } from "./test-client.ts";

export const bob = { user: BOB, username: "bob" };
export const alice = { user: ALICE, username: "alice" };

/** Bob does something as a moderator. */
export function moderated(seq: number, fields: object): object {
  const at = 1000 + seq;
  return { type: "moderated", seq, room: "lobby", at, ...bob, ...fields };
}

export async function begin(fields: object = {}) {
  const client = new TestClient();
  await client.join(fields);
  const { lobby, environment } = client;
  const sent = async () => {
    await flushPromises();
    return client.takeSent();
  };
  return { client, lobby, environment, sent };
}
