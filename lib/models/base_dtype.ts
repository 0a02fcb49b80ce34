/** What the matrices of a frozen base model can be kept in, see {@linkcode BaseDtype}. */
export const BASE_DTYPES = ["float32", "bfloat16", "float16", "int8", "nf4", "auto"] as const;

/**
 * What the matrices of a base model are kept in; norms and biases are float32 always. Anything but `float32` lies
 * outside of the device's memory, for the processor alone, and is frozen. `int8` and `nf4` leave the embedding and
 * the head in bfloat16, as bitsandbytes does. `auto`: what the file stores, a GGUF file's blocks among it.
 */
export type BaseDtype = typeof BASE_DTYPES[number];
