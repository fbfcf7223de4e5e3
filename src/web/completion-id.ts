// Completion id: names an option of the completion list, so that the field can point to it.

/** @param list the id of the list */
export function completionOptionId(list: string, index: number): string {
  return `${list}-${index}`;
}
