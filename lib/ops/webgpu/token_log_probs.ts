/** Log-probabilities of chosen tokens, a block of the logits at a time; see `../token_log_probs.ts`. */
import type * as tf from "@tensorflow/tfjs";
import { mostBoundRows } from "./bindings.ts";
import { type GpuKernelCall, registerGpuKernel } from "./kernel.ts";
import { product } from "./product.ts";
import { elementwise, type Program } from "./program.ts";
import { CAP_IN_PLACE } from "./soft_cap.ts";

/** Logits of one block: at most 4 Mi values (16 MiB), of at most 1024 rows. */
const BLOCK_VALUES = 1 << 22;
const BLOCK_ROWS = 1024;
const SIZE = 256;

// One workgroup per row takes a block's columns into the row's state: the highest logit so far, Σ e^(l − m),
// Σ e^(l − m)(l − m), from which the entropy follows without cancellation, and the token's own logit.
const LOG_SOFTMAX: Program = {
  name: "logSoftmaxBlock",
  buffers: {
    logits: {},
    ids: { type: "i32" },
    states: { type: "vec4<f32>", writes: true },
    logProbs: { writes: true },
    entropy: { writes: true },
    logSumExp: { writes: true },
  },
  args: {
    firstRow: "u32",
    first: "u32",
    columns: "u32",
    vocabSize: "u32",
    inverse: "f32",
  },
  workgroupSize: SIZE,
  reductions: ["sumOverGroup", "maxOverGroup"],
  body: `
  let row = args.firstRow + group;
  let start = group * args.columns;
  var state = vec4<f32>(-1e30, 0.0, 0.0, 0.0);
  if (args.first > 0u) { state = states[row]; }
  var mine = state.x;
  for (var v = local; v < args.columns; v += ${SIZE}u) {
    mine = max(mine, logits[start + v] * args.inverse);
  }
  let most = maxOverGroup(local, mine);
  var sum = 0.0;
  var weighted = 0.0;
  for (var v = local; v < args.columns; v += ${SIZE}u) {
    let distance = logits[start + v] * args.inverse - most;
    let weight = exp(distance);
    sum += weight;
    weighted += weight * distance;
  }
  let blockSum = sumOverGroup(local, sum);
  let blockWeighted = sumOverGroup(local, weighted);
  if (local > 0u) { return; }
  let shrink = exp(state.x - most);
  let shift = max(state.x - most, -1e4); // beyond that nothing is left to shift
  state.z = blockWeighted + shrink * (state.z + shift * state.y);
  state.y = blockSum + shrink * state.y;
  state.x = most;
  let id = ids[row];
  if (id >= i32(args.first) && id < i32(args.first + args.columns)) {
    state.w = logits[start + u32(id) - args.first] * args.inverse;
  }
  states[row] = state;
  if (args.first + args.columns == args.vocabSize) {
    let logSum = log(state.y);
    logSumExp[row] = most + logSum;
    logProbs[row] = state.w - most - logSum;
    entropy[row] = logSum - state.z / state.y;
  }`,
};

// In place: logits become Σ dy · ∂logProb / ∂logit = dy (1[token] − p) / temperature, times the slope of what bounded
// them: 1 − curve · logit², with a curve of 0 where nothing did.
const DIFFERENTIATE = elementwise("logSoftmaxGradient", {
  buffers: { logits: { writes: true }, ids: { type: "i32" }, logSumExp: {}, dy: {} },
  args: { firstRow: "u32", first: "u32", columns: "u32", inverse: "f32", curve: "f32" },
  body: `
    let row = args.firstRow + i / args.columns;
    let column = i32(args.first + i % args.columns);
    let p = exp(logits[i] * args.inverse - logSumExp[row]);
    let slope = 1.0 - args.curve * logits[i] * logits[i];
    logits[i] = (select(0.0, 1.0, ids[row] == column) - p) * dy[row] * args.inverse * slope;`,
});

interface Block {
  readonly firstRow: number;
  readonly rows: number;
  /** First entry of the vocabulary. */
  readonly first: number;
  readonly columns: number;
}

interface LogitAttrs {
  readonly temperature: number;
  /** 0 where nothing bounds the logits. */
  readonly softCap: number;
}

