// Role mark: shows that a member is the owner of the room or a moderator, by a picture that screen readers name.
import type { Role } from "../../client/index.ts";
import { toolTexts } from "../tool-texts.ts";
import { IconPath } from "./icons.tsx";

/** A crown, and a shield. */
const PATHS: Readonly<Record<Role, string>> = {
  owner: "M4 18h16M4 15 3 7l5 4 4-6 4 6 5-4-1 8z",
  moderator: "M12 4l7 3v5c0 4-3 7-7 8.500-4-1.500-7-4.500-7-8.500V7z",
};

interface RoleMarkProps {
  readonly role: Role;
  /** With the words beside it. */
  readonly isLong?: boolean;
}

export function RoleMark({ role, isLong = false }: RoleMarkProps) {
  const tt = toolTexts.value;
  if (isLong)
    return (
      <span class="role-mark" data-role={role}>
        <IconPath path={PATHS[role]} />{" "}
        {role === "owner" ? tt.ownerHere : tt.moderatorHere}
      </span>
    );
  return (
    <span
      class="role-mark"
      data-role={role}
      role="img"
      aria-label={tt[role]}
      title={tt[role]}
    >
      <IconPath path={PATHS[role]} />
    </span>
  );
}
