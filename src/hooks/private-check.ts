// Private check: a host asks the app's onPrivate about a private message that comes by no room.
import type {
  AppVerdict,
  PrivateTextQuestion,
} from "../core/shared/app-verdicts.ts";
import type { HookRunner } from "./hook-runner.ts";

const NO_VERDICT: AppVerdict = {
  type: "refused",
  code: "unavailable",
  retryAfter: 1000,
};

/** @returns null if the app does not want to be asked */
export function createPrivateCheck(
  runner: HookRunner | null,
): ((question: PrivateTextQuestion) => Promise<AppVerdict>) | null {
  if (runner?.hooks.privateMessage === undefined) return null;
  return async (question) => {
    const answer = runner.hooks.privateMessage?.(question) ?? NO_VERDICT;
    if (answer.type !== "pending") return answer;
    const { ticket } = answer;
    const [reply] = await runner.ask([{ type: "verdict", ticket }]);
    return reply?.type === "allowed" || reply?.type === "refused"
      ? reply
      : NO_VERDICT;
  };
}
