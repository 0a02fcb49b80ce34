// Coefficients of Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution",
// Applied Statistics 37(3), routine PPND16; highest power first.
// deno-fmt-ignore
const CENTRE = [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457, 13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608];
// deno-fmt-ignore
const CENTRE_BELOW = [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1];
// deno-fmt-ignore
const TAIL = [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734];
// deno-fmt-ignore
const TAIL_BELOW = [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1];
// deno-fmt-ignore
const FAR_TAIL = [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772];
// deno-fmt-ignore
const FAR_TAIL_BELOW = [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4, 0.0148753612908506148525, 0.1369298809227358053, 0.59983220655588793769, 1];

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}

/** Natural logarithm by the series of artanh: `Math.log` may differ in the last bit between machines. */
function portableLog(x: number): number {
  let exponent = 0, mantissa = x;
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  const s = (mantissa - 1) / (mantissa + 1), square = s * s;
  let sum = 0;
  for (let power = 23; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return 2 * s * sum + exponent * Math.LN2;
}

/**
 * Quantile of the standard normal distribution (algorithm AS 241, about 16 digits). Uses only the
 * operations that IEEE 754 rounds exactly, so the result is the same bits on every machine.
 *
 * @param probability In (0, 1).
 * @returns The `x` with a normal variable below `x` with that probability.
 * @throws {RangeError} If the probability is not in (0, 1).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normalQuantile } from "./normal_quantile.ts";
 *
 * assertEquals(normalQuantile(0.5), 0);
 * ```
 */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(
      `Cannot take a normal quantile as the probability must be in (0, 1): ${probability}`,
    );
  }
  const offset = probability - 0.5;
  if (Math.abs(offset) <= 0.425) {
    const r = 0.180625 - offset * offset;
    return offset * polynomial(CENTRE, r) / polynomial(CENTRE_BELOW, r);
  }
  const r = Math.sqrt(-portableLog(Math.min(probability, 1 - probability)));
  const size = r <= 5
    ? polynomial(TAIL, r - 1.6) / polynomial(TAIL_BELOW, r - 1.6)
    : polynomial(FAR_TAIL, r - 5) / polynomial(FAR_TAIL_BELOW, r - 5);
  return offset < 0 ? -size : size;
}
