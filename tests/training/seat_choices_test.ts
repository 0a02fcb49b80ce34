import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import {
  type SeatChoice,
  seatChoices,
  type SeatedConfig,
  type SeatSettings,
} from "../../lib/training/mod.ts";

const OPEN: SeatSettings = {
  base: null,
  verifier: null,
  temperature: null,
  frozen: false,
  prefill: null,
  parameters: null,
  initFrom: null,
};
const TRAINED = { kind: "trained", path: "v" } as const;
const ORACLE = { kind: "oracle" } as const;

function configOf(
  seats: readonly Partial<SeatSettings>[] | null,
  { shareAgents = true, verifier = TRAINED }: {
    shareAgents?: boolean;
    verifier?: SeatedConfig["verifier"];
  } = {},
): SeatedConfig {
  return {
    base: "models/a",
    verifier,
    seats: seats && seats.map((seat) => ({ ...OPEN, ...seat })),
    sampling: { temperature: 1 },
    discussion: { numAgents: seats?.length ?? 2 },
    algorithm: { shareAgents },
  };
}

const alike: SeatChoice = {
  base: "models/a",
  verifier: TRAINED,
  temperature: 1,
  frozen: false,
  prefill: [],
  parameters: "shared",
  initFrom: null,
};

Deno.test("seatChoices() without seats makes all agents alike, as many as are asked for", () => {
  assertEquals(seatChoices(configOf(null)), [alike, alike]);
  assertEquals(seatChoices(configOf(null), 3), [alike, alike, alike]);
  assertEquals(
    seatChoices(configOf(null, { shareAgents: false })).map(({ parameters }) => parameters),
    ["agent_0", "agent_1"],
  );
  assertEquals(seatChoices(configOf([{}, {}])), [alike, alike]);
});

Deno.test("seatChoices() takes of each seat what it says, and of the run what it does not", () => {
  const seats = [
    { temperature: 0, frozen: true },
    { base: "models/b", verifier: { kind: "trained", path: "w" }, parameters: "mine" },
    {},
  ] as const;
  const config = configOf(seats, { shareAgents: false });
  assertEquals(seatChoices(config), [
    { ...alike, temperature: 0, frozen: true, parameters: "agent_0" },
    {
      ...alike,
      base: "models/b",
      verifier: { kind: "trained", path: "w" },
      parameters: "mine",
    },
    { ...alike, parameters: "agent_2" },
  ]);
  assertEquals(seatChoices(config, 2), seatChoices(config).slice(0, 2));
  assertThrows(() => seatChoices(config, 4), ConfigError, "Cannot seat 4 agents");
});

Deno.test("seatChoices() writes one folder in one way, and gives its verifier to nobody else", () => {
  const bases = (...written: string[]) =>
    seatChoices(configOf(written.map((base) => ({ base })))).map(({ base }) => base);
  assertEquals(bases("./models/a/", "models/x/../a"), ["models/a", "models/a"]);
  assertEquals(bases(`${Deno.cwd()}/models/a`), ["models/a"]);
  const others = [{ base: "b/", verifier: ORACLE }, { base: "b", verifier: ORACLE }];
  assertEquals(seatChoices(configOf(others)).map(({ base }) => base), ["b/", "b/"]);
  assertThrows(() => bases("models/a", "b"), ConfigError, "Cannot score seat 1");
  const [seat] = seatChoices(configOf([{ base: "b" }], { verifier: ORACLE }));
  assertEquals(seat!.verifier, ORACLE);
});

Deno.test("seatChoices() names a verifier alike that seats write in two ways: it is loaded once", () => {
  const written = ["verifiers/v", "./verifiers/x/../v/", "verifiers/other"];
  const seats = written.map((path) => ({ verifier: { kind: "trained", path } as const }));
  const paths = seatChoices(configOf(seats)).map(({ verifier }) =>
    verifier.kind === "trained" ? verifier.path : "oracle"
  );
  assertEquals(paths, ["verifiers/v", "verifiers/v", "verifiers/other"]);
});

Deno.test("seatChoices() takes the agent of a seat's own number where it names none, and writes one run in one way", () => {
  const choices = seatChoices(configOf([
    { initFrom: { run: "runs/a", agent: null } },
    { initFrom: { run: "./runs/x/../a/", agent: null } },
    { initFrom: { run: "runs/b", agent: 0 }, frozen: true },
    {},
  ]));
  assertEquals(choices.map(({ initFrom }) => initFrom), [
    { run: "runs/a", agent: 0 },
    { run: "runs/a", agent: 1 },
    { run: "runs/b", agent: 0 },
    null,
  ]);
});
