import type { ActionDefinition } from '../actions/action-definition.ts';
import { ACTION_TYPES, actionDefinition } from '../actions/action-table.ts';
import { SYSTEMD_ACTIONS } from '../actions/systemd-actions.ts';
import { assertNever } from '../assert-never.ts';
import { formatDuration } from './duration.ts';
import { configurationJsonSchema, isDuration, type JsonSchema } from './schema/json-schema.ts';

const INTEGER_LIMIT = Number.MAX_SAFE_INTEGER;

const code = (text: string) => `\`${text}\``;

/** Text for a cell of a Markdown table. */
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table with its columns aligned, as the formatter of the repository wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows.map((row) => row.map(cell))];
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [title = [], ...body] = cells;
  return [line(title), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function range(minimum: string | undefined, maximum: string | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `, at least ${minimum}`;
  return maximum === undefined ? '' : `, at most ${maximum}`;
}

function numberRange({ minimum, maximum }: JsonSchema, unit: (value: number) => string = String): string {
  const shown = (limit: number | undefined) =>
    limit === undefined || Math.abs(limit) >= INTEGER_LIMIT ? undefined : unit(limit);
  return range(shown(minimum), shown(maximum));
}

function typeText(schema: JsonSchema): string {
  const { type, items, additionalProperties, minItems, maxItems } = schema;
  if (isDuration(schema)) return `duration${numberRange(schema.anyOf?.[0] ?? {}, formatDuration)}`;
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ');
  if (type === 'array') {
    const sizes = range(minItems?.toString(), maxItems?.toString());
    return `list of ${items ? typeText(items) : 'values'}${sizes}`;
  }
  if (type === 'object' && additionalProperties && additionalProperties.oneOf)
    return 'mapping of name to mapping';
  if (type === 'object' && additionalProperties)
    return `mapping of name to ${typeText(additionalProperties)}`;
  if (type === 'object') return 'mapping';
  if (type === 'integer') return `whole number${numberRange(schema)}`;
  if (type === 'number') return `number${numberRange(schema)}`;
  if (type === 'boolean') return '`true` or `false`';
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeText))].join(' or ');
  return schema.format === 'email' ? 'e-mail address' : 'text';
}

const REQUIRED = '**required**';

function defaultText(schema: JsonSchema, isRequired: boolean): string {
  if (isRequired) return REQUIRED;
  if (schema.default === undefined) return '';
  const isEmpty = typeof schema.default === 'object' && Object.keys(schema.default ?? {}).length === 0;
  return isEmpty
    ? 'none'
    : code(typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default));
}

/** A mapping's fields as rows; fields of mappings inside it follow as `outer.inner`. */
function rowsOf(schema: JsonSchema, prefix = ''): readonly (readonly string[])[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const name = `${prefix}${key}`;
    const isRequired = schema.required?.includes(key) === true;
    const row = [code(name), typeText(field), defaultText(field, isRequired), field.description ?? ''];
    const inner = (field.anyOf ?? [field]).flatMap((option) => rowsOf(option, `${name}.`));
    if (field.anyOf && inner.length > 0) {
      return [row, ...inner.map((cells) => cells.map((text) => (text === REQUIRED ? 'one of these' : text)))];
    }
    // A mapping without a description adds nothing to its fields.
    return inner.length > 0 && !field.description ? inner : [row, ...inner];
  });
}

const FIELDS = ['Key', 'Type', 'Default', 'Meaning'] as const;

const fields = (schema: JsonSchema | undefined) => table(FIELDS, rowsOf(schema ?? {}));

function omit(schema: JsonSchema | undefined, keys: readonly string[]): JsonSchema {
  const properties = Object.entries(schema?.properties ?? {}).filter(([key]) => !keys.includes(key));
  return { ...schema, properties: Object.fromEntries(properties) };
}

const valuesOf = (schema: JsonSchema | undefined) => schema?.additionalProperties || {};

