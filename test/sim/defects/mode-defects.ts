import type { ComponentRecord, FleetRecord, Override } from '../../../functions/core/admission/records.ts';
import type { Notification } from '../../../functions/ports/announcers.ts';
import { ServiceUnavailable } from '../../../functions/ports/errors.ts';
import type { OperationStore } from '../../../functions/ports/operation-store.ts';
import type { DependencyCall } from '../../../local/embedded/lambda/sandbox.ts';
import { type Defect, type DefectRow, inStore } from './defect.ts';
import { isCall } from './is-call.ts';

/** A mistake in what is read of the modes that people have set. */
const inModes = (row: DefectRow, change: (override: Override) => Override | undefined): Defect =>
  inStore(row, (store) => ({
    readLimits: async (component, operationId) => {
      const read = await store.readLimits(component, operationId);
      const { limits } = read;
      return {
        ...read,
        limits: { component: inComponent(limits.component, change), fleet: inFleet(limits.fleet, change) },
      };
    },
  }));

function inComponent(
  { modeOverride, ...record }: ComponentRecord,
  change: (override: Override) => Override | undefined,
): ComponentRecord {
  const changed = modeOverride && change(modeOverride);
  return { ...record, ...(changed && { modeOverride: changed }) };
}

function inFleet(
  { modeOverride, groupModes = {}, ...record }: FleetRecord,
  change: (override: Override) => Override | undefined,
): FleetRecord {
  const changed = modeOverride && change(modeOverride);
  const groups = Object.entries(groupModes).flatMap(([name, override]) => {
    const after = change(override);
    return after ? [[name, after] as const] : [];
  });
  return { ...record, ...(changed && { modeOverride: changed }), groupModes: Object.fromEntries(groups) };
}

/** A mistake in what is read of a proposal. */
const inProposals = (
  row: DefectRow,
  change: (proposal: NonNullable<Awaited<ReturnType<OperationStore['readHeldBack']>>['proposal']>) => object,
): Defect =>
  inStore(row, (store) => ({
    readHeldBack: async (operationId) => {
      const { proposal, ...read } = await store.readHeldBack(operationId);
      return { ...read, ...(proposal && { proposal: { ...proposal, ...change(proposal) } }) };
    },
  }));

function isAsking(call: DependencyCall): boolean {
  const [notification] = call.args as readonly Partial<Notification>[];
  const isNotifying =
    isCall(call, 'triage', 'notifier', 'notify') || isCall(call, 'reconcile', 'notifier', 'notify');
  return isNotifying && notification?.body?.['kind'] === 'proposal';
}

/** Mistakes about what people have set, and about what they decide. */
export const MODE_DEFECTS: readonly Defect[] = [
  inModes(
    { name: 'overlooks the modes that people have set', breaks: ['28'], caughtWith: 3 },
    () => undefined,
  ),
  inModes(
    { name: 'keeps to a mode that has ended', breaks: ['28'], caughtWith: 3 },
    ({ setting, ...override }) => {
      if (setting === undefined) return override;
      const { untilMs: _end, ...endless } = setting;
      return { ...override, setting: endless };
    },
  ),
  inStore({ name: 'sets a mode for ever', breaks: ['28'], caughtWith: 3 }, (store) => ({
    setOverride: async (scope, { setting, ...override }) => {
      if (setting === undefined) return await store.setOverride(scope, override);
      const { untilMs: _end, ...endless } = setting;
      return await store.setOverride(scope, { ...override, setting: endless });
    },
  })),
  inProposals(
    { name: 'carries out what has expired', breaks: ['29'], caughtWith: 34 },
    ({ expiresAtMs }) => ({
      expiresAtMs: expiresAtMs + 3_600_000,
    }),
  ),
  inProposals({ name: 'takes one approval for two', breaks: ['29'], caughtWith: 23 }, () => ({
    approvalsNeeded: 1,
  })),
  inStore({ name: 'takes no denial for an end', breaks: ['6', '29'], caughtWith: 3 }, (store) => ({
    endProposal: async (proposal, end) => end.kind === 'DENIED' || (await store.endProposal(proposal, end)),
  })),
  inStore({ name: 'asks again at once after a denial', breaks: ['29'], caughtWith: 3 }, (store) => ({
    readLimits: async (component, operationId) => {
      const read = await store.readLimits(component, operationId);
      const { deniedUntilMs: _until, ...record } = read.limits.component;
      return { ...read, limits: { ...read.limits, component: record } };
    },
  })),
  {
    name: 'asks nobody about a proposal',
    breaks: ['29'],
    caughtWith: 3,
    create: () => ({
      call: async (call, proceed) => (isAsking(call) ? undefined : await proceed()),
    }),
  },
  {
    name: 'writes proposals that SNS refuses',
    breaks: ['29'],
    caughtWith: 3,
    create: () => ({
      call: async (call, proceed) => {
        if (isAsking(call)) throw new ServiceUnavailable('sns:Publish: InvalidParameter');
        return await proceed();
      },
    }),
  },
];
