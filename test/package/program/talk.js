// What an app does with the package: two people talk, one of them is asked what there was to hear.
import { connect, createClient } from "edge-chat/client";

/**
 * @param {string} url of the server
 * @param {string} room nobody else is in it
 * @param {import("edge-chat/client").ClientOptions["storage"]} [storage]
 */
export async function talk(url, room, storage) {
  const options = storage && { storage };
  const alice = createClient(url, { ...options, username: `alice-${room}` });
  const aliceRoom = alice.join(room);
  const bobRoom = connect(url, { ...options, room, username: `bob-${room}` });
  const bob = bobRoom.client;
  const messagesToRoom = bobRoom[Symbol.asyncIterator]();
  const whispers = bob[Symbol.asyncIterator]();
  await Promise.all([aliceRoom.ready(), bobRoom.ready()]);
  const { seq } = await aliceRoom.send("hello");
  const { delivered } = await alice.sendPrivate(bob.username, "psst");
  const refused = await aliceRoom.send(" ").catch(({ code }) => code);
  for (const { id } of alice.pending) alice.discard(id);
  const heard = [
    await textOf(messagesToRoom, "message"),
    await textOf(whispers, "private"),
  ];
  const { messages } = await bobRoom.history();
  const { state, members } = bobRoom.getSnapshot();
  await Promise.all([alice.close(), bob.close()]);
  return {
    ...{ seq, delivered, refused, state, count: members.length },
    ...{ heard: heard.sort(), history: messages.map(({ text }) => text) },
  };
}

/** The text of the next event of that type. */
async function textOf(events, type) {
  for await (const event of events) if (event.type === type) return event.text;
}
