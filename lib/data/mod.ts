/**
 * Data sets of others: where they come from, their files and rows.
 *
 * @module
 */
export type { AnswerFrameRow } from "./answers_frame.ts";
export * from "./bad_rows.ts";
export * from "./check_cells.ts";
export * from "./check_data_set.ts";
export type { DataFrame } from "./data_frame.ts";
export * from "./data_set_folder.ts";
export * from "./data_sets.ts";
export { downloadFile, type DownloadOptions } from "./download_file.ts";
export * from "./fetched_hub_models.ts";
export { type AccessToken, fetchFrom, type FetchOptions } from "./fetch_from.ts";
export * from "./find_data_files.ts";
export * from "./get_data_set.ts";
export * from "./list_files.ts";
export * from "./program_answers.ts";
export * from "./read_data_file.ts";
export * from "./run_programs.ts";
export { CutTransfer, type TransferOptions } from "./transfer_rest.ts";
