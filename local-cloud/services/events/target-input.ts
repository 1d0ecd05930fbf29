/** What a target gets of an event: all of it, Input, InputPath, or InputTransformer. Pure. */
import type { Target } from '@aws-sdk/client-eventbridge';

export interface DeliveredEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  /** ISO 8601, whole seconds. */
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

export interface RuleIdentity {
  name: string;
  arn: string;
}

/** JSON text. */
export function targetInput(target: Target, event: DeliveredEvent, rule: RuleIdentity): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath) ?? null);
  if (target.InputTransformer?.InputTemplate === undefined) return JSON.stringify(event);
  const variables: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': event.time,
    'aws.events.event': { ...event, detail: undefined },
    'aws.events.event.json': event,
  };
  for (const [name, path] of Object.entries(target.InputTransformer.InputPathsMap ?? {})) {
    variables[name] = valueAt(event, path);
  }
  return fillTemplate(target.InputTransformer.InputTemplate, variables);
}

/** `$`, `$.a.b`, `$.a[0]`, `$.detail-type`. */
function valueAt(event: unknown, path: string): unknown {
  const steps = [...path.replace(/^\$/, '').matchAll(/\.([^.[]+)|\[(\d+)\]|\['([^']+)'\]/g)];
  let value = event;
  for (const [, name, index, quoted] of steps) {
    value = (value as Record<string, unknown> | undefined | null)?.[name ?? index ?? quoted ?? ''];
  }
  return value;
}

/** A variable inside quotes becomes text, one outside becomes JSON. */
function fillTemplate(template: string, variables: Record<string, unknown>): string {
  let quoted = false;
  return template.replace(/\\.|"|<([^<>\s]+)>/gs, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined) return token;
    const value = variables[name];
    if (!quoted) return JSON.stringify(value ?? null);
    const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
}
