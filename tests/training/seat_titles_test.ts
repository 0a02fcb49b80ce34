import { assertEquals } from "@std/assert";
import { scorerTitles, seatTitles } from "../../lib/training/mod.ts";

const seats = (...bases: string[]) =>
  bases.map((base) => ({ base, temperature: 1, frozen: false }));

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
  const seat = (base: string, path?: string) => ({
    base,
    temperature: 1,
    frozen: false,
    verifier: path === undefined ? { kind: "oracle" } as const : { kind: "trained", path } as const,
  });
  assertEquals(scorerTitles([seat("a", "v"), seat("b", "w"), seat("a", "v")]), [
    "verifier of agent 1, a; agent 3, a",
    "verifier of agent 2, b",
    "verifier of agent 1, a; agent 3, a",
  ]);
  assertEquals(scorerTitles([seat("a"), seat("b", "w")]), [
    "verifier of agent 1, a",
    "verifier of agent 2, b",
  ]);
  // The oracle is one, whatever it scores.
  assertEquals(new Set(scorerTitles([seat("a"), seat("b")])).size, 1);
});
