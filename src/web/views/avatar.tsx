// A name's first letter in a circle, in the shade of the name.
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
