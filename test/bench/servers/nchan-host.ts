// nchan host: runs Debian's nginx with the nchan module, one channel for each room, as its own process.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NCHAN_MODULE } from "./nchan-module.ts";
import { reportListening } from "./report-listening.ts";

const CONNECTIONS = 16_384;
const TRIES = 100;
const folder = mkdtempSync(join(tmpdir(), "edge-chat-nchan-"));
const port = await freePort();
const file = join(folder, "nginx.conf");
writeFileSync(file, configuration());
const nginx = spawn("nginx", ["-p", folder, "-c", file, "-e", "stderr"], {
  stdio: ["ignore", "ignore", "inherit"],
});
const stop = () => {
  // On SIGTERM this version frees some memory twice, and says so.
  nginx.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
  process.exit();
};
nginx.once("error", stop);
nginx.once("exit", stop);
process.on("SIGTERM", stop);
// The server ends with the benchmark.
process.on("disconnect", stop);
for (let i = 0; i < TRIES && !(await isOpen()); i++)
  await new Promise((resolve) => setTimeout(resolve, 50));
reportListening({ url: `http://127.0.0.1:${port}` });

function configuration(): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `load_module ${NCHAN_MODULE};
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr warn;
worker_rlimit_nofile ${2 * CONNECTIONS};
events { worker_connections ${CONNECTIONS}; }
http {
  access_log off;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n  ")}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location ~ ^/rooms/([^/]+)$ {
      nchan_pubsub websocket;
      nchan_channel_id $1;
      nchan_store_messages off;
    }
  }
}
`;
}

/** nginx cannot report a port that the system chose. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const free = typeof address === "object" ? (address?.port ?? 0) : 0;
      server.close(() => resolve(free));
    });
  });
}

function isOpen(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
