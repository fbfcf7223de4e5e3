// Access choice: lets owners open the room to everybody, to registered names or to members alone.
import {
  ACCESS_LEVELS,
  type AccessLevel,
} from "../../protocol/access-levels.ts";
import type { RoomState } from "../room-state.ts";
import { toolTexts } from "../tool-texts.ts";
import { useRequest } from "./use-request.ts";

export function AccessChoice({ room }: { readonly room: RoomState }) {
  const tt = toolTexts.value;
  const request = useRequest();
  const { access, permissions } = room.snapshot.value;
  const names: Readonly<Record<AccessLevel, string>> = {
    open: tt.accessOpen,
    registered: tt.accessRegistered,
    members: tt.accessMembers,
  };
  const hints: Readonly<Record<AccessLevel, string>> = {
    open: tt.accessOpenHint,
    registered: tt.accessRegisteredHint,
    members: tt.accessMembersHint,
  };
  if (!permissions.can("access"))
    return access === "open" ? null : <p class="hint">{hints[access]}</p>;
  return (
    <section class="flood-tools">
      <h3 id="access">{tt.access}</h3>
      <fieldset class="choice" aria-labelledby="access">
        {ACCESS_LEVELS.map((one) => (
          <button
            type="button"
            key={one}
            aria-pressed={one === access}
            aria-disabled={request.isBusy}
            onClick={() =>
              request.run(() =>
                room.room.moderate({ action: "access", access: one }),
              )
            }
          >
            {names[one]}
          </button>
        ))}
      </fieldset>
      <p class="hint">{hints[access]}</p>
      <p class="form-error" role="alert">
        {request.error}
      </p>
    </section>
  );
}
