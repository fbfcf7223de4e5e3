// Rotate: changes the secret of a registered name, so that neither a lost answer nor a crash loses the name.
import type { Account } from "./account.ts";
import type { ChatError } from "./chat-error.ts";
import type { RotateResult } from "./events.ts";

// This file is loaded when it is needed: it imports types alone.

/**
 * @param given the app's own
 * @param storageError the error of a storage that fails
 */
export async function rotate(
  account: Account,
  given: string | undefined,
  storageError: (method: string, error: unknown) => ChatError,
): Promise<RotateResult> {
  const { secrets, environment } = account;
  const isGiven = given !== undefined && given !== "";
  // An app that gave its own secret could not learn one that is made here.
  if (isGiven ? typeof given !== "string" : secrets.given !== undefined)
    throw new TypeError("token must be a string.");
  const token = isGiven ? given : environment.createSecret();
  // After an answer it is known whether the name is registered.
  if (account.registered === null)
    await account.sendRequest({ type: "who" }, "members");
  const before = secrets.candidates;
  // An unregistered name could be claimed with the new secret too.
  if (account.registered !== null)
    try {
      secrets.save(token, secrets.current);
      await secrets.lastWrite;
      // Makes sure that the next start can read it.
      if (secrets.given === undefined) await secrets.claim(token);
    } catch (error) {
      secrets.save(...before);
      throw storageError("set", error);
    }
  try {
    const frame = await account.sendRequest(
      { type: "rotate", token },
      "rotated",
    );
    secrets.save(token);
    await secrets.saving;
    return { ...frame, token };
  } catch (error) {
    // The server has refused; the answer is not lost.
    if (account.state === "connected") secrets.save(secrets.accepted);
    await secrets.saving;
    throw error;
  }
}
