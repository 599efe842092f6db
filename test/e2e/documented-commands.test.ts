import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../cli/run-command.ts';
import { systemClock } from '../../functions/adapters/system/clock.ts';
import type { OperationStore } from '../../functions/ports/operation-store.ts';
import { Closers } from '../../local/cloud/closers.ts';
import { createRealClock } from '../../local/embedded/clock/real-clock.ts';
import { createSimulatedHosts } from '../../local/embedded/hosts/simulated-hosts.ts';
import { requirement } from '../factories/requirements.ts';
import { recordedContext } from '../unit/cli/output.ts';
import { DOCUMENTED } from '../unit/docs/documented-commands.ts';
import { episode, historyText } from '../unit/local/what-if/history-file.ts';
import { compiled, serveCloud } from './served-cloud.ts';

/** The components that the pages speak of, one host each. */
const COMPONENTS = ['web', 'web-a', 'shop'] as const;
const INSTANCE_IDS = COMPONENTS.map((_, index) => `i-0a1b2c3d4e5f6000${index}`);
const CONFIGURATION = `settings: { notify: { architect: [architect@example.com] } }
watchdog: { enabled: false }
components:
${COMPONENTS.map(
  (name, index) => `  ${name}:
    targets: { instanceIds: [${INSTANCE_IDS[index]}] }
    service: ${name}.service
    health: { url: 'https://${name}.example.com/health' }
    alarms: { memory: { metric: memory, threshold: 90 } }
`,
).join('')}strategies:
  - id: restart
    trigger: { statuses: [CRITICAL] }
    actions: [{ type: start_component }]
    verify: { stableSeconds: 0s }
    cooldownSeconds: 0
`;
/** Options that name a file. */
const FILES = new Set(['--changes', '--config', '--history', '--output', '--sign']);

/** As `openssl ecparam -genkey` writes one. */
function newPrivateKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'sec1', format: 'pem' });
}

const MADE_UP_ID = /^\d{8}T\d{6}Z-[0-9a-f]{12}$/;

describe.skipIf(!requirement('java'))('a documented command of selfheal, on the embedded cloud', () => {
  const closers = new Closers();
  const environment = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
  const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
  let directory: string;
  let store: OperationStore;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'selfheal-documented-'));
    await writeFile(join(directory, 'selfheal.yaml'), CONFIGURATION);
    await writeFile(join(directory, 'audit-key.pem'), newPrivateKey());
    const configuration = compiled(CONFIGURATION);
    const [alarm = ''] = Object.keys(configuration.alarms);
    await writeFile(join(directory, 'alarms.json'), historyText(episode(alarm, '12:00', '12:50')));
    await writeFile(join(directory, 'changes.json'), '[]');
    const { key, value } = configuration.settings.managedTag;
    const hosts = createSimulatedHosts({
      clock: createRealClock(),
      nodes: COMPONENTS.map((computerName, index) => ({
        instanceId: INSTANCE_IDS[index] ?? '',
        tags: { [key]: value },
        platformType: 'Linux',
        computerName,
        ipAddress: `10.0.0.${index + 1}`,
      })),
      perform: () => ({ takesMs: 100 }),
    });
    const endpoints = { probe: async () => 'good' as const };
    const { cloud, url } = await serveCloud(configuration, { hosts, endpoints }, closers);
    store = cloud.store;
    for (const alarm of Object.keys(configuration.alarms))
      await cloud.alarms.setAlarmState(alarm, 'OK', 'calm');
    Object.assign(process.env, environment, { AWS_ENDPOINT_URL: url });
  });
  afterAll(async () => {
    delete process.env['AWS_ENDPOINT_URL'];
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    await closers.close();
    await rm(directory, { recursive: true, force: true });
  });

  // `--kernel` looks at the processes of a real host; the script of `completion` has a test of its own.
  const typed = DOCUMENTED.filter(
    ({ program, isWhole, args }) =>
      program === 'selfheal' && isWhole && args[0] !== 'completion' && !args.includes('--kernel'),
  );

  it.each(typed)('answers: $place', async ({ args }) => {
    const context = { ...recordedContext(undefined, join(directory, 'selfheal.yaml')), clock: systemClock };
    // Files are beside the configuration.
    const own = args.map((arg, index) => (FILES.has(args[index - 1] ?? '') ? join(directory, arg) : arg));
    // A repair that an earlier command asked for would refuse another one of its component.
    await vi.waitFor(async () => expect(await store.listClaims()).toEqual([]), { timeout: 60_000 });
    const code = await runCommand(own, context);
    const [out, err] = [context.lines.join('\n'), context.errors.join('\n')];
    // What a page names only as an example is not on record here.
    const isMadeUp =
      args.some((arg) => MADE_UP_ID.test(arg)) ||
      ['--backup', '--pattern'].some((each) => args.includes(each));
    if (isMadeUp) expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('there is no') });
    else expect({ code, err, said: out !== '' }).toEqual({ code: 0, err: '', said: true });
  });
});
