/** An app's environment variables. Values are taken, and never given back: names and kinds are. */
import { Hono } from 'hono';
import * as z from 'zod';
import {
  AT_RUN_TIME,
  appSecretPrefix,
  nameRefusal,
  SECRET_STORES,
  secretParameter,
  secretRefusal,
  secretsManagerPrefix,
  type Variable,
  VariableScope,
} from '../../domain/variables.ts';
import { finding } from '../../preflight/finding.ts';
import { noSuchVariable, referenceRefused, refusedAs, secretRefused, tooManySecrets } from './errors.ts';
import type { ApiPorts } from './ports.ts';
import { appOf, json, query } from './read.ts';

const AtRunTime = z.enum(AT_RUN_TIME).default('fetched');
const Change = z.object({
  scope: VariableScope.default('app'),
  given: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('plain'), value: z.string().max(32_768) }),
    z.object({ kind: z.literal('secret'), value: z.string(), atRunTime: AtRunTime }),
    z.object({
      kind: z.literal('reference'),
      store: z.enum(SECRET_STORES),
      name: z.string().min(1).max(1000),
      atRunTime: AtRunTime,
    }),
  ]),
});
type Given = z.output<typeof Change>['given'];
const Where = z.object({ scope: VariableScope.default('app') });

/** The roles of a site list its secrets by name, in 10,240 characters: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_SECRETS = 40;

const shownVariable = ({ name, scope, secret, updatedAt }: Variable) => ({ name, scope, secret, updatedAt });

/** Plain variables for every branch. */
export const Environment = z.record(z.string(), z.string()).superRefine((values, context) => {
  for (const name of Object.keys(values)) {
    const refusal = nameRefusal(name);
    if (refusal) context.addIssue({ code: 'custom', message: `${refusedName(name, refusal)} ${refusal.remedy}` });
  }
});

const refusedName = (name: string, { why }: { why: string }) =>
  `A variable may not be named ${JSON.stringify(name)}: ${why}.`;

function checkName(name: string): void {
  const refusal = nameRefusal(name);
  if (!refusal) return;
  const { remedy } = refusal;
  throw refusedAs(finding('VARIABLE_NAME_REFUSED', refusedName(name, refusal), { remedy }));
}

/** A role that may read any secret of the account would be one too many: only what lies under the app's own name. */
function checkReference(stage: string, app: string, { store, name }: Extract<Given, { kind: 'reference' }>): void {
  const [prefix, form] =
    store === 'parameter-store'
      ? [appSecretPrefix(stage, app), /^[\w.\-/]+$/]
      : [secretsManagerPrefix(stage, app), /^[\w/+=.@-]+(:[^:]+)?$/];
  if (!name.startsWith(prefix) || !form.test(name)) throw referenceRefused(app, name, prefix);
}

export const variableRoutes = ({ apps, variables, parameters, stage, now }: ApiPorts) => {
  async function keep(variable: Omit<Variable, 'updatedAt'>, given: Given): Promise<Variable> {
    const updatedAt = now().toISOString();
    if (given.kind === 'plain') return { ...variable, value: given.value, updatedAt };
    const { atRunTime } = given;
    if (given.kind === 'reference') {
      checkReference(stage, variable.app, given);
      return { ...variable, secret: { store: given.store, name: given.name, atRunTime }, updatedAt };
    }
    const refusal = secretRefusal(variable.name, given.value);
    if (refusal) throw secretRefused(refusal);
    const name = secretParameter(stage, variable);
    await parameters.putSecret(name, given.value);
    return { ...variable, secret: { store: 'parameter-store', name, atRunTime }, updatedAt };
  }

  /** What Towpath keeps for a variable that is no more, or refers to something else now. */
  async function forget(before: Variable | undefined, after?: Variable): Promise<void> {
    const own = before && secretParameter(stage, before);
    if (before?.secret?.name === own && own !== undefined && after?.secret?.name !== own) await parameters.remove(own);
  }

  return new Hono()
    .get('/', async (context) =>
      context.json((await variables.ofApp((await appOf(context, apps)).id)).map(shownVariable)),
    )

    .put('/:name', json(Change), async (context) => {
      const { id: app } = await appOf(context, apps);
      const { name } = context.req.param();
      const { scope, given } = context.req.valid('json');
      checkName(name);
      if (given.kind === 'reference' && name.startsWith('NEXT_PUBLIC_'))
        throw secretRefused(`${secretRefusal(name, '')}`);
      const all = await variables.ofApp(app);
      const before = all.find((one) => one.scope === scope && one.name === name);
      if (given.kind !== 'plain' && !before?.secret && all.filter(({ secret }) => secret).length >= MAX_SECRETS)
        throw tooManySecrets(app, MAX_SECRETS);
      const variable = await keep({ app, scope, name }, given);
      await variables.put(variable);
      await forget(before, variable);
      return context.json(shownVariable(variable));
    })

    .delete('/:name', query(Where), async (context) => {
      const { id: app } = await appOf(context, apps);
      const { name } = context.req.param();
      const { scope } = context.req.valid('query');
      const removed = await variables.remove({ app, scope, name });
      if (!removed) throw noSuchVariable(app, name, scope);
      await forget(removed);
      return context.json(shownVariable(removed));
    });
};
