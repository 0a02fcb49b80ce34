/**
 * What the factors of a model's products are rounded to; sums are float32 always. The processor has
 * float32 and bfloat16, a GPU all three.
 */
export type ProductDtype = "float32" | "bfloat16" | "float16";

const STARTED = new WeakMap<object, ProductDtype>();

/**
 * Notes what a backend was started with.
 *
 * @param backend A tfjs backend.
 * @param dtype What its products are to read.
 */
export function noteProductDtype(backend: object, dtype: ProductDtype): void {
  STARTED.set(backend, dtype);
}

/**
 * What a backend was started with.
 *
 * @param backend A tfjs backend.
 * @returns What its products are to read; float32 unless something else was noted.
 */
export function startedProductDtype(backend: object): ProductDtype {
  return STARTED.get(backend) ?? "float32";
}
