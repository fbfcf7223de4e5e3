// Search button: opens the search of a room, as Ctrl+F does.
import { useEffect } from "preact/hooks";
import { closeThread } from "../app-state.ts";
import { dialog } from "../dialog-state.ts";
import type { RoomState } from "../room-state.ts";
import { searchedRoom } from "../search-open.ts";
import { toolTexts } from "../tool-texts.ts";
import { IconPath } from "./icons.tsx";
import { focusSearchField, isInSearchField } from "./search-panel.tsx";

const LENS =
  "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.500 15.500 20.500 20.500";

export function SearchButton({ room }: { readonly room: RoomState }) {
  const t = toolTexts.value;
  // An older server cannot search.
  const canSearch = room.user.value.limits?.search !== undefined;
  useEffect(() => {
    if (!canSearch) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      if (key.toLowerCase() !== "f" || !(ctrlKey || metaKey)) return;
      // A second time it is the browser's own search.
      if (altKey || shiftKey || dialog.peek() !== null || isInSearchField())
        return;
      event.preventDefault();
      open(room);
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [room, canSearch]);
  if (!canSearch) return null;
  const isOpen = searchedRoom.value === room.id;
  return (
    <button
      type="button"
      class="quiet"
      aria-label={t.search}
      aria-expanded={isOpen}
      title={`${t.search} (Ctrl+F)`}
      onClick={() => open(room)}
    >
      <IconPath path={LENS} />
    </button>
  );
}

function open(room: RoomState): void {
  closeThread();
  searchedRoom.value = room.id;
  focusSearchField();
}
