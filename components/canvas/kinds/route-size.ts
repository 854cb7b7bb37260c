/** A route's card is a title above one row for every way out. */
export const ROUTE_WIDTH = 240;
export const ROUTE_HEADER = 56;
export const ROUTE_ROW = 24;
export const ROUTE_FOOT = 4;
