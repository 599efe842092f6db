import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../../cli/errors.ts';
import { eventSource } from '../../../cli/event-source.ts';
import { runCommand } from '../../../cli/run-command.ts';
import { translateError } from '../../../functions/adapters/aws/translate-error.ts';
import { configured } from '../../factories/configuration.ts';
import { recordedContext } from './output.ts';

let directory: string;
let config: string;
let broken: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'selfheal-cli-'));
  config = join(directory, 'selfheal.yaml');
  broken = join(directory, 'broken.yaml');
  const target = '{ instanceIds: [i-0123456789abcdef0] }';
  const strategy = '{ id: restart, trigger: { statuses: [CRITICAL] }, actions: [{ type: start_component }] }';
  const whole = `components:\n  checkout: { targets: ${target}, service: web.service, signals: [memory] }\nstrategies:\n  - ${strategy}\n`;
  await writeFile(config, whole);
  await writeFile(broken, whole.replace('service:', 'sevrice:'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  const context = recordedContext();
  const code = await runCommand(args, context);
  return { code, out: context.lines.join('\n'), err: context.errors.join('\n') };
}

it('selfheal prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8'));
  expect(await run('--version')).toMatchObject({ code: 0, out: version });
});

describe('the command', () => {
  it.each([
    ['a misspelt command', ['stauts'], 'Did you mean status?'],
    ['a misspelt option', ['status', '--reigon', 'x'], 'Did you mean --region?'],
    ['a missing argument', ['show'], "missing required argument 'operation'"],
    ['one argument too many', ['status', 'web'], 'too many arguments'],
    ['a limit that is not a number', ['operations', '-n', 'many'], 'a whole number from 1 to 1000'],
    ['a state that does not exist', ['operations', '--state', 'DONE'], 'COMPLETED, FAILED'],
    ['a duration in another notation', ['pause', '--for', '2 hours'], '30s, 5m, 2h'],
    ['a mode that does not exist', ['mode', 'off'], 'observe, propose, auto'],
    ['a mode for two parts', ['mode', 'observe', '--group', 'a', '--component', 'b'], 'cannot be used with'],
    ['an end of what is lifted at once', ['mode', 'auto', '--for', '2h'], 'leave --for out'],
    ['a pause of a second', ['pause', '--for', '1s'], 'from 1m to 30d'],
    ['a look that is too long', ['profile', 'checkout', '--kernel', '--seconds', '60'], 'from 1 to 30'],
    ['an address without a scheme', ['status', '--endpoint-url', 'localhost'], 'http://localhost:4566'],
    ['a directory in place of a file', ['validate', '.'], '.: it is a directory'],
    ['no name of a file', ['validate', ''], "'': there is no such file"],
    ['a severity that does not exist', ['heal', 'checkout', '--severity', 'HIGH'], 'CRITICAL'],
  ])('answers %s with 2 and the remedy', async (_, args, remedy) => {
    const { code, err } = await run(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(remedy) });
  });

  it('reads the file of its context unless it is given another', async () => {
    const context = recordedContext(undefined, broken);
    expect(await runCommand(['validate'], context)).toBe(1);
    expect(await runCommand(['status'], context)).toBe(2);
    expect(context.lines.at(-1)).toContain('broken.yaml: invalid');
    expect(context.errors.join()).toContain('broken.yaml: 1 error');
    expect(await runCommand(['validate', config], context)).toBe(0);
  });

  it('takes the file from SELFHEAL_CONFIG, where it is set', async () => {
    const main = join(import.meta.dirname, '../../../cli/main.ts');
    const environment = (file: string) => ({ env: { ...process.env, SELFHEAL_CONFIG: file } });
    const validate = promisify(execFile);
    const { stdout } = await validate(process.execPath, [main, 'validate'], environment(config));
    expect(stdout).toContain(`${config}: valid`);
    const without = await validate(process.execPath, [main, 'validate', '--json'], {
      ...environment(''),
      cwd: directory,
    });
    expect(JSON.parse(without.stdout)).toMatchObject({ file: './selfheal.yaml', isValid: true });
  });

  it('shows its help, with the exit codes, and ends with 0', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toContain('Exit codes:');
  });
});

describe('names that the configuration does not have', () => {
  it('cause a suggestion of the nearest before anything is sent', async () => {
    expect(await run('heal', 'chekout', '--config', config)).toMatchObject({
      code: 2,
      err: `selfheal: chekout is not a component in ${config}: did you mean checkout?`,
    });
    expect(await run('heal', 'checkout', '--strategy', 'restrat', '--config', config)).toMatchObject({
      code: 2,
      err: `selfheal: restrat is not a strategy in ${config}: did you mean restart?`,
    });
  });

  it('cause a list of those that exist if none is near', async () => {
    const { err } = await run('heal', 'constructor', '--config', config);
    expect(err).toBe(`selfheal: constructor is not a component in ${config}: it has checkout`);
  });
});

