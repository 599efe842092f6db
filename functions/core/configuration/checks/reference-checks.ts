import { isMapping } from '../mapping.ts';
import { componentName } from '../names.ts';
import { withNearest } from '../nearest-name.ts';
import type { DocumentPath, Finding } from '../problem.ts';
import { configurationSchema } from '../schema/schema.ts';
import { valueAt } from '../schema-walk.ts';

const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];

const itemsOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Names that refer to nothing, and names used twice. Works on the document as it is, readable or not. */
export function checkReferences(document: unknown): readonly Finding[] {
  const components = entriesOf(valueAt(document, ['components']));
  const [groupNames, componentNames, windowNames] = ['groups', 'components', 'windows'].map((section) =>
    namesIn(document, section),
  );
  const adopted = new Map<string, string>();
  const unknownWindow = (...path: DocumentPath) =>
    unknownName('window', [...path, 'window'], valueAt(document, [...path, 'window']), windowNames);
  return [
    ...unknownWindow('settings'),
    ...entriesOf(valueAt(document, ['groups'])).flatMap(([name]) => unknownWindow('groups', name)),
    ...components.flatMap(([name]) => unknownWindow('components', name)),
    ...components.flatMap(([name, definition]) => [
      ...unknownName('group', ['components', name, 'group'], valueAt(definition, ['group']), groupNames),
      ...checkDependencies(name, definition, 'dependsOn', componentNames),
      ...checkDependencies(name, definition, 'independentOf', componentNames),
      ...checkIndependence(name, definition),
      ...checkCapacities(name, definition),
      ...checkAlarmNames(['components', name, 'alarms'], valueAt(definition, ['alarms']), adopted),
    ]),
    ...checkStrategyNames(itemsOf(valueAt(document, ['strategies'])), componentNames),
    ...entriesOf(valueAt(document, ['peers'])).flatMap(([name, definition]) =>
      unknownName(
        'component',
        ['peers', name, 'component'],
        valueAt(definition, ['component']),
        componentNames,
      ),
    ),
  ];
}

/** The names that a section declares; `undefined` while it may be there, misspelt, in the wrong place, or not as a mapping. */
function namesIn(document: unknown, section: string): readonly string[] | undefined {
  const value = valueAt(document, [section]);
  if (value !== undefined && !isMapping(value)) return undefined;
  const declared = entriesOf(value).map(([name]) => name);
  const isElsewhere = entriesOf(document).some(
    ([key, part]) => !Object.hasOwn(configurationSchema.shape, key) || valueAt(part, [section]) !== undefined,
  );
  return declared.length === 0 && isElsewhere ? undefined : declared;
}

function unknownName(
  kind: 'group' | 'component' | 'alarm' | 'window',
  path: DocumentPath,
  name: unknown,
  names: readonly string[] | undefined,
): readonly Finding[] {
  if (typeof name !== 'string' || names === undefined || names.includes(name)) return [];
  const near = withNearest(name, names);
  // A name that is not allowed is reported where it is declared.
  if (near.nearest !== undefined && !componentName.safeParse(near.nearest).success) return [];
  return [
    {
      severity: 'error',
      code: `unknown-${kind}`,
      path,
      value: name,
      message: `there is no ${kind} \`${name}\`; declared: ${names.length > 0 ? names.join(', ') : 'none'}`,
      remedy: near.nearest
        ? `Did you mean \`${near.nearest}\`?`
        : `Declare the ${kind}, or correct the name.`,
      ...near,
    },
  ];
}

function checkDependencies(
  component: string,
  definition: unknown,
  field: 'dependsOn' | 'independentOf',
  components: readonly string[] | undefined,
): readonly Finding[] {
  return itemsOf(valueAt(definition, [field])).flatMap((name, index): readonly Finding[] => {
    const path = ['components', component, field, index];
    if (name !== component) return unknownName('component', path, name, components);
    return [
      {
        severity: 'error',
        code: field === 'dependsOn' ? 'depends-on-itself' : 'independent-of-itself',
        path,
        value: name,
        message: `\`${component}\` ${field === 'dependsOn' ? 'depends on' : 'is independent of'} itself; allowed here: other components`,
        remedy: 'Remove it.',
      },
    ];
  });
}

