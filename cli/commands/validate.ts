import type { Command } from 'commander';
import { formatProblem } from '../../functions/core/configuration/problem.ts';
import { loadFile } from '../configuration-file.ts';
import type { Context, End } from '../context.ts';
import { configArgument, withJson } from '../options.ts';
import { count } from '../presenters/words.ts';

export function addValidate(program: Command, context: Context, end: End): void {
  withJson(program.command('validate'))
    .summary('check a configuration file')
    .description(
      'Checks a configuration file as the synthesis does, without AWS. Problems go to standard output. Exits with 1 if there are errors; warnings do not count.',
    )
    .addArgument(configArgument(context))
    .action((file: string, { json }: { readonly json?: true }) => {
      const loaded = loadFile(file);
      const problems = loaded.ok ? loaded.warnings : loaded.problems;
      if (!loaded.ok) end('problem');
      if (json) {
        context.out(JSON.stringify({ file, isValid: loaded.ok, problems }, null, 2));
        return;
      }
      for (const problem of problems) context.out(`${formatProblem(problem)}\n`);
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      const found = `${count(errors, 'error')}, ${count(problems.length - errors, 'warning')}`;
      const verdict = loaded.ok ? context.paint('green', 'valid') : context.paint('red', 'invalid');
      context.out(`${file}: ${verdict} (${found})`);
    });
}
