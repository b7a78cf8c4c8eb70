#!/usr/bin/env node
// Stands in for the Azure CLI: takes the runbook's `az` commands, and refuses a YAML file that is not there or not filled in.
import { appendFileSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

const args = process.argv.slice(2);
const at = args.indexOf('--file');
if (at >= 0) {
  const text = readFileSync(args[at + 1], 'utf8');
  if (text.includes('FILL_IN')) throw new Error(`${args[at + 1]} is not filled in`);
  if (typeof parse(text) !== 'object') throw new Error(`${args[at + 1]} is no YAML of Azure ML`);
}
appendFileSync('az.log', `${args.join(' ')}\n`);
