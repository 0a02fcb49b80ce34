import { assertEquals } from "@std/assert";
import { scorerTitles, seatTitles, type TitledSeat } from "../../lib/training/mod.ts";

const seats = (...bases: string[]) =>
  bases.map((base): TitledSeat => ({
    base,
    verifier: { kind: "trained", path: `${base}/verifier` },
    temperature: 1,
    frozen: false,
    prefill: [],
    parameters: "shared",
    initFrom: null,
  }));

Deno.test("seatTitles() counts agents that are alike, and names models as shortly as they can be told apart", () => {
  assertEquals(seatTitles(seats("a/b", "a/b")), ["agent 1", "agent 2"]);
  assertEquals(
    seatTitles(seats("data/checkpoints/small/base", "x", "data/checkpoints/small/base")),
    ["agent 1, small/base", "agent 2, x", "agent 3, small/base"],
  );
  assertEquals(
    seatTitles(seats("/one/small/base/", "/two/small/base")),
    ["agent 1, one/small/base", "agent 2, two/small/base"],
  );
  assertEquals(seatTitles([]), []);
});

Deno.test("seatTitles() says in what else the seats differ", () => {
  const [one, two] = seats("a/b", "a/b");
  assertEquals(
    seatTitles([{ ...one!, temperature: 0, frozen: true }, two!]),
    ["agent 1, temperature 0, frozen", "agent 2, temperature 1"],
  );
  assertEquals(seatTitles([{ ...one!, frozen: true }]), ["agent 1"]);
});

Deno.test("scorerTitles() tells verifiers apart by the seats that they score", () => {
  const seat = (base: string, path?: string): TitledSeat => ({
    base,
    temperature: 1,
    frozen: false,
    prefill: [],
    parameters: "shared",
    initFrom: null,
    verifier: path === undefined ? { kind: "oracle" } : { kind: "trained", path },
  });
  assertEquals(scorerTitles([seat("a", "v"), seat("b", "w"), seat("a", "v")]), [
    "verifier of agent 1, a; agent 3, a",
    "verifier of agent 2, b",
    "verifier of agent 1, a; agent 3, a",
  ]);
  assertEquals(scorerTitles([seat("a"), seat("b", "w")]), [
    null,
    "verifier of agent 2, b",
  ]);
  // The oracle is one, whatever it scores, and is no verifier to be judged.
  assertEquals(scorerTitles([seat("a"), seat("b")]), [null, null]);
  // The opposite of a scorer is another one, that of the oracle, too.
  const inverted = (one: TitledSeat) => ({
    ...one,
    verifier: { ...one.verifier, inverted: true },
  });
  assertEquals(scorerTitles([seat("a", "v"), inverted(seat("a", "v")), inverted(seat("a"))]), [
    "verifier of agent 1, verifier v",
    "verifier of agent 2, verifier v, inverted",
    "verifier of agent 3, verifier oracle, inverted",
  ]);
});

Deno.test("seatTitles() names verifiers that differ at seats of one base", () => {
  const [one, two] = seats("a/b", "a/b");
  assertEquals(
    seatTitles([one!, { ...two!, verifier: { kind: "oracle" } }]),
    ["agent 1, verifier b/verifier", "agent 2, verifier oracle"],
  );
  assertEquals(
    seatTitles([one!, { ...two!, verifier: { kind: "trained", path: "x/other" } }]),
    ["agent 1, verifier b/verifier", "agent 2, verifier x/other"],
  );
});

Deno.test("seatTitles() names parameters that differ, unless every agent has its own or is frozen", () => {
  const named = (...names: string[]) =>
    names.map((parameters): TitledSeat => ({ ...seats("a/b")[0]!, parameters }));
  assertEquals(
    seatTitles(named("x", "x", "y")),
    ["agent 1, parameters x", "agent 2, parameters x", "agent 3, parameters y"],
  );
  assertEquals(
    seatTitles(named("agent_0", "agent_0", "agent_2")),
    ["agent 1, parameters agent_0", "agent 2, parameters agent_0", "agent 3, parameters agent_2"],
  );
  assertEquals(seatTitles(named("agent_0", "agent_1")), ["agent 1", "agent 2"]);
  const [x, y] = named("x", "y");
  assertEquals(seatTitles([x!, { ...y!, frozen: true }]), ["agent 1", "agent 2, frozen"]);
  // Other bases always have other parameters and verifiers.
  assertEquals(
    seatTitles([x!, { ...seats("a/c")[0]!, parameters: "y" }]),
    ["agent 1, a/b", "agent 2, a/c"],
  );
});

Deno.test("seatTitles() says as whom seats begin, unless all begin as one agent", () => {
  const [one, two, three] = seats("a/b", "a/b", "a/b");
  const initFrom = { run: "runs/kept/s0-1", agent: 0 };
  assertEquals(
    seatTitles([
      { ...one!, initFrom },
      { ...two!, initFrom: { run: "runs/kept/s0-2", agent: 1 }, frozen: true },
      three!,
    ]),
    ["agent 1, from agent 1 of kept/s0-1", "agent 2, from agent 2 of kept/s0-2, frozen", "agent 3"],
  );
  assertEquals(seatTitles([{ ...one!, initFrom }, { ...two!, initFrom }]), ["agent 1", "agent 2"]);
  // Nor where each begins as the one of its number in one run.
  const second = { ...two!, initFrom: { ...initFrom, agent: 1 } };
  assertEquals(seatTitles([{ ...one!, initFrom }, second]), ["agent 1", "agent 2"]);
  assertEquals(seatTitles([{ ...one!, initFrom: { ...initFrom, agent: 2 } }, second]), [
    "agent 1, from agent 3 of kept/s0-1",
    "agent 2, from agent 2 of kept/s0-1",
  ]);
});
