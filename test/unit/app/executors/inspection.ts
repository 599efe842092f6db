import { inspectAction } from '../../../../functions/app/executors/executors.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

/** What is found of something that was begun, where its service answers this. */
export const inspected = (id: string, ports: object) =>
  inspectAction({ clock: { nowMs: () => NOON }, ...ports } as never, { executor: 'resource', id });

/** What is found of the only target, which says the same as the whole. */
export function whole(id: string, detail: string, outcome?: 'SUCCEEDED' | 'FAILED') {
  const ended = outcome && { outcome };
  return { ...ended, detail, targets: [{ id, detail, ...ended }], targetCount: 1 };
}

/** The same of something that is not one of the targets, and ends for all of them. */
export function forAll(id: string, detail: string, outcome?: 'SUCCEEDED' | 'FAILED') {
  const { targets, ...found } = whole(id, detail, outcome);
  return { ...found, isWhole: true, targets: targets.map((target) => ({ ...target, exists: true })) };
}
