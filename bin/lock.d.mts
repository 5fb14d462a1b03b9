export function withLock<T>(file: string, onWait: () => void, work: () => Promise<T> | T): Promise<T>;
export function processIdentity(pid: number): string | null;
