import { describe, expect, it } from 'vitest';
import { proposalDecisionOf, selfhealApproval } from '../../../../functions/core/signal/approval-event.ts';
import {
  type Control,
  controlOf,
  isSetting,
  selfhealControl,
  settingOf,
} from '../../../../functions/core/signal/control-event.ts';
import { NOON } from '../../../factories/operations/admissions.ts';

const DAY_MS = 86_400_000;
const LONGEST_MS = 30 * DAY_MS;
const control = (detail: object) => controlOf(selfhealControl().parse(detail), NOON);
const problems = (detail: object) =>
  (selfhealControl().safeParse(detail).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('a control', () => {
  it.each<[object, Partial<Control>]>([
    [{ command: 'pause' }, { command: 'pause' }],
    [
      { command: 'pause', group: 'front' },
      { command: 'pause', scope: { kind: 'group', name: 'front' } },
    ],
    [{ command: 'resume' }, { command: 'resume' }],
    [
      { command: 'resume', group: 'front' },
      { command: 'resume', scope: { kind: 'group', name: 'front' } },
    ],
    [
      { command: 'include', component: 'web' },
      { command: 'include', scope: { kind: 'component', name: 'web' } },
    ],
    [
      { command: 'close_window', window: 'nights' },
      { command: 'close_window', scope: { kind: 'window', name: 'nights' } },
    ],
    [
      { command: 'set_mode', mode: 'auto' },
      { command: 'set_mode', mode: 'auto', scope: { kind: 'mode', name: 'everything' } },
    ],
    [
      { command: 'set_mode', mode: 'auto', group: 'front' },
      { command: 'set_mode', mode: 'auto', scope: { kind: 'group-mode', name: 'front' } },
    ],
  ])('without an end is about its part, and lasts: %j', (detail, expected) => {
    expect(control(detail)).toStrictEqual({ reason: 'no reason given', givenAtMs: NOON, ...expected });
  });

  it.each([
    [{ command: 'exclude', component: 'web' }, DAY_MS],
    [{ command: 'open_window', window: 'nights' }, DAY_MS / 12],
    [{ command: 'set_mode', mode: 'observe', component: 'web' }, DAY_MS],
  ])('that nobody may forget ends by itself: %j', (detail, lastsMs) => {
    expect(control(detail).untilMs).toBe(NOON + lastsMs);
    expect(control({ ...detail, for: '5m' }).untilMs).toBe(NOON + 300_000);
    expect(control({ ...detail, untilMs: NOON + 7 }).untilMs).toBe(NOON + 7);
    expect(control({ ...detail, untilMs: NOON + LONGEST_MS + 1 }).untilMs).toBe(NOON + LONGEST_MS);
  });

  it('that pauses ends when it says so', () => {
    expect(control({ command: 'pause', for: '2h', reason: 'release' })).toEqual({
      ...{ command: 'pause', reason: 'release', givenAtMs: NOON, untilMs: NOON + 7_200_000 },
    });
    expect(control({ command: 'pause', untilMs: NOON + LONGEST_MS + 1 }).untilMs).toBe(NOON + LONGEST_MS + 1);
  });

  it.each([
    [{ command: 'stop' }, 'command: pause, resume, exclude, include, open_window, close_window or set_mode'],
    [
      { command: 'pause', for: '2h', untilMs: NOON },
      ': `for` and `untilMs` exclude each other; leave one of them out',
    ],
    [
      { command: 'pause', untilMs: '1' },
      'untilMs: a whole number of milliseconds since 1970, without quotes',
    ],
    [
      { command: 'set_mode', mode: 'observe', group: 'front', component: 'web' },
      ': `group` and `component` exclude each other; leave one of them out',
    ],
    [
      { command: 'set_mode', mode: 'auto', for: '2h' },
      ': `auto` lifts what was set, at once; leave `for` and `untilMs` out',
    ],
    [
      { command: 'set_mode', mode: 'auto', untilMs: NOON },
      ': `auto` lifts what was set, at once; leave `for` and `untilMs` out',
    ],
    [{ command: 'set_mode', mode: 'off' }, 'mode: observe, propose or auto'],
  ])('that cannot be read is refused: %j', (detail, problem) => {
    expect(problems(detail)).toEqual([problem]);
  });

  it('sets something for a minute at least, and thirty days at most', () => {
    const fits = (duration: string) => problems({ command: 'pause', for: duration }).length === 0;
    expect(['59s', '1m', '30d', '30d1s'].map(fits)).toEqual([false, true, true, false]);
  });

  it('sets or lifts', () => {
    const pause = { reason: 'release', sinceMs: NOON };
    for (const command of ['pause', 'exclude', 'open_window'] as const) {
      expect(isSetting({ command })).toBe(true);
      expect(settingOf({ command }, pause)).toStrictEqual(pause);
      expect(settingOf({ command, mode: 'auto' }, pause)).toStrictEqual(pause);
    }
    for (const command of ['resume', 'include', 'close_window'] as const) {
      expect(isSetting({ command })).toBe(false);
      expect(settingOf({ command }, pause)).toBeUndefined();
    }
    expect(settingOf({ command: 'set_mode', mode: 'observe' }, pause)).toEqual({ ...pause, mode: 'observe' });
    expect(settingOf({ command: 'set_mode', mode: 'auto' }, pause)).toBeUndefined();
  });
});

describe('the decision about a proposal', () => {
  const decision = (detail: object) => proposalDecisionOf(selfhealApproval.parse(detail), NOON);
  const problem = (detail: object) =>
    selfhealApproval.safeParse({ command: 'approve', proposal: 'op-1', by: 'ada', ...detail }).error
      ?.issues[0]?.message;

  it('is an approval, or a denial for an hour unless it says otherwise', () => {
    const of = { proposal: 'op-1', by: 'ada' };
    expect(decision({ command: 'approve', ...of })).toEqual({
      ...{ command: 'approve', proposalId: 'op-1', by: 'ada', givenAtMs: NOON },
    });
    expect(decision({ command: 'deny', ...of, reason: 'load test' })).toEqual({
      ...{ command: 'deny', proposalId: 'op-1', by: 'ada', givenAtMs: NOON },
      ...{ reason: 'load test', untilMs: NOON + 3_600_000 },
    });
    expect(decision({ command: 'deny', ...of, for: '2h' }).untilMs).toBe(NOON + 7_200_000);
  });

  it.each([
    [{ command: 'maybe' }, 'approve or deny'],
    [{ proposal: 7 }, 'the id of a proposal'],
    [{ proposal: 'op 1' }, 'the id of a proposal, as `selfheal proposals` lists it'],
    [{ proposal: 'x'.repeat(65) }, 'the id of a proposal, as `selfheal proposals` lists it'],
    [{ by: undefined }, 'who decides: the ARN that `aws sts get-caller-identity` prints'],
    [{ by: '' }, 'who decides: a text that is not empty'],
    [{ by: 'x'.repeat(257) }, '256 characters at most'],
  ])('that cannot be read is refused: %j', (detail, message) => {
    expect(problem(detail)).toBe(message);
  });

  it('names its proposal and its person in as many characters as a record keeps', () => {
    expect(problem({ proposal: 'x'.repeat(64), by: 'x'.repeat(256) })).toBeUndefined();
  });
});
