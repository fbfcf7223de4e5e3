// A name's first letter in a circle, in the shade of the name.
import { initial, shade } from "../spelling.ts";

export function Avatar({ name }: { readonly name: string }) {
  return (
    <span
      class={`avatar shade-${shade(name)}`}
      data-initial={initial(name)}
      aria-hidden="true"
    />
  );
}