/** The configuration reference, as Markdown, from the schema that checks the configuration. */
export function configurationReference(): string {
  const { settings, windows, groups, components, strategies, watchdog, peers } =
    configurationJsonSchema().properties ?? {};
  const component = valuesOf(components);
  const [adopted, composite, threshold] = valuesOf(component.properties?.['alarms']).anyOf ?? [];
  const strategy = strategies?.items;
  const action = strategy?.properties?.['actions']?.items;
  const actions = action?.oneOf ?? [];
  const withParams = actions.filter(({ properties }) => properties?.['params']?.properties);
  const notify = settings?.properties?.['notify'];
  const channels = valuesOf(notify?.properties?.['channels']).oneOf ?? [];
  return [
    'A duration is a whole number of seconds, or a number with a unit: `30s`, `5m`, `2h`, `1d`, `1h30m`. Unknown keys are refused.',
    '## `settings`',
    fields(settings),
    '## `settings.thresholds.<metric>`',
    'Levels of a metric, and the `threshold` of a series. [Detection](detection.md#thresholds) says how they work.',
    fields(valuesOf(settings?.properties?.['thresholds'])),
    '## `settings.notify.channels.<name>`',
    'What a channel needs depends on its type. [Operating](operating.md#channels) says what each one shows.',
    table(
      ['Type', ...FIELDS],
      channels.flatMap((channel) =>
        rowsOf(omit(channel, ['type'])).map((row) => [
          code(String(channel.properties?.['type']?.const)),
          ...row,
        ]),
      ),
    ),
    '## `settings.approvals.people.<name>`',
    'Who may approve in Slack or by a link, by the name that is put on record. [Modes and approvals](modes-and-approvals.md#approving-in-slack-or-by-a-link) says how.',
    fields(valuesOf(settings?.properties?.['approvals']?.properties?.['people'])),
    '## `windows.<name>`',
    'The times at which operations may begin. For a component, the windows of the settings, of its group and of its own must all be open. [How it decides](how-it-decides.md#windows) has the details.',
    fields(valuesOf(windows)),
    '## `groups.<name>`',
    fields(valuesOf(groups)),
    '## `components.<name>`',
    fields(omit(component, ['alarms', 'anomalies', 'monitors', 'profile'])),
    '## `components.<name>.alarms.<name>`',
    'There are three kinds. Selfheal creates an alarm on one metric:',
    fields(threshold),
    'Selfheal creates a composite alarm over other alarms of the component:',
    fields(composite),
    'Selfheal adopts an alarm that already exists:',
    fields(adopted),
    '## `components.<name>.anomalies.<name>`',
    'A series that is watched for unusual values instead of a threshold: a metric, or an expression over several. [Detection](detection.md) says how.',
    fields(valuesOf(component.properties?.['anomalies'])),
    '## `components.<name>.monitors.<name>`',
    'A series whose values come from a source of your own. [Monitors](monitors.md) says how.',
    fields(valuesOf(component.properties?.['monitors'])),
    '## `components.<name>.profile`',
    'A profile of the service on each of its hosts, watched for leaks. [Profiles](profiles.md) says how.',
    fields(component.properties?.['profile']),
    '## `strategies[]`',
    fields(omit(strategy, ['actions', 'rollback'])),
    '## `strategies[].rollback`',
    fields(omit(strategy?.properties?.['rollback'], ['actions'])),
    '## `strategies[].actions[]` and `strategies[].rollback.actions[]`',
    'A strategy has 1 to 20 actions and at most 20 undo steps. [Actions](actions.md) lists each action’s default time-out.',
    table(FIELDS, [
      ['`type`', 'an [action](actions.md)', REQUIRED, 'What to do.'],
      ...rowsOf(omit(actions[0], ['type', 'params'])).map(([key, type, standard, meaning]) => [
        key ?? '',
        type ?? '',
        key === '`timeoutSeconds`' ? 'the action’s' : (standard ?? ''),
        meaning ?? '',
      ]),
    ]),
    'Parameters go under `params`. Actions that are not listed take none.',
    table(
      ['Action', ...FIELDS],
      withParams.flatMap(({ properties }) =>
        rowsOf(properties?.['params'] ?? {}).map((row) => [
          code(String(properties?.['type']?.const)),
          ...row,
        ]),
      ),
    ),
    '## `watchdog`',
    fields(watchdog),
    '## `peers.<name>`',
    'Every component with a health endpoint is a peer already; list it here only to change a setting. Any other peer needs one of `url`, `tcp` and `agent`.',
    fields(valuesOf(peers)),
  ].join('\n\n');
}

/** The action reference, as Markdown, from the action table. */
export function actionReference(): string {
  const rows = ACTION_TYPES.map((type) => {
    const definition = actionDefinition(type);
    return [
      code(type),
      definition.summary,
      carriedOutBy(definition),
      definition.targetKinds.map(code).join(', ') || 'nothing',
      needed(definition),
      definition.undo ? code(definition.undo) : '',
      formatDuration(definition.defaultTimeoutSeconds),
    ];
  });
  return table(
    ['Action', 'What it does', 'Carried out by', 'On', 'Component needs', 'Undone by', 'Time-out'],
    rows,
  );
}

function needed(definition: ActionDefinition): string {
  const facts = definition.needs.map(code);
  const onHosts = definition.executor === 'resource' ? (definition.onHosts?.needs.map(code) ?? []) : [];
  const byApi = definition.executor === 'run_command' && definition.byApi ? ', unless EC2 does it' : '';
  const systemd = SYSTEMD_ACTIONS.has(definition.type) ? [`systemd${byApi}`] : [];
  if (onHosts.length > 0) return `on hosts, ${[...onHosts, ...systemd].join(', ')}`;
  return [...facts, ...systemd].join(', ') || 'nothing';
}

function carriedOutBy(definition: ActionDefinition): string {
  switch (definition.executor) {
    case 'run_command':
      return `document ${code(definition.document)}`;
    case 'notification':
      return `the ${definition.topic === 'soc' ? 'SOC' : 'architect'} topic`;
    case 'function':
      return 'your function';
    case 'user_document':
      return 'your document';
    case 'resource':
      return `the service’s API${definition.onHosts ? `; on hosts, document ${code(definition.onHosts.document)}` : ''}`;
    case 'automation':
      return 'SSM Automation';
    default:
      return assertNever(definition);
  }
}

const END = '<!-- end -->';

/**
 * Replaces what stands between `<!-- name: generated -->` and the next `<!-- end -->`.
 *
 * @throws RangeError if the document lacks either marker
 */
export function replaceGenerated(document: string, name: string, content: string): string {
  const begin = `<!-- ${name}: generated -->`;
  const from = document.indexOf(begin);
  const to = document.indexOf(END, from);
  if (from < 0 || to < 0) {
    throw new RangeError(
      `the document lacks \`${begin}\` followed by \`${END}\`; add both lines where the ${name} belongs`,
    );
  }
  return `${document.slice(0, from + begin.length)}\n\n${content}\n\n${document.slice(to)}`;
}
