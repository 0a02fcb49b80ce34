/**
 * Attention on bfloat16, by a product in TypeScript: few processors have a library that multiplies it, and the kernel
 * looks for keys elsewhere then.
 */
import { assert } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import type { AddressedProduct, Products } from "../../lib/device/gemm.ts";
import { loadKernels } from "../../lib/device/wasm_kernels.ts";

const PAGE = 1 << 16;
/** The first MiB is the thread's own. */
const FIRST = 1 << 20;

/** C = alpha · op(A) op(B) + beta · C, of bfloat16 or float32 factors. */
function productOn(buffer: ArrayBufferLike): AddressedProduct {
  const [floats, halves] = [new Float32Array(buffer), new Uint16Array(buffer)];
  const word = new Uint32Array(1);
  const widened = new Float32Array(word.buffer);
  return (bfloat16, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
    const read = (at: number, index: number): number => {
      if (!bfloat16) return floats[at / 4 + index]!;
      word[0] = halves[at / 2 + index]! << 16;
      return widened[0]!;
    };
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++) {
          sum += read(a, transA ? l * lda + i : i * lda + l) *
            read(b, transB ? j * ldb + l : l * ldb + j);
        }
        const at = c / 4 + i * ldc + j;
        floats[at] = alpha * sum + (beta === 0 ? 0 : beta * floats[at]!);
      }
    }
  };
}

/** Two rows, the second padded; more queries than a tile, which are not the first. */
const SIZES = { batch: 2, queries: 70, stored: 90, length: 85, heads: 4, kvHeads: 2, headDim: 6 };
const STARTS = [0, 31];

for (const [window, softCap] of [[2 ** 31 - 1, 0], [9, 0], [30, 2]] as const) {
  Deno.test(`attention on bfloat16 is that on float32 but for rounding (window ${window}, cap ${softCap})`, () => {
    const { batch, queries, stored, length, heads, kvHeads, headDim } = SIZES;
    const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
    const { exports, useProducts } = loadKernels(memory);
    useProducts({ addressed: productOn } as unknown as Products);
    const floats = new Float32Array(memory.buffer);
    let end = FIRST;
    const place = (size: number, fill: () => number = () => NaN): number => {
      const at = end;
      end += Math.ceil(size / 4) * 16;
      assert(end <= 64 * PAGE);
      for (let i = 0; i < size; i++) floats[at / 4 + i] = fill();
      return at;
    };
    const random = Random.fromSeed(51);
    const [numQueries, numKeys] = [
      batch * queries * heads * headDim,
      batch * stored * kvHeads * headDim,
    ];
    const inputs = [numQueries, numKeys, numKeys, numQueries].map((size) =>
      place(size, () => random.normal())
    );
    const copies = inputs.map((at, i) => {
      const size = i === 0 || i === 3 ? numQueries : numKeys;
      const copy = place(size);
      exports["toBfloat16"]!(at, copy, size);
      return copy;
    });
    const starts = place(batch);
    new Int32Array(memory.buffer).set(STARTS, starts / 4);
    const scratch = place(exports["attentionScratch"]!(length, headDim));
    const rest = [queries, stored, length, heads, kvHeads, headDim, 1 / Math.sqrt(headDim)];
    const run = (isBfloat16: boolean) => {
      const [q, k, v, factor] = isBfloat16 ? copies : inputs;
      const [out, lse] = [place(numQueries), place(batch * heads * queries)];
      const units = [+isBfloat16, 0, batch * kvHeads, ...rest, window, softCap];
      exports["attentionForward"]!(q!, k!, v!, starts, out, lse, scratch, ...units);
      const grads = [numQueries, numKeys, numKeys].map((size) => place(size));
      const read = [q!, k!, v!, starts, out, lse, inputs[3]!, factor!, ...grads];
      exports["attentionBackward"]!(...read, scratch, ...units);
      const sizes = [numQueries, numQueries, numKeys, numKeys];
      return [out, ...grads].map((at, i) => floats.slice(at / 4, at / 4 + sizes[i]!));
    };
    const [expected, actual] = [run(false), run(true)];
    for (const [i, values] of expected.entries()) {
      let error = 0;
      let differs = false;
      for (const [j, value] of values.entries()) {
        const off = Math.abs(actual[i]![j]! - value);
        if (!(off <= error)) error = off; // NaN stays
        differs ||= off > 1e-4;
      }
      assert(error < 0.06, `result ${i} is off by ${error}`);
      assert(differs, `result ${i} was not computed on bfloat16`);
    }
  });
}
