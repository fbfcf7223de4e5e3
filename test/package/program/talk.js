// What an app does with the package: two people talk, one of them is asked what there was to hear.
import { connect } from "edge-chat/client";

/**
 * @param {string} url of the server
 * @param {string} room nobody else is in it
 * @param {import("edge-chat/client").ConnectOptions["storage"]} [storage]
 */
export async function talk(url, room, storage) {
  const options = { room, ...(storage && { storage }) };
  const alice = connect(url, { ...options, username: `alice-${room}` });
  const bob = connect(url, { ...options, username: `bob-${room}` });
  const events = bob[Symbol.asyncIterator]();
  await Promise.all([alice.ready(), bob.ready()]);
  const { seq } = await alice.send("hello");
  const { delivered } = await alice.sendPrivate(bob.username, "psst");
  const refused = await alice.send(" ").catch(({ code }) => code);
  for (const { id } of alice.pending) alice.discard(id);
  const heard = [];
  for await (const event of events) {
    if (event.type === "message" || event.type === "private")
      heard.push(event.text);
    if (heard.length === 2) break;
  }
  const { messages } = await bob.history();
  const { state, members } = bob.getSnapshot();
  await Promise.all([alice.close(), bob.close()]);
  return {
    ...{ seq, delivered, refused, state, count: members.length },
    ...{ heard: heard.sort(), history: messages.map(({ text }) => text) },
  };
}
