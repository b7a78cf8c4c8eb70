import { DefaultSettings, Language, TaskUtils } from '@microsoft/powerquery-parser';

type Node = Language.Ast.TNode;

export type MRecord = ReadonlyMap<string, MValue>;
export type MFunction = (...given: readonly MValue[]) => MValue;
export type MValue = null | boolean | number | string | Uint8Array | MList | MRecord | MTable | MFunction;
export type MList = readonly MValue[];

export class MTable {
  readonly columns: readonly string[];
  readonly rows: readonly MRecord[];

  constructor(columns: readonly string[], rows: readonly MRecord[]) {
    this.columns = columns;
    this.rows = rows;
  }
}

/** Names in force. */
type Scope = ReadonlyMap<string, MValue>;

const { NodeKind } = Language.Ast;

/** What an M expression is worth; only as much of the language as the runbook needs. */
export async function evaluate(text: string, library: Readonly<Record<string, MValue>>): Promise<MValue> {
  const parsed = await TaskUtils.tryLexParse(DefaultSettings, text);
  if (!TaskUtils.isParseStageOk(parsed)) throw new Error(`this does not parse: ${text}`);
  return worth(parsed.ast, new Map(Object.entries(library)));
}

function worth(node: Node, scope: Scope): MValue {
  switch (node.kind) {
    case NodeKind.LetExpression: {
      const inner = new Map(scope);
      for (const { node: pair } of node.variableList.elements)
        inner.set(pair.key.literal, worth(pair.value, inner));
      return worth(node.expression, inner);
    }
    case NodeKind.LiteralExpression:
      return node.literal === 'null' ? null : (JSON.parse(node.literal) as MValue);
    case NodeKind.IdentifierExpression:
      return named(node.identifier.literal, scope);
    case NodeKind.RecordExpression:
      return new Map(
        node.content.elements.map(({ node: pair }) => [unquoted(pair.key.literal), worth(pair.value, scope)]),
      );
    case NodeKind.FieldSelector:
      return selected(named('_', scope), unquoted(node.content.literal));
    case NodeKind.EachExpression:
      return (given = null) => worth(node.paired, new Map(scope).set('_', given));
    case NodeKind.FunctionExpression: {
      const names = node.parameters.content.elements.map((one) => one.node.name.literal);
      return (...given) =>
        worth(
          node.expression,
          new Map([...scope, ...names.map((name, i) => [name, given[i] ?? null] as const)]),
        );
    }
    case NodeKind.RecursivePrimaryExpression:
      return node.recursiveExpressions.elements.reduce<MValue>(
        (so, next) => accessed(so, next, scope),
        worth(node.head, scope),
      );
    case NodeKind.ArithmeticExpression:
      return joined(worth(node.left, scope), worth(node.right, scope));
    case NodeKind.LogicalExpression:
      return worth(node.left, scope) === true && worth(node.right, scope) === true;
    default:
      throw new Error(`the runbook's queries had no ${node.kind} so far`);
  }
}

function accessed(value: MValue, next: Node, scope: Scope): MValue {
  switch (next.kind) {
    case NodeKind.InvokeExpression: {
      if (typeof value !== 'function') throw new Error('only a function can be called');
      return value(...next.content.elements.map((one) => worth(one.node, scope)));
    }
    case NodeKind.ItemAccessExpression:
      return item(value, worth(next.content, scope));
    case NodeKind.FieldSelector:
      return selected(value, unquoted(next.content.literal));
    default:
      throw new Error(`the runbook's queries had no ${next.kind} so far`);
  }
}

function named(name: string, scope: Scope): MValue {
  const value = scope.get(name);
  if (value === undefined) throw new Error(`there is no ${name}`);
  return value;
}

/** `list{0}`, or `table{[Name = "…"]}`: the one row that has these. */
function item(value: MValue, key: MValue): MValue {
  if (Array.isArray(value)) return value[key as number] ?? null;
  if (!(value instanceof MTable && key instanceof Map)) throw new Error('this has no items');
  const found = value.rows.filter((row) => [...key].every(([name, cell]) => row.get(name) === cell));
  if (found.length !== 1) throw new Error(`${found.length} rows have this key`);
  return found[0]!;
}

/** A record's field, which must be there; a table's column. */
function selected(value: MValue, name: string): MValue {
  if (value instanceof MTable) return value.rows.map((row) => row.get(name) ?? null);
  const field = value instanceof Map ? (value.get(name) as MValue | undefined) : undefined;
  if (field === undefined) throw new Error(`there is no field ${name}`);
  return field;
}

/** `&`, of texts or records. */
function joined(left: MValue, right: MValue): MValue {
  if (left instanceof Map && right instanceof Map) return new Map([...left, ...right]);
  if (typeof left === 'string' && typeof right === 'string') return left + right;
  throw new Error('these can’t be joined');
}

function unquoted(name: string): string {
  return name.startsWith('#"') ? name.slice(2, -1).replaceAll('""', '"') : name;
}
