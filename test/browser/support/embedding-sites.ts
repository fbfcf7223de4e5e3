// Embedding sites: serves the pages of other sites, with an origin for each host name and port.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface EmbeddingSites {
  /** Browsers resolve every name under `localhost` to it. */
  readonly port: number;
  close(): void;
}

/**
 * `/?server=http://127.0.0.1:8787&room=support` is a page with the script of
 * that server. The rest of the query becomes its `data-` attributes.
 */
export async function startSites(): Promise<EmbeddingSites> {
  const server = createServer(({ url = "/" }, response) => {
    const query = new URL(url, "http://localhost").searchParams;
    const chat = query.get("server") ?? "";
    const { origin } = new URL(chat);
    response.setHeader("Content-Type", "text/html; charset=utf-8");
    // A careful site: it allows the script and the frame, and nothing inline.
    response.setHeader(
      "Content-Security-Policy",
      `default-src 'none'; script-src ${origin}; frame-src ${origin}`,
    );
    response.end(sitePage(chat, query));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function sitePage(chat: string, query: URLSearchParams): string {
  const data = [...query]
    .filter(([name]) => name !== "server")
    .map(([name, value]) => `data-${name}="${escapeAttribute(value)}"`);
  return `<!doctype html>
<html lang="en">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>A shop</title>
  <h1>A shop</h1>
  <script src="${escapeAttribute(chat)}/embed.js" ${data.join(" ")}></script>
  <p>Below the chat.</p>
</html>`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}