// Outputs the log-probabilities, the entropies, and the log-sum-exps for the gradient, each [N].
registerGpuKernel<LogitAttrs>("MaporlTokenLogProbs", (call) => {
  const { inputs, attrs, allocate, scratch, run } = call;
  const numRows = inputs["hidden"]!.shape[0]!;
  const vocabSize = inputs["head"]!.shape[0]!;
  const [logProbs, entropy, logSumExp] = [0, 1, 2].map(() => allocate([numRows]));
  const states = scratch([numRows, 4]);
  forBlocks(call, ({ firstRow, rows, first, columns }, logits) => {
    run(LOG_SOFTMAX, {
      buffers: {
        logits,
        ids: inputs["ids"]!,
        states,
        logProbs: logProbs!,
        entropy: entropy!,
        logSumExp: logSumExp!,
      },
      args: { firstRow, first, columns, vocabSize, inverse: 1 / attrs.temperature },
      groups: rows,
    });
  });
  return [logProbs!, entropy!, logSumExp!];
});

interface GradAttrs extends LogitAttrs {
  /** Whether the hidden states' and the head's gradients are asked for. */
  readonly wanted: readonly [boolean, boolean];
}

// Outputs the gradients that are wanted, hidden's before the head's.
registerGpuKernel<GradAttrs>("MaporlTokenLogProbsGrad", (call) => {
  const { inputs, attrs, allocate, runElementwise } = call;
  const { hidden, head, ids, logSumExp, dy } = inputs;
  const [wantHidden, wantHead] = attrs.wanted;
  const width = hidden!.shape[1]!;
  const dhidden = wantHidden ? allocate(hidden!.shape) : undefined;
  const dhead = wantHead ? allocate(head!.shape) : undefined;
  forBlocks(call, ({ firstRow, rows, first, columns }, logits) => {
    runElementwise(DIFFERENTIATE, { logits, ids: ids!, logSumExp: logSumExp!, dy: dy! }, {
      size: rows * columns,
      firstRow,
      first,
      columns,
      inverse: 1 / attrs.temperature,
      curve: attrs.softCap === 0 ? 0 : attrs.softCap ** -2,
    });
    if (dhidden !== undefined) {
      product(call, {
        m: rows,
        n: width,
        isWeightB: true,
        terms: [{ a: logits, b: head!, k: columns, offB: first * width }],
        y: dhidden,
        offY: firstRow * width,
        accumulate: first > 0,
      });
    }
    if (dhead !== undefined) {
      product(call, {
        m: columns,
        n: width,
        transA: true,
        terms: [{ a: logits, b: hidden!, k: rows, offB: firstRow * width }],
        y: dhead,
        offY: first * width,
        accumulate: firstRow > 0,
      });
    }
  });
  return [dhidden, dhead].filter((info) => info !== undefined);
});

/** Makes the logits [rows, columns] of every block, bounded where they are; without rows there are blocks of none. */
function forBlocks(
  call: GpuKernelCall<LogitAttrs>,
  visit: (block: Block, logits: tf.TensorInfo) => void,
): void {
  const { hidden, head } = call.inputs;
  const [numRows, width] = hidden!.shape as [number, number];
  const vocabSize = head!.shape[0]!;
  const mostRows = Math.max(1, Math.min(BLOCK_ROWS, numRows));
  const mostColumns = Math.min(
    vocabSize,
    Math.floor(BLOCK_VALUES / mostRows / 64) * 64,
    mostBoundRows(call.backend, width), // of the head
  );
  const logits = call.scratch([mostRows, mostColumns]);
  for (let firstRow = 0; firstRow === 0 || firstRow < numRows; firstRow += mostRows) {
    const rows = Math.min(mostRows, numRows - firstRow);
    for (let first = 0; first < vocabSize; first += mostColumns) {
      const columns = Math.min(mostColumns, vocabSize - first);
      product(call, {
        m: rows,
        n: columns,
        transB: true,
        isWeightB: true,
        y: logits,
        terms: [{
          a: hidden!,
          offA: firstRow * width,
          b: head!,
          offB: first * width,
          k: width,
        }],
      });
      const { softCap: cap } = call.attrs;
      if (cap > 0) call.runElementwise(CAP_IN_PLACE, { x: logits }, { size: rows * columns, cap });
      visit({ firstRow, rows, first, columns }, logits);
    }
  }
}
