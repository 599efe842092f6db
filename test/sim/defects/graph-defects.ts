import type { ComponentRecord, Limits } from '../../../functions/core/admission/records.ts';
import type { IncidentBoard } from '../../../functions/core/correlation/correlated-incident.ts';
import type { ShardRecord } from '../../../functions/core/watchdog/shard-record.ts';
import type { AdmitOutcome } from '../../../functions/ports/operation-store.ts';
import type { DependencyCall } from '../../../local/embedded/lambda/sandbox.ts';
import { FLEETS } from '../fleet/fleets.ts';
import { MISTRACED } from '../fleet/mistraced.ts';
import type { Defect, DefectHooks, DefectRow } from './defect.ts';
import { isCall } from './is-call.ts';

/** A mistake in what triage is answered. */
const inAnswers = (row: DefectRow, change: (call: DependencyCall, answer: unknown) => unknown): Defect => ({
  ...row,
  create: () => ({
    call: async (call, proceed) => change(call, await proceed()),
  }),
});

const inConfiguration = (
  row: DefectRow,
  configuration: NonNullable<DefectHooks['configuration']>,
): Defect => ({
  ...row,
  create: () => ({ configuration }),
});

/** A call that is never made. */
const without = (row: DefectRow, isIt: (call: DependencyCall) => boolean): Defect => ({
  ...row,
  create: () => ({
    call: async (call, proceed) => (isIt(call) ? undefined : await proceed()),
  }),
});

const unqueued = ({ component, fleet: { queue: _queue, ...fleet } }: Limits): Limits => ({
  component,
  fleet,
});

/** Mistakes about what depends on what, what was changed, whose turn it is, and what was learned. */
export const GRAPH_DEFECTS: readonly Defect[] = [
  inAnswers(
    { name: 'looks at no alarms but those of the alarmed component', breaks: ['19'], caughtWith: 10 },
    (call, answer) => {
      if (!isCall(call, 'triage', 'alarms', 'redSince')) return answer;
      const [names] = call.args as readonly [readonly string[]];
      const own = FLEETS.chain.alarms[names[0] ?? '']?.component;
      const since = answer as ReadonlyMap<string, number>;
      return new Map([...since].filter(([name]) => FLEETS.chain.alarms[name]?.component === own));
    },
  ),
  inAnswers(
    { name: 'forgets which dependencies are being healed', breaks: ['19'], caughtWith: 47 },
    (call, answer) =>
      isCall(call, 'triage', 'store', 'readComponents')
        ? (answer as readonly ComponentRecord[]).map(({ claim: _claim, ...record }) => ({
            ...record,
            attemptsMs: {},
          }))
        : answer,
  ),
  inAnswers({ name: 'overlooks changes in progress', breaks: ['20'], caughtWith: 10 }, (call, answer) =>
    isCall(call, 'triage', 'changes', 'listChanges') ? [] : answer,
  ),
  inAnswers(
    { name: 'takes every alarm for an incident of its own', breaks: ['21'], caughtWith: 63 },
    (call, answer) =>
      isCall(call, 'triage', 'correlation', 'readBoards')
        ? (answer as readonly IncidentBoard[]).map((board) => ({ ...board, incidents: [] }))
        : answer,
  ),
  {
    name: 'notes of no incident that people were called',
    breaks: ['21'],
    caughtWith: 63,
    create: () => ({
      call: async (call, proceed) => {
        if (isCall(call, 'triage', 'correlation', 'saveBoard')) {
          const [board] = call.args as readonly [IncidentBoard];
          const incidents = board.incidents.map((incident) => ({ ...incident, personCalls: {} }));
          Object.assign(board, { incidents });
        }
        return await proceed();
      },
    }),
  },
  without({ name: 'calls nobody about what it does not heal', breaks: ['21'], caughtWith: 63 }, (call) => {
    const [notification] = call.args as readonly [{ readonly body?: { readonly kind?: unknown } }?];
    return isCall(call, 'triage', 'notifier', 'notify') && notification?.body?.kind === 'cause-elsewhere';
  }),
  inAnswers(
    { name: 'admits newcomers before those that wait', breaks: ['22'], caughtWith: 1 },
    (call, answer) => {
      if (isCall(call, 'triage', 'store', 'readLimits')) {
        const read = answer as { readonly limits: Limits };
        return { ...read, limits: unqueued(read.limits) };
      }
      if (!isCall(call, 'triage', 'store', 'admit')) return answer;
      const outcome = answer as AdmitOutcome;
      return outcome.outcome === 'conflict' && outcome.limits
        ? { ...outcome, limits: unqueued(outcome.limits) }
        : outcome;
    },
  ),
  inConfiguration(
    { name: 'reorders strategies that are not interchangeable', breaks: ['23'], caughtWith: 743 },
    (deployed) => ({
      ...deployed,
      strategies: deployed.strategies.map((strategy) => ({
        ...strategy,
        interchangeable: strategy.trigger.metrics.join('-'),
      })),
    }),
  ),
  inConfiguration(
    { name: 'takes what was discovered for declared', breaks: ['31'], caughtWith: 34 },
    (deployed) => ({
      ...deployed,
      components: Object.fromEntries(
        Object.entries(deployed.components).map(([name, component]) => {
          const seen = MISTRACED.flatMap(({ caller, callee }) => (caller === name ? [callee] : []));
          return [name, { ...component, dependsOn: [...component.dependsOn, ...seen] }];
        }),
      ),
    }),
  ),
  inAnswers(
    { name: 'forgets no heartbeat that was missed', breaks: ['31'], caughtWith: 118 },
    (call, answer) =>
      isCall(call, 'triage', 'watchdog', 'listShards')
        ? (answer as readonly ShardRecord[]).map((shard) => ({
            ...shard,
            states: Object.fromEntries(
              Object.entries(shard.states).map(([name, state]) => [name, { ...state, status: 'OFFLINE' }]),
            ),
          }))
        : answer,
  ),
  inConfiguration({ name: 'knows of no demand', breaks: ['30'], caughtWith: 47 }, (deployed) => ({
    ...deployed,
    components: Object.fromEntries(
      Object.entries(deployed.components).map(([name, { demand: _unknown, ...component }]) => [
        name,
        component,
      ]),
    ),
  })),
  inConfiguration(
    { name: 'applies what learning is only to suggest', breaks: ['23'], caughtWith: 96 },
    (deployed) => ({
      ...deployed,
      settings: { ...deployed.settings, learning: { ...deployed.settings.learning, mode: 'apply' } },
    }),
  ),
];
