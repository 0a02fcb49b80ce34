/**
 * Whether the terminal says of itself that it knows no escape codes, as those of some editors and
 * recorders do.
 *
 * @param term Its name; default: what `TERM` says, where that may be read.
 * @returns Whether only plain lines may be written to it.
 */
export function isDumbTerminal(term: string | undefined = terminalName()): boolean {
  return term === "dumb";
}

function terminalName(): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: "TERM" });
  return state === "granted" ? Deno.env.get("TERM") : undefined;
}
