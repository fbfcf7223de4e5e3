// Backend: connects the HTTP app to the objects and the files of a Worker by its bindings.

import type { Backend } from "../app.ts";
import { withAppVerdict } from "../http/connect-request.ts";
import type { ConnectionSettings } from "../socketio/contract.ts";
import { clientNetwork } from "./client-network.ts";
import { askObject, hash } from "./core-object.ts";
import type { Env } from "./env.ts";
import { random } from "./random-pool.ts";
import { answerSocketIo } from "./socketio.ts";

/**
 * Wrangler writes this value into the bundle. A deployed Worker has the names
 * of its routes alone. On a developer's machine any name may lead to it.
 */
const isDeployed = process.env.NODE_ENV === "production";

export function createBackend(env: Env, socketIo: ConnectionSettings): Backend {
  return {
    socketIo: (asked, request, facts) =>
      answerSocketIo(env, socketIo, asked, request, facts),
    async connect(room, request, appVerdict) {
      const { status, webSocket, headers } = await env.ROOM.getByName(
        room,
      ).fetch(
        appVerdict === undefined
          ? request
          : withAppVerdict(request, appVerdict),
      );
      // A response of our own: middleware may add headers, and the response
      // from the object would throw.
      return new Response(null, { status, webSocket, headers });
    },
    async ask(room, op) {
      const [reply] = await env.ROOM.getByName(room).ask([op]);
      if (reply === undefined) throw new Error("The room gave no reply.");
      return reply;
    },
    askObject: (to, ops) => askObject(env, to, ops),
    platform: { hash, random },
    async file(path, request) {
      if (env.ASSETS === undefined) return null;
      const url = new URL(request.url);
      url.pathname = path;
      const response = await env.ASSETS.fetch(new Request(url, request));
      // A redirect of the assets would lead out of the mount.
      if (!response.ok && response.status !== 304) {
        await response.body?.cancel();
        return null;
      }
      // A copy, for the same reason.
      return new Response(response.body, response);
    },
    // Each object has its own storage, and the platform keeps it.
    storageProblem: () => null,
    source: (request) => ({
      // Cloudflare sets this header and overwrites a client's value.
      address: request.headers.get("CF-Connecting-IP"),
      isDirect: !isDeployed,
      network: () => clientNetwork(env, request),
      async mayConnect(network) {
        const outcome = await env.CONNECTS?.limit({ key: network });
        return outcome?.success ?? true;
      },
    }),
  };
}
