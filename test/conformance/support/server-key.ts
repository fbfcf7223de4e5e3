// Server key: the key by which the tests are a backend of the server under test.
import { createHash } from "node:crypto";

const SECRET = "the-secret-of-a-backend-in-tests";
const hash = createHash("sha256").update(SECRET).digest("hex");

/** The bearer token. */
export const KEY = `ek_tests_${SECRET}`;

/** The one room of a service, and its key. */
export const HOOK_ROOM = "builds";
export const HOOK_KEY = `ek_service_${SECRET}`;

/** The bearer token of a backend that moderates, and does nothing else. */
export const MODERATOR_KEY = `ek_moderator_${SECRET}`;

/** The setting API_KEYS that the server under test has. */
export const API_KEYS = `tests:${hash}:publish+read, service:${hash}:publish@${HOOK_ROOM}, moderator:${hash}:moderate`;

/** Does the server under test know the key? A server elsewhere does not. */
export const hasKey = process.env.EDGE_CHAT_HAS_KEY === "1";
