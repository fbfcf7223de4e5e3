// Avatar: shows a picture of a user, or the initial of the name in a coloured circle.
import { useState } from "preact/hooks";
import { avatarInitial, avatarShade } from "../avatar-style.ts";
import type { Person } from "../people.ts";

interface AvatarProps {
  /** The username, which decides the colour. */
  readonly name: string;
  readonly person?: Person;
}

export function Avatar({ name, person }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const picture = person?.avatar ?? null;
  return (
    <span
      class={`avatar shade-${avatarShade(name)}`}
      data-initial={avatarInitial(person?.displayName ?? name)}
      aria-hidden="true"
    >
      {picture !== null && picture !== broken && (
        <img
          src={picture}
          alt=""
          loading="lazy"
          decoding="async"
          referrerpolicy="no-referrer"
          onError={() => setBroken(picture)}
        />
      )}
    </span>
  );
}
