// Room epochs: the mentions and the read markers of a name that is restored go with the new epochs of its rooms.

/** The present epochs of restored rooms, by their names and epochs before. */
export type RoomEpochs = ReadonlyMap<string, string>;

type Row = { readonly [column: string]: unknown };

/** @param tables of a name, which the server checks; other rows stay as they are */
export function withRoomEpochs(tables: unknown, epochs: RoomEpochs): object {
  const present = (room: unknown, epoch: unknown) =>
    epochs.get(`${room} ${epoch}`) ?? epoch;
  const { mention, claim, ...others } = { ...Object(tables) };
  return {
    ...others,
    ...mapped("mention", mention, ({ room, epoch, ...row }) => ({
      ...{ room, epoch: present(room, epoch) },
      ...row,
    })),
    ...mapped("claim", claim, ({ standing, ...row }) => ({
      ...{ standing: withMarkers(standing, present) },
      ...row,
    })),
  };
}

function mapped(table: string, rows: unknown, map: (row: Row) => Row): object {
  if (rows === undefined) return {};
  return { [table]: Array.isArray(rows) ? rows.map(map) : rows };
}

/** @param standing JSON, whose `visits` are room, time, epoch and number each */
function withMarkers(
  standing: unknown,
  present: (room: unknown, epoch: unknown) => unknown,
): unknown {
  if (typeof standing !== "string" || !standing.includes('"visits"'))
    return standing;
  const { visits, ...others } = JSON.parse(standing);
  if (!Array.isArray(visits)) return standing;
  const moved = visits.map(([room, at, epoch, seq]) => [
    ...[room, at, present(room, epoch), seq],
  ]);
  return JSON.stringify({ ...others, visits: moved });
}
