// Members: joins rooms as one or several users, and checks what they receive.
import { expect } from "vitest";
import { type Client, connect } from "./client.ts";
import type { ConnectOptions } from "./connection.ts";
import type { Frame, Page, Welcome } from "./frames.ts";
import { type Person, person, stranger, uniqueId } from "./people.ts";
import { settings } from "./settings.ts";
import { connectText, type TextClient } from "./text-client.ts";

/** Many times GUEST_CLAIM_SECONDS, since a busy machine is no failure. */
const TAKE_OVER_PATIENCE_MS = 15_000;
const ASK_AGAIN_MS = 100;
const LET_IN_TOGETHER = 20;

export interface JoinFields {
  readonly device?: string;
  readonly since?: number;
  readonly epoch?: string;
  readonly mailSince?: number;
  readonly mailEpoch?: number;
  readonly history?: number;
}

interface JoinedState {
  readonly person: Person;
  readonly name: string;
  readonly welcome: Welcome;
  /** The newest page, if the join has one. */
  readonly page: Page | undefined;
}
export type Member = Client & JoinedState;

export function joinFrame({ name, token }: Person, fields: JoinFields = {}) {
  return { type: "join", username: name, token, ...fields };
}

/** Joins on an open connection; reads the welcome and the newest page. */
export async function joinOn(
  client: Client,
  who: Person,
  fields: JoinFields = {},
): Promise<Member> {
  client.send(joinFrame(who, fields));
  const welcome = await welcomed(client);
  const hasPage = fields.history !== 0 && !welcome.resumed;
  const page = hasPage ? await client.next("history") : undefined;
  return Object.assign(client, { person: who, name: who.name, welcome, page });
}

/** Fails at once with the reason if the join is refused. */
async function welcomed(client: Client): Promise<Welcome> {
  const answer = await client.inbox.next(
    (frame) => frame.type === "welcome" || frame.type === "error",
    "welcome",
  );
  if (answer.type !== "welcome")
    throw new Error(`The join was refused: ${JSON.stringify(answer)}`);
  return answer;
}

export async function join(
  room: string,
  who: Person,
  fields: JoinFields = {},
  options: ConnectOptions = {},
): Promise<Member> {
  return joinOn(await connect(room, options), who, fields);
}

/** Joins with the text format; reads the welcome. */
export async function joinText(
  room: string,
  who: Person,
): Promise<TextClient & { name: string }> {
  const client = await connectText(room);
  client.send(joinFrame(who));
  await client.lineLike(/^\* you are /);
  return Object.assign(client, { name: who.name });
}

/**
 * Joins a room with several users, one after the other. Each has read the
 * presence events of the later ones.
 */
export async function joinAll<const Names extends readonly (string | Person)[]>(
  room: string,
  ...names: Names
): Promise<{ -readonly [Index in keyof Names]: Member }> {
  const members: Member[] = [];
  for (const name of names) {
    const who = typeof name === "string" ? person(name) : name;
    const newcomer = await join(room, who);
    const isNew = members.every((member) => member.name !== who.name);
    for (const member of isNew ? members : [])
      await member.next("joined", { username: who.name });
    members.push(newcomer);
  }
  return members as { -readonly [Index in keyof Names]: Member };
}

/** Joins with this many users, some at a time. */
export async function joinMany(
  room: string,
  people: number,
): Promise<Member[]> {
  const members: Member[] = [];
  while (members.length < people) {
    const more = Math.min(LET_IN_TOGETHER, people - members.length);
    const joins = Array.from({ length: more }, () =>
      join(room, person("guest"), { history: 0 }),
    );
    members.push(...(await Promise.all(joins)));
  }
  return members;
}

/** How often a scene that takes too long is played again. */
const SCENES_MAX = 5;

/**
 * Plays a scene in which a guest leaves, and something happens before the claim
 * ends. If the machine was too slow for that, it is played again with others.
 */
export async function beforeClaimEnds<T>(
  scene: () => Promise<T>,
  claimSeconds: number = settings.GUEST_CLAIM_SECONDS,
): Promise<T> {
  for (let played = 1; ; played++) {
    const start = Date.now();
    try {
      return await scene();
    } catch (error) {
      const isInTime = Date.now() - start < claimSeconds * 1000;
      if (isInTime || played === SCENES_MAX) throw error;
    }
  }
}

/** Leaves with a frame. A guest's claim starts to run out. */
export async function leaveRoom(member: Client): Promise<void> {
  member.send({ type: "leave" });
  await member.next("left");
  member.drop();
}

/**
 * A stranger asks for a name until it is free, and pauses as long as the server
 * says.
 */
export async function takeReleasedName(
  room: string,
  name: string,
): Promise<Member> {
  const who = stranger(name);
  const deadline = Date.now() + TAKE_OVER_PATIENCE_MS;
  for (;;) {
    const client = await connect(room);
    client.send(joinFrame(who));
    const answer = await client.inbox.next(
      (frame) => frame.type === "welcome" || frame.type === "error",
      "welcome or refusal",
    );
    if (answer.type === "welcome") {
      const page = await client.next("history");
      return Object.assign(client, {
        person: who,
        name,
        welcome: answer,
        page,
      });
    }
    expect(answer).toMatchObject({
      code: "username_taken",
      retryAfter: expect.any(Number),
    });
    if (Date.now() > deadline) throw new Error(`${name} never came free.`);
    await client.close();
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

/**
 * Returns the unread frames of the listener up to a new message of the speaker.
 * An empty list proves that the listener got nothing: the room has one order,
 * so no test needs to wait for silence.
 */
export async function receivedBefore(
  listener: Client,
  speaker: Client,
): Promise<Frame[]> {
  const text = `sentinel ${uniqueId()}`;
  await speaker.sendMessage(text);
  const frames = await listener.until("message", { text });
  return frames.slice(0, -1);
}

export async function expectSilence(
  listener: Client,
  speaker: Client,
): Promise<void> {
  expect(await receivedBefore(listener, speaker)).toEqual([]);
}

/** Both members send and receive messages as before. */
export async function expectUndisturbed(
  witness: Member,
  other: Member,
): Promise<void> {
  await expectSilence(witness, other);
  await expectSilence(other, witness);
}
