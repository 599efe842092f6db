/** What a service of ECS answers under, besides its tasks' own addresses. */
export interface ServiceAddresses {
  /** ARNs of the target groups that its tasks are registered in. @default none */
  readonly targetGroups?: readonly string[];
  /** Names that Service Connect gives it. @default none */
  readonly connectNames?: readonly string[];
}

/** As DescribeServices answers it, of the service and of its deployments. */
export function addressAnswers({ targetGroups = [], connectNames = [] }: ServiceAddresses) {
  return {
    service: {
      loadBalancers: targetGroups.map((targetGroupArn) => ({
        ...{ targetGroupArn, containerName: 'app', containerPort: 80 },
      })),
    },
    deployment: {
      ...(connectNames.length > 0 && {
        serviceConnectConfiguration: {
          enabled: true,
          services: [
            { portName: 'http', clientAliases: connectNames.map((dnsName) => ({ dnsName, port: 80 })) },
          ],
        },
      }),
    },
  };
}
