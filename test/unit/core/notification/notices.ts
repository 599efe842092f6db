import type { Notice } from '../../../../functions/core/notification/notice.ts';
import { noticeOf } from '../../../../functions/core/notification/notice-of.ts';
import { configured } from '../../../factories/configuration.ts';

export const CONTEXT = {
  home: { account: '123456789012', region: 'eu-west-1' },
  configuration: configured({
    components: { web: { runbookUrl: 'https://wiki.example.com/web#restart' } },
  }),
};

/** The body of a failed repair, as the function `escalate` publishes it. */
export const FAILED = {
  kind: 'operation',
  message: 'Healing failed. It was rolled back. A person is needed.',
  operationId: '20261122T133000Z-1f3a',
  component: 'web',
  strategyId: 'restart',
  attempt: 2,
  reason: 'memory is 97 %',
  origin: 'alarm',
  metric: 'memory',
  errorType: 'MEMORY_LEAK',
  alarmName: 'selfheal-web-memory',
  current: 97,
  threshold: 90,
  rootCause: 'memory-exhaustion',
  confidence: 0.8,
  failure: { error: 'NotRecovered', cause: 'the alarm stayed in ALARM' },
  targets: {
    repaired: [],
    undone: ['i-a'],
    left: ['i-b'],
    untouched: ['i-c'],
    skipped: { 'i-d': 'offline' },
  },
  steps: [
    { stepId: 'heal-0', action: 'start_component', outcome: 'SUCCEEDED' },
    { stepId: 'verify-0', action: 'verify_health', outcome: 'FAILED', detail: 'port 80 refused' },
  ],
};

/** The same operation, had it not failed. */
export const HEALED = (({ failure: _, ...body }) => body)(FAILED);

export const SUBJECT = 'Selfheal: web: memory (restart, attempt 2)';

export const failedNotice = (): Notice => noticeOf({ subject: SUBJECT, body: FAILED }, CONTEXT);

/** Longer in every part than any channel takes, in characters that are escaped or take several bytes. */
export function longestNotice(): Notice {
  const text = '<&>"\\[x]*\u{1F6A8}ü'.repeat(1_000);
  const lines = Array.from({ length: 200 }, (_, index) => `${index} ${text}`);
  return {
    ...failedNotice(),
    title: text,
    message: text,
    facts: Array.from({ length: 12 }, (_, index) => ({ name: `Fact ${index}`, value: text })),
    done: lines,
    left: lines,
  };
}
