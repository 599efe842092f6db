import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { auditRecords } from '../../functions/app/queries/audit-records.ts';
import { auditLines, checksumLine, sha256 } from '../../functions/core/report/audit-lines.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { connect } from '../connection.ts';
import type { Context } from '../context.ts';
import { CommandFailed } from '../errors.ts';
import { type CommonOptions, wholeNumber, withConfig, withConnection } from '../options.ts';
import { count, moment } from '../presenters/words.ts';
import { privateKeyIn, signatureOf } from '../signature.ts';
import { DEFAULT_DAYS, MOST_DAYS } from './history.ts';

interface ExportOptions extends CommonOptions {
  readonly days: number;
  readonly output: string;
  readonly sign?: string;
}

export function addExport(program: Command, context: Context): void {
  withConnection(withConfig(program.command('export'), context))
    .summary('write the records of the last days to a file, with a checksum or signature, for an audit')
    .description(
      'Writes the records of the last days as JSON lines, and their SHA-256 into a second file that `sha256sum --check` reads. An existing file is never overwritten. With `--sign`, a signature is written as well, which `openssl dgst -sha256 -verify` checks. docs/reports.md says what each proves.',
    )
    .requiredOption('-o, --output <file>', 'the file to write; its checksum goes to <file>.sha256')
    .option('--days <number>', 'how many days back', wholeNumber(1, MOST_DAYS), DEFAULT_DAYS)
    .option('--sign <key>', 'a private key (PEM; RSA or EC) to sign the file with, into <file>.sig')
    .action(async ({ days, config, json, output, sign, ...options }: ExportOptions) => {
      const key = sign === undefined ? undefined : privateKeyIn(sign);
      const configuration = readConfigurationFile(config);
      const { store, tableName } = await connect(options);
      const audit = await auditRecords({ store, configuration, clock: context.clock }, { days });
      const { entries, sinceMs, untilMs, isCut } = audit;
      const lines = auditLines({ table: tableName, sinceMs, untilMs, isCut }, entries);
      const text = `${lines.join('\n')}\n`;
      const digest = sha256(text);
      write(output, text);
      write(`${output}.sha256`, checksumLine(digest, basename(output)));
      if (key) write(`${output}.sig`, signatureOf(text, key));
      const records = entries.length;
      if (json)
        context.out(
          JSON.stringify(
            {
              ...{ output, sinceMs, untilMs, isCut, records, sha256: digest },
              ...(key && { signature: `${output}.sig` }),
            },
            null,
            2,
          ),
        );
      else {
        context.out(`${count(records, 'record')} from ${moment(sinceMs)} to ${moment(untilMs)}: ${output}`);
        context.out(
          key
            ? `sha256 ${digest}, signed: ${output}.sig`
            : `sha256 ${digest}: keep it out of reach of anyone who can change the file`,
        );
      }
      if (isCut)
        context.err(
          'selfheal: there are more records than can be read at once: choose fewer days with --days.',
        );
    });
}

/** @throws CommandFailed if the file exists, or can't be written */
function write(path: string, text: string | Buffer): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const problem = why === 'EEXIST' ? 'it exists already, and an export overwrites nothing' : String(cause);
    throw new CommandFailed('usage', `${path}: ${problem}; name another file with --output`, { cause });
  }
}
