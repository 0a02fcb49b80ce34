/** The program of a product of few rows with a weight, as generation needs it for every token. */
import { type Factors, partsOfTerms } from "./product_terms.ts";
import { each, type Program } from "./program.ts";

const SIZE = 64;
/** Outputs, rows of the weight, that one workgroup computes for all rows of x. */
export const OUTPUTS_PER_GROUP = 4;

/**
 * y [m, n] = Σ alpha · a bᵀ for few rows: the invocations of a workgroup share the inner indices, so that
 * the weight is read once, in whole lines, and then add up in a fixed order.
 *
 * @param terms The products that are added up, with arguments k, alpha, offA, offB of their index.
 * @param rows Rows that the program has registers for; m may be less.
 * @returns Program with arguments m, n, offY, stepY and those of the terms.
 */
export function fewRowsProduct(terms: readonly Factors[], rows: number): Program {
  const count = rows * OUTPUTS_PER_GROUP;
  const parts = SIZE / count; // invocations that add up one output
  const share = SIZE / parts;
  const term = ({ a, b }: Factors, t: number) => `
  for (var kk = local * 4u; kk < args.k${t}; kk += ${SIZE * 4}u) {
    let left = min(4u, args.k${t} - kk);
    ${
    each(OUTPUTS_PER_GROUP, (o) => `
    let b${o} = load_${b.buffer}(args.offB${t} + (n0 + ${o}u) * args.k${t} + kk,
      select(0u, left, n0 + ${o}u < args.n));`)
  }
    ${
    each(rows, (r) => `
    {
      let a = args.alpha${t} * load_${a.buffer}(args.offA${t} + ${r}u * args.k${t} + kk,
        select(0u, left, ${r}u < args.m));
      ${each(OUTPUTS_PER_GROUP, (o) => `acc${r}_${o} += dot(a, b${o});`)}
    }`)
  }
  }`;
  const { buffers, args, declarations } = partsOfTerms(terms);
  return {
    name: `fewRowsProduct${rows}`,
    buffers: { ...buffers, y: { writes: true } },
    args,
    workgroupSize: SIZE,
    // One more than the invocations from one output to the next: they lie in different banks.
    declarations: `
var<workgroup> sums: array<f32, ${count * (SIZE + 1)}>;
var<workgroup> shares: array<f32, ${SIZE}>;
${declarations}`,
    body: `
  let n0 = group * ${OUTPUTS_PER_GROUP}u;
  ${each(rows, (r) => each(OUTPUTS_PER_GROUP, (o) => `var acc${r}_${o} = 0.0;`))}
  ${terms.map(term).join("")}
  ${
      each(rows, (r) =>
        each(
          OUTPUTS_PER_GROUP,
          (o) => `sums[${(r * OUTPUTS_PER_GROUP + o) * (SIZE + 1)}u + local] = acc${r}_${o};`,
        ))
    }
  workgroupBarrier();
  {
    var sum = 0.0;
    let at = local % ${count}u * ${SIZE + 1}u + local / ${count}u * ${share}u;
    for (var i = 0u; i < ${share}u; i++) { sum += sums[at + i]; }
    shares[local] = sum;
  }
  workgroupBarrier();
  let row = local / ${OUTPUTS_PER_GROUP}u;
  let column = n0 + local % ${OUTPUTS_PER_GROUP}u;
  if (local < ${count}u && row < args.m && column < args.n) {
    var sum = 0.0;
    for (var i = 0u; i < ${parts}u; i++) { sum += shares[local + i * ${count}u]; }
    y[args.offY + row * args.stepY + column] = sum;
  }`,
  };
}
