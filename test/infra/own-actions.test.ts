import { describe, expect, it } from 'vitest';
import { permissionsOf, roleOf } from './granted-permissions.ts';
import { resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

const text = (actions: string, steps: string) => `
${actions}
components:
  orders:
    targets: { custom: orders }
    health: { url: https://orders.example.com/health }
    signals: [errors]
strategies:
  - { id: heal, trigger: { metrics: [errors] }, actions: [${steps}] }
`;

/** What the functions of the engine may invoke, by function. */
function invokedBy(yaml: string): Readonly<Record<string, readonly string[]>> {
  const { engine } = synthesizeStacks(yaml);
  const functions = [...resourcesOf(engine, 'AWS::Lambda::Function').values()];
  return Object.fromEntries(
    functions.flatMap((lambda) => {
      const invoked = permissionsOf(engine, roleOf(lambda))
        .filter(({ action }) => action === 'lambda:InvokeFunction')
        .map(({ resource }) => resource);
      return invoked.length > 0 ? [[String(lambda.Properties['FunctionName']), invoked.sort()]] : [];
    }),
  );
}

const arn = (name: string) => `arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${name}`;

describe('the functions of a user', () => {
  it('may be invoked by the function that acts, each under the name that the file gives it', () => {
    const actions = 'actions: { restart: { type: invoke_function, params: { function: restart:live } } }';
    const steps =
      '{ type: restart }, { type: invoke_function, params: { function: scale } }, { type: restart }';
    expect(invokedBy(text(actions, steps))).toEqual({ 'selfheal-act': [arn('restart:live'), arn('scale')] });
  });

  it('get no permission for the resource that they are to heal, and Selfheal needs none', () => {
    const yaml = text('', '{ type: invoke_function, params: { function: scale } }').replace(
      'custom: orders',
      'ecsService: prod/orders',
    );
    expect(invokedBy(yaml)).toEqual({ 'selfheal-act': [arn('scale')] });
    expect(JSON.stringify(synthesizeStacks(yaml).engine)).not.toContain('"ecs:');
  });

  it('may be asked about lasting work by the functions that follow it, and have a rule for its end', () => {
    const brief = '{ type: invoke_function, params: { function: brief } }';
    const lasting = '{ type: invoke_function, params: { function: rebuild:live, lasting: true } }';
    const yaml = text('', `${brief}, ${lasting}`);
    expect(invokedBy(yaml)).toEqual({
      'selfheal-act': [arn('brief'), arn('rebuild:live')],
      'selfheal-prepare-rollback': [arn('rebuild:live')],
      'selfheal-reconcile': [arn('rebuild:live')],
    });
    const patterns = (text: string) =>
      [...resourcesOf(synthesizeStacks(text).engine, 'AWS::Events::Rule').values()].map(
        ({ Properties }) => Properties['EventPattern'],
      );
    const ended = expect.objectContaining({
      source: ['selfheal.action'],
      'detail-type': ['Selfheal Action Ended'],
      account: [expect.anything()],
    });
    expect(patterns(yaml)).toContainEqual(ended);
    expect(patterns(text('', brief))).not.toContainEqual(ended);
    expect(patterns(`settings: { sources: { actions: [] } }${yaml}`)).not.toContainEqual(ended);
  });

  it('cost no permission where there are none, or none that a strategy names', () => {
    const actions = 'actions: { restart: { type: invoke_function, params: { function: restart } } }';
    expect(invokedBy(text(actions, '{ type: notify_soc }'))).toEqual({});
  });
});

describe('the documents of a user', () => {
  const yaml = (steps: string) => `
actions: { clear: { type: run_document, params: { document: acme-clear-cache } } }
components:
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    health: { url: https://web.example.com/health }
    signals: [errors]
strategies:
  - { id: heal, trigger: { metrics: [errors] }, actions: [${steps}] }
`;
  /** Documents besides the engine's own that each function may send. */
  const sentBy = (text: string) => {
    const { engine } = synthesizeStacks(text);
    return Object.fromEntries(
      [...resourcesOf(engine, 'AWS::Lambda::Function').values()].flatMap((lambda) => {
        const sent = permissionsOf(engine, roleOf(lambda)).filter(
          ({ action, resource }) =>
            action === 'ssm:SendCommand' &&
            resource.includes(':document/') &&
            !resource.includes('/selfheal-'),
        );
        return sent.length > 0
          ? [[String(lambda.Properties['FunctionName']), sent.map((one) => one.resource)]]
          : [];
      }),
    );
  };
  /** The documents whose status events end an action. */
  const awaited = (text: string) =>
    [...resourcesOf(synthesizeStacks(text).engine, 'AWS::Events::Rule').values()].flatMap(
      ({ Properties }) =>
        (Properties['EventPattern'] as { readonly detail?: Readonly<Record<string, readonly string[]>> })
          ?.detail?.['document-name'] ?? [],
    );

  it('may be sent by the function that acts, and their ends are reported', () => {
    const text = yaml('{ type: clear }, { type: clear }');
    expect(sentBy(text)).toEqual({
      'selfheal-act': ['arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:document/acme-clear-cache'],
    });
    expect(awaited(text).filter((name) => !name.startsWith('selfheal-'))).toEqual(['acme-clear-cache']);
  });

  it('cost no permission where no strategy names them', () => {
    expect(sentBy(yaml('{ type: notify_soc }'))).toEqual({});
    expect(awaited(yaml('{ type: notify_soc }')).every((name) => name.startsWith('selfheal-'))).toBe(true);
  });
});

describe('the automations of a configuration', () => {
  const yaml = (actions: string, step: string) => `
settings: { repairTimeoutSeconds: 15m }
actions: { ${actions} }
components:
  orders:
    targets: { custom: orders }
    health: { url: https://orders.example.com/health }
    signals: [errors]
strategies:
  - { id: heal, trigger: { metrics: [errors] }, actions: [${step}] }
`;
  const OWN = 'scale: { type: run_automation, params: { document: Acme-Scale, version: "3" } }';
  const ROLE = 'arn:aws:iam::123456789012:role/automation';
  const AWSS = `restart: { type: run_automation, params: { document: AWS-RestartEC2Instance, role: '${ROLE}', accepts: { AutomationAssumeRole: { type: 'AWS::IAM::Role::Arn' } } } }`;
  /** Everything that functions may do with automations, and the roles that they may pass on. */
  const granted = (text: string) => {
    const { engine } = synthesizeStacks(text);
    return Object.fromEntries(
      [...resourcesOf(engine, 'AWS::Lambda::Function').values()].flatMap((lambda) => {
        const found = permissionsOf(engine, roleOf(lambda))
          .filter(({ action }) => action.includes('Automation') || action === 'iam:PassRole')
          .map(({ action, resource }) => `${action} on ${resource}`);
        return found.length > 0 ? [[String(lambda.Properties['FunctionName']), found.sort()]] : [];
      }),
    );
  };
  const ssm = 'arn:<AWS::Partition>:ssm:<AWS::Region>';
  const executions = `${ssm}:<AWS::AccountId>:automation-execution/*`;
  const looked = [`ssm:GetAutomationExecution on ${executions}`];
  const stopped = [...looked, `ssm:StopAutomationExecution on ${executions}`];

  it('are granted by document and version, and followed to their end', () => {
    const text = yaml(`${OWN}, ${AWSS}`, '{ type: scale }, { type: restart }');
    expect(granted(text)).toEqual({
      'selfheal-act': [
        `iam:PassRole on ${ROLE}`,
        `ssm:StartAutomationExecution on ${ssm}::automation-definition/AWS-RestartEC2Instance:$DEFAULT`,
        `ssm:StartAutomationExecution on ${ssm}::document/AWS-RestartEC2Instance`,
        `ssm:StartAutomationExecution on ${ssm}:<AWS::AccountId>:automation-definition/Acme-Scale:3`,
        `ssm:StartAutomationExecution on ${executions}`,
        `ssm:StartAutomationExecution on ${ssm}:<AWS::AccountId>:document/Acme-Scale`,
      ],
      'selfheal-command-status': looked,
      'selfheal-prepare-rollback': stopped,
      'selfheal-reconcile': stopped,
    });
    const rules = [...resourcesOf(synthesizeStacks(text).engine, 'AWS::Events::Rule').values()];
    expect(rules.map(({ Properties }) => Properties['EventPattern'])).toContainEqual(
      expect.objectContaining({
        'detail-type': ['EC2 Automation Execution Status-change Notification'],
        detail: expect.objectContaining({ Definition: ['AWS-RestartEC2Instance', 'Acme-Scale'] }),
      }),
    );
  });

  it('need no role to be passed on if they have none', () => {
    expect(granted(yaml(OWN, '{ type: scale }'))['selfheal-act']?.join(' ')).not.toContain('PassRole');
  });

  it('cost no permission and no rule where no strategy names them', () => {
    const text = yaml(OWN, '{ type: notify_soc }');
    expect(granted(text)).toEqual({});
    const rules = [...resourcesOf(synthesizeStacks(text).engine, 'AWS::Events::Rule').values()];
    expect(JSON.stringify(rules)).not.toContain('Automation');
  });
});

describe('the change calendars of a configuration', () => {
  const SHARED = 'arn:aws:ssm:eu-west-1:210987654321:document/shared';
  const yaml = (settings: string) => `
settings: { ${settings} }
windows: { nights: { calendars: [releases, '${SHARED}'] } }
components:
  web:
    targets: { instanceIds: [i-0123456789abcdef0] }
    health: { url: https://web.example.com/health }
    signals: [errors]
strategies:
  - { id: heal, trigger: { metrics: [errors] }, actions: [{ type: notify_soc }] }
`;
  const readBy = (text: string) => {
    const { engine } = synthesizeStacks(text);
    return Object.fromEntries(
      [...resourcesOf(engine, 'AWS::Lambda::Function').values()].flatMap((lambda) => {
        const read = permissionsOf(engine, roleOf(lambda)).filter(
          ({ action }) => action === 'ssm:GetCalendarState',
        );
        return read.length > 0
          ? [[String(lambda.Properties['FunctionName']), read.map(({ resource }) => resource).sort()]]
          : [];
      }),
    );
  };

  it('may be read by the functions that admit, and no other calendar', () => {
    const arns = ['arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:document/releases', SHARED].sort();
    expect(readBy(yaml('window: nights'))).toEqual({ 'selfheal-triage': arns, 'selfheal-reconcile': arns });
  });

  it('cost no permission where no component keeps to them', () => {
    expect(readBy(yaml(''))).toEqual({});
  });
});
