import { describe, expect, it } from 'vitest';
import { largeConfiguration } from './large-configurations.ts';
import { asText, resourcesOf, synthesizeStacks } from './synthesized-stacks.ts';

describe('permissions on more targets than one policy can name', () => {
  const engine = synthesizeStacks(largeConfiguration({ components: 1, each: 50 })).engine;
  const policies = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) => [
    ...resourcesOf(engine, type),
  ]);

  it('are spread over several policies, and name every target', () => {
    const named = policies.flatMap(([, { Properties }]) =>
      (Properties['PolicyDocument'].Statement as { Action: unknown; Resource: unknown }[])
        .filter(({ Action }) => [Action].flat().includes('lambda:UpdateAlias'))
        .flatMap(({ Resource }) => [Resource].flat().map(asText)),
    );
    const functions = Array.from({ length: 50 }, (_, index) => `order-processing-of-a-shop-${index}`);
    for (const name of functions)
      expect(named).toContain(`arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:${name}`);
  });

  it('all exist before the function does', () => {
    const [act] = [...resourcesOf(engine, 'AWS::Lambda::Function').values()].filter(
      ({ Properties }) => Properties['FunctionName'] === 'selfheal-act',
    );
    const role = act?.Properties['Role']['Fn::GetAtt'][0];
    const ofAct = policies.filter(([, { Properties }]) => Properties['Roles'][0].Ref === role);
    expect(ofAct.length).toBeGreaterThan(2);
    expect((act as unknown as { DependsOn: string[] }).DependsOn.toSorted()).toEqual(
      ofAct.map(([logicalId]) => logicalId).sort(),
    );
  });
});

describe('the rules for documents of one’s own', () => {
  it('include every name, in as many rules as that takes', () => {
    const engine = synthesizeStacks(largeConfiguration({ components: 1, each: 50 })).engine;
    const listed = (key: string) =>
      [...resourcesOf(engine, 'AWS::Events::Rule').values()].flatMap(
        ({ Properties }) => Properties['EventPattern']?.detail?.[key] ?? [],
      );
    const names = (type: string) =>
      Array.from({ length: 50 }, (_, index) => `Production-${type}-that-clears-a-cache-${index}`);
    expect(listed('document-name')).toEqual(expect.arrayContaining(names('run_document')));
    expect(listed('Definition').toSorted()).toEqual(names('run_automation').sort());
  });
});
