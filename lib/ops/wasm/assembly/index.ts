// The kernels of lib/ops in SIMD WebAssembly. All pointers are byte offsets into the imported memory,
// unsigned 32-bit; all sizes count elements.
export * from "./adam_w";
export * from "./attention";
export * from "./bfloat16";
export * from "./cached_attention";
export * from "./decoder_pass";
export { decoderPassScratch } from "./decoder_pass_plan";
export * from "./elementwise";
export * from "./ge_glu";
export { useRegion } from "./layout";
export * from "./log_softmax";
export * from "./panels";
export { product, useNative } from "./product";
export { packRows } from "./pack";
export * from "./rms_norm";
export * from "./rotary";
export * from "./rows";
export * from "./sample";
export * from "./soft_cap";
export * from "./swi_glu";
export * from "./transpose";
export { unpackRows } from "./unpack";
