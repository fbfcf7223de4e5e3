// Block and unblock commands: a member refuses private messages from a user, or accepts them again.
import type { BlockListFrame } from "../../../protocol/client-frames.ts";
import { nameKey } from "../../../protocol/name-key.ts";
import { readUsername } from "../../../protocol/names.ts";
import { requestDirectory } from "../account-requests.ts";
import type { MemberAuthor } from "../author.ts";
import type { RoomContext } from "../context.ts";
import type { MemberCommand } from "./command.ts";

export const block: MemberCommand<BlockListFrame> = {
  needs: "joined",
  rate: "send",
  run(context, author, { user, username: written }, now) {
    const { via } = author;
    const username = written === undefined ? null : readUsername(written);
    if (written !== undefined && username === null)
      context.sendError(via, "bad_username");
    else if (user !== undefined)
      blockUser(context, author, user, username, now);
    // A name alone stands for the user who has it now.
    else
      requestDirectory(
        context,
        via,
        nameKey(username ?? ""),
        { type: "whois" },
        (reply) => {
          if (reply.type === "person")
            blockUser(context, author, reply.user, reply.username, now);
        },
      );
  },
};

export const unblock: MemberCommand<BlockListFrame> = {
  needs: "joined",
  rate: "send",
  run(context, { via, member }, { user, username: written }, now) {
    const username = readUsername(written ?? "");
    if (user === undefined && username === null) {
      context.sendError(via, "bad_username");
      return;
    }
    const { identity, key } = member;
    const who = user === undefined ? { username: username ?? "" } : { user };
    const op = { type: "unblock", identity, who, at: now } as const;
    requestDirectory(context, via, key, op);
  },
};

function blockUser(
  context: RoomContext,
  { via, member: { identity, key } }: MemberAuthor,
  user: string,
  username: string | null,
  at: number,
): void {
  const op = { type: "block", identity, user, username, at } as const;
  requestDirectory(context, via, key, op);
}
