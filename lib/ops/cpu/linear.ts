/** Products of rows with weights; see `../linear.ts` and `../lora_linear.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import { registerCpuKernel } from "./kernel.ts";

type Inputs<Name extends string> = Readonly<Record<Name, tf.TensorInfo>>;

registerCpuKernel("MaporlLinear", ({ inputs, backend, allocate }) => {
  const { x, weight } = inputs as Inputs<"x" | "weight">;
  const y = allocate([x.shape[0]!, weight.shape[0]!], "float32");
  backend.multiply({ transA: false, transB: true, alpha: 1, beta: 0, a: x, b: weight, c: y });
  return y;
});

// Outputs y and the narrow product u = x Aᵀ, which B's gradient needs.
registerCpuKernel<{ scale: number }>("MaporlLoraLinear", ({ inputs, attrs, backend, allocate }) => {
  const { x, weight, a, b } = inputs as Inputs<"x" | "weight" | "a" | "b">;
  const y = allocate([x.shape[0]!, b.shape[0]!], "float32");
  const u = allocate([x.shape[0]!, b.shape[1]!], "float32");
  const kind = { transA: false, transB: true };
  backend.multiply({ ...kind, alpha: 1, beta: 0, a: x, b: a, c: u });
  backend.multiply({ ...kind, alpha: 1, beta: 0, a: x, b: weight, c: y });
  backend.multiply({ ...kind, alpha: attrs.scale, beta: 1, a: u, b, c: y });
  return [y, u];
});

interface MatMulAttrs {
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
}

// alpha · op(a) op(b) (+ op(c) op(d)): what the gradients of linear layers are made of.
registerCpuKernel<MatMulAttrs>("MaporlMatMul", ({ inputs, attrs, backend, allocate }) => {
  const { a, b } = inputs as Inputs<"a" | "b">;
  const { transA, transB } = attrs;
  const y = allocate([a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!], "float32");
  multiplyInto(backend, { ...inputs, y }, { ...attrs, beta: 0 });
  return y;
});

// sum += alpha · op(a) op(b) (+ op(c) op(d)).
registerCpuKernel<MatMulAttrs>("MaporlAddMatMul", ({ inputs, attrs, backend }) => {
  const { sum, ...factors } = inputs;
  multiplyInto(backend, { ...factors, y: sum! }, { ...attrs, beta: 1 });
  backend.wrote(sum!);
  return [];
});

function multiplyInto(
  backend: CpuBackend,
  tensors: Readonly<Record<string, tf.TensorInfo>>,
  attrs: MatMulAttrs & { readonly beta: number },
): void {
  const { a, b, c, d, y } = tensors as Inputs<"a" | "b" | "y"> & Partial<Inputs<"c" | "d">>;
  backend.multiply({ ...attrs, a, b, c: y });
  if (c !== undefined && d !== undefined) {
    backend.multiply({ ...attrs, beta: 1, a: c, b: d, c: y });
  }
}
