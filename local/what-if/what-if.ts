import { parseArgs } from 'node:util';
import { inAutoMode } from '../../functions/core/configuration/mode-of.ts';
import { InvalidHistory } from './alarm-history.ts';
import { answerWhatIf, NothingToReplay } from './answer.ts';
import { jsonOf } from './answer-json.ts';
import {
  BadInput,
  type ReadStandardInput,
  readConfiguration,
  readHistories,
  readStandardInput,
} from './input.ts';
import { withoutCalendars } from './landscape.ts';
import { reportLines } from './report.ts';
import { ASSUMPTIONS } from './world.ts';

const USAGE = `npm run what-if -- --config selfheal.yaml --history alarms.json [--history more.json]
                [--assume healed|failed] [--json]

Replays a recorded alarm history against a configuration, in virtual time, and says what would have been healed,
refused and why, and how many operations at once. Nothing in AWS is asked or touched.

  --config   the configuration                                                   (default selfheal.yaml)
  --history  what \`aws cloudwatch describe-alarm-history --output json\` printed; may be given several times,
             - is standard input
  --assume   healed: repairs succeed; failed: repairs change nothing             (default healed)
  --json     the whole answer as JSON`;

interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * `npm run what-if -- --history …`.
 *
 * @param argv what follows the program's name
 * @returns the exit code: 0 answered, 1 unusable file, 2 unusable options
 */
export async function whatIf(
  argv: readonly string[],
  { out, err }: Output = { out: console.log, err: console.error },
  readInput: ReadStandardInput = readStandardInput,
): Promise<number> {
  try {
    const { config, history, assumption, json, help } = readOptions(argv);
    if (help) {
      out(USAGE);
      return 0;
    }
    const configuration = await readConfiguration(config, err);
    const answer = await answerWhatIf(
      withoutCalendars(inAutoMode(configuration)),
      await readHistories(history, readInput),
      assumption,
    );
    for (const missing of answer.history.missing) err(`warning: ${missing}`);
    out(json ? JSON.stringify(jsonOf(answer), null, 2) : reportLines(answer).join('\n'));
    return 0;
  } catch (error) {
    if (error instanceof BadInput) err(error.message);
    else if (error instanceof InvalidHistory || error instanceof NothingToReplay) err(error.message);
    else throw error;
    return error instanceof BadInput ? error.exitCode : 1;
  }
}

function readOptions(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string', default: 'selfheal.yaml' },
        history: { type: 'string', multiple: true, default: [] },
        assume: { type: 'string', default: 'healed' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { config, history, json, help } = values;
    const assumption = ASSUMPTIONS.find((each) => each === values.assume);
    if (assumption === undefined)
      throw new BadInput(2, `--assume is "${values.assume}"; it must be ${ASSUMPTIONS.join(' or ')}`);
    if (history.filter((file) => file === '-').length > 1)
      throw new BadInput(2, '--history - is given twice; standard input can be read once');
    if (history.length === 0 && !help)
      throw new BadInput(2, `--history is missing; name the file with the alarm history\n\n${USAGE}`);
    return { config, history, assumption, json, help };
  } catch (error) {
    if (error instanceof TypeError) throw new BadInput(2, `${error.message}\n\n${USAGE}`);
    throw error;
  }
}
