// Own message: a client that shows one message of its user, for the tests of changes.
import type { ChatMessage } from "../../../src/client/index.ts";
import { flushPromises } from "./fake-environment.ts";
import {
  ALICE,
  message,
  TestClient,
  type TestClientOptions,
} from "./test-client.ts";

export const alice = { user: ALICE, username: "alice" };

/** A client that shows one message. */
export async function begin(options: TestClientOptions = {}) {
  const client = new TestClient(options);
  await client.join();
  client.serverSends(message(1, { ...alice, text: "teh" }));
  const shown = (): ChatMessage => {
    const [first] = client.lobby.getSnapshot().messages;
    if (first === undefined) throw new Error("No message is shown.");
    return first;
  };
  const sent = async () => {
    await flushPromises();
    return client.takeSent();
  };
  return { client, shown, sent };
}
