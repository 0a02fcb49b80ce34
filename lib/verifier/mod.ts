/**
 * The verifier: how likely is an answer right? Sample, label, balance, train, calibrate, score.
 *
 * @module
 */
export * from "./auroc.ts";
export * from "./balance.ts";
export * from "./calibration.ts";
export * from "./collect_answers.ts";
export * from "./encode_answer.ts";
export * from "./likelihood_features.ts";
export * from "./metrics.ts";
export * from "./reliability.ts";
export * from "./train_verifier.ts";
export * from "./verifier.ts";
export * from "./verifier_checkpoint.ts";
export * from "./verifier_mask.ts";
export * from "./verifier_fingerprint.ts";
export * from "./verifier_model.ts";
