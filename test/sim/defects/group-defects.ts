import type { ManagedNode } from '../../../functions/core/operation/target-availability.ts';
import { type Defect, inOutcomes, inStore } from './defect.ts';
import { isCall } from './is-call.ts';

/** Mistakes with the instances of an Auto Scaling group. */
export const GROUP_DEFECTS: readonly Defect[] = [
  {
    name: 'keeps waiting for an instance that was replaced',
    breaks: ['18'],
    caughtWith: 7,
    create: () => ({
      call: async (call, proceed) => {
        const answer = await proceed();
        const isLookUp =
          isCall(call, 'act', 'runbooks', 'resolveTargets') ||
          isCall(call, 'command-status', 'runbooks', 'resolveTargets') ||
          isCall(call, 'reconcile', 'runbooks', 'resolveTargets');
        const { instanceIds = [] } = (call.args[0] ?? {}) as { readonly instanceIds?: readonly string[] };
        if (!isLookUp) return answer;
        const nodes = answer as readonly ManagedNode[];
        const found = new Set(nodes.map(({ instanceId }) => instanceId));
        const gone = instanceIds.filter((instanceId) => !found.has(instanceId));
        return [
          ...nodes,
          ...gone.map((instanceId): ManagedNode => ({ instanceId, online: true, platform: 'Linux' })),
        ];
      },
    }),
  },
  inStore(
    {
      name: 'drops the whole batch when one of its instances is replaced',
      breaks: ['18'],
      caughtWith: 17,
    },
    (store) =>
      inOutcomes(store, (step) => {
        const { skipped = {}, targets } = step;
        if (!Object.values(skipped).includes('gone')) return step;
        const ended = Object.fromEntries(targets.map((target) => [target, 'gone' as const]));
        return { ...step, skipped: { ...skipped, ...ended } };
      }),
  ),
  inStore(
    { name: 'repairs the whole group for the alarm of one instance', breaks: ['15'], caughtWith: 1 },
    (store) => ({
      admit: async (operation, ...rest) =>
        await store.admit({ ...operation, alert: { ...operation.alert, targets: [] } }, ...rest),
    }),
  ),
];
