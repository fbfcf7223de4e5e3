// Admin erasures: the operator erases a user everywhere, and nothing of the user is behind any door afterwards.
import { describe, expect, test } from "vitest";
import { register } from "./support/attack.ts";
import { urlOf } from "./support/connection.ts";
import { ask, expectProblem, post, requestAs } from "./support/http-client.ts";
import { join, joinAll } from "./support/members.ts";
import { publicIdOf, secret, stranger, uniqueName } from "./support/people.ts";

const admin = process.env.EDGE_CHAT_ADMIN ?? "";
const PATH = "/admin/users/erase";
/** All rooms and names of the other tests are visited too. */
const PATIENCE = { timeout: 90_000, interval: 250 };

/** The lines of a room's log. */
async function exportOf(room: string): Promise<string> {
  const headers = { Authorization: `Bearer ${admin}` };
  const response = await fetch(urlOf(`/admin/rooms/${room}/export`), {
    headers,
  });
  return response.text();
}

interface State {
  readonly user: string;
  readonly state: string;
  readonly rooms: number;
}

describe.skipIf(admin === "")("an operator", () => {
  test("erases a user, of whom nothing is behind any door then", {
    timeout: 120_000,
  }, async () => {
    const room = uniqueName("club");
    const [ann, bob] = await joinAll(room, "ann", "bob");
    await register(ann);
    const word = uniqueName("word");
    const { seq } = await ann.sendMessage(`first ${word}`);
    ann.send({ type: "edit", of: seq, text: `second ${word}` });
    await ann.next("ack");
    const { seq: kept } = await bob.sendMessage("stays");
    ann.send({ type: "react", of: kept, emoji: "👍", on: true });
    await ann.next("ack");
    ann.send({ type: "private", to: bob.name, text: word, id: "m" });
    await ann.next("ack");
    await bob.next("private", { text: word });
    const user = publicIdOf(ann.person.token);
    const started = await post(PATH, admin, { username: ann.name });
    expect(started.status).toBe(202);
    expect(started.body).toMatchObject({ user, state: "running" });
    expect(await ann.closed()).toEqual({ code: 4507, reason: "erased" });
    const read = async () =>
      (await requestAs(admin, "GET", `${PATH}/${user}`)).body as State;
    await expect.poll(async () => (await read()).state, PATIENCE).toBe("done");
    expect((await read()).rooms).toBeGreaterThan(0);
    await bob.next("reset");
    bob.send({ type: "history", limit: 50 });
    bob.send({ type: "history", limit: 50, fold: true });
    const pages = [await bob.next("history"), await bob.next("history")];
    const again = await join(room, stranger("carl"), { history: 50 });
    const phone = await join(uniqueName("den"), bob.person, { mailSince: 0 });
    const doors = {
      pages,
      page: [again.welcome, again.page],
      mail: await phone.unread(),
      export: await exportOf(room),
      http: (await ask(`/rooms/${room}/messages?limit=100`)).text,
      fold: (await ask(`/rooms/${room}/messages?limit=100&fold=true`)).text,
    };
    for (const [door, seen] of Object.entries(doors))
      for (const trace of [word, user, ann.name])
        expect(JSON.stringify(seen), door).not.toContain(trace);
    expect(doors.http).toContain("stays");
    expect(doors.http).toContain('"erased"');
    // The name is free, for somebody else too.
    await join(uniqueName("den"), { name: ann.name, token: secret() });
  });

  test("is told what is wrong with a request to erase", async () => {
    const user = publicIdOf(secret());
    expectProblem(await post(PATH, null, { user }), 401);
    for (const body of [{}, { user: "short" }, { username: "..." }, "x"])
      expectProblem(await post(PATH, admin, body), 400);
    const nobody = { username: uniqueName("none") };
    expectProblem(await post(PATH, admin, nobody), 404);
    expectProblem(await requestAs(admin, "GET", `${PATH}/${user}`), 404);
    expectProblem(await requestAs(admin, "GET", `${PATH}/short`), 400);
  });
});
