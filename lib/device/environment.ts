/**
 * Reads an environment variable.
 *
 * @param name Name of the variable.
 * @returns Its value; undefined when it is unset, empty, or when reading it is not permitted (nobody who
 *   withholds the permission can have meant the variable to count).
 */
export function readEnvironment(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/**
 * Sets an environment variable of this process, which native libraries read when they are loaded.
 *
 * @param name Name of the variable.
 * @param value Its new value.
 * @returns False when the permission is missing and nothing was set.
 */
export function writeEnvironment(name: string, value: string): boolean {
  try {
    Deno.env.set(name, value);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return false;
    throw error;
  }
}
