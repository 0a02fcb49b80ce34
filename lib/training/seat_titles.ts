import { ownParameters, type SeatChoice } from "./seat_choices.ts";

/** What is read of a seat. */
export type TitledSeat = Pick<
  SeatChoice,
  "base" | "verifier" | "temperature" | "frozen" | "prefill" | "parameters" | "initFrom"
>;

/**
 * What the agents of a table are called: by their numbers, and by all in which their seats differ. A
 * verifier or parameters are named only where seats of the same base differ in them, and parameters not
 * where every agent has its own. Whom they begin as is named unless all begin as one agent of another run, or each as the
 * one of its number there.
 *
 * @param seats Shape [A].
 * @returns Shape [A], such as `agent 1`, or `agent 1, small/base, temperature 0.5, frozen`.
 */
export function seatTitles(seats: readonly TitledSeat[]): string[] {
  const bases = shortNames([...new Set(seats.map(({ base }) => base))]);
  const scorers = shortNames([...new Set(seats.map(scorerOf))]);
  const trained = seats.filter(({ frozen }) => !frozen);
  const isOwn = seats.every(({ parameters }, agent) => parameters === ownParameters(agent));
  const hasScorers = differAtOneBase(seats, scorerOf);
  const hasParameters = !isOwn && differAtOneBase(trained, ({ parameters }) => parameters);
  const hasTemperatures = numKinds(seats, ({ temperature }) => temperature) > 1;
  const sources = shortNames([...new Set(seats.flatMap(({ initFrom }) => initFrom?.run ?? []))]);
  const areNumbersKept = seats.every(({ initFrom }, agent) =>
    !initFrom || initFrom.agent === agent
  );
  const hasStarts =
    numKinds(seats, ({ initFrom }) => areNumbersKept ? initFrom?.run : JSON.stringify(initFrom)) >
      1;
  const hasPrefills = numKinds(seats, ({ prefill }) => JSON.stringify(prefill)) > 1;
  const hasFrozen = numKinds(seats, ({ frozen }) => frozen) > 1;
  return seats.map((seat, agent) =>
    [
      `agent ${agent + 1}`,
      ...(bases.size > 1 ? [bases.get(seat.base)] : []),
      ...(hasScorers ? [`verifier ${scorers.get(scorerOf(seat))}`] : []),
      ...(hasTemperatures ? [`temperature ${seat.temperature}`] : []),
      ...(hasStarts && seat.initFrom
        ? [`from agent ${seat.initFrom.agent + 1} of ${sources.get(seat.initFrom.run)}`]
        : []),
      ...(hasPrefills && seat.prefill.length > 0 ? ["prefilled"] : []),
      ...(hasFrozen && seat.frozen ? ["frozen"] : []),
      ...(hasParameters && !seat.frozen ? [`parameters ${seat.parameters}`] : []),
    ].join(", ")
  );
}

/**
 * Who scores the agents of a table, by the seats that are scored.
 *
 * @param seats Shape [A].
 * @returns Shape [A], such as `verifier of agent 1, small/base`; alike where one and the same scores, null
 * where an oracle does.
 */
export function scorerTitles(seats: readonly TitledSeat[]): (string | null)[] {
  const titles = seatTitles(seats);
  const keys = seats.map(({ base, verifier: { inverted = false, ...verifier } }) =>
    verifier.kind === "oracle" && !inverted ? null : JSON.stringify([base, verifier, inverted])
  );
  return keys.map((key) =>
    key === null
      ? null
      : `verifier of ${titles.filter((_, agent) => keys[agent] === key).join("; ")}`
  );
}

function scorerOf({ verifier }: TitledSeat): string {
  const name = verifier.kind === "oracle" ? "oracle" : verifier.path;
  return verifier.inverted ? `${name}, inverted` : name;
}

function differAtOneBase(
  seats: readonly TitledSeat[],
  value: (seat: TitledSeat) => string,
): boolean {
  const pairs = numKinds(seats, (seat) => JSON.stringify([seat.base, value(seat)]));
  return pairs > numKinds(seats, ({ base }) => base);
}

function numKinds(seats: readonly TitledSeat[], value: (seat: TitledSeat) => unknown): number {
  return new Set(seats.map(value)).size;
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
