/**
 * Data sets of others: their files and rows.
 *
 * @module
 */
export * from "./bad_rows.ts";
export * from "./check_cells.ts";
export type { DataFrame } from "./data_frame.ts";
export * from "./data_set_folder.ts";
export * from "./find_data_files.ts";
export * from "./read_data_file.ts";
