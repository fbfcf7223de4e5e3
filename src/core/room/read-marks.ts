// Read marks: a member has read so far, and the attachment of each connection of the member says it.

/** How far a member has read. */
export interface MemberMarks {
  /** The epoch of the log that `seq` is of. */
  epoch: string;
  seq: number;
  /** The number of the newest mail that was read. */
  mail: number;
  /** The directory does not know it yet. */
  isUntold: boolean;
  /** When the directory was told last, ms since 1970; 0: never. */
  toldAt: number;
}

/** The fields of an attachment, as one text: most connections have none. */
export function marksToText(marks: MemberMarks): string {
  const { epoch, seq, mail, isUntold, toldAt } = marks;
  return [epoch, seq, mail, isUntold ? 1 : 0, toldAt].join(" ");
}

/** @returns null if the text is no such text */
export function marksFromText(text: string): MemberMarks | null {
  const [epoch = "", ...rest] = text.split(" ");
  const [seq = NaN, mail = NaN, untold = NaN, toldAt = NaN] = rest.map(Number);
  if (Number.isNaN(seq + mail + untold + toldAt)) return null;
  return { epoch, seq, mail, isUntold: untold === 1, toldAt };
}
