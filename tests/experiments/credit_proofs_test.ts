import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import {
  allDiscussions,
  chanceOfOne,
  exactGradient,
  NUM_PARAMS,
  PARAMS,
} from "../../experiments/credit_proofs/game.ts";
import { proveCredits } from "../../experiments/credit_proofs/proof.ts";
import { proofsTable } from "../../experiments/credit_proofs/shown.ts";
import { Random } from "../../lib/core/mod.ts";
import { CREDIT_NAMES } from "../../lib/rl/mod.ts";
import { markdownTable } from "../../lib/tracking/mod.ts";

Deno.test("allDiscussions() has every discussion once, with probabilities that sum to 1", () => {
  const all = allDiscussions(0, PARAMS);
  const codes = new Set(
    all.map(({ answers }) => answers.flatMap(({ tokens }) => tokens).join("")),
  );
  assertEquals([all.length, codes.size], [256, 256]);
  assertAlmostEquals(all.reduce((sum, { probability }) => sum + probability, 0), 1, 1e-12);
});

Deno.test("exactGradient() of the first token alone, by hand", () => {
  // E[x] of agent 0's first token is p, whose derivative by its logit is p (1 − p); what it pays for
  // divergence is 0.1 p (1 − p) (log 2p − log 2(1 − p)) + 0.1 p (1 − p) (KL after 1 − KL after 0).
  const gradient = exactGradient((answers) => answers[0]!.tokens[0]);
  const { p, index } = chanceOfOne(PARAMS, { agent: 0, context: 0 });
  const klAfter = (first: number) => {
    const second = chanceOfOne(PARAMS, { agent: 0, context: 0 }, first).p;
    return second * Math.log(2 * second) + (1 - second) * Math.log(2 * (1 - second));
  };
  const price = 0.1 * (Math.log(p / (1 - p)) + klAfter(1) - klAfter(0));
  assertAlmostEquals(gradient[index]!, p * (1 - p) * (1 - price), 1e-7);
  assertEquals(gradient.length, NUM_PARAMS);
});

Deno.test("proveCredits(): each credit's expected gradient is what it claims, as the README says", async () => {
  const proofs = proveCredits(Random.fromSeed(0));
  for (const { name, claim, bias, largest, cosine } of proofs) {
    if (claim === null) continue;
    assert(Math.abs(bias) <= 3, `${name}: ${bias} standard errors along the gradient`);
    // The largest of 30 parameters is above 4 in one of 500 proofs.
    assert(largest <= 4, `${name}: ${largest} standard errors of a parameter`);
    assert(cosine > 0.98, `${name}: ${cosine}`);
  }
  for (const credit of CREDIT_NAMES) {
    const isProved = proofs.some(({ name }) => name.startsWith(credit));
    assert(isProved, `experiments/credit_proofs/proof.ts needs a case of ${credit}`);
  }
  const byName = new Map(proofs.map((proof) => [proof.name, proof]));
  const found = (name: string) => byName.get(name)!;
  // What is biased by design is seen to be, or the proof would prove nothing.
  for (const name of ["gae, λ = 0.5, wrong critic", "grpo by agent_turn", "grpo by question"]) {
    assert(found(name).largest > 5, `${name}: ${found(name).largest}`);
  }
  assert(found("gae, λ = 1, exact critic").variance < found("rloo").variance);
  assert(found("rloo").variance < found("gae, λ = 1, no critic").variance / 3);
  // The formatter pads cells and rules.
  const unpadded = (text: string) => text.replaceAll(" ", "").replaceAll(/-{2,}/g, "--");
  const readme = new URL("../../experiments/credit_proofs/README.md", import.meta.url);
  assertStringIncludes(
    unpadded(await Deno.readTextFile(readme)),
    unpadded(markdownTable(proofsTable(proofs))),
    "experiments/credit_proofs/README.md needs the table that `deno task reproduce credit_proofs --commit` writes",
  );
});
