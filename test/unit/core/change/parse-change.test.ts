import { describe, expect, it } from 'vitest';
import { parseChange } from '../../../../functions/core/change/parse-change.ts';
import { parseSignal } from '../../../../functions/core/signal/parse-signal.ts';
import { configured } from '../../../factories/configuration.ts';
import {
  appConfigEvent,
  changeReport,
  codeDeployEvent,
  ecsDeploymentEvent,
  stackEvent,
} from '../../../factories/events/change-events.ts';

const NOW_MS = Date.parse('2026-11-22T13:00:05Z');
const changes = (more: object = {}) => ({ changes: more });

const CONFIGURATION = configured({
  components: {
    web: changes({ stacks: ['shop-production'] }),
    ui: changes({ stacks: ['shop-production'] }),
    unwatched: {},
  },
  strategies: [{ components: ['web'] }],
});

const parse = (event: unknown) => {
  const parsed = parseSignal(event, CONFIGURATION, NOW_MS);
  return parsed.kind === 'change-report' ? parseChange(parsed.report, CONFIGURATION) : parsed;
};
const changed = (event: unknown) => {
  const parsed = parse(event);
  if (parsed.kind !== 'changes') throw new Error(JSON.stringify(parsed));
  return parsed.changes;
};

describe('a report about changes', () => {
  it('is not understood with a time that cannot be right', () => {
    expect(parse({ ...changeReport({}), time: '2026-11-01T00:00:00Z' })).toEqual({
      kind: 'not-understood',
      problem: 'time 2026-11-01T00:00:00.000Z is more than 14 days ago; correct the sender’s clock',
    });
  });

  it('names no resource where it has no list of them', () => {
    const reported = (more: object) =>
      parseSignal({ ...stackEvent('UPDATE_COMPLETE'), ...more }, CONFIGURATION, NOW_MS);
    expect(reported({ resources: ['arn:1'] })).toMatchObject({ report: { resources: ['arn:1'] } });
    for (const resources of ['arn:1', undefined, [7]])
      expect(reported({ resources })).toMatchObject({ report: { resources: [] } });
  });
});

describe('an event of a service', () => {
  it('is a change of each component that lists what it changes', () => {
    const changeId = 'shop-production/Console-UpdateStack-7f59c3cf';
    expect(changed(stackEvent('UPDATE_ROLLBACK_FAILED'))).toMatchObject([
      { component: 'web', changeId, phase: 'failed' },
      { component: 'ui', changeId, phase: 'failed' },
    ]);
  });

  it('is not understood if its resources are no list', () => {
    const event = { ...ecsDeploymentEvent('SERVICE_DEPLOYMENT_IN_PROGRESS'), resources: 'all' };
    expect(parse(event)).toMatchObject({
      kind: 'not-understood',
      problem: expect.stringContaining('resources'),
    });
  });
});

describe('a deployment by the service that delivers to a component', () => {
  it('counts as a change of the component, though `changes` does not list it', () => {
    const configuration = configured({
      components: {
        web: { codeDeploy: 'shop/production', ...changes() },
        flags: { appConfig: 'ba8toh7/pgil2o7/ga3tqep', ...changes() },
        others: { appConfig: 'ba8toh7/pgil2o7/other01', ...changes() },
      },
    });
    const owners = (event: unknown) => {
      const signal = parseSignal(event, configuration, NOW_MS);
      if (signal.kind !== 'change-report') throw new Error(signal.kind);
      const parsed = parseChange(signal.report, configuration);
      return parsed.kind === 'changes' ? parsed.changes.map(({ component }) => component) : parsed.kind;
    };
    expect(owners(codeDeployEvent('START'))).toEqual(['web']);
    expect(owners(appConfigEvent('On Deployment Start'))).toEqual(['flags']);
  });
});

