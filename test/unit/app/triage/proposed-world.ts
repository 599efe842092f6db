import { triage } from '../../../../functions/app/triage/triage.ts';
import { operationIdOf } from '../../../../functions/core/operation/operation-id.ts';
import { configured } from '../../../factories/configuration.ts';
import { approvalEvent, signalEvent } from '../../../factories/events/selfheal-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld, type World } from '../../../factories/ports/world.ts';

type Parts = NonNullable<Parameters<typeof configured>[0]>;

export const ADA = 'arn:aws:sts::123456789012:assumed-role/oncall/ada';

export const GRACE = 'arn:aws:sts::123456789012:assumed-role/oncall/grace';

export const alert = signalEvent({
  component: 'web',
  metric: 'memory',
  origin: 'reconciler',
  current: 97,
  threshold: 90,
});

export const PROPOSAL = operationIdOf({ component: 'web', signalId: 'event-1', occurredAtMs: NOON });

export const configurationOf = (parts: Parts = {}) =>
  configured({ ...parts, settings: { mode: 'propose', ...parts.settings } });

/** With a proposal for `web`. */
export async function proposed(parts: Parts = {}): Promise<World> {
  const world = createWorld(configurationOf(parts));
  await triage(world, alert);
  return world;
}

let events = 0;

const nextId = () => {
  events += 1;
  return `decision-${events}`;
};

export const approve = (world: World, by = ADA, proposal = PROPOSAL) =>
  triage(world, approvalEvent({ command: 'approve', proposal, by }, nextId()));

export const deny = (world: World, detail: Readonly<Record<string, unknown>> = {}, by = ADA) =>
  triage(world, approvalEvent({ command: 'deny', proposal: PROPOSAL, by, ...detail }, nextId()));

export const proposalIn = async (world: World) => (await world.store.readHeldBack(PROPOSAL)).proposal;

export const subjects = (world: World) => world.notifier.sent.map(({ subject }) => subject);
