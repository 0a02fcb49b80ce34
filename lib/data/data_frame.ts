import type * as polars from "nodejs-polars";

/** A Polars frame. */
export type DataFrame = polars.DataFrame;
