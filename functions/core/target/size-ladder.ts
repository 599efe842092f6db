/** How much of something a target has, or is to have: memory in MiB, processor time in the target's own unit. */
export type Size = Readonly<Partial<Record<'memoryMiB' | 'cpuUnits' | 'cpuPercent', number | undefined>>>;

const PARTS = ['memoryMiB', 'cpuUnits', 'cpuPercent'] as const;

/** Whether a size is greater than another: in something that it names, and in nothing smaller. */
export function isGreater(size: Size, than: Size): boolean {
  const differences = PARTS.flatMap((part) => {
    const [one, other] = [size[part], than[part]];
    return one === undefined || other === undefined ? [] : [one - other];
  });
  return differences.some((one) => one > 0) && differences.every((one) => one >= 0);
}

/** The first size on a ladder that is greater than the present one. */
export function nextSize(present: Size, ladder: readonly Size[]): Size | { readonly problem: string } {
  const next = ladder.find((size) => isGreater(size, present));
  return next ?? { problem: `it has ${describeSize(present)}, and the ladder has no greater size` };
}

/** For people: `512 MiB and 256 CPU units`. */
function describeSize({ memoryMiB, cpuUnits, cpuPercent }: Size): string {
  return [
    ...(memoryMiB === undefined ? [] : [`${memoryMiB} MiB`]),
    ...(cpuUnits === undefined ? [] : [`${cpuUnits} CPU units`]),
    ...(cpuPercent === undefined ? [] : [`${cpuPercent} % of a CPU`]),
  ].join(' and ');
}
