import { resolve } from "node:path";

/**
 * Whether two paths lead to one folder: written relative or absolute, or over a link.
 *
 * @param one A path; a relative one begins where the process runs.
 * @param other Another.
 * @returns True if they do. What does not exist is told apart by its path alone.
 */
export function isSameFolder(one: string, other: string): boolean {
  return one === other || placeOf(one) === placeOf(other);
}

function placeOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return resolve(path); // whoever reads it says what is wrong with it
  }
}
