// The kernels of lib/ops in SIMD WebAssembly. All pointers are byte offsets into the imported memory,
// unsigned 32-bit; all sizes count elements.
export * from "./adam_w";
export * from "./attention";
export * from "./attention_decode";
export * from "./elementwise";
export * from "./gemm";
export * from "./log_softmax";
export * from "./rms_norm";
export * from "./rotary";
export * from "./rows";
export * from "./sample";
export * from "./swi_glu";
