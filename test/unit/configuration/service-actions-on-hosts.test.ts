import { describe, expect, it } from 'vitest';
import { expectProblem, problemsOf } from './configuration-text.ts';
import { onHosts } from './resource-text.ts';

describe('an action on the service itself', () => {
  it.each(['{ type: restart_service, timeoutSeconds: 1m }', '{ type: health_check }'])(
    'works on hosts as well: %s',
    (step) => {
      expect(problemsOf(onHosts(step))).toEqual([]);
    },
  );

  it('needs a service on the hosts', () => {
    const step = '{ type: ▼restart_service, timeoutSeconds: 1m }';
    const yaml = onHosts(step).replace('service: nginx.service', 'tempPaths: [/var/tmp/web]');
    expectProblem(yaml, { code: 'missing-component-fact', path: 'strategies[0].actions[0].type' });
  });

  it('causes a warning if its time-out ends the check of hosts before the service had its time', () => {
    expectProblem(onHosts('▼{ type: health_check, timeoutSeconds: 19 }'), {
      code: 'action-timeout-too-short',
      path: 'strategies[0].actions[0]',
      severity: 'warning',
    });
  });
});
