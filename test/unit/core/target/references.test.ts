import { describe, expect, it } from 'vitest';
import {
  appConfigReferenceId,
  describeAppConfigReference,
  parseAppConfigReference,
} from '../../../../functions/core/target/app-config-reference.ts';
import {
  codeDeployReferenceId,
  describeCodeDeployReference,
  parseCodeDeployReference,
} from '../../../../functions/core/target/code-deploy-reference.ts';
import {
  DATABASE_CHANGES,
  databaseReferenceId,
  describeDatabaseReference,
  parseDatabaseReference,
} from '../../../../functions/core/target/database-reference.ts';
import {
  describeGroupHealthReference,
  groupHealthReferenceId,
  parseGroupHealthReference,
} from '../../../../functions/core/target/group-health-reference.ts';
import {
  describeInstanceReference,
  instanceReferenceId,
  parseInstanceReference,
} from '../../../../functions/core/target/instance-reference.ts';
import {
  describeRegistrationReference,
  parseRegistrationReference,
  registrationReferenceId,
} from '../../../../functions/core/target/registration-reference.ts';
import {
  describeReplacementReference,
  parseReplacementReference,
  replacementReferenceId,
} from '../../../../functions/core/target/replacement-reference.ts';

const ARN = 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/web/0a1b';
const ids = ['i-0a', 'i-0b'];
const config = { application: 'abc1234', environment: 'def5678', number: 7 };
const replaced = { ids, sinceMs: 5, group: 'web', known: ['i-0a', 'i-0c'] };

const PARSERS = {
  appConfig: parseAppConfigReference,
  codeDeploy: parseCodeDeployReference,
  database: parseDatabaseReference,
  groupHealth: parseGroupHealthReference,
  instance: parseInstanceReference,
  registration: parseRegistrationReference,
  replacement: parseReplacementReference,
};

/** A reference as it is kept, with its parts and how people read it. */
const kept = <Reference>(
  parser: keyof typeof PARSERS,
  idOf: (reference: Reference) => string,
  describeReference: (reference: Reference) => string,
  ...all: readonly (readonly [string, Reference, string])[]
) =>
  all.map(([id, reference, says]) => ({
    ...{ id, parser, reference, says },
    made: () => idOf(reference),
    described: () => describeReference(reference),
  }));

const REFERENCES = [
  ...kept(
    'appConfig',
    appConfigReferenceId,
    describeAppConfigReference,
    [
      'appconfig/abc1234/def5678/7',
      { ...config, isWithdrawing: false },
      'deployment 7 to abc1234/def5678 of AppConfig',
    ],
    [
      'appconfig/abc1234/def5678/7/withdrawn',
      { ...config, isWithdrawing: true },
      'rollback of deployment 7 to abc1234/def5678 of AppConfig',
    ],
  ),
  ...kept(
    'codeDeploy',
    codeDeployReferenceId,
    describeCodeDeployReference,
    ['codedeploy/d-1', { id: 'd-1', isStopped: false }, 'deployment d-1 of CodeDeploy'],
    ['codedeploy/d-1/stopped', { id: 'd-1', isStopped: true }, 'CodeDeploy’s rollback of deployment d-1'],
  ),
  ...kept(
    'database',
    databaseReferenceId,
    describeDatabaseReference,
    ['rds:reboot:5:db:', { change: 'reboot', sinceMs: 5, id: 'db' }, 'reboot of db'],
    [
      'rds:failover:5:db:us-east-1b:4',
      { change: 'failover', sinceMs: 5, id: 'db', to: 'us-east-1b', afterMs: 4 },
      'failover of db to us-east-1b',
    ],
    [
      'rds:cluster-failover:5:db:db-2',
      { change: 'cluster-failover', sinceMs: 5, id: 'db', to: 'db-2' },
      'failover of db to db-2',
    ],
    [
      'rds:writer-move:5:db:db-1:4',
      { change: 'writer-move', sinceMs: 5, id: 'db', to: 'db-1', afterMs: 4 },
      'failover of db away from db-1',
    ],
  ),
  ...kept('groupHealth', groupHealthReferenceId, describeGroupHealthReference, [
    `elb-health:i-0a,i-0b:3:4:${ARN}`,
    { ids, fromMs: 3, untilMs: 4, targetGroup: ARN },
    'health of i-0a, i-0b in their target group',
  ]),
  ...kept('instance', instanceReferenceId, describeInstanceReference, [
    'ec2:stop:5:i-0a,i-0b',
    { change: 'stop', sinceMs: 5, ids },
    'stop of i-0a, i-0b',
  ]),
  ...kept('registration', registrationReferenceId, describeRegistrationReference, [
    `elb:deregistration:i-0a,i-0b:${ARN}`,
    { change: 'deregistration', ids, targetGroup: ARN },
    'deregistration of i-0a, i-0b',
  ]),
  ...kept(
    'replacement',
    replacementReferenceId,
    describeReplacementReference,
    [
      `asg:i-0a,i-0b:5:web:i-0a,i-0c:${ARN}`,
      { ...replaced, targetGroup: ARN },
      'replacement of i-0a, i-0b in web',
    ],
    [
      'asg:i-0a,i-0b:5:web:i-0a,i-0c:',
      { ...replaced, targetGroup: undefined },
      'replacement of i-0a, i-0b in web',
    ],
  ),
];

