// Avatar: shows the initial of a username in a coloured circle.
import { avatarInitial, avatarShade } from "../avatar-style.ts";

export function Avatar({ name }: { readonly name: string }) {
  return (
    <span
      class={`avatar shade-${avatarShade(name)}`}
      data-initial={avatarInitial(name)}
      aria-hidden="true"
    />
  );
}
