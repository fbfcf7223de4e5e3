// Floods: a client that sends too fast or does not read costs the others nothing.
import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import type { Failure } from "./support/frames.ts";
import { expectUndisturbed, joinAll, type Member } from "./support/members.ts";
import { uniqueId, uniqueName } from "./support/people.ts";
import { settings } from "./support/settings.ts";

interface Outcome {
  readonly acked: string[];
  readonly refused: Failure[];
}

/** Sends all messages without waiting, then reads all answers. */
async function flood(member: Member, messages: number): Promise<Outcome> {
  const ids = Array.from({ length: messages }, uniqueId);
  for (const id of ids) member.send({ type: "message", text: id, id });
  const outcome: Outcome = { acked: [], refused: [] };
  for (const id of ids) {
    const answer = await member.inbox.next(
      (frame) =>
        (frame.type === "ack" || frame.type === "error") && frame.id === id,
      `answer to ${id}`,
    );
    if (answer.type === "error") outcome.refused.push(answer);
    else outcome.acked.push(id);
  }
  return outcome;
}

test("bob sends too fast, is told how long to wait, and goes on", async ({
  skip,
}) => {
  const room = uniqueName("lobby");
  const [alice, bob, carol] = await joinAll(room, "alice", "bob", "carol");
  const acked: string[] = [];
  let refusal: Failure | undefined;
  // A slow server refills the bucket as fast as it is used: then send more.
  for (let wave = 0; wave < 5 && !refusal; wave++) {
    const outcome = await flood(bob, settings.RATE_BURST + 50);
    acked.push(...outcome.acked);
    for (const failure of outcome.refused) {
      expect(failure.code).toBe("rate_limited");
      expect(failure.retryAfter).toBeGreaterThan(0);
    }
    refusal = outcome.refused[0];
  }
  expect(acked.length).toBeGreaterThanOrEqual(settings.RATE_BURST);
  if (!refusal) skip("This server is slower than the rate it allows.");

  // A refused message was not sent. The same id may be used again.
  const id = refusal?.id ?? "the error has no id";
  await expect
    .poll(
      async () => {
        bob.send({ type: "message", text: "again", id });
        const isAnswer = (type: string) => type === "ack" || type === "error";
        const answer = await bob.inbox.next(
          (frame) => isAnswer(frame.type) && "id" in frame && frame.id === id,
          "answer",
        );
        return answer;
      },
      { interval: 50, timeout: 10_000 },
    )
    .toMatchObject({ type: "ack", id });
  const heard = await alice.until("message", { text: "again" });
  const texts = heard.map((frame) => "text" in frame && frame.text);
  expect(texts).toEqual([...acked, "again"]);
  await carol.until("message", { text: "again" });
  await expectUndisturbed(alice, carol);
}, 30_000);

test("alice may send while bob is over his rate", async () => {
  const room = uniqueName("lobby");
  const [alice, bob, carol] = await joinAll(room, "alice", "bob", "carol");
  const flooded = flood(bob, settings.RATE_BURST + 50);
  for (let turn = 0; turn < 10; turn++) await alice.sendMessage(`word ${turn}`);
  await flooded;
  await carol.next("message", { text: "word 9" });
}, 30_000);

test("bob gets every message though carol does not read hers", async () => {
  const room = uniqueName("lobby");
  const speakers = await joinAll(room, "alice", "dave", "erin");
  const [bob, carol] = await joinAll(room, "bob", "carol");
  carol.pause();
  // More than all buffers hold, and hard to compress.
  const each = settings.RATE_BURST - 20;
  const letter = () => String.fromCodePoint(0x4e00 + randomInt(20_000));
  const text = Array.from({ length: 4000 }, letter).join("");
  const talk = speakers.map(async (speaker) => {
    for (let turn = 0; turn < each; turn++) await speaker.sendMessage(text);
  });
  await Promise.all(talk);
  const last = speakers.length * each;
  await bob.next("message", { seq: last }, 30_000);
  const seqs = bob.inbox.seen.flatMap((frame) =>
    frame.type === "message" ? [frame.seq] : [],
  );
  expect(seqs).toEqual(Array.from({ length: last }, (_, n) => n + 1));
}, 60_000);
