// Admin key routes: the paths below /admin/keys.
import type { Env, Hono } from "hono";
import { KEY_STORE } from "../core/shared/key-requests.ts";
import type { Access } from "./access.ts";
import {
  type KeyAdmin,
  listKeys,
  makeKey,
  revokeKey,
  rotateKey,
} from "./admin-keys.ts";
import type { PublishHost } from "./publish-routes.ts";

/** @param options as of `createApp` */
export function addAdminKeyRoutes<E extends Env>(
  app: Hono<E>,
  options: {
    backend(bindings: E["Bindings"]): PublishHost;
    access(bindings: E["Bindings"]): Access;
  },
): void {
  const adminOf = (env: E["Bindings"]): KeyAdmin => {
    const { platform, askObject } = options.backend(env);
    return {
      keys: options.access(env).keys,
      random: (bytes) => platform.random(bytes),
      async askKeys(op) {
        const to = { kind: "service", name: KEY_STORE } as const;
        const [reply] = await askObject(to, [op]);
        return reply ?? { type: "refused", code: "internal" };
      },
    };
  };
  app.get("/admin/keys", (c) => listKeys(adminOf(c.env)));
  app.post("/admin/keys", (c) => makeKey(adminOf(c.env), c.req.raw));
  app.post("/admin/keys/:id/rotate", (c) =>
    rotateKey(adminOf(c.env), c.req.param("id")),
  );
  app.delete("/admin/keys/:id", (c) =>
    revokeKey(adminOf(c.env), c.req.param("id"), false),
  );
  app.delete("/admin/keys/:id/old", (c) =>
    revokeKey(adminOf(c.env), c.req.param("id"), true),
  );
}
