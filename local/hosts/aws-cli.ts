import type { PythonProgram } from './python-program.ts';

/** The AWS CLI (Apache-2.0), in the version that PyPI has. */
export const AWS_CLI: PythonProgram = {
  packages: ['awscli==1.46.3'],
  command: 'aws',
  module: 'awscli.clidriver',
};
