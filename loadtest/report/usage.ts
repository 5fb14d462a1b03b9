import type { Sample } from './processes.ts';

/** What one process used between two moments. */
export interface ProcessUsage {
  readonly name: string;
  readonly cpuSeconds: number;
  /** Of one core. */
  readonly cores: number;
  /** CPU; null: no read was accepted. */
  readonly microsecondsPerRead: number | null;
  readonly firstRssMib: number;
  readonly lastRssMib: number;
}

/** @param reads that were accepted between the two */
export function usageBetween(first: Sample, last: Sample, reads: number): ProcessUsage[] {
  const seconds = (last.atMs - first.atMs) / 1000;
  return [...last.usages].map(([name, { cpuSeconds, rssMib }]) => {
    const used = cpuSeconds - (first.usages.get(name)?.cpuSeconds ?? 0);
    return {
      name,
      cpuSeconds: used,
      cores: used / seconds,
      microsecondsPerRead: reads === 0 ? null : (used * 1e6) / reads,
      firstRssMib: first.usages.get(name)?.rssMib ?? rssMib,
      lastRssMib: rssMib,
    };
  });
}

/** How many cores programs other than those sampled had; null: the system does not tell. */
export function coresOfOthers(first: Sample, last: Sample): number | null {
  if (first.machineCpuSeconds === null || last.machineCpuSeconds === null) return null;
  const sum = ({ usages }: Sample): number =>
    [...usages.values()].reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
  const others = last.machineCpuSeconds - first.machineCpuSeconds - (sum(last) - sum(first));
  return Math.max(0, others / ((last.atMs - first.atMs) / 1000));
}

/** A process's memory by thirds of a time: middle values, for the collector makes single ones jump. */
export interface Memory {
  readonly earlyMib: number;
  readonly lateMib: number;
  readonly isFlat: boolean;
}

/** A heap that has not found its size yet grows, at times by a step: that of V8's young generation. */
const GROWTH_MAX = 1.25;
const STEP_MIB = 64;
const SAMPLES_MIN = 30;

/** Null when there are too few samples to say. @param samples of the time in which nothing should grow */
export function memoryOf(name: string, samples: readonly Sample[]): Memory | null {
  const sizes = samples.flatMap(({ usages }) => usages.get(name)?.rssMib ?? []);
  if (sizes.length < SAMPLES_MIN) return null;
  const third = Math.floor(sizes.length / 3);
  const earlyMib = middle(sizes.slice(0, third));
  const lateMib = middle(sizes.slice(-third));
  return { earlyMib, lateMib, isFlat: lateMib <= earlyMib * GROWTH_MAX + STEP_MIB };
}

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)]!;
}
