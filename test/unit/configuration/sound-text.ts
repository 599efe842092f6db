import { expect } from 'vitest';
import { problemsOf } from './configuration-text.ts';

/** A sound text. */
export const TEXT = `components:
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: nginx.service
    alarms: { memory: { metric: memory, threshold: 90 } }
    maxConcurrentTargets: 1
strategies:
  - id: restart
    trigger: { metrics: [memory] }
    actions: [{ type: start_component }]
    maxAttempts: 2
    cooldownSeconds: 60
`;

/** Each problem of a sound text in which one thing was replaced, as `line: message → remedy`. */
export function said(from: string, to: string): readonly string[] {
  expect(TEXT).toContain(from);
  return problemsOf(TEXT.replace(from, () => to)).map(
    ({ line, message, remedy }) => `${line}: ${message} → ${remedy}`,
  );
}

/** What is expected where an id belongs. */
export const ID = 'expected an EC2 instance id (i-0123456789abcdef0) or a managed node id (mi-…)';
