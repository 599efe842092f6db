import type { Grant } from '../../../functions/core/admission/grant.ts';
import type { OverrideScope } from '../../../functions/core/admission/override.ts';
import type { Approval, Proposal, ProposalEnd } from '../../../functions/core/admission/proposal.ts';
import type { ClaimKey, Override, Pause, RepairQueue } from '../../../functions/core/admission/records.ts';
import type { RefusalRecord } from '../../../functions/core/admission/refusal.ts';
import type { ChangeEvent } from '../../../functions/core/change/change-event.ts';
import type { CompiledConfiguration } from '../../../functions/core/configuration/compiled.ts';
import type { Denial } from '../../../functions/core/denial.ts';
import type { Dependency } from '../../../functions/core/diagnosis/dependency-graph.ts';
import type { PagerDutyEvent } from '../../../functions/core/notification/channels/pagerduty.ts';
import type { Conclusion } from '../../../functions/core/operation/conclusion.ts';
import type { Layout } from '../../../functions/core/operation/layout.ts';
import type {
  Failure,
  Operation,
  PlannedStep,
  StepRecord,
} from '../../../functions/core/operation/operation.ts';
import type { Observation } from '../../../functions/core/verification/verification.ts';
import type { WatchdogEvent } from '../../../functions/core/watchdog/announce.ts';
import type { VantageReport } from '../../../functions/core/watchdog/votes.ts';
import type { Notification } from '../../../functions/ports/announcers.ts';
import type { ControlOutcome } from '../../../functions/ports/operation-store.ts';
import type { RunbookRequest as Sending } from '../../../functions/ports/runbook-runner.ts';
import type { HostEffect } from '../../../local/embedded/hosts/simulated-hosts.ts';
import type { ActingStep } from './acting-step.ts';

