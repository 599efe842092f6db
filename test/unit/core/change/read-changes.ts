import type { ChangeEvent } from '../../../../functions/core/change/change-event.ts';
import { parseChange } from '../../../../functions/core/change/parse-change.ts';
import type { ParsedChange } from '../../../../functions/core/change/parsed-change.ts';
import { configured } from '../../../factories/configuration.ts';

/** An event of EventBridge, as the factories build it. */
interface ChangeInEventBridge {
  readonly source: string;
  readonly 'detail-type': string;
  readonly id: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One component for each way in which a change belongs to one. */
const CONFIGURATION = configured({
  components: {
    deployed: { changes: { codeDeploy: ['shop/production'] } },
    stacked: { changes: { stacks: ['shop-production'] } },
    flagged: { changes: { appConfig: ['shop/production'] } },
    stored: { changes: { databases: ['orders-db'] } },
    scripted: { changes: { documents: ['deploy-web'] } },
    orders: { targets: { ecsService: 'production/orders' }, changes: {} },
    resize: { targets: { lambdaAlias: 'resize:live' }, changes: {} },
    store: { targets: { dbCluster: 'store' }, changes: {} },
    ledger: { targets: { dbInstance: 'ledger' }, changes: {} },
    workers: { targets: { autoScalingGroup: 'web-group' }, changes: {} },
    unwatched: {},
  },
  strategies: [{ components: ['deployed'] }],
});

/** What is made of an event, with some of its detail replaced; `undefined` leaves a field out. */
export function read(
  event: ChangeInEventBridge,
  detail: Readonly<Record<string, unknown>> = {},
  resources = event.resources,
): ParsedChange {
  const merged = Object.entries({ ...event.detail, ...detail }).filter(([, value]) => value !== undefined);
  return parseChange(
    {
      source: event.source,
      detailType: event['detail-type'],
      eventId: event.id,
      atMs: Date.parse(event.time),
      resources,
      detail: Object.fromEntries(merged),
    },
    CONFIGURATION,
  );
}

/** The result for one component, of an event of the factories. */
export function changeOf(change: Omit<ChangeEvent, 'atMs'>): ParsedChange {
  return { kind: 'changes', changes: [{ ...change, atMs: Date.parse('2026-11-22T13:00:00Z') }] };
}

export const ignored = (detail: string): ParsedChange => ({ kind: 'ignored', detail });
export const problem = (text: string): ParsedChange => ({ kind: 'not-understood', problem: text });
