import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MiniStackPlace, openMiniStack } from '../conformance/places/ministack.ts';
import { requirement } from '../factories/requirements.ts';
import { type RunSelfheal, selfhealIn } from './selfheal-command.ts';

const METRIC = ['--metric', 'error_rate'];

/** The policy in docs/cli.md, for another account. */
function documentedPolicy(account: string): string {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'cli.md'), 'utf8');
  const policy = /```json\n(?<policy>[^`]*)```/.exec(page)?.groups?.['policy'] ?? '';
  return policy.replaceAll('123456789012', account);
}

describe.skipIf(!requirement('python'))('the command, against a deployment on MiniStack', () => {
  let place: MiniStackPlace;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'selfheal-command-'));
    place = await openMiniStack({
      components: {
        shop: { strategies: [{ cooldownSeconds: 600 }] },
        spare: {},
        careful: { strategies: [{ mode: 'propose', cooldownSeconds: 0 }] },
        cautious: { strategies: [{ mode: 'propose' }] },
        watched: { strategies: [{ mode: 'observe' }] },
        sick: {
          strategies: [
            {
              actions: [
                { type: 'graceful_stop' },
                { type: 'clear_temp_files', onError: 'rollback' },
                { type: 'start_component' },
              ],
            },
          ],
        },
      },
    });
    await writeFile(join(directory, 'selfheal.yaml'), place.landscape.configuration);
  });
  afterAll(async () => {
    await place?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** A user with this policy alone; the environment of their commands. */
  async function userWith(UserName: string, PolicyDocument: string): Promise<NodeJS.ProcessEnv> {
    const iam = new IAMClient(place.aws);
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'selfheal-command', PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId, AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey };
  }

  const selfheal: RunSelfheal = (args, environment) =>
    selfhealIn(directory, place.aws.endpoint)(args, environment);

  it('denies a proposal, approves the next under the caller’s identity, and carries it out once', async () => {
    const proposed = await selfheal(['heal', 'careful', ...METRIC, '--json']);
    expect(proposed).toMatchObject({ code: 0, err: '' });
    const id = JSON.parse(proposed.out).proposal.operation.operationId;
    expect((await selfheal(['proposals'])).out).toContain(id);
    expect((await selfheal(['status'])).out).toMatch(/careful .* proposed/);

    const approved = await selfheal(['approve', id, '--reason', 'seen on the dashboard']);
    expect(approved).toMatchObject({ code: 0, err: '' });
    expect(approved.out).toContain(`selfheal show ${id} --watch`);
    const again = await selfheal(['approve', id]);
    expect(again.code).toBe(1);
    expect(again.out).toContain('PROPOSAL_CLOSED');
    expect((await selfheal(['show', id, '--watch'])).code).toBe(0);
    const { approvals } = JSON.parse((await selfheal(['proposals', id, '--json'])).out);
    expect(approvals).toMatchObject([
      { by: expect.stringMatching(/^arn:aws:/), reason: 'seen on the dashboard' },
    ]);

    const next = await selfheal(['heal', 'careful', ...METRIC, '--json']);
    const nextId = JSON.parse(next.out).proposal.operation.operationId;
    const denied = await selfheal(['deny', nextId, '--for', '2h', '--reason', 'load test']);
    expect(denied).toMatchObject({ code: 0, err: '' });
    expect((await selfheal(['why', 'careful'])).out).toContain('DENIED');
    expect((await selfheal(['approve', 'none-such'])).code).toBe(2);
  });

  it('lists what would have been done in observe mode', async () => {
    const observed = await selfheal(['heal', 'watched', ...METRIC]);
    expect(observed).toMatchObject({ code: 0, err: '' });
    expect(observed.out).toContain('nothing is touched');
    expect((await selfheal(['observations'])).out).toMatch(/watched +watched +not yet/);
    expect((await selfheal(['operations', '--component', 'watched'])).out).toContain('No operations');
  });

  it('needs no more than the policy in its documentation', async () => {
    const policy = documentedPolicy(place.home.account);
    const ops = await userWith('ops', policy);
    for (const args of [
      ['status'],
      ['operations'],
      ['why', 'spare'],
      ['history'],
      ['proposals', '--all'],
      ['observations'],
      ['pause', '--for', '5m'],
      ['resume'],
      ['mode', 'observe', '--component', 'spare', '--for', '5m'],
      ['mode', 'auto', '--component', 'spare'],
    ])
      expect(await selfheal(args, ops), args.join(' ')).toMatchObject({ code: 0, err: '' });
    const proposed = await selfheal(['heal', 'cautious', ...METRIC, '--json'], ops);
    const id = JSON.parse(proposed.out).proposal.operation.operationId;

    const mayNotApprove = await userWith('monitor', policy.replace('"Selfheal Approval", ', ''));
    const refused = await selfheal(['approve', id], mayNotApprove);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('events:PutEvents');
    const approved = await selfheal(['approve', id, '--json'], ops);
    expect(JSON.parse(approved.out)).toMatchObject({
      outcome: 'confirmed',
      proposal: { end: { by: expect.stringMatching(/:user\/ops$/) } },
    });
    expect((await selfheal(['show', id, '--watch'])).code).toBe(0);
  });

  it('asks for a repair, follows it to its end, and finds it on record', async () => {
    const healed = await selfheal(['heal', 'shop', ...METRIC, '--reason', 'too many errors', '--watch']);
    expect(healed).toMatchObject({ code: 0, err: '' });
    expect(healed.out).toMatch(/signal +CRITICAL error_rate, from manual\n +\w+: too many errors \(by /);
    expect(healed.out).toMatch(/heal-0 +start_component SUCCEEDED/);
    expect(healed.out).toMatch(/end +COMPLETED SUCCESS after/);

    const listed = await selfheal(['operations', '--component', 'shop', '--json']);
    const [operation] = JSON.parse(listed.out).operations;
    expect(operation).toEqual(
      JSON.parse(JSON.stringify(await place.store.getOperation(operation.operationId))),
    );
    expect(healed.out).toContain(operation.operationId);

    const shown = await selfheal(['show', operation.operationId]);
    expect(shown.out).toContain('component shop, strategy shop: start_component');
    const report = JSON.parse((await selfheal(['report', '--json'])).out);
    expect(report.byAction).toContainEqual(expect.objectContaining({ action: 'start_component' }));
    const { faults } = JSON.parse((await selfheal(['history', '--json'])).out);
    expect(faults).toContainEqual(expect.objectContaining({ component: 'shop' }));

    const again = await selfheal(['heal', 'shop', ...METRIC]);
    expect(again).toMatchObject({ code: 1, out: expect.stringMatching(/^shop is not healed: COOLDOWN/) });
    const why = await selfheal(['why', 'shop']);
    expect(why.code).toBe(0);
    expect(why.out).toMatch(/shop: COOLDOWN: .*may be tried again in \d+m \d\ds/);
    expect(why.out).toMatch(/Refusals, newest first\n.*COOLDOWN/);
  });

  it('follows an operation that fails through its rollback, and ends with 1', async () => {
    place.hosts.script('sick', { clear_temp_files: 'fail' });
    const { code, out } = await selfheal(['heal', 'sick', ...METRIC, '--watch']);
    expect(code).toBe(1);
    expect(out).toMatch(/rollback +ActionFailed/);
    expect(out).toMatch(/end +FAILED FAILED after/);

    const listed = await selfheal(['issues', '--json']);
    expect(listed).toMatchObject({ code: 1, err: '' });
    const { issues, unread } = JSON.parse(listed.out);
    expect(unread).toEqual([]);
    expect(issues).toContainEqual(
      expect.objectContaining({ component: 'sick', kind: 'failed-operation', priority: 3 }),
    );
    const checked = await selfheal(['check', 'sick']);
    expect(checked.code).toBe(1);
    expect(checked.out).toMatch(/^alarm .*\n(.*\n)*sick is unhealthy\.$/m);
    expect(await selfheal(['check', 'sikc'])).toMatchObject({ code: 2 });
    const reader = await userWith('reader', documentedPolicy(place.home.account));
    const lacking = await selfheal(['issues'], reader);
    expect(lacking.out).toMatch(/^Not read: alarms: missing permission: cloudwatch:DescribeAlarms/m);
  });

  it('pauses and resumes, and says so only when the table does', async () => {
    const paused = await selfheal(['pause', '--for', '2h', '--reason', 'maintenance']);
    expect(paused).toMatchObject({ code: 0, out: expect.stringMatching(/^Healing is paused until /) });
    const { pause } = await place.store.readFleet();
    expect(pause?.reason).toMatch(/^maintenance \(by /);
    expect((pause?.untilMs ?? 0) - Date.now()).toBeGreaterThan(7_000_000);

    const refused = await selfheal(['heal', 'spare', ...METRIC]);
    expect(refused).toMatchObject({ code: 1, out: expect.stringMatching(/^spare is not healed: PAUSED/) });
    expect((await selfheal(['status'])).out).toMatch(/^Healing: paused since .*: maintenance/);

    expect(await selfheal(['resume'])).toMatchObject({ code: 0, out: 'Healing is on again.\n' });
    expect((await place.store.readFleet()).pause).toBeUndefined();
    const status = JSON.parse((await selfheal(['status', '--json'])).out);
    expect(status.pause).toBeUndefined();
  });

  it('leaves one component alone, and heals it again, without a deployment', async () => {
    const excluded = await selfheal(['exclude', 'spare', '--for', '1h', '--reason', 'migration']);
    expect(excluded).toMatchObject({ code: 0, out: expect.stringMatching(/^spare is left alone until /) });
    const refused = await selfheal(['heal', 'spare', ...METRIC]);
    expect(refused).toMatchObject({ code: 1, out: expect.stringMatching(/EXCLUDED: migration/) });
    expect((await selfheal(['status'])).out).toMatch(/^spare .* excluded +since .*: migration .*in \d+m/m);
    expect((await selfheal(['why', 'spare'])).out).toMatch(/EXCLUDED: migration/);
    const included = await selfheal(['include', 'spare']);
    expect(included).toMatchObject({ code: 0, out: 'spare may be healed again.\n' });
    expect(await selfheal(['exclude', 'spaer'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean spare?'),
    });
  });

  it('ends with 4 if an event that the bus accepted leads to nothing', async () => {
    const { code, out } = await selfheal([
      'pause',
      '--config',
      'none.yaml',
      '--source',
      'nobody.listens',
      '--timeout',
      '3s',
    ]);
    expect({ code, out }).toEqual({ code: 4, out: expect.stringContaining('accepted by EventBridge') });
    expect((await place.store.readFleet()).pause).toBeUndefined();
  });

  it.each([
    [
      'an operation that does not exist',
      ['show', '20260101T000000Z-000000000000'],
      2,
      '`selfheal operations` lists',
    ],
    ['a component that does not exist', ['why', 'shpo'], 2, 'did you mean shop?'],
    [
      'a table that does not exist',
      ['operations', '--table', 'nowhere'],
      3,
      'Check --region, --profile and --table',
    ],
    ['a profile that does not exist', ['operations', '--profile', 'nobody'], 3, '--profile'],
    [
      'an endpoint that is not there',
      ['operations', '--endpoint-url', 'http://127.0.0.1:9'],
      3,
      'could not be reached',
    ],
  ])('answers %s with the remedy', async (_, args, code, remedy) => {
    expect(await selfheal(args)).toEqual({ code, out: '', err: expect.stringContaining(remedy) });
  });

  it('says when it has no credentials', async () => {
    const none = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    expect(await selfheal(['operations'], none)).toMatchObject({
      code: 3,
      err: expect.stringContaining('AWS_PROFILE'),
    });
  });
});