/** What happened, observed from outside: none of it is taken from what the engine claims. */
export type Happening =
  | { readonly kind: 'incident'; readonly component: string; readonly metric: string; readonly text: string }
  | { readonly kind: 'fault'; readonly id: string; readonly fault: string }
  | { readonly kind: 'faults-over' }
  /** The component has this host from now on. */
  | { readonly kind: 'host'; readonly component: string; readonly instanceId: string }
  /** It was terminated. */
  | { readonly kind: 'host-gone'; readonly component: string; readonly instanceId: string }
  /** Its agent is unreachable. */
  | { readonly kind: 'host-away'; readonly instanceId: string; readonly untilMs: number }
  | { readonly kind: 'outage'; readonly service: string; readonly untilMs: number }
  | {
      readonly kind: 'revoked';
      readonly handler: string;
      readonly action: string;
      readonly untilMs: number;
    }
  /** A call was refused because the function lacks a permission; `operationId` is empty if it was for no operation. */
  | {
      readonly kind: 'denied';
      readonly functionName: string;
      readonly method: string;
      readonly denial: Denial;
      readonly operationId: string;
      readonly invocation: number;
    }
  /** What a round of the reconciler reports to have done, one line each. */
  | { readonly kind: 'reported'; readonly done: readonly string[] }
  | { readonly kind: 'cured-by-hand' }
  | { readonly kind: 'deployed'; readonly configuration: CompiledConfiguration }
  | {
      readonly kind: 'admitted';
      readonly operation: Operation;
      readonly grant: Grant;
      /** The components that counted as unhealthy just before. */
      readonly unhealthy: readonly string[];
    }
  /** In observe mode: as it would have been admitted. */
  | { readonly kind: 'observed'; readonly operation: Operation; readonly grant: Grant }
  /** In propose mode: it waits for people. */
  | { readonly kind: 'proposed'; readonly proposal: Proposal; readonly grant: Grant }
  /** By one person, and it takes another. */
  | { readonly kind: 'approval-kept'; readonly proposalId: string; readonly approvals: readonly Approval[] }
  /** It was admitted with these. */
  | { readonly kind: 'approved'; readonly proposalId: string; readonly approvals: readonly Approval[] }
  | { readonly kind: 'proposal-ended'; readonly proposalId: string; readonly end: ProposalEnd }
  | { readonly kind: 'step-begun'; readonly key: ClaimKey; readonly stepId: string }
  | { readonly kind: 'taken-over'; readonly key: ClaimKey; readonly fence: number }
  | { readonly kind: 'step-ended'; readonly step: StepRecord }
  | { readonly kind: 'laid-out'; readonly operationId: string; readonly layout: Layout }
  | {
      readonly kind: 'rollback-begun';
      readonly operationId: string;
      readonly failure: Failure;
      readonly steps: readonly PlannedStep[];
    }
  | { readonly kind: 'concluded'; readonly conclusion: Conclusion }
  | { readonly kind: 'refused'; readonly refusal: RefusalRecord }
  | { readonly kind: 'pause'; readonly pause: Pause | undefined }
  /** What a person has set at run time for a part of the fleet, or lifted. */
  | { readonly kind: 'overridden'; readonly scope: OverrideScope; readonly override: Override }
  /** What the store answered to a control. */
  | {
      readonly kind: 'control';
      readonly command: 'pause' | 'resume' | 'set_mode';
      /** What a mode is set for, by its kind and name. @default it is no mode */
      readonly part?: string;
      readonly givenAtMs: number;
      readonly outcome: ControlOutcome;
    }
  | {
      readonly kind: 'counted-unhealthy' | 'counted-healthy' | 'alerts-forgotten';
      readonly component: string;
    }
  | { readonly kind: 'notified'; readonly notification: Notification }
  /** What the pager is sent. */
  | { readonly kind: 'paged'; readonly event: PagerDutyEvent }
  /** With instance ids: only these are broken, each separately. */
  | {
      readonly kind: 'sick';
      readonly component: string;
      readonly curedBy: readonly string[];
      readonly instanceIds?: readonly string[];
    }
  | { readonly kind: 'cured'; readonly component: string; readonly instanceId?: string }
  /** It is about to be cured, and nothing that was done did it. */
  | { readonly kind: 'passed'; readonly component: string }
  /** It is healthy itself, and looks unhealthy because of what it depends on. */
  | { readonly kind: 'suffering'; readonly component: string; readonly from: string }
  /** It no longer does because of that. */
  | { readonly kind: 'relieved'; readonly component: string; readonly from: string }
  /** What the store keeps of a change that people made. */
  | { readonly kind: 'change-recorded'; readonly event: ChangeEvent }
  /** What was discovered, as the store keeps it. */
  | { readonly kind: 'graph-kept'; readonly dependencies: readonly Dependency[] }
  /** Whose turn is next, as the store keeps it. */
  | { readonly kind: 'queued'; readonly queue: RepairQueue | undefined }
  | {
      readonly kind: 'alarm';
      readonly name: string;
      readonly component: string;
      readonly state: string;
      readonly instanceId?: string;
    }
  | { readonly kind: 'muted'; readonly alarmName: string; readonly untilMs: number }
  | {
      readonly kind: 'look';
      readonly component: string;
      readonly observation: Observation;
      readonly invocation: number;
      readonly operationId: string;
    }
  | { readonly kind: 'verdict-taken'; readonly invocation: number }
  | {
      readonly kind: 'act-invoked';
      readonly operationId: string;
      readonly stepId: string;
      readonly step: PlannedStep;
    }
  | { readonly kind: 'rollback-prepared'; readonly operationId: string }
  | { readonly kind: 'sent'; readonly request: Sending }
  /** What a vantage point of the watchdog recorded, which rounds were decided, and what was published about them. */
  | { readonly kind: 'vantage-report'; readonly report: VantageReport }
  | { readonly kind: 'round-decided'; readonly roundAtMs: number; readonly checks: number }
  | { readonly kind: 'announced'; readonly events: readonly WatchdogEvent[] }
  | { readonly kind: 'stopped'; readonly execution: string }
  /** By a service's API: it is done, and no runbook ends it. */
  | { readonly kind: 'effect'; readonly effect: HostEffect; readonly byService?: true }
  | {
      readonly kind: 'performed';
      readonly instanceId: string;
      readonly operationId: string;
      readonly stepId: string;
      readonly exitCode: number;
    }
  /** A setting of a resource was changed by a step. */
  | (ActingStep & {
      readonly kind: 'set';
      readonly setting: string;
      readonly before: string;
      readonly after: string;
      readonly invocation: number;
    })
  /** Another person changed a setting; what is relative has no value. */
  | {
      readonly kind: 'set-by-others';
      readonly component: string;
      readonly setting: string;
      readonly value: string;
    }
  /** The service was busy, and refused what another person wanted to change: half of it may be done. */
  | { readonly kind: 'others-refused'; readonly component: string }
  /** A step has on record what it is about to change. */
  | (ActingStep & { readonly kind: 'change-kept'; readonly invocation: number })
  /** A service has answered what a component's resource is like. */
  | {
      readonly kind: 'resource-read';
      readonly component: string;
      readonly invocation: number;
      /** The index of what happened next when it began: another invocation may have run meanwhile. */
      readonly beganAt: number;
    }
  /** To which hosts of a component its load balancer sends requests from now on. */
  | { readonly kind: 'in-service'; readonly component: string; readonly instanceIds: readonly string[] }
  /** Whether the security groups of a host cut it off from now on. */
  | {
      readonly kind: 'cut-off';
      readonly component: string;
      readonly instanceId: string;
      readonly isCutOff: boolean;
    }
  /** A person has let hosts back in. */
  | { readonly kind: 'let-in-by-hand'; readonly instanceIds: readonly string[] }
  | { readonly kind: 'disk-lost'; readonly instanceId: string };

export type Kind = Happening['kind'];
export type Of<Wanted extends Kind> = Extract<Happening, { readonly kind: Wanted }> & Timed;

interface Timed {
  readonly atMs: number;
  /** The order in which things happened, within a millisecond too. */
  readonly index: number;
}

/** Everything that happened in a run, in order. */
export interface Trace {
  readonly all: readonly (Happening & Timed)[];
  readonly note: (happening: Happening) => void;
  readonly of: <Wanted extends Kind>(kind: Wanted) => readonly Of<Wanted>[];
}

export function createTrace(nowMs: () => number): Trace {
  const all: (Happening & Timed)[] = [];
  const byKind = new Map<Kind, (Happening & Timed)[]>();
  return {
    all,
    note: (happening) => {
      const timed = { ...happening, atMs: nowMs(), index: all.length };
      all.push(timed);
      const same = byKind.get(happening.kind);
      if (same) same.push(timed);
      else byKind.set(happening.kind, [timed]);
    },
    of: <Wanted extends Kind>(kind: Wanted) => (byKind.get(kind) ?? []) as unknown as readonly Of<Wanted>[],
  };
}
