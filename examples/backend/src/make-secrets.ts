// Make secrets: writes .dev.vars, which the chat and the backend read on a developer's machine.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";

const lines = [
  `ADMIN_SECRET=${randomBytes(24).toString("hex")}`,
  `WEBHOOK_SECRET=whsec_${randomBytes(32).toString("base64")}`,
  "WEBHOOK_URL=http://localhost:3000/chat",
  "WEBHOOK_COMMANDS=roll",
];
try {
  writeFileSync(".dev.vars", `${lines.join("\n")}\n`, {
    ...{ flag: "wx", mode: 0o600 },
  });
  console.log("Wrote .dev.vars.");
} catch {
  console.error(".dev.vars is there already: left as it is.");
}
