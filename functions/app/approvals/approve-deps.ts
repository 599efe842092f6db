import type { CompiledConfiguration } from '../../core/configuration/compiled.ts';
import type { Metrics } from '../../ports/announcers.ts';
import type { ApprovalStore, KeptSecret } from '../../ports/approvals.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OperationStore } from '../../ports/operation-store.ts';
import type { OperatorEvents } from '../../ports/operator-events.ts';

export interface ApproveDeps {
  readonly configuration: Pick<CompiledConfiguration, 'settings'>;
  readonly store: Pick<OperationStore, 'readHeldBack' | 'getPlan' | 'listRefusals' | 'recordRefusal'>;
  readonly approvals: ApprovalStore;
  readonly decisions: OperatorEvents;
  readonly linkKey: KeptSecret;
  readonly slackSecret: KeptSecret;
  readonly metrics: Pick<Metrics, 'refused'>;
  readonly clock: Clock;
}
