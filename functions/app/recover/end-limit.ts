import { isolatedBy } from '../../core/operation/kept-limits.ts';
import type { TimeLimit } from '../../core/operation/time-limit.ts';
import type { Notifier } from '../../ports/announcers.ts';
import type { OperationStore } from '../../ports/operation-store.ts';

export interface EndLimitDeps {
  readonly store: Pick<OperationStore, 'setTimeLimit'>;
  readonly notifier: Notifier;
}

/** Hosts that are no longer isolated. */
export interface EndedHosts {
  /** Ids. */
  readonly targets: readonly string[];
  /** For people. */
  readonly message: string;
  /** For the report of the round, one line each. */
  readonly done: readonly string[];
}

/**
 * Ends the limit of hosts that are no longer isolated, and says so once.
 *
 * @param left the limit of the others
 */
export async function endLimit(
  deps: EndLimitDeps,
  id: string,
  left: TimeLimit,
  { targets, message, done }: EndedHosts,
): Promise<readonly string[]> {
  if (targets.length === 0) return [];
  await notifyOfLimit(deps, id, { ...left, targets }, message, 'no longer isolated');
  await deps.store.setTimeLimit(id, left.targets.length > 0 ? left : undefined, left.dueAtMs);
  return done;
}

/** Ends the limit of hosts that no longer exist, or that something else has let in. */
export async function endForOthers(
  deps: EndLimitDeps,
  id: string,
  left: TimeLimit,
  { gone, letIn }: { readonly gone: readonly string[]; readonly letIn: readonly string[] },
): Promise<readonly string[]> {
  const operationId = isolatedBy(id, left);
  const [goneHosts, letInHosts] = [gone.join(', '), letIn.join(', ')];
  const sentences = [
    ...(gone.length > 0
      ? [`${goneHosts}: isolated, and no longer there; the time limit of the isolation ends`]
      : []),
    ...(letIn.length > 0 ? [`Something else has lifted the isolation of ${letInHosts}`] : []),
  ];
  return await endLimit(deps, id, left, {
    targets: [...gone, ...letIn],
    message: `${sentences.join('. ')}.`,
    done: [
      ...(gone.length > 0 ? [`${goneHosts}, isolated by ${operationId}: no longer there`] : []),
      ...(letIn.length > 0
        ? [`the isolation of ${letInHosts} by ${operationId} was lifted by something else`]
        : []),
    ],
  });
}

/** @param state of the hosts of the limit */
export async function notifyOfLimit(
  { notifier }: Pick<EndLimitDeps, 'notifier'>,
  id: string,
  { component, targets, dueAtMs, ...limit }: TimeLimit,
  message: string,
  state: 'isolated' | 'no longer isolated' = 'isolated',
): Promise<void> {
  const operationId = isolatedBy(id, limit);
  await notifier.notify({
    topic: 'architect',
    subject: `Selfheal: ${component} is ${state}: time limit of ${operationId}`,
    body: {
      kind: 'isolation-limit',
      component,
      operationId,
      hosts: targets,
      dueAt: new Date(dueAtMs).toISOString(),
      message,
    },
  });
}
