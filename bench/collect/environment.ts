import { createRequire } from 'node:module';
import { describeEnvironment, type Environment } from '../report/machine.ts';

const PACKAGES = ['pino', '@azure/storage-blob', 'azurite'];

/** As of the other benchmarks, with the packages that take part in this one. */
export function describeCollectEnvironment(): Environment {
  const environment = describeEnvironment();
  const { 'mdc-bridge': ours = '' } = environment.packages;
  const versions = PACKAGES.map((name) => [name, versionOf(name)] as const);
  return { ...environment, packages: { 'mdc-bridge': ours, ...Object.fromEntries(versions) } };
}

function versionOf(name: string): string {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`) as { readonly version: string };
  return version;
}