describe('profile --kernel', () => {
  it.each([
    ['a component that is no host', 'targets: { ecsService: main/shop }', 'has an `ecsService` target'],
    ['a component without a unit', 'targets: { tags: { role: shop } }', 'has no `service`'],
    [
      'init scripts',
      'targets: { tags: { role: shop } }, service: shop.service, serviceManager: sysv',
      'has `serviceManager: sysv`',
    ],
  ])('refuses %s, and says what it looks at', async (_, component, what) => {
    const file = join(directory, 'other.yaml');
    await writeFile(
      file,
      `components:\n  shop: { ${component}, alarms: { full: { adopt: memory-full, metric: memory } } }\nstrategies: [{ id: tell, trigger: { metrics: [memory] }, actions: [{ type: notify_architect }] }]\n`,
    );
    const { code, err } = await run('profile', 'shop', '--kernel', '--config', file);
    expect({ code, err }).toEqual({
      code: 2,
      err: `selfheal: --kernel looks at a systemd unit on hosts, and shop ${what} in ${file}.`,
    });
  });
});

describe('validate', () => {
  it('ends with 0 for a valid file', async () => {
    expect(await run('validate', config)).toMatchObject({ code: 0, out: expect.stringContaining(': valid') });
  });

  it('prints each problem as the synthesis does, and ends with 1', async () => {
    const { code, out } = await run('validate', broken);
    expect(code).toBe(1);
    expect(out).toContain(`${broken}:2:`);
    expect(out).toContain('error unknown-key');
  });

  it('prints problems as JSON', async () => {
    const { code, out } = await run('validate', broken, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ isValid: false, problems: [{ code: 'unknown-key', line: 2 }] });
  });

  it('ends with 2 for a file that cannot be read', async () => {
    const { code, err } = await run('validate', join(directory, 'none.yaml'));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('there is no such file') });
  });

  it('is what other commands recommend if the configuration is invalid', async () => {
    const { code, err } = await run('status', '--config', broken);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining(`1 error; \`selfheal validate ${broken}\` shows them`),
    });
  });
});

describe('an error of AWS', () => {
  const sdkError = (name: string, message: string, extra = {}) =>
    translateError('dynamodb:Query', Object.assign(new Error(message), { name, $fault: 'client', ...extra }));
  const denied =
    'User: arn:aws:iam::1:user/ann is not authorized to perform: dynamodb:Query on resource: arn:aws:dynamodb:eu-west-1:1:table/T because no identity-based policy allows it';

  it.each([
    ['a missing permission', sdkError('AccessDeniedException', denied), 'dynamodb:Query on arn:aws:dynamodb'],
    ['credentials that do not exist', sdkError('UnrecognizedClientException', 'invalid'), '--profile'],
    ['credentials that have expired', sdkError('ExpiredTokenException', 'expired'), 'have expired'],
    ['a table that does not exist', sdkError('ResourceNotFoundException', 'no table'), '--table'],
    ['an outage', sdkError('InternalServerError', 'oops', { $fault: 'server' }), 'try again'],
    ['no credentials', Object.assign(new Error('none'), { name: 'CredentialsProviderError' }), 'AWS_PROFILE'],
    ['no region', new Error('Region is missing'), '--region'],
    ['a region that is none', new Error('Region not accepted: region="eu west"'), 'such as eu-west-1'],
    ['a clock that is slow', sdkError('RequestTimeTooSkewed', 'oops'), 'The clock of this machine'],
    [
      'a signature of yesterday',
      sdkError('SignatureDoesNotMatch', 'Signature expired: 20261129T is now earlier than 20261130T'),
      'The clock of this machine',
    ],
    ['throttling', sdkError('ThrottlingException', 'Rate exceeded'), 'wait a moment'],
    ['a Region that is not enabled', sdkError('OptInRequired', 'no subscription'), 'Enable the Region'],
  ])('has an explanation: %s', (_, error, remedy) => {
    expect(explain(error)).toEqual({ exit: 'aws', message: expect.stringContaining(remedy) });
  });

  it('says nothing of permissions if AWS does not recognise the credentials', () => {
    const { message } =
      explain(sdkError('UnrecognizedClientException', 'The security token is invalid')) ?? {};
    expect(message).toMatch(/^dynamodb:Query: UnrecognizedClientException: .*\nAWS does not accept/);
  });

  it('does not include a defect', () => {
    expect(explain(new TypeError('x is undefined'))).toBeUndefined();
  });
});

describe('the source of an event', () => {
  const accepting = (controls: readonly string[]) => configured({ settings: { sources: { controls } } });

  it('is the operator, or the first that the configuration accepts', () => {
    expect(eventSource('Selfheal Control', undefined, undefined)).toBe('selfheal.operator');
    expect(eventSource('Selfheal Control', accepting(['ops']), undefined)).toBe('ops');
    expect(eventSource('Selfheal Control', accepting(['ops', 'selfheal.operator']), undefined)).toBe(
      'selfheal.operator',
    );
  });

  it('cannot be one that would be ignored', () => {
    const refused = (controls: readonly string[], given?: string) => () =>
      eventSource('Selfheal Control', accepting(controls), given);
    expect(refused(['ops'], 'other')).toThrow(
      'source other: the configuration accepts a Selfheal Control from ops',
    );
    expect(refused([])).toThrow('from no source');
  });
});
