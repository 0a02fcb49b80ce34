/**
 * Whether only this machine reaches a name.
 *
 * @param hostname Name or address.
 * @returns True of `localhost`, `127.0.0.1` and `::1`.
 */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[?::1\]?)$/i.test(hostname);
}
