import { describe, expect, it } from 'vitest';
import { expectProblem, problemsOf } from './configuration-text.ts';

const text = (actions: string, file = '/etc/haproxy/rules/one.cfg') => `components:
  edge:
    targets: { instanceIds: [i-0123456789abcdef0] }
    service: haproxy.service
    rules: { engine: haproxy, files: [${file}, /etc/haproxy/rules/two.cfg] }
    signals: [errors]
strategies:
  - id: heal
    trigger: { metrics: [errors] }
    actions: [${actions}]
`;

describe('rule files in the configuration', () => {
  it('may be moved aside where the component has them', () => {
    expect(
      problemsOf(text('{ type: disable_rules, params: { files: [/etc/haproxy/rules/two.cfg] } }')),
    ).toEqual([]);
  });

  it('cannot be moved aside where the component does not have them', () => {
    const problem = expectProblem(
      text('{ type: disable_rules, params: { files: [▼/etc/haproxy/rules/three.cfg] } }'),
      { code: 'unknown-rule-file', path: 'strategies[0].actions[0].params.files[0]' },
    );
    expect(problem.message).toBe(
      '`/etc/haproxy/rules/three.cfg` is not one of the rule files of component `edge`, which has `/etc/haproxy/rules/one.cfg`, `/etc/haproxy/rules/two.cfg`',
    );
  });

  it('have to be named', () => {
    expectProblem(text('▼{ type: disable_rules }'), {
      code: 'missing-key',
      path: 'strategies[0].actions[0].params.files',
    });
  });

  it.each([
    ['▼/usr/share/rules/one.cfg', 'protected-directory'],
    ['▼/var/run/rules/one.cfg', 'linked-path'],
  ] as const)('must be files of the service: %s is refused', (file, code) => {
    expectProblem(text('{ type: reload_engine }', file), { code, path: 'components.edge.rules.files[0]' });
  });
});