function checkIndependence(component: string, definition: unknown): readonly Finding[] {
  const dependencies = itemsOf(valueAt(definition, ['dependsOn']));
  return itemsOf(valueAt(definition, ['independentOf'])).flatMap((name, index): readonly Finding[] =>
    dependencies.includes(name)
      ? [
          {
            severity: 'error',
            code: 'independent-of-dependency',
            path: ['components', component, 'independentOf', index],
            value: name,
            message: `\`${component}\` also declares that it depends on \`${name}\``,
            remedy: 'Remove it here, or from `dependsOn`.',
          },
        ]
      : [],
  );
}

function checkCapacities(component: string, definition: unknown): readonly Finding[] {
  const dependencies = itemsOf(valueAt(definition, ['dependsOn'])).map(String);
  return entriesOf(valueAt(definition, ['capacities'])).flatMap(([name]): readonly Finding[] =>
    dependencies.includes(name)
      ? []
      : [
          {
            severity: 'error',
            code: 'capacity-of-no-dependency',
            path: ['components', component, 'capacities', name],
            value: name,
            message: `\`${component}\` does not depend on \`${name}\`; its dependencies: ${dependencies.join(', ') || 'none'}`,
            remedy: `Add \`${name}\` to \`dependsOn\`, or correct the name.`,
          },
        ],
  );
}

function checkAlarmNames(
  path: DocumentPath,
  alarms: unknown,
  adopted: Map<string, string>,
): readonly Finding[] {
  const declared = entriesOf(alarms);
  const composites = new Set(
    declared.flatMap(([name, alarm]) => (valueAt(alarm, ['allOf']) === undefined ? [] : [name])),
  );
  const plain = declared.map(([name]) => name).filter((name) => !composites.has(name));
  return declared.flatMap(([key, alarm]) => [
    ...itemsOf(valueAt(alarm, ['allOf'])).flatMap((child, index): readonly Finding[] => {
      const childPath = [...path, key, 'allOf', index];
      if (typeof child !== 'string' || !composites.has(child)) {
        return unknownName('alarm', childPath, child, plain);
      }
      return [
        {
          severity: 'error',
          code: 'nested-composite',
          path: childPath,
          value: child,
          message: `\`${child}\` is itself a composite of other alarms; allowed here: ${plain.join(', ') || 'none'}`,
          remedy: 'Name the alarms that it combines.',
        },
      ];
    }),
    ...adoptedTwice([...path, key, 'adopt'], valueAt(alarm, ['adopt']), adopted),
  ]);
}

function adoptedTwice(path: DocumentPath, name: unknown, adopted: Map<string, string>): readonly Finding[] {
  if (typeof name !== 'string') return [];
  const owner = adopted.get(name);
  if (owner === undefined) {
    adopted.set(name, `components.${String(path[1])}`);
    return [];
  }
  return [
    {
      severity: 'error',
      code: 'alarm-adopted-twice',
      path,
      value: name,
      message: `the alarm \`${name}\` is already adopted by ${owner}; an alarm can belong to one component only`,
      remedy: 'Adopt it once, or create an alarm for this component.',
    },
  ];
}

function checkStrategyNames(
  strategies: readonly unknown[],
  components: readonly string[] | undefined,
): readonly Finding[] {
  const firstIndex = new Map<string, number>();
  return strategies.flatMap((strategy, index) => {
    const findings = itemsOf(valueAt(strategy, ['components'])).flatMap((name, at) =>
      unknownName('component', ['strategies', index, 'components', at], name, components),
    );
    const id = valueAt(strategy, ['id']);
    if (typeof id !== 'string') return findings;
    const first = firstIndex.get(id);
    if (first === undefined) {
      firstIndex.set(id, index);
      return findings;
    }
    const repeated: Finding = {
      severity: 'error',
      code: 'duplicate-strategy',
      path: ['strategies', index, 'id'],
      value: id,
      message: `strategies[${first}] already has the id \`${id}\`; attempts and cooldowns are counted by id`,
      remedy: 'Give it an id of its own.',
    };
    return [...findings, repeated];
  });
}
