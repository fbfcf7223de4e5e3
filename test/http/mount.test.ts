// Mount path: the app finds it in the request, at every path where another app may mount it.
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { type Backend, createApp } from "../../src/app.ts";
import { Access } from "../../src/http/access.ts";
import { readChatConfig } from "../../src/http/chat-config.ts";
import { NO_OBJECTS } from "./support/no-objects.ts";

const ADMIN_SECRET = "correct-horse-battery";

const PAGE = `<link href="style.css"><script src="page.js"></script>
<a href="https://chat.example/x">src="#top"</a><a href="/about">`;

/** An app with one route of its own, a catch-all, and the chat below a path. */
function siteWith(mount: string, basePath = "") {
  const files: string[] = [];
  const backend: Backend = {
    socketIo: async () => new Response(),
    connect: async (room) => new Response(room),
    ask: async () => ({ type: "info", count: 0, seq: 0, epoch: null }),
    ...NO_OBJECTS,
    file: async (path) => {
      files.push(path);
      const headers = { ETag: '"1"', "X-File": "yes" };
      return /^\/(|page\.js)$/.test(path)
        ? new Response(path === "/" ? PAGE : `file ${path}`, { headers })
        : null;
    },
    storageProblem: () => null,
    source: () => ({
      address: "192.0.2.1",
      isDirect: true,
      mayConnect: async () => true,
    }),
  };
  const access = new Access(readChatConfig({ ADMIN_SECRET }));
  const site = new Hono()
    .get("/about", (c) => c.text("about"))
    .route(
      mount,
      createApp({ backend: () => backend, access: () => access, basePath }),
    )
    .all("*", (c) => c.text("the site has no such page", 404));
  const ask = async (
    path: string,
    init: RequestInit & { host?: string } = {},
  ) => {
    const { host = "localhost", ...rest } = init;
    const response = await site.request(`http://${host}${path}`, rest);
    const { status, headers } = response;
    const location = headers.get("location");
    return { status, headers, location, text: await response.text() };
  };
  return { ask, files };
}

const MOUNTS = [
  ["/", ""],
  ["/chat", "/chat"],
  ["/chat/", "/chat"],
  ["/a/b.c", "/a/b.c"],
  ["/teams/:team/chat", "/teams/blue/chat"],
  ["/deep one", "/deep%20one"],
  ["/聊天", "/%E8%81%8A%E5%A4%A9"],
] as const;

describe.for(MOUNTS)("mounted at %s", ([mount, path]) => {
  test("a user finds the page at the mount path with a slash at its end", async () => {
    const { ask } = siteWith(mount);
    const page = await ask(`${path}/`);
    expect(page).toMatchObject({ status: 200, text: PAGE });
    const policy = page.headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self'");
    expect((await ask(`${path}/?embed`)).status).toBe(200);
    expect((await ask(`${path}/`, { method: "HEAD" })).status).toBe(200);
  });

  test("a user gets a file of the mounted page with its own headers", async () => {
    const { ask, files } = siteWith(mount);
    const file = await ask(`${path}/page.js`);
    expect(file).toMatchObject({ status: 200, text: "file /page.js" });
    expect(file.headers.get("content-security-policy")).toBeNull();
    expect(files).toEqual(["/page.js"]);
  });

  test("a user gets a problem of the chat for a path without a file or a route", async () => {
    const { ask } = siteWith(mount);
    const paths = [
      "/nothing",
      "/none.js",
      "/a/page.js",
      "/rooms",
      "//",
      "/index",
    ];
    for (const rest of paths) {
      const { status, headers } = await ask(path + rest);
      expect([rest, status]).toEqual([rest, 404]);
      expect(headers.get("content-type")).toBe("application/problem+json");
      const policy = headers.get("content-security-policy");
      expect(policy).toContain("default-src 'none'");
    }
  });

  test("a user of another name of the mounted page is led to it", async () => {
    const { ask } = siteWith(mount);
    const { status, location } = await ask(`${path}/index.html`);
    expect([status, location]).toEqual([307, "./"]);
  });

  test("a user of a wrong method below the mount path is told the right ones", async () => {
    const { ask } = siteWith(mount);
    for (const rest of ["/", "/rooms/lobby", "/health"]) {
      const { status, headers } = await ask(path + rest, { method: "POST" });
      expect([rest, status]).toEqual([rest, 405]);
      expect(headers.get("allow")).toBe("GET, HEAD");
    }
  });

  test("a health check may use any host name below the mount path, a reader may not", async () => {
    const { ask } = siteWith(mount);
    const host = "rebound.example";
    expect((await ask(`${path}/health`, { host })).status).toBe(200);
    expect((await ask(`${path}/rooms/lobby`, { host })).status).toBe(403);
    expect((await ask(`${path}/`, { host })).status).toBe(403);
  });

  test("a user finds rooms and admin below the mount path", async () => {
    const { ask } = siteWith(mount);
    const headers = { Authorization: `Bearer ${ADMIN_SECRET}` };
    expect((await ask(`${path}/rooms/lobby`)).status).toBe(200);
    const exported = `${path}/admin/rooms/lobby/export`;
    expect((await ask(exported)).status).toBe(401);
    const { text } = await ask(exported, { headers });
    expect(text).toContain("Nobody has ever joined this room.");
  });
});

