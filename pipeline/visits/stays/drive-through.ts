/** How it is told that a vehicle came in and left within minutes, for TypeScript and AssemblyScript (`../plain/wasm/`): plain texts only. */

export const DRIVE_THROUGH = 'drive_through';
export const DRIVE_THROUGH_SEVERITY = 'info';
export const DRIVE_THROUGH_ACTION = 'none: the tariff decides';
