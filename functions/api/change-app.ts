/** An app that may be made, changed or taken away by somebody else meanwhile. */
import type { AppChange, AppStore } from '../../aws/table/apps.ts';
import { App } from '../../domain/app.ts';
import { noSuchApp } from '../../lifecycle/errors.ts';
import { appBeingRemoved } from './connection/errors.ts';

/** Undefined when there is one by now: it has to be looked at as any other. */
export async function createApp(
  id: string,
  fields: AppChange,
  { apps, now }: { apps: Pick<AppStore, 'create'>; now: () => Date },
): Promise<App | undefined> {
  const app = App.parse({ ...fields, id, createdAt: now().toISOString() });
  return (await apps.create(app)) ? app : undefined;
}

/** Answers what it is now; a refusal when it is gone, or being removed. */
export async function changeApp(id: string, fields: AppChange, apps: Pick<AppStore, 'get' | 'change'>): Promise<App> {
  const changed = await apps.change(id, fields);
  if (changed) return changed;
  throw (await apps.get(id)) ? appBeingRemoved(id) : noSuchApp(id);
}
