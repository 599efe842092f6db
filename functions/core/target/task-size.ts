import { nextSize, type Size } from './size-ladder.ts';

/** What a task definition of ECS gives its tasks, and which of its containers are limited by themselves. */
export interface TaskResources {
  /** @default the task has no size of its own, as on EC2 where each container has one */
  readonly cpuUnits?: number | undefined;
  readonly memoryMiB?: number | undefined;
  /** Containers with a hard limit of their own, in MiB: more memory for the task alone does not reach them. */
  readonly limits: Readonly<Record<string, number>>;
}

/** A task definition's next size, with the limits of its containers that follow from it. */
export interface TaskSize {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly limits: Readonly<Record<string, number>>;
}

/** The next size of a task on a ladder. The memory that is added goes to the only container that has a limit of its own. */
export function nextTaskSize(
  { cpuUnits, memoryMiB, limits }: TaskResources,
  ladder: readonly Size[],
): TaskSize | { readonly problem: string } {
  if (cpuUnits === undefined || memoryMiB === undefined)
    return {
      problem: 'its task definition sets no `cpu` and `memory` for the task, only for its containers',
    };
  const next = nextSize({ cpuUnits, memoryMiB }, ladder);
  if ('problem' in next) return next;
  const size = { cpuUnits: next.cpuUnits ?? cpuUnits, memoryMiB: next.memoryMiB ?? memoryMiB };
  const addedMiB = size.memoryMiB - memoryMiB;
  const [limited, ...others] = Object.entries(limits);
  if (addedMiB === 0 || limited === undefined) return { ...size, limits };
  if (others.length > 0)
    return {
      problem: `its containers ${Object.keys(limits).join(', ')} have memory limits of their own, which more memory for the task does not raise`,
    };
  const [name, limitMiB] = limited;
  return { ...size, limits: { [name]: limitMiB + addedMiB } };
}
