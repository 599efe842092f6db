import type { PythonProgram } from '../hosts/python-program.ts';

/** The ACME client that most hosts have (Apache-2.0). */
export const CERTBOT: PythonProgram = {
  packages: ['certbot==5.8.0', 'acme==5.8.0'],
  command: 'certbot',
  module: 'certbot.main',
};