describe('a Selfheal Change', () => {
  const REPORT = { component: 'web', id: 'github/shop/8421', status: 'started' };

  it('names its component, its id and its phase', () => {
    expect(changed(changeReport({ ...REPORT, summary: 'v42', link: 'https://ci.example.com/8421' }))).toEqual(
      [
        {
          component: 'web',
          source: 'pipeline',
          kind: 'deployment',
          changeId: 'github/shop/8421',
          phase: 'started',
          atMs: Date.parse('2026-11-22T13:00:00Z'),
          summary: 'v42',
          link: 'https://ci.example.com/8421',
        },
      ],
    );
  });

  it('has its long summary shortened and a link that is not one removed', () => {
    const [change] = changed(
      changeReport({ ...REPORT, summary: 'x'.repeat(5_000), link: 'javascript:alert(1)' }),
    );
    expect(change?.summary.length).toBeLessThanOrEqual(300);
    expect(change).not.toHaveProperty('link');
  });

  it.each([
    ['https://ci.example.com', true],
    ['http://ci.example.com', false],
    ['see https://ci.example.com', false],
    ['https://ci.example.com and more', false],
    ['https://', false],
  ])('keeps a link only if it is one address: %s', (link, isKept) => {
    const [change] = changed(changeReport({ ...REPORT, link }));
    expect(change?.link).toBe(isKept ? link : undefined);
  });

  it.each(['deployment', 'configuration', 'scaling', 'maintenance'])(
    'is of the kind %s, and named after it where it has no summary',
    (kind) => {
      expect(changed(changeReport({ ...REPORT, kind }))).toMatchObject([
        { kind, summary: `${kind} github/shop/8421` },
      ]);
    },
  );

  it('keeps an id of 256 plain characters as it is', () => {
    const idOf = (id: string) => changed(changeReport({ ...REPORT, id }))[0]?.changeId;
    for (const id of ['a', 'A9:._/@+-', 'x'.repeat(256)]) expect(idOf(id)).toBe(id);
    for (const id of ['.a', '-a', 'x'.repeat(257)]) expect(idOf(id)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('may have the number of a run as its id', () => {
    expect(changed(changeReport({ ...REPORT, id: 8421 }))).toMatchObject([
      { changeId: '8421', summary: 'deployment 8421' },
    ]);
  });

  it.each([
    ['with other characters', 'build #42'],
    ['with a tilde', 'v1~rc1'],
    ['with parts of a path', '../../etc passwd'],
    ['of 300 characters', 'x'.repeat(300)],
    ['with half a surrogate pair', 'v\ud800'],
  ])('is not lost for an id %s, which is hashed, and people read as it is', (_, id) => {
    const [begun, ended] = ['started', 'finished'].flatMap((status) =>
      changed(changeReport({ ...REPORT, id, status })),
    );
    expect(begun?.changeId).toMatch(/^[0-9a-f]{64}$/);
    expect(ended?.changeId).toBe(begun?.changeId);
    expect(begun?.summary).toBe(
      `deployment ${id.toWellFormed()}`.slice(0, 299) + (id.length > 288 ? '…' : ''),
    );
    const [other] = changed(changeReport({ ...REPORT, id: `${id}!` }));
    expect(other?.changeId).not.toBe(begun?.changeId);
  });

  it.each([
    [{ ...REPORT, status: 'done' }, 'status "done": one of started, finished, failed'],
    [
      { ...REPORT, kind: 'upgrade' },
      'kind "upgrade": one of deployment, configuration, scaling, maintenance',
    ],
    [{ ...REPORT, id: '' }, 'id "": a text that is not empty'],
    [{ ...REPORT, id: ['8421'] }, 'id a list: a text'],
    [{ ...REPORT, id: undefined }, 'id missing: a text'],
    [
      { ...REPORT, comment: 'no' },
      '"comment": no such field; remove it, or use one of component, id, status, kind, summary, link',
    ],
    [
      { ...REPORT, component: 'unwatched' },
      'changes of unwatched are not watched: write `changes: {}` under the component in selfheal.yaml, and deploy',
    ],
  ])('has its problem named, instead of guessing what it means: %j', (detail, problem) => {
    expect(parse(changeReport(detail))).toEqual({ kind: 'not-understood', problem });
  });

  it('does not count for a component that does not exist', () => {
    expect(parse(changeReport({ ...REPORT, component: 'api' }))).toEqual({
      kind: 'unknown-component',
      name: 'api',
    });
  });

  it('does not count from a source that may not report changes', () => {
    expect(parse(changeReport(REPORT, 'selfheal.monitor'))).toMatchObject({
      kind: 'unknown-source',
      problem: expect.stringContaining('accepted from selfheal.pipeline'),
    });
  });
});
