import { describe, expect, it } from 'vitest';
import { verdictsOf } from './configuration-text.ts';
import { ECS, HEALTH, HOSTS, inRollback, on, onHosts } from './steps-text.ts';

const DATABASE = `${HOSTS}, database: { engine: redis, dataDirectory: /var/lib/redis }`;
const RULES = `${HOSTS}, rules: { engine: nginx, files: [/etc/a.conf, /etc/b.conf] }`;

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'an action that is usually not done in time',
    on(ECS, '{ type: restart_service, timeoutSeconds: 119 }'),
    [
      'warning action-timeout-too-short strategies[0].actions[0]: restart_service on component `web`, which has an `ecsService` target, usually takes 120 s or more, and its time-out of 119 s may end it first → Write `timeoutSeconds: 10m`, and raise `settings.repairTimeoutSeconds` accordingly.',
    ],
  ],
  ['an action that may just be done in time', on(ECS, '{ type: restart_service, timeoutSeconds: 120 }'), []],
  [
    'a delivery that is usually not done in time',
    on(
      `${ECS}, codeDeploy: a/b`,
      '{ type: rollback_deployment, params: { by: code_deploy }, timeoutSeconds: 119 }',
    ),
    [
      'warning action-timeout-too-short strategies[0].actions[0]: rollback_deployment on component `web`, which has an `ecsService` target, usually takes 120 s or more, and its time-out of 119 s may end it first → Write `timeoutSeconds: 10m`, and raise `settings.repairTimeoutSeconds` accordingly.',
    ],
  ],
  [
    'a delivery that may just be done in time',
    on(
      `${ECS}, codeDeploy: a/b`,
      '{ type: rollback_deployment, params: { by: code_deploy }, timeoutSeconds: 120 }',
    ),
    [],
  ],
  [
    'a function that nobody waits for',
    onHosts('{ type: invoke_function, params: { function: f }, timeoutSeconds: 46 }'),
    [
      'error out-of-range strategies[0].actions[0].timeoutSeconds: invoke_function is waited for 45 s at most, and its time-out is 46 s → Write 45 or less; or have the function answer `running` and add `lasting: true` to its `params`.',
    ],
  ],
  [
    'a function that is just waited for',
    onHosts('{ type: invoke_function, params: { function: f }, timeoutSeconds: 45 }'),
    [],
  ],
  [
    'a delivery of a rollback plan that takes long',
    inRollback(
      `${ECS}, codeDeploy: a/b`,
      '{ type: rollback_deployment, params: { by: code_deploy }, timeoutSeconds: 60 }',
    ),
    [
      'warning action-timeout-too-short strategies[0].rollback.actions[0]: rollback_deployment on component `web`, which has an `ecsService` target, usually takes 120 s or more, and its time-out of 60 s may end it first → Write `timeoutSeconds: 10m`, and raise `settings.repairTimeoutSeconds` accordingly.',
    ],
  ],
  [
    'PostgreSQL’s switch on Redis',
    on(DATABASE, '{ type: switch_to_readonly }, { type: resume_writes }'),
    [
      'error missing-component-fact strategies[0].actions[0].type: switch_to_readonly needs PostgreSQL, and the database of component `web` has `engine: redis` → Remove the action, or list the strategy’s `components` and leave out `web`.',
      'error missing-component-fact strategies[0].actions[1].type: resume_writes needs PostgreSQL, and the database of component `web` has `engine: redis` → Remove the action, or list the strategy’s `components` and leave out `web`.',
    ],
  ],
  [
    'PostgreSQL’s switch on Redis in a rollback plan',
    inRollback(DATABASE, '{ type: switch_to_readonly }'),
    [
      'error missing-component-fact strategies[0].rollback.actions[0].type: switch_to_readonly needs PostgreSQL, and the database of component `web` has `engine: redis` → Remove the action, or list the strategy’s `components` and leave out `web`.',
    ],
  ],
  [
    'a rule file that the component lacks',
    on(RULES, '{ type: disable_rules, params: { files: [/etc/a.conf, /etc/c.conf] } }'),
    [
      'error unknown-rule-file strategies[0].actions[0].params.files[1]: `/etc/c.conf` is not one of the rule files of component `web`, which has `/etc/a.conf`, `/etc/b.conf` → Add it to components.web.rules.files, or name one of these.',
    ],
  ],
  [
    'a rule file in a rollback plan',
    inRollback(RULES, '{ type: disable_rules, params: { files: [/etc/c.conf] } }'),
    [
      'error unknown-rule-file strategies[0].rollback.actions[0].params.files[0]: `/etc/c.conf` is not one of the rule files of component `web`, which has `/etc/a.conf`, `/etc/b.conf` → Add it to components.web.rules.files, or name one of these.',
    ],
  ],
  [
    'a revision whose roles may not be passed',
    on('targets: { ecsService: prod/web }', '{ type: rollback_deployment, timeoutSeconds: 2m }'),
    [
      'warning missing-component-fact strategies[0].actions[0].type: strategy `heal` uses rollback_deployment on component `web`, which declares no `taskRoles`: ECS refuses a revision that has a task role or an execution role, unless selfheal-act may pass it → Add `taskRoles:` with the ARNs of both roles to components.web, unless its task definitions have none.',
    ],
  ],
  [
    'params of another kind of target',
    on(
      'targets: { lambdaAlias: orders:live }',
      '{ type: increase_resources, params: { ladder: [{ cpuUnits: 256 }] } }',
    ),
    [
      'error parameter-refused strategies[0].actions[0].type: increase_resources cannot be done with these `params` on component `web`, which has a `lambdaAlias` target: `cpuUnits`: its sizes have memoryMiB only → Correct `params` of the action, or list the strategy’s `components` and leave it out.',
    ],
  ],
  [
    'an action for hosts',
    on(
      ECS,
      '{ type: isolate_network, params: { limitSeconds: 1h } }',
      ', rollback: { onFailure: maintain_isolation }',
    ),
    [
      'error hosts-needed strategies[0].actions[0].type: strategy `heal` uses isolate_network, which needs hosts, on component `web`, which has an `ecsService` target → Use an action for an `ecsService` target, such as `invoke_function`, or list the strategy’s `components` and leave out `web`.',
    ],
  ],
  [
    'an action for other targets',
    onHosts('{ type: scale_resources, params: { to: 3 } }'),
    [
      'error other-target-needed strategies[0].actions[0].type: strategy `heal` uses scale_resources, which on hosts needs an Auto Scaling group, on component `web`, which names none → Choose its hosts by `autoScalingGroup`, or list the strategy’s `components` and leave out `web`.',
    ],
  ],
  [
    'an action for some kinds of targets alone',
    onHosts('{ type: invoke_function, params: { function: f, targetKinds: [ecs_service, db_cluster] } }'),
    [
      'error other-target-needed strategies[0].actions[0].type: strategy `heal` uses invoke_function, whose `targetKinds` are an `ecsService` target or a `dbCluster` target, on component `web`, which has hosts → Add `host` to its `targetKinds` if it works there, or list the strategy’s `components` and leave out `web`.',
    ],
  ],
  [
    'an action for databases',
    onHosts('{ type: failover }'),
    [
      'error other-target-needed strategies[0].actions[0].type: strategy `heal` uses failover, which needs a `dbCluster` target or a `dbInstance` target, on component `web`, which has hosts → Use an action for hosts, or list the strategy’s `components` and leave out `web`.',
    ],
  ],
  [
    'an action on an Auto Scaling group',
    onHosts('{ type: replace_instance }'),
    [
      'error other-target-needed strategies[0].actions[0].type: strategy `heal` uses replace_instance, which on hosts needs an Auto Scaling group, on component `web`, which names none → Choose its hosts by `autoScalingGroup`, or list the strategy’s `components` and leave out `web`.',
    ],
  ],
  [
    'facts that a component lacks',
    on('targets: { tags: { a: b } }', '{ type: start_component }, { type: freeze_config }'),
    [
      'error missing-component-fact strategies[0].actions[0].type: strategy `heal` uses start_component on component `web`, which declares no `service` → Add `service: name.service` to components.web, or list the strategy’s `components` and leave it out.',
      'error missing-component-fact strategies[0].actions[1].type: strategy `heal` uses freeze_config on component `web`, which declares no `configPaths` → Add `configPaths:` to components.web, or list the strategy’s `components` and leave it out.',
    ],
  ],
  [
    'an isolation that was never made',
    onHosts('{ type: start_component }', ', rollback: { onFailure: maintain_isolation }'),
    [
      'error isolation-never-made strategies[0].rollback.onFailure: `maintain_isolation` has nothing to maintain: no action of this strategy isolates the host → Add an `isolate_network` action, or choose `escalate` or `enter_safe_mode`.',
    ],
  ],
  [
    'systemd where there is none',
    on(`${HOSTS}, serviceManager: sysv`, '{ type: leave_safe_mode }'),
    [
      'warning missing-component-fact strategies[0].actions[0].type: strategy `heal` uses leave_safe_mode, which needs systemd; hosts of `web` have `serviceManager: sysv` and refuse it with UNSUPPORTED_MANAGER → Use actions that need no systemd, such as `graceful_stop` or `notify_architect`, or remove the strategy.',
      'warning nothing-to-take-back strategies[0].actions[0].type: `heal` uses leave_safe_mode, and no action before it has left the service in safe mode: it can only lift what a person or another strategy has decided → Remove leave_safe_mode, unless that is what this strategy is for.',
    ],
  ],
  [
    'systemd where only some have it',
    on(
      `${HOSTS}, serviceManager: sysv`,
      '{ type: leave_safe_mode }',
      '',
      `  db: { targets: { instanceIds: [i-0123456789abcdef1] }, service: b.service, ${HEALTH}, signals: [memory] }\n`,
    ),
    [
      'warning missing-component-fact strategies[0].actions[0].type: strategy `heal` uses leave_safe_mode, which needs systemd; hosts of `web` have `serviceManager: sysv` and refuse it with UNSUPPORTED_MANAGER → List the strategy’s `components`, leave out `web`, and give them a strategy of their own.',
      'warning nothing-to-take-back strategies[0].actions[0].type: `heal` uses leave_safe_mode, and no action before it has left the service in safe mode: it can only lift what a person or another strategy has decided → Remove leave_safe_mode, unless that is what this strategy is for.',
    ],
  ],
  [
    'what systemd verifies',
    on(
      `${HOSTS}, configPaths: [/etc/systemd/system/a.service, /etc/a.conf]`,
      '{ type: verify_config, params: { validator: systemd } }',
    ),
    [
      'error parameter-refused strategies[0].actions[0].params.validator: `validator: systemd` takes unit files only, and component `web` has `/etc/a.conf` → Use another validator, or `none`, and give the components that need it a strategy of their own.',
    ],
  ],
  [
    'what no systemd verifies',
    inRollback(
      `${HOSTS}, serviceManager: sysv, configPaths: [/etc/systemd/system/a.service]`,
      '{ type: verify_config, params: { validator: systemd } }',
    ),
    [
      'error parameter-refused strategies[0].rollback.actions[0].params.validator: `validator: systemd` needs systemd, which the hosts of component `web` are not said to have → Use another validator, or `none`, and give the components that need it a strategy of their own.',
    ],
  ],
];

describe('the action of a strategy', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