describe("beside the mount path", () => {
  test("a user finds the site's own routes and its own 404 beside the mount path", async () => {
    const { ask, files } = siteWith("/chat");
    expect((await ask("/about")).text).toBe("about");
    for (const path of ["/", "/rooms/lobby", "/health", "/chatty", "/page.js"])
      expect(await ask(path)).toMatchObject({
        status: 404,
        text: "the site has no such page",
      });
    expect(files).toEqual([]);
  });

  test.for([
    ["/chat", "/chat", "./chat/"],
    ["/chat", "/chat?embed", "./chat/?embed"],
    ["/a/b.c", "/a/b.c", "./b.c/"],
    ["/teams/:team/chat", "/teams/blue/chat", "./chat/"],
    ["/teams/:team", "/teams/a:b", "./a:b/"],
    ["/deep one", "/deep%20one", "./deep%20one/"],
  ])(
    "a user below %s who asks for %s is led to %s",
    async ([mount = "", path = "", to]) => {
      const { status, location } = await siteWith(mount).ask(path);
      expect([status, location]).toEqual([307, to]);
    },
  );
});

describe("behind a proxy that strips a path", () => {
  test.for([
    ["/chat", "/", "/", "/chat/"],
    ["/chat/", "/", "/", "/chat/"],
    ["/a/b.c", "/", "/", "/a/b.c/"],
    ["/site", "/r&d", "/r&d/", "/site/r&amp;d/"],
  ])(
    "a user of %s, mounted at %s behind a proxy, gets a page whose files have its path",
    async ([basePath = "", mount = "", path = "", folder]) => {
      const { ask } = siteWith(mount, basePath);
      const { status, headers, text } = await ask(path, {
        headers: { "If-None-Match": '"1"' },
      });
      expect(status).toBe(200);
      expect(text).toBe(
        PAGE.replace("style.css", `${folder}style.css`).replace(
          "page.js",
          `${folder}page.js`,
        ),
      );
      // It has another content than the file.
      expect(headers.get("etag")).toBeNull();
      expect(headers.get("x-file")).toBe("yes");
      const policy = headers.get("content-security-policy");
      expect(policy).toContain("script-src 'self'");
    },
  );

  test.for(["chat", "//evil.example", "/a b", "/chat?x", '/"'])(
    "an operator cannot give %s as a base path",
    (basePath) => {
      expect(() => siteWith("/", basePath)).toThrow(
        `Wrong settings. basePath=${basePath}: a path such as /chat.`,
      );
    },
  );
});
