// App guide: the code of docs/guides/app.md signs a token, and the server accepts it.
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { connect } from "../conformance/support/client.ts";
import { urlOf } from "../conformance/support/connection.ts";
import { askRaw } from "../conformance/support/http-client.ts";
import { secret, uniqueName } from "../conformance/support/people.ts";
import {
  ISSUER,
  SECRET,
  signToken,
  tokenClaims,
} from "../http/support/jwt-app.ts";
import { startAttackTarget } from "./support/attack-target.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const guide = readFileSync(join(root, "docs/guides/app.md"), "utf8");
const [, commands = ""] = /```sh\n([\s\S]*?)```/.exec(guide) ?? [];
/** The settings of the guide's command. */
const recipe = Object.fromEntries(
  [...commands.matchAll(/--var "?(\w+):([^"\s]+)/g)].map(([, name, value]) => [
    name,
    value,
  ]),
);

startAttackTarget({ JWT_AUDIENCE: "", JWKS_URL: "", ...recipe });

/** The code of the guide, loaded as a module. */
async function guideModule(): Promise<{
  chatToken(user: object): Promise<string>;
}> {
  const [, code = ""] = /```js\n([\s\S]*?)```/.exec(guide) ?? [];
  // Below the root, where Node finds the package that the code imports.
  mkdirSync(join(root, "dist"), { recursive: true });
  const folder = mkdtempSync(join(root, "dist/guide-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "app.mjs");
  writeFileSync(file, code);
  return import(/* @vite-ignore */ pathToFileURL(file).href);
}

test("the lines that an app needs sign a token that the server takes", async () => {
  process.env.JWT_SECRET = SECRET;
  onTestFinished(() => {
    delete process.env.JWT_SECRET;
  });
  const { chatToken } = await guideModule();
  const name = uniqueName("ann");
  const token = await chatToken({ id: "42", name });
  const inside = await connect(uniqueName("team-7"));
  inside.send({ type: "join", token });
  const welcome = await inside.next("welcome");
  expect(welcome.username).toBe(name);
  const hour = 3_600_000;
  expect(welcome.expires).toBeLessThanOrEqual(Date.now() + hour);
  expect(welcome.expires).toBeGreaterThan(Date.now() + hour / 2);
  const outside = await connect(uniqueName("team-8"));
  outside.send({ type: "join", token });
  await outside.next("error", { code: "forbidden" });
});

test("a room that the app's token opens is closed to everybody else", async () => {
  process.env.JWT_SECRET = SECRET;
  onTestFinished(() => {
    delete process.env.JWT_SECRET;
  });
  const { chatToken } = await guideModule();
  const room = uniqueName("team-7");
  const headers = {
    Authorization: `Bearer ${await chatToken({ id: "42", name: uniqueName("ann") })}`,
  };
  const inside = await connect(room, { headers });
  inside.send({ type: "join", history: 0 });
  await inside.next("welcome");
  await inside.sendMessage("only for the team");
  expect((await askRaw(`/rooms/${room}/messages`, headers)).text).toContain(
    "only for the team",
  );
  // The message must not tell whether the room exists.
  const words = new Set<string>();
  for (const name of [room, uniqueName("team-7"), uniqueName("team-8")]) {
    for (const path of [`/rooms/${name}`, `/rooms/${name}/messages`]) {
      const { status, text } = await askRaw(path, {});
      expect(status).toBe(403);
      words.add(JSON.parse(text).detail);
    }
    const guest = await connect(name, {
      query: { username: uniqueName("eve") },
    });
    const error = await guest.next("error", { code: "forbidden" });
    words.add(error.message);
    expect((await guest.closed()).code).toBe(4500);
  }
  expect(words.size).toBe(1);
});

test("a member whom a moderator invites enters a private room, and outsiders see no difference to a room that is not", async () => {
  const room = uniqueName("team-7");
  const none = uniqueName("team-7");
  const sign = (claims: object) =>
    signToken(tokenClaims({ sub: uniqueName("sub"), ...claims }));
  const mod = await connect(room);
  const roles = { "team-*": "moderator" };
  const name = uniqueName("mod");
  mod.send({
    ...{ type: "join", history: 0 },
    token: await sign({ username: name, rooms: ["*"], roles }),
  });
  await mod.next("welcome");
  const [code, token, username] = [secret(), secret(), uniqueName("guest-eve")];
  mod.send({ type: "moderate", action: "invite", code, uses: 2 });
  await mod.next("moderated", { action: "invite" });
  const hall = await connect(uniqueName("hall"));
  hall.send({ type: "join", username, token, history: 0 });
  await hall.next("welcome");
  hall.send({ type: "register" });
  await hall.next("registered");
  const app = await sign({ username: uniqueName("ann"), scope: "publish" });

  /** All answers of a room to these two, but for its name. */
  const answers = async (at: string) => {
    const all: string[] = [];
    for (const by of [
      { token, username },
      { token: secret(), username },
      { token, username, invite: secret() },
      { token: app },
      { username },
    ]) {
      const client = await connect(at);
      client.send({ type: "join", ...by });
      all.push((await client.next("error")).message);
      client.drop();
    }
    const body = { username, text: "hello" };
    const bodies: [string, string, object?][] = [
      ["GET", `/rooms/${at}?member=${username}`],
      ["GET", `/rooms/${at}/messages?member=${username}&limit=0`],
      ["POST", `/rooms/${at}/messages`, body],
      ["PATCH", `/rooms/${at}/messages/1`, body],
      ["DELETE", `/rooms/${at}/messages/1`, { username }],
      ["PUT", `/rooms/${at}/messages/1/reactions/%F0%9F%91%8D`, { username }],
      ["POST", `/rooms/${at}/moderate`, { action: "lock" }],
      ["GET", `/rooms/${at}/reports`],
      ["POST", `/rooms/${at}/reports/1`, { outcome: "resolved" }],
      ["GET", `/rooms/${at}/search?text=hello`],
      ["GET", `/rooms/${at}/members`],
    ];
    for (const bearer of [token, app])
      for (const [method, path, given] of bodies) {
        const withApp = bearer === app && given && { ...given };
        if (withApp && "username" in withApp) delete withApp.username;
        const response = await fetch(urlOf(path), {
          method,
          headers: {
            ...{ Authorization: `Bearer ${bearer}` },
            "Content-Type": "application/json",
          },
          ...(given && { body: JSON.stringify(withApp || given) }),
        });
        const headers = [...response.headers.keys()].filter(
          (key) => !["date", "cf-ray"].includes(key),
        );
        all.push(
          `${method} ${path} ${response.status} ${headers} ${await response.text()}`,
        );
      }
    return all.map((one) => one.replaceAll(at, "room"));
  };
  const real = await answers(room);
  expect(real).toEqual(await answers(none));
  expect(new Set(real.slice(0, 5)).size).toBe(1);
  expect(real.filter((one) => / (403|404|405) /.test(one))).toHaveLength(22);
  for (const by of [{ username, token }, { token: app }]) {
    const client = await connect(room);
    client.send({ type: "join", ...by, invite: code, history: 0 });
    expect((await client.next("welcome")).room).toBe(room);
    await mod.next("moderated", { action: "member" });
    client.drop();
  }
  const headers = { Authorization: `Bearer ${token}` };
  const path = `/rooms/${room}/messages?member=${username}`;
  expect((await askRaw(path, headers)).text).toContain('"action":"member"');
  expect((await askRaw(path, headers)).text).not.toContain(code);
});

test("guests have the rooms that are not private", async () => {
  const guest = await connect(uniqueName("lobby"), {
    query: { username: uniqueName("eve") },
  });
  await guest.next("welcome");
});

test("the guide names the issuer that the server is told", () => {
  expect(recipe).toEqual({ JWT_ISSUER: ISSUER, PRIVATE_ROOMS: "team-*" });
  expect(guide).toContain(`.setIssuer("${ISSUER}")`);
});
