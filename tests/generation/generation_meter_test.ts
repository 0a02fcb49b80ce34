import { assertEquals } from "@std/assert";
import { GenerationMeter } from "../../lib/generation/mod.ts";

Deno.test("GenerationMeter adds up and divides", () => {
  const meter = new GenerationMeter();
  assertEquals([meter.paddedFraction, meter.reusedFraction], [0, 0]);
  assertEquals([meter.acceptedFraction, meter.tokensPerSecond], [0, 0]);
  meter.add({ promptTokens: 30, computedTokens: 16, paddedTokens: 4, reusedTokens: 18 });
  meter.add({ promptTokens: 10, computedTokens: 4, paddedTokens: 1, reusedTokens: 7 });
  meter.add({ newTokens: 12, draftTokens: 8, acceptedTokens: 6, seconds: 0.5 });
  assertEquals(meter.counts, {
    promptTokens: 40,
    computedTokens: 20,
    paddedTokens: 5,
    reusedTokens: 25,
    newTokens: 12,
    draftTokens: 8,
    acceptedTokens: 6,
    seconds: 0.5,
  });
  assertEquals(meter.paddedFraction, 5 / 20);
  assertEquals(meter.reusedFraction, 25 / 40);
  assertEquals(meter.acceptedFraction, 6 / 8);
  assertEquals(meter.tokensPerSecond, 24);
});
