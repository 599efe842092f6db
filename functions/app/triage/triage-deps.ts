import type { Refusal } from '../../core/admission/refusal.ts';
import type { Home } from '../../core/signal/home.ts';
import type { Metrics, Notifier } from '../../ports/announcers.ts';
import type { ChangeStore } from '../../ports/change-store.ts';
import type { CorrelationStore } from '../../ports/correlation-store.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { LeaveToDependencyDeps } from '../diagnosis/leave-to-dependency.ts';
import type { AdmitDeps } from './admit.ts';

export interface TriageDeps
  extends AdmitDeps,
    Pick<LeaveToDependencyDeps, 'alarms' | 'watchdog' | 'events' | 'metricData' | 'discovered'> {
  readonly home: Home;
  readonly store: AdmitDeps['store'] &
    LeaveToDependencyDeps['store'] &
    Pick<
      OperationStore,
      | 'noteExhaustionNotified'
      | 'markHealthy'
      | 'forgetAlerts'
      | 'endReports'
      | 'recordRefusal'
      | 'setPause'
      | 'setOverride'
      | 'noteProposalNotified'
      | 'addApproval'
      | 'endProposal'
      | 'noteRecovery'
      | 'listOperations'
    >;
  readonly changes: Pick<ChangeStore, 'listChanges' | 'recordChange'>;
  readonly correlation: Pick<CorrelationStore, 'readBoards' | 'saveBoard'>;
  readonly notifier: Notifier;
  readonly metrics: Pick<Metrics, 'refused'>;
}

/** What the triage state machine branches on. */
export type TriageDecision =
  | {
      readonly decision: 'heal';
      readonly operationId: string;
      readonly component: string;
      readonly fence: number;
    }
  | ({ readonly decision: 'refuse' } & Refusal)
  | { readonly decision: 'observe'; readonly detail: string };
