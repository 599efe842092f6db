import { describe, expect, it } from 'vitest';
import type { RefusalReason } from '../../../../functions/core/admission/refusal.ts';
import { byPriority, type Issue, priorityOf } from '../../../../functions/core/issue/issue.ts';
import type { Outlook } from '../../../../functions/core/issue/outlook.ts';

const issue = (more: Partial<Issue>): Issue => ({
  ...{ kind: 'alarm', priority: 3, subject: 'a', problem: 'is red', severity: 'CRITICAL', ...more },
});

describe('issues', () => {
  it('are in the order of their priority, kind, age and subject, in this order', () => {
    const sorted = [
      issue({ priority: 1, kind: 'operation', sinceMs: 9, subject: 'z' }),
      issue({ priority: 2, kind: 'own-alarm', sinceMs: 9, subject: 'z' }),
      issue({ priority: 2, kind: 'alarm', subject: 'y' }),
      issue({ priority: 2, kind: 'alarm', sinceMs: 1, subject: 'z' }),
      issue({ priority: 2, kind: 'alarm', sinceMs: 2, subject: 'b' }),
      issue({ priority: 2, kind: 'alarm', sinceMs: 2, subject: 'c' }),
      issue({ priority: 2, kind: 'alarm', sinceMs: 3, subject: 'a' }),
      issue({ priority: 2, kind: 'peer', subject: 'a' }),
    ];
    expect(sorted.toReversed().toSorted(byPriority)).toEqual(sorted);
    expect([...sorted.slice(4), ...sorted.slice(0, 4)].toSorted(byPriority)).toEqual(sorted);
  });

  const refused = (reason: RefusalReason): Outlook => ({ kind: 'refused', refusal: { reason, detail: '' } });
  const admitted = (mode: 'auto' | 'propose' | 'observe'): Outlook => ({
    ...{ kind: 'admitted', strategyId: 'restart', mode },
  });

  it.each<readonly [string, Outlook, number]>([
    ['nothing heals', { kind: 'none' }, 1],
    ['is only observed', admitted('observe'), 1],
    ['will be proposed', admitted('propose'), 3],
    ['will be repaired', admitted('auto'), 3],
    ['is proposed', { kind: 'proposed', proposalId: 'p', expiresAtMs: 1 }, 2],
    ['is being repaired', { kind: 'in-flight', operationId: 'o', strategyId: 's' }, 3],
    ['waits for its cause', refused('CAUSE_ELSEWHERE'), 3],
    ['waits for a change', refused('CHANGE_IN_PROGRESS'), 3],
    ['cools down', refused('COOLDOWN'), 3],
    ['waits for the fleet', refused('FLEET_BUSY'), 3],
    ['waits for its group', refused('GROUP_BUSY'), 3],
    ['is in progress', refused('IN_PROGRESS'), 3],
    ['waits for its targets', refused('TARGET_BUSY'), 3],
    ['waits for more alerts', refused('TRIGGER_PENDING'), 3],
    ['is excluded', refused('EXCLUDED'), 1],
    ['is paused', refused('PAUSED'), 1],
  ])('of something critical that %s have the priority that fits', (_, outlook, priority) => {
    expect(priorityOf('CRITICAL', outlook)).toBe(priority);
    expect(priorityOf('WARNING', outlook)).toBe(priority === 1 ? 4 : priority);
  });
});