describe('a reference to something that goes on by itself', () => {
  it.each(REFERENCES)('is kept, read back and described: $id', ({ id, parser, made, described, ...is }) => {
    expect(made()).toBe(id);
    expect(PARSERS[parser](id)).toEqual(is.reference);
    expect(described()).toBe(is.says);
  });

  it.each(REFERENCES)('is no reference to anything of another kind: $id', ({ id, parser }) => {
    const others = Object.entries(PARSERS).filter(([name]) => name !== parser);
    expect(others.map(([, parse]) => parse(id))).toEqual(others.map(() => undefined));
  });

  it.each([
    ...['rds:else:5:db:', 'rds:reboot:5', 'ec2:else:5:i-0a', 'elb:else:i-0a:'],
    ...['codedeploy/d-1/else', 'appconfig/a/b/1', 'else:reboot:5:db:', 'else:deregistration:i-0a:'],
  ])('is none with a change that is not known, or without its parts: %s', (id) => {
    expect(Object.values(PARSERS).map((parse) => parse(id))).toEqual(
      Object.values(PARSERS).map(() => undefined),
    );
  });

  it.each([
    ['ec2:stop', parseInstanceReference, { change: 'stop', sinceMs: 0, ids: [''] }],
    ['elb:registration', parseRegistrationReference, { change: 'registration', ids: [''], targetGroup: '' }],
    [
      'asg',
      parseReplacementReference,
      { ids: [''], sinceMs: 0, group: '', known: [''], targetGroup: undefined },
    ],
    [
      'elb-health',
      parseGroupHealthReference,
      { ids: [''], fromMs: Number.NaN, untilMs: Number.NaN, targetGroup: '' },
    ],
  ])('has empty parts where %s lacks them', (id, parse, reference) => {
    expect(parse(id)).toEqual(reference);
  });

  it('says of each change of a database what it is', () => {
    const said = DATABASE_CHANGES.map((change) =>
      describeDatabaseReference({ change, sinceMs: 5, id: 'db', to: 'x' }),
    );
    expect(said).toEqual([
      ...[
        'reboot of db',
        'failover of db to x',
        'failover of db to x',
        'failover of db away from x',
        'snapshot of db',
        'snapshot of db',
      ],
      ...[
        'change of db to x',
        'copy of db',
        'copy of db',
        'instance for the copy of db',
        'change of db to x GiB',
      ],
    ]);
  });
});
