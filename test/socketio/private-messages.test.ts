// Private messages of a Socket.IO client: each comes once, by whatever room, with every frame written by the test.
import { describe, expect, test } from "vitest";
import { FakeBridge, page, reconnect, texts } from "./support/fake-rooms.ts";

describe("private messages", () => {
  const letter = (mail: number, more = {}) => ({
    ...{ type: "private", mail, id: `letter ${mail}` },
    ...{ user: "user-of-bob", username: "bob", to: "alice" },
    ...{ text: `psst ${mail}`, at: mail, ...more },
  });

  test("come once, whatever rooms a client is in", () => {
    const bridge = new FakeBridge();
    const [lobby, hall] = [bridge.join("lobby"), bridge.join("hall")];
    lobby.say(letter(1));
    hall.say(letter(1), letter(2));
    lobby.say(letter(2));
    expect(texts(bridge.heard())).toEqual(["psst 1", "psst 2"]);
  });

  test("come once to a client in two rooms, however many it has missed", () => {
    const bridge = reconnect("alice|1|1|lobby|e1|0|hall|e1|0");
    const mail = Array.from({ length: 300 }, (_, n) => letter(n + 2));
    const newest = { resumed: true, mail: 301 };
    for (const room of bridge.rooms) room.welcome(newest, ...mail);
    expect(texts(bridge.heard())).toEqual(mail.map(({ text }) => text));
  });

  test("of another name come, although its mail has lower numbers", () => {
    const bridge = new FakeBridge();
    bridge.join("lobby").say(letter(1), letter(2), letter(3));
    bridge.heard();
    bridge.emit("join room", { roomname: "hall", username: "carol" });
    const carol = { username: "carol", mail: 2 };
    bridge.rooms.at(-1)?.welcome(carol, page([]), letter(1), letter(2));
    expect(texts(bridge.heard())).toEqual(["psst 1", "psst 2"]);
  });

  test("that wait at the join are in no offset before they are heard", () => {
    const bridge = new FakeBridge();
    bridge.say("0");
    bridge.emit("join room", { roomname: "lobby", username: "alice" });
    bridge.rooms[0]?.welcome({ mail: 6 }, page([]), letter(5), letter(6));
    const offsets = bridge.heard().map((event) => event.at(-1));
    expect(offsets).toEqual(
      [4, 4, 5, 6].map((mail) => `alice|${mail}|1|lobby|e1|0`),
    );
  });

  test("have mentions among them, each once and in the offset", () => {
    const bridge = new FakeBridge();
    const [lobby, hall] = [bridge.join("lobby"), bridge.join("hall")];
    bridge.heard();
    const mention = {
      ...{ type: "mention", mail: 1, room: "attic", epoch: "e9", of: 7 },
      ...{ user: "user-of-bob", username: "bob", at: 1 },
    };
    const { type, ...fields } = mention;
    lobby.say(mention);
    hall.say(mention, letter(2));
    lobby.say(letter(2));
    const heard = bridge.heard();
    expect(heard.map(([name]) => name)).toEqual([type, "new message"]);
    expect(heard[0]?.[1]).toEqual(fields);
    expect(heard.map((event) => event.at(-1))).toEqual(
      [1, 2].map((mail) => `alice|${mail}|1|lobby|e1|0|hall|e1|0`),
    );
  });

  test("of one's own come from other devices alone", () => {
    const bridge = new FakeBridge();
    const [lobby, hall] = [bridge.join("lobby"), bridge.join("hall")];
    bridge.emit("new pm", "@bob psst", "chosen");
    hall.read();
    const own = { user: "user-of-alice", username: "alice", to: "bob" };
    lobby.say(letter(1, { ...own, clientId: "chosen" }));
    lobby.say(letter(2, { ...own, clientId: "elsewhere" }));
    expect(texts(bridge.heard())).toEqual(["psst 2"]);
  });
});
