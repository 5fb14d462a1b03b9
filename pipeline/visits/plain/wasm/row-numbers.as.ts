/** The numbers of directions and of statuses in a stay's bytes. */
export const IN: i32 = 0;
export const OUT: i32 = 1;
export const OPEN: i32 = 0;
export const CLOSED: i32 = 1;
