import { describe, expect, it } from 'vitest';
import { countAsHealthy, reconcileMarks } from '../../../../functions/app/recover/reconcile-marks.ts';
import {
  type ComponentRecord,
  EMPTY_FLEET,
  newComponentRecord,
} from '../../../../functions/core/admission/records.ts';
import { configured } from '../../../factories/configuration.ts';
import { NOON } from '../../../factories/operations/admissions.ts';
import { createWorld } from '../../../factories/ports/world.ts';

const SILENT = { by: ['monitor/orders', 'monitor/queue'], lastMs: NOON - 7 * 86_400_000 };
const PROPOSED = { proposal: { proposalId: 'proposal', expiresAtMs: NOON + 60_000 } };
const FAILURES = { failuresMs: { restart: [NOON] } };

/** A component with this record, and what is asked of the store. */
function counted(more: Partial<ComponentRecord>, unhealthy: readonly string[] = ['web'], isForgotten = true) {
  const world = createWorld(configured({ components: { web: {} } }));
  const record = { ...newComponentRecord('web'), ...more };
  const fleet = { ...EMPTY_FLEET, unhealthy };
  const asked: string[] = [];
  const ask = (what: string, answer: unknown) => async () => {
    asked.push(what);
    return answer;
  };
  const store = {
    readLimits: async () => ({ limits: { component: record, fleet } }),
    readComponents: async () => [record],
    endReports: ask('end reports', undefined),
    forgetAlerts: ask('forget alerts', { isForgotten }),
    markHealthy: ask('mark healthy', undefined),
    markUnhealthy: ask('mark unhealthy', undefined),
    noteRecovery: ask('note recovery', undefined),
  };
  const deps = { ...world, store: { ...world.store, ...store } as typeof world.store };
  return { deps, asked, fleet };
}

describe('a component whose alarms are OK', () => {
  it.each([
    ['failures that count towards a repair', FAILURES],
    ['that people know its attempts are spent', { exhaustionNotifiedAtMs: NOON }],
  ])('forgets %s, though it is not marked', async (_, more) => {
    const { deps, asked } = counted(more, []);
    expect(await countAsHealthy(deps, 'web')).toEqual(['web: no alarm is red']);
    expect(asked).toEqual(['forget alerts']);
  });

  it('changes nothing where there is nothing to forget', async () => {
    const { deps, asked } = counted({}, []);
    expect(await countAsHealthy(deps, 'web')).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('loses its mark', async () => {
    const { deps, asked } = counted({});
    expect(await countAsHealthy(deps, 'web')).toEqual(['web: no alarm is red']);
    expect(asked).toEqual(['mark healthy', 'forget alerts']);
  });

  it('keeps its mark where its record changes meanwhile', async () => {
    const { deps, asked } = counted(FAILURES, ['web'], false);
    expect(await countAsHealthy(deps, 'web')).toEqual([]);
    expect(asked).toEqual(['forget alerts']);
  });

  it('is no longer reported by what has been silent for long, which is named', async () => {
    const { deps, asked } = counted({ reports: SILENT });
    expect(await countAsHealthy(deps, 'web')).toEqual([
      'web: no alarm is red, and monitor/orders, monitor/queue is silent',
    ]);
    expect(asked).toEqual(['end reports', 'mark healthy', 'forget alerts']);
  });

  it('has recovered, so that people need decide nothing', async () => {
    const { deps, asked } = counted(PROPOSED);
    await countAsHealthy(deps, 'web');
    expect(asked).toEqual(['note recovery', 'mark healthy', 'forget alerts']);
  });

  it('has not recovered by what is silent', async () => {
    const silent = counted(PROPOSED);
    await countAsHealthy(silent.deps, 'web', true);
    expect(silent.asked).toEqual(['mark healthy', 'forget alerts']);
    const reported = counted({ ...PROPOSED, reports: SILENT });
    await countAsHealthy(reported.deps, 'web');
    expect(reported.asked).not.toContain('note recovery');
  });

  it('says so where they have had no data for long', async () => {
    const { deps } = counted({});
    expect(await countAsHealthy(deps, 'web', true)).toEqual(['web: its alarms have had no data for long']);
  });
});

describe('a marked component without alarms', () => {
  async function marks(more: Partial<ComponentRecord>, peers: readonly string[], allAnswer = true) {
    const { deps, asked, fleet } = counted(more);
    const lines: string[] = [];
    const round = {
      attempt: async (name: string, what: () => Promise<readonly string[]>) => {
        lines.push(name, ...(await what()));
      },
    };
    await reconcileMarks(deps, fleet, async () => ({ peers, allAnswer }) as never, round as never);
    return { lines, asked };
  }

  it('loses its mark when all its peers answer', async () => {
    expect(await marks({}, ['web'])).toEqual({
      lines: ['mark of web', 'web: all its peers answer, so it no longer counts as unhealthy'],
      asked: ['mark healthy', 'forget alerts'],
    });
  });

  it('keeps its mark while one does not, or a monitor reports it', async () => {
    expect(await marks({}, ['web'], false)).toEqual({ lines: ['mark of web'], asked: [] });
    const reports = { ...SILENT, lastMs: NOON };
    expect(await marks({ reports }, ['web'])).toEqual({ lines: ['mark of web'], asked: [] });
  });

  it('loses its mark when what reported it has been silent for long', async () => {
    expect(await marks({ reports: SILENT }, [])).toEqual({
      lines: [
        'mark of web',
        'web: monitor/orders, monitor/queue is silent, so it no longer counts as unhealthy',
      ],
      asked: ['end reports', 'mark healthy', 'forget alerts'],
    });
  });

  it('has recovered only where peers say so', async () => {
    const unmarked = ['mark healthy', 'forget alerts'];
    expect((await marks(PROPOSED, ['web'])).asked).toEqual(['note recovery', ...unmarked]);
    expect((await marks(PROPOSED, [])).asked).toEqual(unmarked);
    expect((await marks({}, ['web'])).asked).toEqual(unmarked);
    const reported = await marks({ ...PROPOSED, reports: SILENT }, ['web']);
    expect(reported.asked).toEqual(['end reports', ...unmarked]);
  });
});
