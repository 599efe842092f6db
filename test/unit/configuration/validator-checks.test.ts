import { describe, expect, it } from 'vitest';
import { configurationText, expectProblem, problemsOf } from './configuration-text.ts';

const checked = (component: readonly string[], validator = 'systemd') =>
  configurationText({
    components: `components:
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    alarms: { memory: { metric: memory, threshold: 90 } }
${component.map((line) => `    ${line}\n`).join('')}`,
    strategies: `strategies:
  - id: restart
    trigger: { metrics: [memory] }
    actions: [{ type: verify_config, params: { validator: ▼${validator} } }, { type: start_component }]`,
  });

describe('verify_config with systemd as validator', () => {
  it.each([
    [
      ['service: web.service', 'configPaths: [/etc/systemd/system/web.service, /etc/web.conf]'],
      '`/etc/web.conf`',
    ],
    [
      ['service: web.service', 'serviceManager: sysv', 'configPaths: [/etc/systemd/system/web.service]'],
      'needs systemd',
    ],
  ])('is refused for %s', (component, expected) => {
    const { message } = expectProblem(checked(component), {
      code: 'parameter-refused',
      path: 'strategies[0].actions[0].params.validator',
    });
    expect(message).toContain(expected);
  });

  it('accepts unit files', () => {
    const text = checked(['service: web.service', 'configPaths: [/etc/systemd/system/web.service]']).replace(
      '▼',
      '',
    );
    expect(problemsOf(text)).toEqual([]);
  });

  it('leaves other validators alone', () => {
    expect(
      problemsOf(checked(['service: web.service', 'configPaths: [/etc/web.json]'], 'json').replace('▼', '')),
    ).toEqual([]);
  });
});
