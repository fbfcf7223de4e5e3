// Server kill: kills a real server twice with SIGKILL while ten users write, and checks that nothing is lost.
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { uniqueName } from "../../conformance/support/people.ts";
import { startRestartable } from "../../restart/support/restartable-server.ts";
import { checkDelivery } from "../support/delivery-oracle.ts";
import { FaultyNetwork } from "../support/faulty-network.ts";
import { LiveParticipant, waitUntil } from "../support/live-participant.ts";
import type { SentMessage } from "../support/participant.ts";
import { readLog } from "../support/read-log.ts";

const CLIENTS = 10;
const PAUSE_MS = 100;
const vars = { RATE_PER_SECOND: 0 };

test("ten users lose nothing while the server is killed twice", async () => {
  const { url, kill, start } = await startRestartable(vars);
  const room = uniqueName("lobby");
  const participants: LiveParticipant[] = [];
  for (let n = 0; n < CLIENTS; n++) {
    const network = await FaultyNetwork.inFrontOf(url);
    participants.push(new LiveParticipant(uniqueName("person"), room, network));
  }
  onTestFinished(async () => {
    for (const { room } of participants) await room.client.close();
    for (const { network } of participants) await network.close();
  });
  await Promise.all(participants.map(({ room }) => room.ready()));

  const sentMessages: SentMessage[] = [];
  let isOver = false;
  const talk = async (author: LiveParticipant, i: number) => {
    for (let n = 0; !isOver; n++) {
      const isPrivate = (n + i) % 5 === 0;
      const recipient = isPrivate
        ? (participants[(i + 1) % CLIENTS] ?? author)
        : null;
      const text = `${sentMessages.length} by ${author.label}`;
      sentMessages.push({ author, recipient, text });
      if (recipient === null) author.room.send(text);
      else author.room.client.sendPrivate(recipient.name, text);
      await pause(PAUSE_MS);
    }
  };
  const talks = participants.map(talk);
  for (let n = 0; n < 2; n++) {
    await pause(500);
    const inFlight = () =>
      participants.flatMap(({ room }) =>
        room.client.pending.filter(({ state }) => state === "sending"),
      );
    // A message must be in flight at the kill.
    await waitUntil(
      () => "something on its way",
      () => inFlight().length > 0,
    );
    await kill();
    await pause(200);
    await start(vars);
  }
  await pause(500);
  isOver = true;
  await Promise.all(talks);
  await waitUntil(
    () =>
      `acks: ${participants.map(({ description }) => description).join("\n")}`,
    () => participants.every(({ isDone }) => isDone),
  );
  await checkDelivery(
    await readLog(url, room),
    participants,
    sentMessages,
    waitUntil,
  );
  expect(sentMessages.length).toBeGreaterThan(100);
});
