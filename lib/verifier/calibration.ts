import { NumericError } from "../core/mod.ts";
import { type VerifierMetrics, verifierMetrics } from "./metrics.ts";

/** A monotone map from logits to probabilities: p = σ(scale · logit + bias). */
export interface Calibration {
  /** Above 0, so that the order of answers is kept; 1 / temperature. */
  readonly scale: number;
  /** 0 for temperature scaling; nats. */
  readonly bias: number;
}

/** The map that changes nothing: p = σ(logit). */
export const NO_CALIBRATION: Calibration = { scale: 1, bias: 0 };

/** Smallest scale: a verifier whose logits point the wrong way is flattened, never turned around. */
export const MIN_SCALE = 1e-3;

/** Options of {@link fitCalibration}. */
export interface CalibrationOptions {
  /**
   * `"temperature"`: one number, the scale (Guo et al. 2017); σ(0) stays 0.5. `"platt"`: scale and
   * bias (Platt 1999), which also moves the base rate.
   */
  readonly kind: "temperature" | "platt";
  /** Newton steps at most; convergence takes about ten. Default 100. */
  readonly maxIterations?: number;
}

/**
 * Applies a calibration.
 *
 * @param logit What the verifier says, any finite number.
 * @param calibration The map.
 * @returns A probability in [0, 1], never falling as the logit rises.
 */
export function calibrate(logit: number, calibration: Calibration): number {
  return sigmoid(calibration.scale * logit + calibration.bias);
}

/**
 * Fits a calibration on answers that the verifier was not trained on.
 *
 * Minimises the binary cross-entropy by Newton's method with backtracking (Lin, Lin and Weng 2007).
 * The targets are Platt's, (n₊+1)/(n₊+2) and 1/(n₋+2) instead of 1 and 0, which keeps the scale finite
 * even if some threshold separates right from wrong. The loss is convex, so where the best scale is
 * below {@link MIN_SCALE}, the best allowed one is that bound.
 *
 * @param logits Shape [N], before the sigmoid.
 * @param labels Shape [N], true = right; both must occur.
 * @param options What to fit.
 * @returns The calibration.
 * @throws {RangeError} If the lengths differ, or the labels are all equal.
 * @throws {NumericError} If a logit is not finite.
 */
export function fitCalibration(
  logits: ArrayLike<number>,
  labels: readonly boolean[],
  options: CalibrationOptions,
): Calibration {
  const targets = smoothedTargets(logits, labels);
  const { kind, maxIterations = 100 } = options;
  const fitted = newton({ logits, targets }, NO_CALIBRATION, {
    fitsScale: true,
    fitsBias: kind === "platt",
    maxIterations,
  });
  if (fitted.scale >= MIN_SCALE) return fitted;
  const flat = { scale: MIN_SCALE, bias: 0 };
  return kind === "temperature"
    ? flat
    : newton({ logits, targets }, flat, { fitsScale: false, fitsBias: true, maxIterations });
}

/** Metrics of a verifier before and after calibration. */
export interface CalibrationReport {
  /** With p = σ(logit). */
  readonly before: VerifierMetrics;
  /** With the calibration. */
  readonly after: VerifierMetrics;
}

/**
 * Measures what a calibration changes; best on answers that it was not fitted on.
 *
 * @param logits Shape [N].
 * @param labels Shape [N], true = right.
 * @param calibration The map.
 * @returns Metrics before and after. The area under the ROC curve is the same.
 */
export function calibrationReport(
  logits: ArrayLike<number>,
  labels: readonly boolean[],
  calibration: Calibration,
): CalibrationReport {
  const measure = (map: Calibration) =>
    verifierMetrics(Float64Array.from(logits, (logit) => calibrate(logit, map)), labels);
  return { before: measure(NO_CALIBRATION), after: measure(calibration) };
}

function sigmoid(x: number): number {
  // Neither branch overflows, and tiny probabilities keep their digits.
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

function smoothedTargets(logits: ArrayLike<number>, labels: readonly boolean[]): Float64Array {
  const numRight = labels.filter((label) => label).length;
  const numWrong = labels.length - numRight;
  if (labels.length !== logits.length || numRight === 0 || numWrong === 0) {
    throw new RangeError(
      `Cannot calibrate a verifier as every logit needs a label and both labels must occur: ${logits.length} logits, ${numRight} right, ${numWrong} wrong, hold out more answers`,
    );
  }
  for (let i = 0; i < logits.length; i++) {
    if (!Number.isFinite(logits[i])) {
      throw new NumericError(
        `Cannot calibrate a verifier as its logits must be finite: logit ${i} is ${logits[i]}`,
        { thing: `logit ${i}`, value: logits[i] },
      );
    }
  }
  const right = (numRight + 1) / (numRight + 2);
  const wrong = 1 / (numWrong + 2);
  return Float64Array.from(labels, (label) => label ? right : wrong);
}

interface Examples {
  readonly logits: ArrayLike<number>;
  readonly targets: Float64Array;
}

/** Σ log(1 + e^z) − y·z with z = scale·x + bias. */
function crossEntropy({ logits, targets }: Examples, { scale, bias }: Calibration): number {
  let sum = 0;
  for (let i = 0; i < targets.length; i++) {
    const z = scale * logits[i]! + bias;
    sum += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - targets[i]! * z;
  }
  return sum;
}

function newton(
  examples: Examples,
  start: Calibration,
  options: { fitsScale: boolean; fitsBias: boolean; maxIterations: number },
): Calibration {
  const { fitsScale, fitsBias, maxIterations } = options;
  let current = start;
  let loss = crossEntropy(examples, current);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    // The ridge makes the system solvable when logits are all equal or saturated.
    let ga = 0;
    let gb = 0;
    let haa = 1e-9;
    let hab = 0;
    let hbb = 1e-9;
    for (let i = 0; i < examples.targets.length; i++) {
      const x = examples.logits[i]!;
      const p = calibrate(x, current);
      const error = p - examples.targets[i]!;
      const weight = p * (1 - p);
      ga += error * x;
      gb += error;
      haa += weight * x * x;
      hab += weight * x;
      hbb += weight;
    }
    if (!fitsScale) [ga, hab] = [0, 0];
    if (!fitsBias) [gb, hab] = [0, 0];
    if (Math.hypot(ga, gb) < 1e-9 * examples.targets.length) break;
    const det = haa * hbb - hab * hab;
    const stepA = (hbb * ga - hab * gb) / det;
    const stepB = (haa * gb - hab * ga) / det;
    let rate = 1;
    let next = current;
    let nextLoss = loss;
    for (; rate > 1e-10; rate /= 2) {
      next = { scale: current.scale - rate * stepA, bias: current.bias - rate * stepB };
      nextLoss = crossEntropy(examples, next);
      if (nextLoss <= loss - 1e-4 * rate * (ga * stepA + gb * stepB)) break;
    }
    if (!(nextLoss < loss)) break;
    current = next;
    loss = nextLoss;
  }
  return current;
}
