import { assertEquals } from "@std/assert";
import { likelihoodFeatures, NUM_LIKELIHOOD_FEATURES } from "../../lib/verifier/mod.ts";

Deno.test("likelihoodFeatures() by hand: the least likely token so far, the mean so far", () => {
  const features = likelihoodFeatures(Float32Array.of(-1, -3, -0.5, -3.5));
  // minima −1, −3, −3, −3.5; sums −1, −4, −4.5, −8 over 1, 2, 3, 4
  assertEquals([...features], [-1, -1, -3, -2, -3, -1.5, -3.5, -2]);
  assertEquals(features.length, 4 * NUM_LIKELIHOOD_FEATURES);
});

Deno.test("likelihoodFeatures() of a prefix are a prefix: nothing looks ahead", () => {
  const logProbs = Float32Array.of(-0.25, -4, -0.125, -2, -8);
  const whole = likelihoodFeatures(logProbs);
  for (let length = 0; length <= logProbs.length; length++) {
    assertEquals(
      likelihoodFeatures(logProbs.subarray(0, length)),
      whole.slice(0, length * NUM_LIKELIHOOD_FEATURES),
    );
  }
});
