/** Products of rows with weights; see `../linear.ts` and `../lora_linear.ts`. */
import { registerCpuKernel } from "./kernel.ts";

registerCpuKernel("MaporlLinear", ({ inputs, backend, allocate }) => {
  const { x, weight } = inputs as { x: Matrix; weight: Matrix };
  const [m, k] = x.shape;
  const n = weight.shape[0];
  const y = allocate([m, n], "float32");
  const [a, b, c] = [backend.float32(x), backend.float32(weight), backend.float32(y)];
  backend.gemm({
    ...{ transA: false, transB: true, m, n, k, alpha: 1, beta: 0 },
    ...{ a, lda: k, b, ldb: k, c, ldc: n },
  });
  return y;
});

// Outputs y and the narrow product u = x Aᵀ, which B's gradient needs.
registerCpuKernel<{ scale: number }>("MaporlLoraLinear", ({ inputs, attrs, backend, allocate }) => {
  const { x, weight, a, b } = inputs as Record<"x" | "weight" | "a" | "b", Matrix>;
  const [numRows, width] = x.shape;
  const [numOutputs, rank] = b.shape;
  const y = allocate([numRows, numOutputs], "float32");
  const u = allocate([numRows, rank], "float32");
  const rows = backend.float32(x);
  backend.gemm({
    ...{ transA: false, transB: true, m: numRows, n: rank, k: width, alpha: 1, beta: 0 },
    ...{ a: rows, lda: width, b: backend.float32(a), ldb: width },
    ...{ c: backend.float32(u), ldc: rank },
  });
  backend.gemm({
    ...{ transA: false, transB: true, m: numRows, n: numOutputs, k: width, alpha: 1, beta: 0 },
    ...{ a: rows, lda: width, b: backend.float32(weight), ldb: width },
    ...{ c: backend.float32(y), ldc: numOutputs },
  });
  backend.gemm({
    ...{ transA: false, transB: true, m: numRows, n: numOutputs, k: rank },
    ...{ alpha: attrs.scale, beta: 1 },
    ...{ a: backend.float32(u), lda: rank, b: backend.float32(b), ldb: rank },
    ...{ c: backend.float32(y), ldc: numOutputs },
  });
  return [y, u];
});

interface MatMulAttrs {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
}

// alpha · op(a) op(b) (+ op(c) op(d)): what the gradients of linear layers are made of.
registerCpuKernel<MatMulAttrs>("MaporlMatMul", ({ inputs, attrs, backend, allocate }) => {
  const { a, b } = inputs as { a: Matrix; b: Matrix };
  const { transA, transB, alpha } = attrs;
  const [m, k] = transA ? [a.shape[1], a.shape[0]] : a.shape;
  const n = transB ? b.shape[0] : b.shape[1];
  const y = allocate([m, n], "float32");
  const out = backend.float32(y);
  backend.gemm({
    ...{ transA, transB, m, n, k, alpha, beta: 0 },
    ...{ a: backend.float32(a), lda: a.shape[1], b: backend.float32(b), ldb: b.shape[1] },
    ...{ c: out, ldc: n },
  });
  const { c, d } = inputs as { c?: Matrix; d?: Matrix };
  if (c !== undefined && d !== undefined) {
    backend.gemm({
      ...{ transA, transB, m, n, k: transA ? c.shape[0] : c.shape[1], alpha, beta: 1 },
      ...{ a: backend.float32(c), lda: c.shape[1], b: backend.float32(d), ldb: d.shape[1] },
      ...{ c: out, ldc: n },
    });
  }
  return y;
});

interface Matrix {
  readonly dataId: object;
  readonly dtype: "float32";
  readonly shape: [number, number];
}
