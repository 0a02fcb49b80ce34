import { assertEquals } from "@std/assert";
import { seatTitles } from "../../lib/training/mod.ts";

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
