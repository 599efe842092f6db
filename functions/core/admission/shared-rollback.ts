import type { SuspectedChange } from '../diagnosis/cause.ts';
import { shortReason } from '../signal/event-values.ts';
import type { FleetRecord } from './records.ts';
import type { Refusal } from './refusal.ts';

/** `undefined` unless an operation on another component is rolling the same change back. */
export function sharedRollbackRefusal(
  component: string,
  change: SuspectedChange | undefined,
  { rollingBack = {}, inFlight }: Pick<FleetRecord, 'rollingBack' | 'inFlight'>,
): Refusal | undefined {
  if (!change) return undefined;
  const [other] =
    Object.entries(rollingBack).find(
      ([name, rolled]) =>
        name !== component &&
        inFlight.includes(name) &&
        rolled.source === change.source &&
        rolled.changeId === change.changeId,
    ) ?? [];
  if (other === undefined) return undefined;
  const detail = `an operation on ${other} is rolling ${change.summary} back, which is the same change`;
  return { reason: 'CHANGE_IN_PROGRESS', detail: shortReason(detail) };
}
