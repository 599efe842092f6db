import { ACTION_TYPES } from '../../../functions/core/actions/action-table.ts';
import { DOCUMENT_PARAMETERS } from '../../../functions/core/actions/document-parameters.ts';
import { problemsOf } from './configuration-text.ts';

/** Every action that a document carries out; more than one strategy may have. */
const TYPES = ACTION_TYPES.filter((type) => type in DOCUMENT_PARAMETERS);

/** What an action cannot do without. */
const NEEDED: Readonly<Record<string, object>> = {
  disable_rules: { files: ['/etc/haproxy/rules/one.cfg'] },
  increase_resources: { ladder: [{ memoryMiB: 512 }] },
  enable_monitoring: { logLevel: 'DEBUG' },
};

const half = Math.ceil(TYPES.length / 2);

/** A configuration with one component of such fields, on which every action is done. */
export const everything = (
  fields: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, object>> = {},
) => {
  const action = (type: string) => ({
    type,
    params: params[type] ?? NEEDED[type] ?? {},
    timeoutSeconds: params[type] ? 3_600 : 2_400,
  });
  return {
    settings: { repairTimeoutSeconds: 43_200 },
    components: {
      cache: {
        targets: { instanceIds: ['i-0123456789abcdef0'] },
        service: 'cache.service',
        tempPaths: ['/srv/cache/tmp'],
        configPaths: ['/etc/cache.conf'],
        certificate: {
          keyFile: '/etc/web/tls/key.pem',
          certificateFile: '/etc/web/tls/certificate.pem',
          names: ['web.example.com'],
        },
        database: { engine: 'postgresql', dataDirectory: '/srv/cache/data' },
        release: { link: '/srv/cache/current', directory: '/srv/cache/releases' },
        rules: { engine: 'haproxy', files: ['/etc/haproxy/rules/one.cfg'] },
        signals: ['first', 'second'],
        ...fields,
      },
    },
    strategies: [
      { id: 'a', trigger: { metrics: ['first'] }, actions: TYPES.slice(0, half).map(action) },
      { id: 'b', trigger: { metrics: ['second'] }, actions: TYPES.slice(half).map(action) },
    ],
  };
};

export const findings = (document: object) => problemsOf(JSON.stringify(document)).map(({ code }) => code);

/** The health of a component that is asked for on the host itself, too. */
export const health = (hostUrl: string) => ({ url: 'https://cache.example.com/health', hostUrl });
