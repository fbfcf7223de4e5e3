// Account command: a member registers or releases their name, or rotates its secret; the directory decides.
import type {
  RegistrationFrame,
  RotateFrame,
} from "../../../protocol/client-frames.ts";
import { identify } from "../../shared/identity.ts";
import { isAppToken } from "../../shared/principal.ts";
import { requestDirectory } from "../account-requests.ts";
import type { MemberCommand } from "./command.ts";

export const account: MemberCommand<RegistrationFrame | RotateFrame> = {
  needs: "joined",
  rate: "send",
  run(context, { via, member, session }, frame, now) {
    const { identity, key } = member;
    const secret = session.secret ?? identity;
    if (frame.type !== "rotate") {
      const { type } = frame;
      const op = { type, identity, secret, at: now } as const;
      requestDirectory(context, via, key, op);
      return;
    }
    const next = identify(context.platform, frame.token);
    // A secret that looks like the app's token would never open the name.
    if (next === null || isAppToken(context.settings, frame.token)) {
      context.sendError(via, "unauthorized");
      return;
    }
    const op = { type: "rotate", identity, secret, next, at: now } as const;
    requestDirectory(context, via, key, op, () => {
      session.secret = next;
      session.hasOldSecret = false;
      context.persist(via);
    });
  },
};
