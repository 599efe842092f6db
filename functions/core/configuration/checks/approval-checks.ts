import { withNearest } from '../nearest-name.ts';
import type { Finding } from '../problem.ts';
import type { ReadableParts } from '../readable-parts.ts';
import type { Channel } from '../schema/channel-schema.ts';

/** Only these show a link to people; a pager or a ticket system shows an incident. */
const CHATS: readonly Channel['type'][] = ['slack', 'teams', 'webhook'];

const WAYS = ['email', 'channel', 'slack'] as const;

/** People who could not approve, and two who would count as one. */
export function checkApprovals({ settings }: ReadableParts): readonly Finding[] {
  const { approvals, notify } = settings ?? {};
  if (!(approvals && notify)) return [];
  const people = Object.entries(approvals.people);
  return [
    ...people.flatMap(([name, person]) => checkPerson(name, person, approvals.slack !== undefined)),
    ...people.flatMap(([name, { channel }]) =>
      channel === undefined ? [] : checkChannel(name, channel, notify.channels),
    ),
    ...(['email', 'slack', 'arn', 'channel'] as const).flatMap((way) => repeated(people, way)),
    ...checkSlack(approvals, notify.channels),
  ];
}

type Approvals = NonNullable<NonNullable<ReadableParts['settings']>['approvals']>;
type Person = Approvals['people'][string];
type Channels = Readonly<Record<string, Channel>>;

const at = (...path: readonly string[]) => ['settings', 'approvals', ...path];

function checkPerson(name: string, person: Person, hasSlack: boolean): readonly Finding[] {
  if (!WAYS.some((way) => person[way] !== undefined))
    return [
      {
        ...{ severity: 'error', code: 'missing-key', path: at('people', name), at: 'key', value: name },
        message: `\`${name}\` has no way to approve; expected \`email\`, \`channel\` or \`slack\``,
        remedy: 'Add one of them, or remove the person: the command line needs no entry here.',
      },
    ];
  if (person.slack === undefined || hasSlack) return [];
  return [
    {
      ...{ severity: 'error', code: 'missing-key', path: at('people', name, 'slack'), value: person.slack },
      message: `\`${name}\` is to approve in Slack, and \`settings.approvals.slack\` is missing`,
      remedy: 'Add `slack: { signingSecretArn: … }` under `settings.approvals`, or remove this key.',
    },
  ];
}

function checkChannel(name: string, channel: string, channels: Channels): readonly Finding[] {
  const path = at('people', name, 'channel');
  const chats = Object.keys(channels).filter((each) => CHATS.includes(channels[each]?.type ?? 'jira'));
  if (chats.includes(channel)) return [];
  const near = withNearest(channel, chats);
  return [
    {
      ...{ severity: 'error', code: 'unknown-channel', path, value: channel, ...near },
      message: `there is no chat \`${channel}\` under \`settings.notify.channels\`; declared: ${chats.join(', ') || 'none'}`,
      remedy: near.nearest
        ? `Did you mean \`${near.nearest}\`?`
        : `Declare a channel of type ${CHATS.join(', ')} that \`${name}\` alone reads.`,
    },
  ];
}

/** A name is a person: two with one address would each receive the other's link. */
function repeated(people: readonly (readonly [string, Person])[], way: keyof Person): readonly Finding[] {
  return people.flatMap(([name, person], index) => {
    const value = person[way];
    const first = people.slice(0, index).find(([, other]) => value !== undefined && other[way] === value);
    if (!first) return [];
    return [
      {
        ...{ severity: 'error', code: 'repeated-value', path: at('people', name, way), value },
        message: `\`${first[0]}\` has the same \`${way}\`; two names must stand for two people`,
        remedy: 'Give each person one entry.',
      } as const,
    ];
  });
}

function checkSlack({ slack, people }: Approvals, channels: Channels): readonly Finding[] {
  if (!slack) return [];
  const lacks = Object.values(people).every((person) => person.slack === undefined)
    ? 'nobody under `settings.approvals.people` has a `slack` member ID, so that every click would be refused'
    : Object.values(channels).every(({ type, topics }) => type !== 'slack' || !topics.includes('architect'))
      ? 'no channel of type `slack` receives the notifications of the architect, so that nobody would see a button'
      : undefined;
  if (lacks === undefined) return [];
  return [
    {
      ...{ severity: 'error', code: 'missing-key', path: at('slack'), at: 'key', value: 'slack' },
      message: lacks,
      remedy: 'Add it, or remove `slack`.',
    },
  ];
}
