/** As much of the runtime's WebAssembly as is used: its types come only with those of a browser. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }

  class Instance {
    constructor(module: Module);
    readonly exports: Record<string, unknown>;
  }

  interface Memory {
    /** Another one after each growth. */
    readonly buffer: ArrayBuffer;
  }
}
