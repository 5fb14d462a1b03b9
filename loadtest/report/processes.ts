import { readFileSync } from 'node:fs';

/** What the processes of this machine used up to a moment. Empty where the system does not tell (it has no /proc). */
export interface Sample {
  readonly atMs: number;
  readonly usages: ReadonlyMap<string, Usage>;
  /** CPU seconds that all programs of the machine used since its start, ours among them; null: not told. */
  readonly machineCpuSeconds: number | null;
}

export interface Usage {
  /** Since the sampling began, also over restarts. */
  readonly cpuSeconds: number;
  readonly rssMib: number;
}

export interface Sampling {
  readonly samples: readonly Sample[];
  /** Takes one now. */
  sample(): Sample;
  end(): void;
}

/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** @param pids of the processes by name, asked each time, for a process may be started again */
export function sampleProcesses(pids: () => ReadonlyMap<string, number>, everyMs: number): Sampling {
  const samples: Sample[] = [];
  const known = new Map<string, { pid: number; seconds: number; usage: Usage }>();

  const sample = (): Sample => {
    for (const [name, pid] of pids()) {
      const seconds = cpuSecondsOf(pid);
      const rssMib = rssMibOf(pid);
      if (seconds === null || rssMib === null) continue;
      const last = known.get(name);
      const grown = last === undefined ? 0 : last.pid === pid ? seconds - last.seconds : seconds;
      known.set(name, { pid, seconds, usage: { cpuSeconds: (last?.usage.cpuSeconds ?? 0) + grown, rssMib } });
    }
    // One that has ended is told as it was last.
    const usages = new Map(Array.from(known, ([name, { usage }]) => [name, usage] as const));
    const taken = { atMs: Date.now(), usages, machineCpuSeconds: machineCpuSeconds() };
    samples.push(taken);
    return taken;
  };

  sample();
  const timer = setInterval(sample, everyMs);
  return { samples, sample, end: () => clearInterval(timer) };
}

function cpuSecondsOf(pid: number): number | null {
  // The fields behind the command's closing bracket: state first, user and system time the twelfth and thirteenth.
  const fields = textOf(`/proc/${pid}/stat`)?.replace(/^.*\) /s, '').split(' ');
  return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function rssMibOf(pid: number): number | null {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1];
  return kib === undefined ? null : Number(kib) / 1024;
}

function machineCpuSeconds(): number | null {
  const fields = /^cpu +(.*)$/m.exec(textOf('/proc/stat') ?? '')?.[1]?.split(' ').map(Number);
  if (fields === undefined) return null;
  // user, nice, system, idle, iowait, irq, softirq
  const [user, nice, system, , , irq, softirq] = fields;
  return (user! + nice! + system! + irq! + softirq!) / TICKS_PER_SECOND;
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
