import { describe, expect, it } from 'vitest';
import { configurationText, verdictsOf } from './configuration-text.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-a1b2c3';
const APP = `slack: { signingSecretArn: "${SECRET}" }`;
const channel = (type: string, topics = 'architect') =>
  `{ type: ${type}, topics: [${topics}], secretArn: "${SECRET}" }`;

const settings = (text: string) => configurationText({ settings: `settings: { ${text} }` });
/** People who approve, and the channels that there are. */
const approvals = (people: string, more = '', channels = '') =>
  settings(
    `approvals: { people: { ${people} }${more && `, ${more}`} }, notify: { architect: [ops@example.com], channels: { ${channels} } }`,
  );

/** A way around `pay-a`. @param batch how many of its hosts are repaired at a time */
const shop = (hosts: number, batch: number) => {
  const ids = Array.from({ length: hosts }, (_, index) => `i-${String(index).padStart(17, '0')}`);
  const component = (name: string, keys: string) =>
    `  ${name}: { targets: { instanceIds: [${ids.join(', ')}] }, maxConcurrentTargets: ${batch}, service: ${name}.service, signals: [memory], ${keys} }`;
  const strategy = (id: string) =>
    `  - { id: ${id}, trigger: { metrics: [memory] }, actions: [{ type: start_component, params: { mode: restart } }] }`;
  return configurationText({
    components: [
      'components:',
      component('entry', 'demand: 1000, dependsOn: [pay-a, pay-b], capacities: { pay-a: 600, pay-b: 600 }'),
      component('pay-a', 'dependsOn: [bank], capacities: { bank: 600 }'),
      component('pay-b', 'excluded: true, dependsOn: [bank], capacities: { bank: 600 }'),
      component('bank', 'excluded: true'),
    ].join('\n'),
    strategies: ['strategies:', strategy('restart'), strategy('once-more')].join('\n'),
  });
};

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'a person without a way to approve',
    approvals('ada: { arn: "arn:aws:iam::123456789012:user/ada" }'),
    [
      'error missing-key settings.approvals.people.ada: `ada` has no way to approve; expected `email`, `channel` or `slack` → Add one of them, or remove the person: the command line needs no entry here.',
    ],
  ],
  ['a person with an address', approvals('ada: { email: ada@example.com }'), []],
  [
    'a person with a chat of their own',
    approvals('ada: { channel: ada }', '', `ada: ${channel('teams')}`),
    [],
  ],
  [
    'a person in Slack, without an app there',
    approvals('ada: { slack: U012AB3CD }'),
    [
      'error missing-key settings.approvals.people.ada.slack: `ada` is to approve in Slack, and `settings.approvals.slack` is missing → Add `slack: { signingSecretArn: … }` under `settings.approvals`, or remove this key.',
    ],
  ],
  [
    'a person in Slack, with an app and a channel',
    approvals('ada: { slack: U012AB3CD }', APP, `team: ${channel('slack')}`),
    [],
  ],
  [
    'an app that nobody uses',
    approvals('ada: { email: ada@example.com }', APP, `team: ${channel('slack')}`),
    [
      'error missing-key settings.approvals.slack: nobody under `settings.approvals.people` has a `slack` member ID, so that every click would be refused → Add it, or remove `slack`.',
    ],
  ],
  [
    'an app without a channel',
    approvals('ada: { slack: U012AB3CD }', APP, `team: ${channel('teams')}`),
    [
      'error missing-key settings.approvals.slack: no channel of type `slack` receives the notifications of the architect, so that nobody would see a button → Add it, or remove `slack`.',
    ],
  ],
  [
    'an app without a channel of the architect’s',
    approvals('ada: { slack: U012AB3CD }', APP, `team: ${channel('slack', 'soc')}`),
    [
      'error missing-key settings.approvals.slack: no channel of type `slack` receives the notifications of the architect, so that nobody would see a button → Add it, or remove `slack`.',
    ],
  ],
  [
    'an app that one of several uses, with one of several channels',
    approvals(
      'ada: { email: ada@example.com }, bob: { slack: U012AB3CD }',
      APP,
      `others: ${channel('teams')}, team: ${channel('slack', 'soc, architect')}`,
    ),
    [],
  ],
  [
    'a chat that is not declared',
    approvals('ada: { channel: ada }'),
    [
      'error unknown-channel settings.approvals.people.ada.channel: there is no chat `ada` under `settings.notify.channels`; declared: none → Declare a channel of type slack, teams, webhook that `ada` alone reads.',
    ],
  ],
  [
    'a chat with a slip',
    approvals('ada: { channel: adda }', '', `ada: ${channel('teams')}`),
    [
      'error unknown-channel settings.approvals.people.ada.channel: there is no chat `adda` under `settings.notify.channels`; declared: ada → Did you mean `ada`?',
    ],
  ],
  [
    'a pager instead of a chat',
    approvals(
      'ada: { channel: pager }',
      '',
      `pager: ${channel('pagerduty')}, team: ${channel('teams')}, all: ${channel('slack')}`,
    ),
    [
      'error unknown-channel settings.approvals.people.ada.channel: there is no chat `pager` under `settings.notify.channels`; declared: team, all → Declare a channel of type slack, teams, webhook that `ada` alone reads.',
    ],
  ],
  [
    'people who share their ways',
    approvals(
      'ada: { email: a@example.com, channel: ada, slack: U012AB3CD, arn: "arn:aws:iam::123456789012:user/a" }, bob: { email: a@example.com, channel: ada, slack: U012AB3CD, arn: "arn:aws:iam::123456789012:user/a" }',
      APP,
      `ada: ${channel('slack')}`,
    ),
    [
      'error repeated-value settings.approvals.people.bob.email: `ada` has the same `email`; two names must stand for two people → Give each person one entry.',
      'error repeated-value settings.approvals.people.bob.channel: `ada` has the same `channel`; two names must stand for two people → Give each person one entry.',
      'error repeated-value settings.approvals.people.bob.slack: `ada` has the same `slack`; two names must stand for two people → Give each person one entry.',
      'error repeated-value settings.approvals.people.bob.arn: `ada` has the same `arn`; two names must stand for two people → Give each person one entry.',
    ],
  ],
  [
    'people who share nothing',
    approvals(
      'ada: { email: a@example.com }, bob: { email: b@example.com }, eve: { slack: U012AB3CD }',
      APP,
      `team: ${channel('slack')}`,
    ),
    [],
  ],
  [
    'hosts of which all are repaired at a time',
    shop(1, 1),
    [
      'warning capacity-never-spare components.pay-a: of 1000 requests a second, the routes carry 1000 at best, and 600 while `pay-a` is repaired: it is never repaired by `restart`, `once-more` unless it does not answer its heartbeats → Correct `demand` or `capacities`, repair fewer hosts at a time (`maxConcurrentTargets`), or set `settings.capacity.exempt`.',
    ],
  ],
  [
    'hosts of which several are repaired at a time',
    shop(4, 3),
    [
      'warning capacity-never-spare components.pay-a: of 1000 requests a second, the routes carry 1000 at best, and 750 while `pay-a` is repaired: it is never repaired by `restart`, `once-more` unless it does not answer its heartbeats, or an alert names fewer of its hosts → Correct `demand` or `capacities`, repair fewer hosts at a time (`maxConcurrentTargets`), or set `settings.capacity.exempt`.',
    ],
  ],
  ['hosts of which one is repaired at a time', shop(4, 1), []],
];

describe('a setting', () => {
  it.each(CASES)('is judged in words that say what is wrong, and what to do: %s', (_, text, said) => {
    expect(verdictsOf(text)).toEqual(said);
  });
});
