import { parseArgs } from 'node:util';
import { BadInput } from './input.ts';
import { ASSUMPTIONS } from './world.ts';

export const USAGE = `npm run what-if -- --config selfheal.yaml --history alarms.json [--history more.json]
                [--changes changes.json]... [--assume healed|failed] [--json]

Replays a recorded alarm history against a configuration, in virtual time, and says what would have been healed,
refused and why, and how many operations at once; with changes, also what they would have held back. Nothing in AWS is
asked or touched.

  --config   the configuration                                                   (default SELFHEAL_CONFIG, or selfheal.yaml)
  --history  what \`aws cloudwatch describe-alarm-history --output json\` printed; may be given several times,
             - is standard input
  --changes  what \`npx selfheal changes --days 30 --json\` printed, or events as EventBridge delivered them; may be
             given several times
  --assume   healed: repairs succeed; failed: repairs change nothing             (default healed)
  --json     the whole answer as JSON`;

/**
 * @param environment has the configuration's file in SELFHEAL_CONFIG, as for the other commands
 * @throws BadInput with what is wrong with the command line
 */
export function readOptions(argv: readonly string[], environment: NodeJS.ProcessEnv) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string', default: environment['SELFHEAL_CONFIG'] || 'selfheal.yaml' },
        history: { type: 'string', multiple: true, default: [] },
        changes: { type: 'string', multiple: true, default: [] },
        assume: { type: 'string', default: 'healed' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { config, history, changes, json, help } = values;
    const assumption = ASSUMPTIONS.find((each) => each === values.assume);
    if (assumption === undefined)
      throw new BadInput(2, `--assume is "${values.assume}"; it must be ${ASSUMPTIONS.join(' or ')}`);
    if (history.filter((file) => file === '-').length > 1)
      throw new BadInput(2, '--history - is given twice; standard input can be read once');
    if (history.length === 0 && !help)
      throw new BadInput(2, `--history is missing; name the file with the alarm history\n\n${USAGE}`);
    return { config, history, changes, assumption, json, help };
  } catch (error) {
    if (error instanceof TypeError) throw new BadInput(2, `${error.message}\n\n${USAGE}`);
    throw error;
  }
}
