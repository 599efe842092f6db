import type { CompiledConfiguration } from '../configuration/compiled.ts';
import type { Component } from '../configuration/schema/schema.ts';
import type { Operation } from '../operation/operation.ts';
import type { HealthAlert } from '../signal/health-alert.ts';
import { withMember } from './budgets.ts';
import type { Grant } from './grant.ts';
import { grantedOperation } from './granted-operation.ts';
import type { ModeInForce } from './mode-now.ts';
import type { ComponentRecord, FleetRecord, Limits } from './records.ts';
import type { Refusal } from './refusal.ts';

/** What an operation may take down, as far as it is known without asking the hosts. */
export interface BlastRadius {
  /** The targets that the alert names; otherwise how the component's are selected. */
  readonly targets: readonly string[];
  readonly maxConcurrentTargets: number;
  readonly group?: {
    readonly name: string;
    readonly members: number;
    /** Members that are neither in flight nor known to be unhealthy while it runs. */
    readonly healthyLeft: number;
    readonly minHealthy: number;
  };
}

export interface Approval {
  /** As IAM calls the person, or as the sender does. */
  readonly by: string;
  readonly atMs: number;
  readonly reason?: string;
}

export const PROPOSAL_ENDS = ['APPROVED', 'DENIED', 'WITHDRAWN'] as const;

/** How a proposal ended, if it did not expire. */
export interface ProposalEnd {
  readonly kind: (typeof PROPOSAL_ENDS)[number];
  readonly atMs: number;
  /** Who denied it, or gave the last approval. */
  readonly by?: string;
  readonly reason?: string;
  /** Of a denial: until then the component is not proposed again. */
  readonly untilMs?: number;
}

/** An operation that waits for people's approval. */
export interface Proposal {
  /** As it would have begun when it was proposed; its id is the proposal's. */
  readonly operation: Operation;
  readonly expiresAtMs: number;
  readonly approvalsNeeded: number;
  readonly blastRadius: BlastRadius;
  /** The mode set at run time without which it would have been carried out. @default the configuration's */
  readonly setMode?: ModeInForce;
  /** Of different people. */
  readonly approvals: readonly Approval[];
  readonly notifiedAtMs?: number;
  readonly end?: ProposalEnd;
}

export type ProposalState = 'OPEN' | 'EXPIRED' | ProposalEnd['kind'];

/** It expires by itself: nothing has to write that down. */
export function proposalState({ end, expiresAtMs }: Proposal, nowMs: number): ProposalState {
  return end?.kind ?? (expiresAtMs <= nowMs ? 'EXPIRED' : 'OPEN');
}

/** Whether a recovery leaves nothing to decide; events come late, and one that is older than the alert does not count. */
export function isWithdrawnBy(proposal: Proposal, recoveredAtMs: number): boolean {
  const isLater = recoveredAtMs >= proposal.operation.alert.occurredAtMs;
  return isLater && proposalState(proposal, recoveredAtMs) === 'OPEN';
}

/** Why a proposal can no longer be decided; `undefined` while it is open. */
export function closedRefusal(proposal: Proposal, nowMs: number): Refusal | undefined {
  const state = proposalState(proposal, nowMs);
  if (state === 'OPEN') return undefined;
  const { end, expiresAtMs, operation } = proposal;
  const by = end?.by === undefined ? '' : ` by ${end.by}`;
  const at = new Date(end?.atMs ?? expiresAtMs).toISOString();
  const detail = `proposal ${operation.operationId} has ended: ${state}${by} at ${at}`;
  return { reason: 'PROPOSAL_CLOSED', detail };
}

/** Why there is no other proposal for a component now; `undefined` if there may be one. */
export function proposalRefusal(record: ComponentRecord, nowMs: number): Refusal | undefined {
  const { proposal, deniedUntilMs = 0 } = record;
  if (proposal && proposal.expiresAtMs > nowMs) {
    const { proposalId, expiresAtMs } = proposal;
    return { reason: 'AWAITING_APPROVAL', detail: `proposal ${proposalId}`, eligibleAtMs: expiresAtMs };
  }
  if (deniedUntilMs <= nowMs) return undefined;
  return { reason: 'DENIED', detail: 'a person denied a proposal', eligibleAtMs: deniedUntilMs };
}

export function proposalOf(
  alert: HealthAlert,
  grant: Grant,
  configuration: CompiledConfiguration,
  fleet: FleetRecord,
  setMode?: ModeInForce,
): Proposal {
  const { strategy, component } = grant.plan;
  return {
    operation: grantedOperation(alert, grant),
    expiresAtMs: grant.startedAtMs + configuration.settings.proposalSeconds * 1_000,
    approvalsNeeded: strategy.approvals ?? 1,
    blastRadius: {
      targets: alert.targets.length > 0 ? alert.targets : selected(component),
      maxConcurrentTargets: component.maxConcurrentTargets,
      ...groupPart(alert.component, component, configuration, fleet),
    },
    ...(setMode && { setMode }),
    approvals: [],
  };
}

function selected({ targets }: Component): readonly string[] {
  if ('instanceIds' in targets) return targets.instanceIds;
  if ('tags' in targets)
    return [
      `all nodes with ${Object.entries(targets.tags)
        .map((tag) => tag.join('='))
        .join(', ')}`,
    ];
  if ('autoScalingGroup' in targets)
    return [`all nodes of the Auto Scaling group ${targets.autoScalingGroup}`];
  return Object.values(targets).map(String);
}

function groupPart(
  name: string,
  component: Component,
  { groups }: CompiledConfiguration,
  { inFlight, unhealthy }: FleetRecord,
): Pick<BlastRadius, 'group'> {
  const group = component.group === undefined ? undefined : groups[component.group];
  if (component.group === undefined || !group) return {};
  const lost = new Set([...inFlight, ...unhealthy, name]);
  return {
    group: {
      name: component.group,
      members: group.members.length,
      healthyLeft: group.members.filter((member) => !lost.has(member)).length,
      minHealthy: group.minHealthy,
    },
  };
}

/** The limits after a proposal: it is its component's only one, and the component counts as unhealthy. */
export function withProposed({ component, fleet }: Limits, { operation, expiresAtMs }: Proposal): Limits {
  const { deniedUntilMs: _over, ...record } = component;
  return {
    component: {
      ...record,
      revision: component.revision + 1,
      proposal: { proposalId: operation.operationId, expiresAtMs },
    },
    fleet: {
      ...fleet,
      revision: fleet.revision + 1,
      unhealthy: withMember(fleet.unhealthy, component.component),
    },
  };
}
