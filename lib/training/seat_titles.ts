import type { SeatChoice } from "./seat_choices.ts";

/** What is read of a seat. */
export type TitledSeat = Pick<SeatChoice, "base" | "temperature" | "frozen">;

/**
 * What the agents of a table are called: by their numbers, and by all in which their seats differ.
 *
 * @param seats Shape [A].
 * @returns Shape [A], such as `agent 1`, or `agent 1, small/base, temperature 0.5, frozen`.
 */
export function seatTitles(seats: readonly TitledSeat[]): string[] {
  const names = shortNames([...new Set(seats.map(({ base }) => base))]);
  const differ = (value: (seat: TitledSeat) => unknown) => new Set(seats.map(value)).size > 1;
  const hasTemperatures = differ(({ temperature }) => temperature);
  const hasFrozen = differ(({ frozen }) => frozen);
  return seats.map(({ base, temperature, frozen }, agent) =>
    [
      `agent ${agent + 1}`,
      ...(names.size > 1 ? [names.get(base)] : []),
      ...(hasTemperatures ? [`temperature ${temperature}`] : []),
      ...(hasFrozen && frozen ? ["frozen"] : []),
    ].join(", ")
  );
}

/**
 * Who scores the agents of a table, by the seats that are scored.
 *
 * @param seats Shape [A].
 * @returns Shape [A], such as `verifier of agent 1, small/base`; alike where one and the same scores.
 */
export function scorerTitles(
  seats: readonly (TitledSeat & Pick<SeatChoice, "verifier">)[],
): string[] {
  const titles = seatTitles(seats);
  const keys = seats.map(({ base, verifier }) =>
    verifier.kind === "oracle" ? "" : JSON.stringify([base, verifier.path])
  );
  return keys.map((key) =>
    `verifier of ${titles.filter((_, agent) => keys[agent] === key).join("; ")}`
  );
}

/** The last folders of each path, as many as it takes to tell them apart; two at least. */
function shortNames(paths: readonly string[]): Map<string, string> {
  const folders = paths.map((path) => path.split(/[\\/]/).filter((folder) => folder !== ""));
  const most = Math.max(2, ...folders.map(({ length }) => length));
  for (let depth = 2;; depth++) {
    const names = folders.map((path) => path.slice(-depth).join("/"));
    if (new Set(names).size === paths.length || depth >= most) {
      return new Map(paths.map((path, i) => [path, names[i]!]));
    }
  }
}
